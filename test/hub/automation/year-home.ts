import type { NewRule } from "../../../hub/automation/rule-store.ts";
import { parseMonthDay, parseWallTime, type Weekday } from "../../../hub/domain/civil.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import type { Condition } from "../../../hub/domain/rule.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { lampId, motion, ruleOf, sun, time } from "./rule-home.ts";

/** A home of 20 lamps, 30 rules and 4 people, and what happens in it: what a simulated year is made of. */

export const minute = 60_000;
export const people = ["a", "b", "c", "d"].map((each) => `p-${each}aaaaaaaaaaa` as PersonId);

/** What comes of the people: somebody's key in the door, somebody on the landing. */
export type YearEvent =
  | { readonly kind: "presence"; readonly at: number; readonly person: PersonId; readonly home: boolean }
  | { readonly kind: "motion"; readonly at: number };

const workdays: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri"];

const lit = (lamp: number, on = true) => ({ kind: "light", target: lampId(lamp), command: { on } }) as const;
const daily = (at: ReturnType<typeof time>, weekdays?: readonly Weekday[]) =>
  ({ kind: "daily", at, days: weekdays === undefined ? {} : { weekdays } }) as const;
const range = (from: ReturnType<typeof time>, to: ReturnType<typeof time>) =>
  ({ kind: "range", from, to, days: {} }) as const;
const named = (name: string, rule: Partial<NewRule>, at = 0): NewRule =>
  ruleOf({ name, actions: [lit(at)], ...rule });

const somebody: Condition = { kind: "presence", is: "anybody-home" };
const sunDown: Condition = { kind: "sun", is: "down" };
const inMode = (mode: "home" | "night"): Condition => ({ kind: "mode", is: [mode] });

/** By name: what the brute force is told of them, it reads from here too. */
export const yearRules: readonly NewRule[] = [
  named("wake", { triggers: [daily(time("06:31"), workdays)] }, 0),
  named("wake late", { triggers: [daily(time("08:45"), ["sat", "sun"])] }, 1),
  named("morning off", { triggers: [daily(time("08:02"), workdays)], actions: [lit(0, false)] }),
  named("gap", { triggers: [daily(time("02:30"))] }, 2),
  named("gap off", { triggers: [daily(time("02:50"))], actions: [lit(2, false)] }),
  named("midnight", { triggers: [daily(time("00:00"))], actions: [lit(3, false)] }),
  named("noon", { triggers: [daily(time("12:00"))] }, 4),
  named("tea", { triggers: [daily(time("16:20"))], conditions: [somebody] }, 5),
  named("bed", {
    triggers: [daily(time("23:30"))],
    actions: [{ kind: "mode", mode: "night" }, lit(5, false)],
  }),
  named("day", { triggers: [daily(time("06:00"))], actions: [{ kind: "mode", mode: "home" }] }),
  named(
    "new year",
    { triggers: [{ kind: "daily", at: time("00:01"), days: { dates: [parseMonthDay("01-01")] } }] },
    6,
  ),
  named(
    "leap",
    { triggers: [{ kind: "daily", at: time("10:00"), days: { dates: [parseMonthDay("02-29")] } }] },
    6,
  ),
  named("lived in", { triggers: [{ kind: "daily", at: time("19:10"), until: time("20:50"), days: {} }] }, 7),
  named("night owl", { triggers: [{ kind: "daily", at: time("23:40"), until: time("00:20"), days: {} }] }, 7),
  named("sunset", { triggers: [daily(sun("sunset"))] }, 8),
  named("before sunset", { triggers: [daily(sun("sunset", -Minutes(25)))], conditions: [somebody] }, 9),
  named("late after sunset", { triggers: [daily(sun("sunset", Minutes(245)))], actions: [lit(9, false)] }),
  named("sunrise", { triggers: [daily(sun("sunrise"))], actions: [lit(8, false)] }),
  named("before dawn", { triggers: [daily(sun("civil_dawn", -Minutes(310)))] }, 10),
  named("sunday dusk", { triggers: [daily(sun("civil_dusk"), ["sun"])] }, 11),
  named(
    "not too early",
    {
      triggers: [
        daily(sun("sunset", 0, { notBefore: parseWallTime("17:15"), notAfter: parseWallTime("20:40") })),
      ],
    },
    12,
  ),
  named("evening", { triggers: [range(sun("sunset"), time("23:05"))] }, 13),
  named("night light", { triggers: [range(time("22:10"), sun("sunrise"))] }, 14),
  named("dark", { triggers: [range(sun("sunset", Minutes(10)), sun("sunrise", -Minutes(10)))] }, 15),
  named(
    "summer evening",
    { triggers: [range(sun("civil_dusk"), time("22:00"))], conditions: [inMode("home")] },
    16,
  ),
  named("welcome", { triggers: [{ kind: "presence", event: "first-arrives" }], conditions: [sunDown] }, 17),
  named("all gone", { triggers: [{ kind: "presence", event: "last-leaves" }], actions: [lit(17, false)] }),
  named("a comes", { triggers: [{ kind: "presence", event: "arrives", person: people[0] as PersonId }] }, 18),
  named(
    "landing",
    { triggers: [{ kind: "motion", sensor: motion, event: "detected" }], conditions: [sunDown] },
    19,
  ),
  named(
    "landing at night",
    {
      triggers: [{ kind: "motion", sensor: motion, event: "detected" }],
      conditions: [inMode("night")],
    },
    19,
  ),
];

/** What the people do, from a seed: out in the morning and back, now and then out again; motion wherever they are. */
export const yearEvents = (from: number, to: number, seed: number): readonly YearEvent[] => {
  const random = new SeededRandom(seed);
  const events: YearEvent[] = [];
  // Half a minute past: nothing of clock and sun is asked at the same instant.
  const at = (day: number, minutes: number): number => day + Math.floor(minutes) * minute + minute / 2;
  for (let day = from; day < to; day += 1_440 * minute) {
    for (const person of people) {
      if (random.next() < 0.15) continue;
      const leaves = 330 + random.below(240);
      const returns = leaves + 60 + random.below(600);
      events.push({ kind: "presence", at: at(day, leaves), person, home: false });
      events.push({ kind: "presence", at: at(day, returns), person, home: true });
    }
    for (let count = 4 + random.below(5); count > 0; count--)
      events.push({ kind: "motion", at: at(day, random.below(1_440)) });
  }
  return events.filter((event) => event.at < to).sort((a, b) => a.at - b.at);
};
