import fc from "fast-check";
import { expect, test } from "vitest";
import { scheduleJson, wantedRuleOf } from "../../../hub/api/schedule-json.ts";
import { schemas } from "../../../hub/api/schemas/schemas.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { rules } from "../domain/rule-arbitraries.ts";

test("any rule survives the way out and in again, through the schema both times", () => {
  fc.assert(
    fc.property(rules, (rule) => {
      const shown = JSON.parse(JSON.stringify(scheduleJson(rule, (id) => id)));
      expect(schemas.Schedule().safeParse(shown)).toMatchObject({ success: true });
      const { id: _id, pausedUntil: _pause, text: _text, ...sent } = shown;
      const { id: _, pausedUntil: __, ...wanted } = rule;
      const parsed = schemas.NewSchedule().safeParse(sent);
      expect(parsed).toMatchObject({ success: true });
      if (parsed.success) expect(wantedRuleOf(parsed.data, Instant(0))).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});
