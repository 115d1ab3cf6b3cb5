import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda } from "../../../hub/automation/agenda.ts";
import { parseMonthDay, type WallTime, type Weekday } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { byTime, type Calendar, occurrencesOf, type Timed } from "../../../hub/domain/plan.ts";
import type { Days, Moment, Occurrence, PolarPolicy, Trigger } from "../../../hub/domain/rule.ts";
import { type SunEventName, sunEventNames } from "../../../hub/domain/sun-event.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { at, berlin, place, time } from "./rule-home.ts";

const calendarOf = (home: ReturnType<typeof place>): Calendar => ({
  ...home,
  draw: (id) => (id.length % 7) / 7,
});
const homes = [
  berlin,
  place(69.6492, 18.9553, "Europe/Oslo"),
  place(64.1466, -21.9426, "Atlantic/Reykjavik"),
  place(-44, -176.5, "Pacific/Chatham"),
].map(calendarOf);

const times = fc.integer({ min: 0, max: 86_399 }).map((each) => each as WallTime);
const policies: fc.Arbitrary<PolarPolicy> = fc.oneof(
  fc.constant({ kind: "none" } as const),
  fc.constant({ kind: "culmination" } as const),
  times.map((each) => ({ kind: "clock", at: each }) as const),
);
const moments: fc.Arbitrary<Moment> = fc.oneof(
  times.map((each) => ({ kind: "time", at: each }) as const),
  fc.record({
    kind: fc.constant("sun" as const),
    event: fc.constantFrom<SunEventName>(...sunEventNames),
    offset: fc.integer({ min: -86_400, max: 86_400 }).map((seconds) => seconds * 1_000),
    polar: policies,
  }),
);
const days: fc.Arbitrary<Days> = fc.oneof(
  fc.constant({}),
  fc.subarray<Weekday>(["mon", "tue", "sat", "sun"], { minLength: 1 }).map((weekdays) => ({ weekdays })),
);
const triggers: fc.Arbitrary<Trigger> = fc.oneof(
  fc.record({ kind: fc.constant("daily" as const), at: moments, days }),
  fc.record({ kind: fc.constant("daily" as const), at: moments, until: moments, days }),
  fc.record({ kind: fc.constant("range" as const), from: moments, to: moments, days }),
);

const told = (each: Occurrence): string => `${each.id} ${each.at}`;

const taken = (
  rules: readonly Timed[],
  calendar: Calendar,
  from: Instant,
  to: Instant,
): readonly Occurrence[] => {
  const agenda = new Agenda();
  for (const rule of rules) agenda.add(rule, calendar, from);
  const found: Occurrence[] = [];
  // As time passes: by the hour.
  for (let now = from; now < to; now = Instant(now + 3_600_000))
    agenda.take(Instant(Math.min(to - 1, now + 3_600_000 - 1)), (each) => found.push(each));
  return found;
};

test("what falls due hour by hour is what is planned, whatever the triggers", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...homes),
      fc.array(triggers, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 364 }),
      (calendar, list, day) => {
        const rules = list.map((trigger, index) => ({ id: `ru-${index}` as RuleId, triggers: [trigger] }));
        const from = Instant(at("2026-01-01T00:00Z") + day * 86_400_000);
        const to = Instant(from + 12 * 86_400_000);
        const planned = rules.flatMap((rule) => occurrencesOf(rule, calendar, from, to)).sort(byTime);
        const found = taken(rules, calendar, from, to);
        expect([...found].sort(byTime).map(told)).toEqual(planned.map(told));
        for (const [index, each] of found.entries())
          expect(each.at).toBeGreaterThanOrEqual(found[index - 1]?.at ?? 0);
      },
    ),
    { numRuns: 150 },
  );
});

test("29 February is found from eight years off, and what never comes ends the search", () => {
  const agenda = new Agenda();
  const leap: Timed = {
    id: "ru-1" as RuleId,
    triggers: [{ kind: "daily", at: time("08:00"), days: { dates: [parseMonthDay("02-29")] } }],
  };
  const zenith: Timed = {
    id: "ru-2" as RuleId,
    triggers: [
      {
        kind: "daily",
        at: {
          kind: "sun",
          event: { elevation: 89 as never, direction: "rising" },
          offset: 0,
          polar: { kind: "none" },
        },
        days: {},
      },
    ],
  };
  const calendar = calendarOf(berlin);
  agenda.add(zenith, calendar, at("2096-03-01T00:00Z"));
  expect(agenda.nextDue).toBeUndefined();
  agenda.add(leap, calendar, at("2096-03-01T00:00Z"));
  expect(agenda.nextDue).toBe(at("2104-02-29T07:00Z"));
});

test("a rule that is removed brings nothing more, and its place is used again", () => {
  const agenda = new Agenda();
  const rule = (id: string): Timed => ({
    id: id as RuleId,
    triggers: [{ kind: "daily", at: time("12:00"), days: {} }],
  });
  const from = at("2026-06-01T00:00Z");
  for (let index = 0; index < 300; index++) agenda.add(rule(`ru-${index}`), calendarOf(berlin), from);
  for (let index = 0; index < 300; index += 2) agenda.remove(`ru-${index}` as RuleId);
  const found: string[] = [];
  agenda.take(at("2026-06-01T12:00Z"), ({ rule: id }) => found.push(id));
  expect(found).toHaveLength(150);
  expect(found.every((id) => Number(id.slice(3)) % 2 === 1)).toBe(true);
});
