import fc from "fast-check";
import { expect, test } from "vitest";
import {
  doings,
  formOfRule,
  onlyIf,
  type PlannedSun,
  plannedSun,
  type RuleForm,
  ruleOfForm,
  templates,
} from "../../../app-sim/web/model/rule-form.ts";
import { scheduleJson, wantedRuleOf } from "../../../hub/api/schedule-json.ts";
import { schemas } from "../../../hub/api/schemas/schemas.ts";
import { weekdays } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";

const keys = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] =>
  Object.keys(record) as Key[];
const times = fc
  .integer({ min: 0, max: 1_439 })
  .map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`,
  );

const begins = fc.oneof(
  times.map((time) => ({ by: "clock" as const, time, offset: 0, notBefore: "", notAfter: "" })),
  fc
    .tuple(
      fc.constantFrom(...keys<PlannedSun>(plannedSun)),
      fc.integer({ min: -180, max: 180 }),
      fc.constantFrom("", "17:00"),
      fc.constantFrom("", "22:00"),
    )
    .map(([by, offset, notBefore, notAfter]) => ({ by, time: "18:00", offset, notBefore, notAfter })),
);

const forms: fc.Arbitrary<RuleForm> = fc
  .record({
    name: fc.constant("A rule"),
    begin: begins,
    ending: fc.constantFrom("none" as const, "until" as const, "random" as const),
    end: fc.constant({ by: "clock" as const, time: "23:30", offset: 0, notBefore: "", notAfter: "" }),
    days: fc.subarray([...weekdays], { minLength: 1 }),
    onlyIf: fc.constantFrom(...keys(onlyIf)),
    doing: fc.constantFrom(...keys(doings)),
    target: fc.constant("r-aaaaaaaaaaaa"),
    brightness: fc.integer({ min: 1, max: 100 }),
    kelvin: fc.integer({ min: 2_000, max: 6_500 }),
    minutes: fc.integer({ min: 0, max: 60 }),
  })
  .filter(({ begin }) => begin.time !== "23:30");

/** What the hub makes of it and shows. */
const throughHub = (form: RuleForm) => {
  const parsed = schemas.NewSchedule().parse(ruleOfForm(form));
  const wanted = wantedRuleOf(parsed, Instant(0));
  return scheduleJson({ id: "ru-aaaaaaaaaaaa" as RuleId, ...wanted }, () => "Hall");
};

test("whatever the form says comes back into the form from the hub", () => {
  fc.assert(
    fc.property(forms, (form) => {
      const shown = formOfRule(throughHub(form));
      expect(shown && ruleOfForm(shown)).toEqual(ruleOfForm(form));
    }),
  );
});

test("each template is a rule the hub takes, once it has a target", () => {
  for (const { form } of Object.values(templates)) {
    const rule = throughHub({ ...form, name: "A name", target: "r-aaaaaaaaaaaa" });
    expect(formOfRule(rule)).toMatchObject({ doing: form.doing, ending: form.ending });
  }
});

test("a rule that says more than the form has places for is not squeezed into it", () => {
  const rule = throughHub({ ...templates["evening-light"].form, target: "r-aaaaaaaaaaaa" });
  expect(formOfRule(rule)).toBeDefined();
  const [trigger, action] = [rule.triggers[0], rule.actions[0]];
  if (trigger === undefined || action === undefined) throw new Error("the rule is empty");
  for (const more of [
    { triggers: [trigger, trigger] },
    { triggers: [{ kind: "presence", event: "first-arrives" } as const] },
    { actions: [action, action] },
    { actions: [{ kind: "circadian", target: "r-aaaaaaaaaaaa" } as const] },
    { conditions: [{ kind: "sun", is: "up" } as const] },
    { endActions: [action] },
    { triggers: [{ ...trigger, days: { dates: ["12-24"] } } as typeof trigger] },
  ]) {
    expect(formOfRule({ ...rule, ...more })).toBeUndefined();
  }
});
