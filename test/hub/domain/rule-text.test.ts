import fc from "fast-check";
import { expect, test } from "vitest";
import type { CivilDate, MonthDay, WallTime } from "../../../hub/domain/civil.ts";
import type { LightTargetId } from "../../../hub/domain/home.ts";
import type { DeviceId, PersonId, SceneId, SensorId } from "../../../hub/domain/ids.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { Action, Condition, Days, Moment, Trigger } from "../../../hub/domain/rule.ts";
import {
  actionsText,
  actionText,
  catchUpText,
  conditionText,
  impulseText,
  ruleText,
  spanText,
  triggerText,
} from "../../../hub/domain/rule-text.ts";
import { Instant, Kelvin, Minutes, miredsOf, Percent, Seconds } from "../../../hub/domain/units.ts";
import { rules } from "./rule-arbitraries.ts";

const names: Readonly<Record<string, string>> = {
  "r-hall": "Hall",
  "r-kitchen": "Kitchen",
  "s-door": "Front door",
  "p-ana": "Ana",
  "sc-evening": "Evening",
  "l-desk": "Desk",
};
const nameOf = (id: string): string => names[id] ?? id;
const hall = "r-hall" as LightTargetId;
const kitchen = "r-kitchen" as LightTargetId;
const door = "s-door" as SensorId;
const ana = "p-ana" as PersonId;
const clock = (hours: number, minutes = 0): WallTime => (hours * 3_600 + minutes * 60) as WallTime;
const time = (hours: number, minutes = 0): Moment => ({ kind: "time", at: clock(hours, minutes) });
const sunset = (offset = 0, more: Partial<Extract<Moment, { kind: "sun" }>> = {}): Moment => ({
  kind: "sun",
  event: "sunset",
  offset,
  polar: { kind: "none" },
  ...more,
});
const daily = (at: Moment, days: Days = {}, until?: Moment): Trigger => ({
  kind: "daily",
  at,
  days,
  ...(until === undefined ? {} : { until }),
});

test.each<[Trigger, string]>([
  [daily(time(7, 30)), "07:30"],
  [daily(time(7, 30), { weekdays: ["mon", "tue", "wed", "thu", "fri"] }), "07:30, on weekdays"],
  [daily(time(9), { weekdays: ["sat", "sun"] }), "09:00, at weekends"],
  [daily(time(9), { weekdays: ["mon", "wed"] }), "09:00, on Monday and Wednesday"],
  [daily(time(9), { weekdays: ["thu", "fri", "sat"] }), "09:00, Thursday to Saturday"],
  [daily(time(9), { weekdays: ["sun", "sat", "fri", "thu", "wed", "tue", "mon"] }), "09:00"],
  [daily(time(17), { dates: ["12-24" as MonthDay] }), "17:00, on 24 December"],
  [
    daily(sunset(-900_000, { notBefore: clock(17) }), { weekdays: ["mon", "tue", "wed", "thu", "fri"] }),
    "sunset - 15 min, not before 17:00, on weekdays",
  ],
  [daily(sunset(5_400_000, { notAfter: clock(22) })), "sunset + 1 h 30 min, not after 22:00"],
  [daily(sunset(0, { polar: { kind: "clock", at: clock(21) } })), "sunset, or at 21:00 on a day without it"],
  [
    daily(sunset(0, { event: "civil_dusk", polar: { kind: "culmination" } })),
    "civil dusk, or at solar noon or midnight on a day without it",
  ],
  [daily(sunset(0, { event: { elevation: -4 as Degrees, direction: "setting" } })), "sun at -4° setting"],
  [daily(sunset(), {}, time(23)), "at a random time between sunset and 23:00"],
  [{ kind: "range", from: sunset(), to: time(23), days: {} }, "from sunset to 23:00"],
  [
    { kind: "range", from: sunset(-900_000, { notBefore: clock(17) }), to: time(23), days: {} },
    "from sunset - 15 min (not before 17:00) to 23:00",
  ],
  [{ kind: "once", date: "2026-12-24" as CivilDate, at: clock(18) }, "once, on 2026-12-24 at 18:00"],
  [{ kind: "timer", after: Minutes(20), since: Instant(0) }, "once, after 20 min"],
  [{ kind: "presence", event: "first-arrives" }, "the first person comes home"],
  [{ kind: "presence", event: "last-leaves" }, "the last person leaves"],
  [{ kind: "presence", event: "arrives", person: ana }, "Ana comes home"],
  [{ kind: "presence", event: "leaves", person: ana }, "Ana leaves"],
  [{ kind: "presence", event: "approaches", ahead: Minutes(5) }, "somebody will be home within 5 min"],
  [
    { kind: "presence", event: "approaches", ahead: Minutes(5), person: ana },
    "Ana will be home within 5 min",
  ],
  [{ kind: "motion", sensor: hall as unknown as SensorId, event: "detected" }, "motion at Hall"],
  [{ kind: "motion", sensor: door, event: "cleared" }, "no more motion at Front door"],
  [{ kind: "illuminance", sensor: door, below: 20 }, "it gets darker than 20 lx at Front door"],
  [{ kind: "illuminance", sensor: door, above: 20 }, "it gets brighter than 20 lx at Front door"],
  [{ kind: "contact", sensor: door, event: "opened" }, "Front door is opened"],
  [{ kind: "button", sensor: door, action: "long_press" }, "long press on Front door"],
  [{ kind: "device", device: "l-desk" as DeviceId, event: "offline" }, "Desk cannot be reached"],
])("the trigger %j is said as %s", (trigger, words) => {
  expect(triggerText(trigger, nameOf)).toBe(words);
});

test.each<[Condition, string]>([
  [{ kind: "presence", is: "nobody-home" }, "nobody is home"],
  [{ kind: "presence", is: "anybody-home" }, "somebody is home"],
  [{ kind: "presence", person: ana, is: "away" }, "Ana is away"],
  [{ kind: "sun", is: "down" }, "the sun is down"],
  [{ kind: "elevation", below: -6 as Degrees }, "the sun stands below -6°"],
  [{ kind: "elevation", below: 6 as Degrees, above: -6 as Degrees }, "the sun stands above -6° and below 6°"],
  [{ kind: "time", from: time(22), to: time(6), days: {} }, "it is between 22:00 and 06:00"],
  [{ kind: "illuminance", sensor: door, below: 20 }, "Front door measures below 20 lx"],
  [{ kind: "mode", is: ["home", "night"] }, "the home is in mode home or night"],
  [{ kind: "light", target: hall, is: "off" }, "Hall is off"],
  [{ kind: "not", condition: { kind: "sun", is: "up" } }, "it is not so that the sun is up"],
  [
    {
      kind: "any",
      of: [
        { kind: "sun", is: "down" },
        { kind: "light", target: hall, is: "on" },
      ],
    },
    "the sun is down or Hall is on",
  ],
])("the condition %j is said as %s", (condition, words) => {
  expect(conditionText(condition, nameOf)).toBe(words);
});

const on = (target: LightTargetId): Action => ({
  kind: "light",
  target,
  command: {
    on: true,
    brightness: Percent(60),
    colorTemperature: miredsOf(Kelvin(2700)),
    transition: Seconds(5),
  },
});

test.each<[Action, string]>([
  [on(hall), "Hall on 60 % 2700 K over 5 s"],
  [{ kind: "light", target: hall, command: { on: false } }, "Hall off"],
  [{ kind: "light", target: hall, command: { on: "toggle" } }, "Hall over"],
  [{ kind: "light", target: hall, command: { brightnessStep: -10 } }, "Hall 10 % darker"],
  [
    { kind: "light", target: hall, command: { on: true, color: { x: 0.6915, y: 0.3083 } } },
    "Hall on #ff0000",
  ],
  [{ kind: "light", target: hall, command: { on: true, effect: "candle_light" } }, "Hall on candle light"],
  [
    { kind: "light", target: hall, command: { on: true }, hold: Minutes(5) },
    "Hall on, off again after 5 min",
  ],
  [{ kind: "scene", scene: "sc-evening" as SceneId, transition: Seconds(3) }, "scene Evening over 3 s"],
  [
    { kind: "wake-up", target: hall, over: Minutes(30), brightness: Percent(80) },
    "Hall from dark to 80 % within 30 min",
  ],
  [{ kind: "off-after", target: hall, after: Minutes(90) }, "Hall off after 1 h 30 min"],
  [{ kind: "circadian", target: hall }, "Hall follows the day"],
  [{ kind: "mode", mode: "night" }, "the home in mode night"],
])("the action %j is said as %s", (action, words) => {
  expect(actionText(action, nameOf)).toBe(words);
});

test.each([
  [daily(sunset(-900_000, { notBefore: clock(17) })), "start", "sunset - 15 min"],
  [daily(sunset(), {}, time(23)), "start", "sunset to 23:00"],
  [{ kind: "range", from: sunset(), to: time(23), days: {} }, "start", "from sunset"],
  [{ kind: "range", from: sunset(), to: time(23), days: {} }, "end", "until 23:00"],
  [{ kind: "once", date: "2026-12-24" as CivilDate, at: clock(18) }, "start", "once 18:00"],
  [{ kind: "timer", after: Minutes(20), since: Instant(0) }, "start", "timer"],
  [{ kind: "presence", event: "arrives", person: ana }, "start", "presence arrives"],
] as [Trigger, "start" | "end", string][])(
  "what set a rule off names nobody: the %2$s of %j is said as %3$s",
  (trigger, edge, words) => {
    expect(impulseText({ triggers: [trigger] }, 0, edge)).toBe(words);
  },
);

test("what several get alike is said once", () => {
  expect(actionsText([on(hall), on(kitchen)], nameOf)).toEqual({
    who: "Hall, Kitchen",
    does: "on 60 % 2700 K over 5 s",
  });
  expect(actionsText([on(hall), { kind: "mode", mode: "home" }], nameOf)).toEqual({
    who: "",
    does: "Hall on 60 % 2700 K over 5 s; the home in mode home",
  });
});

test("a rule is one sentence", () => {
  expect(
    ruleText(
      {
        triggers: [{ kind: "range", from: sunset(), to: time(23), days: {} }, daily(time(7))],
        conditions: [
          { kind: "presence", is: "anybody-home" },
          { kind: "mode", is: ["home"] },
        ],
        actions: [on(hall)],
        endActions: [{ kind: "circadian", target: hall }],
      },
      nameOf,
    ).sentence,
  ).toBe(
    "From sunset to 23:00 or 07:00, if somebody is home and the home is in mode home: Hall on 60 % 2700 K over 5 s; at the end Hall follows the day",
  );
});

test.each([
  [0, "0 s"],
  [2_500, "2.5 s"],
  [-900_000, "15 min"],
  [5_400_000, "1 h 30 min"],
  [93_784_000, "1 d 2 h"],
])("%i ms is said as %s", (ms, words) => {
  expect(spanText(ms)).toBe(words);
});

test.each([
  [{ kind: "skip" }, "left out when it was missed"],
  [{ kind: "late", within: Minutes(30) }, "done late when it was missed by less than 30 min"],
  [{ kind: "now" }, "when it was missed, its lamps get what they should show now"],
] as const)("a missed run: %j is said as %s", (catchUp, words) => {
  expect(catchUpText(catchUp)).toBe(words);
});

test("every rule there can be has words for each of its parts, and none is a hole", () => {
  fc.assert(
    fc.property(rules, (rule) => {
      const { triggers, conditions, actions, sentence } = ruleText(rule, () => "Hall");
      for (const words of [...triggers, ...conditions, ...actions, sentence]) {
        expect(words).toMatch(/\S/);
        expect(words).not.toMatch(/undefined|NaN|\[object| {2}/);
      }
    }),
  );
});
