import { expect, test } from "vitest";
import type { WallTime } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import type { Moment, Rule } from "../../../hub/domain/rule.ts";
import { sunEventsIn } from "../../../hub/domain/rule-moments.ts";
import type { SunEventKind } from "../../../hub/domain/sun-event.ts";

const sun = (event: SunEventKind): Moment => ({ kind: "sun", event, offset: 0, polar: { kind: "none" } });
const noon: Moment = { kind: "time", at: 43_200 as WallTime };
const rule: Rule = {
  id: "ru-aaaaaaaaaaaa" as RuleId,
  name: "Evening",
  enabled: true,
  triggers: [
    { kind: "daily", at: sun("sunset"), until: sun("civil_dusk"), days: {} },
    { kind: "range", from: noon, to: sun("nautical_dusk"), days: {} },
  ],
  conditions: [
    { kind: "sun", is: "down" },
    {
      kind: "not",
      condition: { kind: "any", of: [{ kind: "time", from: sun("sunrise"), to: noon, days: {} }] },
    },
  ],
  actions: [],
  catchUp: { kind: "skip" },
};

test("the events that rules follow are found wherever they stand", () => {
  expect(sunEventsIn([rule])).toEqual(["sunset", "civil_dusk", "nautical_dusk", "sunrise"]);
  expect(sunEventsIn([])).toEqual([]);
});
