import fc from "fast-check";
import {
  type CivilDate,
  dateOfDay,
  type MonthDay,
  type WallTime,
  weekdays,
} from "../../../hub/domain/civil.ts";
import type { LightTargetId } from "../../../hub/domain/home.ts";
import type { DeviceId, PersonId, RuleId, SceneId, SensorId } from "../../../hub/domain/ids.ts";
import type { LightCommand } from "../../../hub/domain/light.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import {
  type Action,
  type Condition,
  type Days,
  homeModes,
  type Moment,
  type Rule,
  type Trigger,
} from "../../../hub/domain/rule.ts";
import { sunEventNames } from "../../../hub/domain/sun-event.ts";
import { Instant, Kelvin, Millis, miredsOf, Percent } from "../../../hub/domain/units.ts";

const letters = [..."abcdefghijklmnopqrstuvwxyz234567"];
const ids = <Id extends string>(prefix: string): fc.Arbitrary<Id> =>
  fc
    .string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 12 })
    .map((body) => `${prefix}${body}` as Id);

const targets = fc.oneof(...["l-", "r-", "z-", "g-"].map((prefix) => ids<LightTargetId>(prefix)));
const sensors = ids<SensorId>("s-");
const people = ids<PersonId>("p-");

const wallTimes = fc.integer({ min: 0, max: 86_399 }).map((second) => second as WallTime);
const dates = fc.integer({ min: 0, max: 60_000 }).map(dateOfDay);
const monthDays = fc.integer({ min: 0, max: 365 }).map((day) => dateOfDay(21_184 + day).slice(5) as MonthDay); // 2028, a leap year
const spans = fc.integer({ min: 1_000, max: 86_400_000 }).map(Millis);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

/** Leaves out what is undefined: with exact optional types there is no such field. */
const tidy = <Value>(value: Record<string, unknown>): Value =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;

const heights = fc.integer({ min: -9_000, max: 9_000 }).map((hundredths) => (hundredths / 100) as Degrees);

const moments: fc.Arbitrary<Moment> = fc.oneof(
  wallTimes.map((at): Moment => ({ kind: "time", at })),
  fc
    .record({
      kind: fc.constant("sun"),
      event: fc.oneof(
        fc.constantFrom(...sunEventNames),
        fc.record({
          elevation: heights,
          direction: fc.constantFrom("rising" as const, "setting" as const),
        }),
      ),
      offset: fc.integer({ min: -86_400_000, max: 86_400_000 }),
      clamps: fc.tuple(maybe(wallTimes), maybe(wallTimes)),
      polar: fc.oneof(
        fc.constantFrom({ kind: "none" as const }, { kind: "culmination" as const }),
        wallTimes.map((at) => ({ kind: "clock" as const, at })),
      ),
    })
    .map(({ clamps: [a, b], ...sun }) => {
      const isTurned = a !== undefined && b !== undefined && b < a;
      return tidy<Moment>({ ...sun, notBefore: isTurned ? b : a, notAfter: isTurned ? a : b });
    }),
);

const days: fc.Arbitrary<Days> = fc
  .record({
    weekdays: maybe(fc.subarray([...weekdays], { minLength: 1 })),
    dates: maybe(fc.array(monthDays, { minLength: 1, maxLength: 3 })),
  })
  .map((given) => tidy<Days>(given));

/** Two moments of which the door cannot say at once that nothing lies between them. */
const windows = fc.tuple(moments, moments).filter(([from, to]) => {
  if (from.kind === "time") return to.kind === "sun" || from.at !== to.at;
  return to.kind === "time" || JSON.stringify(from.event) !== JSON.stringify(to.event);
});

export const triggers: fc.Arbitrary<Trigger> = fc.oneof(
  fc.tuple(moments, days).map(([at, days]): Trigger => ({ kind: "daily", at, days })),
  fc.tuple(windows, days).map(([[at, until], days]): Trigger => ({ kind: "daily", at, until, days })),
  fc.tuple(windows, days).map(([[from, to], days]): Trigger => ({ kind: "range", from, to, days })),
  fc.tuple(dates, wallTimes).map(([date, at]): Trigger => ({ kind: "once", date: date as CivilDate, at })),
  fc
    .tuple(spans, fc.integer({ min: 0, max: 4e12 }))
    .map(([after, since]): Trigger => ({ kind: "timer", after, since: Instant(since) })),
  fc
    .constantFrom("first-arrives" as const, "last-leaves" as const)
    .map((event): Trigger => ({ kind: "presence", event })),
  fc
    .tuple(fc.constantFrom("arrives" as const, "leaves" as const), people)
    .map(([event, person]): Trigger => ({ kind: "presence", event, person })),
  fc
    .record({ ahead: spans, person: maybe(people) })
    .map((given) => tidy<Trigger>({ kind: "presence", event: "approaches", ...given })),
  fc
    .tuple(
      fc.oneof(sensors, ids<`r-${string}`>("r-")),
      fc.constantFrom("detected" as const, "cleared" as const),
    )
    .map(([sensor, event]) => ({ kind: "motion", sensor, event }) as Trigger),
  fc
    .tuple(sensors, fc.constantFrom("below", "above"), fc.integer({ min: 0, max: 200_000 }))
    .map(([sensor, side, lux]) => ({ kind: "illuminance", sensor, [side]: lux }) as unknown as Trigger),
  fc
    .tuple(sensors, fc.constantFrom("opened" as const, "closed" as const))
    .map(([sensor, event]): Trigger => ({ kind: "contact", sensor, event })),
  fc
    .tuple(sensors, fc.constantFrom("single", "long_press"))
    .map(([sensor, action]): Trigger => ({ kind: "button", sensor, action })),
  fc
    .tuple(ids<DeviceId>("l-"), fc.constantFrom("online", "offline", "on", "off"))
    .map(([device, event]) => ({ kind: "device", device, event }) as Trigger),
);

const bands = (values: fc.Arbitrary<number>) =>
  fc
    .tuple(maybe(values), maybe(values))
    .filter(([below, above]) => (below ?? above) !== undefined && below !== above)
    .map(([a, b]) =>
      a !== undefined && b !== undefined
        ? { below: Math.max(a, b), above: Math.min(a, b) }
        : tidy<object>({ below: a, above: b }),
    );

export const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(windows, days).map(([[from, to], days]): Condition => ({ kind: "time", from, to, days })),
    fc.constantFrom("up" as const, "down" as const).map((is): Condition => ({ kind: "sun", is })),
    bands(heights).map((band) => ({ kind: "elevation", ...band }) as Condition),
    fc
      .constantFrom("anybody-home" as const, "nobody-home" as const)
      .map((is): Condition => ({ kind: "presence", is })),
    fc
      .tuple(people, fc.constantFrom("home" as const, "away" as const))
      .map(([person, is]): Condition => ({ kind: "presence", person, is })),
    fc
      .tuple(sensors, bands(fc.integer({ min: 0, max: 200_000 })))
      .map(([sensor, band]) => ({ kind: "illuminance", sensor, ...band }) as Condition),
    fc.subarray([...homeModes], { minLength: 1 }).map((is): Condition => ({ kind: "mode", is })),
    fc
      .tuple(targets, fc.constantFrom("on" as const, "off" as const))
      .map(([target, is]): Condition => ({ kind: "light", target, is })),
    tie("condition").map((condition): Condition => ({ kind: "not", condition })),
    fc.array(tie("condition"), { minLength: 1, maxLength: 3 }).map((of): Condition => ({ kind: "any", of })),
  ),
})).condition;

const percents = fc.integer({ min: 0, max: 1_000 }).map((tenths) => Percent(tenths / 10));
const chromas = fc.oneof(
  fc.constant({}),
  // Outside, white is kelvin to the thousandth.
  fc
    .integer({ min: 1_000_000, max: 20_000_000 })
    .map((milli) => ({ colorTemperature: miredsOf(Kelvin(milli / 1_000)) })),
  fc.record({
    color: fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  }),
);
const fades = fc.integer({ min: 0, max: 6_553_000 }).map(Millis);

export const ruleCommands: fc.Arbitrary<LightCommand> = fc
  .tuple(
    fc.record({
      on: maybe(fc.constantFrom(true, false, "toggle" as const)),
      brightness: maybe(percents),
      brightnessStep: maybe(fc.integer({ min: -100, max: 100 })),
      effect: maybe(fc.constantFrom("candle", "none")),
    }),
    chromas,
    maybe(fades),
  )
  .map(([base, chroma, transition]) =>
    tidy<LightCommand>({ on: true, ...tidy<object>(base), ...chroma, transition }),
  );

export const actions: fc.Arbitrary<Action> = fc.oneof(
  fc
    .record({ target: targets, command: ruleCommands, hold: maybe(spans) })
    .map((given) => tidy<Action>({ kind: "light", ...given })),
  fc
    .record({ scene: ids<SceneId>("sc-"), transition: maybe(fades) })
    .map((given) => tidy<Action>({ kind: "scene", ...given })),
  fc
    .tuple(targets, spans, percents)
    .map(([target, over, brightness]): Action => ({ kind: "wake-up", target, over, brightness })),
  fc.tuple(targets, spans).map(([target, after]): Action => ({ kind: "off-after", target, after })),
  targets.map((target): Action => ({ kind: "circadian", target })),
  fc.constantFrom(...homeModes).map((mode): Action => ({ kind: "mode", mode })),
);

export const rules: fc.Arbitrary<Rule> = fc
  .record({
    id: ids<RuleId>("ru-"),
    name: fc.constantFrom("Evening", "Wake up", "Hall at night"),
    enabled: fc.boolean(),
    triggers: fc.array(triggers, { minLength: 1, maxLength: 3 }),
    conditions: fc.array(conditions, { maxLength: 3 }),
    actions: fc.array(actions, { minLength: 1, maxLength: 3 }),
    endActions: maybe(fc.array(actions, { maxLength: 2 })),
    catchUp: fc.oneof(
      fc.constantFrom({ kind: "skip" as const }, { kind: "now" as const }),
      spans.map((within) => ({ kind: "late" as const, within })),
    ),
    pausedUntil: maybe(fc.integer({ min: 0, max: 4e12 }).map(Instant)),
  })
  .map((given) => tidy<Rule>(given));
