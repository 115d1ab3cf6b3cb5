import * as z from "zod/mini";
import { parseCivilDate, parseMonthDay, parseWallTime, weekdays } from "../../domain/civil.ts";
import { HubError } from "../../domain/errors.ts";
import { parseInstant } from "../../domain/instant-text.ts";
import { homeModes } from "../../domain/rule.ts";
import { sunEventNames } from "../../domain/sun-event.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import {
  brightness,
  id,
  instant,
  lastRun,
  lightCommand,
  name,
  notRunReason,
  run,
  runFields,
  seconds,
} from "./light.ts";

/** More than any rule needs, fewer than would choke the hub. */
const mostParts = 64;
const oneDay = 86_400;
const oneYear = 366 * oneDay;

const parses = (parse: (text: string) => unknown, text: string): boolean => {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
};

/** A text that the domain's own parser takes. */
const parsed = (parse: (text: string) => unknown, description: string) =>
  described(
    z.string().check(z.refine((text) => parses(parse, text), { error: `must be ${description}` })),
    description,
  );

const wallTime = lazy(() => parsed(parseWallTime, "a time of day, HH:MM or HH:MM:SS"));
const civilDate = lazy(() => parsed(parseCivilDate, "a day of the calendar, YYYY-MM-DD"));
const monthDay = lazy(() => parsed(parseMonthDay, "a day of the year, MM-DD"));
const point = lazy(() => parsed(parseInstant, "an instant in UTC, such as 2026-06-21T20:00:00Z"));
const span = lazy(() => quantity("seconds", 0, oneYear));
const someSpan = lazy(() => quantity("seconds", 1, oneYear));
const lux = lazy(() => quantity("lux", 0, 200_000));
const height = lazy(() => quantity("degrees above the horizon", -90, 90));

const some = <Item extends z.core.SomeType>(item: Item) =>
  z.readonly(z.array(item).check(z.minLength(1), z.maxLength(mostParts)));
const many = <Item extends z.core.SomeType>(item: Item) =>
  z.readonly(z.array(item).check(z.maxLength(mostParts)));

/** Of a thing in the home; whether there is such a thing is looked up (hub/api/rule-references.ts). */
const thing = lazy(() => z.string().check(z.minLength(1), z.maxLength(192)));

const polar = lazy(() =>
  described(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("none") }),
      z.strictObject({ kind: z.literal("clock"), at: wallTime() }),
      z.strictObject({ kind: z.literal("culmination") }),
    ]),
    "what stands in on a day that does not have the event; absent: nothing",
  ),
);

const sunEvent = lazy(() =>
  z.union([
    z.enum(sunEventNames),
    z.strictObject({ elevation: height(), direction: z.enum(["rising", "setting"]) }),
  ]),
);

export const moment = lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("time"), at: wallTime() }),
    z
      .strictObject({
        kind: z.literal("sun"),
        event: sunEvent(),
        offset: z.optional(quantity("seconds; negative is earlier", -oneDay, oneDay)),
        notBefore: z.optional(wallTime()),
        notAfter: z.optional(wallTime()),
        polar: z.optional(polar()),
      })
      .check(
        z.refine(
          ({ notBefore, notAfter }) =>
            notBefore === undefined ||
            notAfter === undefined ||
            parseWallTime(notBefore) <= parseWallTime(notAfter),
          { path: ["notAfter"], error: "the window is empty: notAfter comes before notBefore" },
        ),
      ),
  ]),
);

const days = lazy(() =>
  described(
    z.strictObject({
      weekdays: z.optional(some(z.enum(weekdays))),
      dates: z.optional(some(monthDay())),
    }),
    "all that is given must hold; absent: every day",
  ),
);

type MomentShape = z.output<ReturnType<typeof moment>>;

/** Of two clock times, and of one sun event twice, one can say at once that nothing lies between them. */
const isWindow = (from: MomentShape, to: MomentShape): boolean => {
  if (from.kind === "time") return to.kind !== "time" || parseWallTime(from.at) !== parseWallTime(to.at);
  if (to.kind === "time" || JSON.stringify(from.event) !== JSON.stringify(to.event)) return true;
  return (from.offset ?? 0) < (to.offset ?? 0);
};

const emptyWindow = (path: string) => ({
  path: [path],
  error: "the window is empty: it does not end after it begins",
});

const presenceTrigger = lazy(() =>
  z.discriminatedUnion("event", [
    z.strictObject({ kind: z.literal("presence"), event: z.enum(["first-arrives", "last-leaves"]) }),
    z.strictObject({ kind: z.literal("presence"), event: z.enum(["arrives", "leaves"]), person: thing() }),
    z.strictObject({
      kind: z.literal("presence"),
      event: z.literal("approaches"),
      ahead: someSpan(),
      person: z.optional(thing()),
    }),
  ]),
);

export const trigger = lazy(() =>
  z.discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("daily"),
        at: moment(),
        until: z.optional(described(moment(), "then at an instant between the two, drawn once for each day")),
        days: z.optional(days()),
      })
      .check(z.refine(({ at, until }) => until === undefined || isWindow(at, until), emptyWindow("until"))),
    z
      .strictObject({ kind: z.literal("range"), from: moment(), to: moment(), days: z.optional(days()) })
      .check(z.refine(({ from, to }) => isWindow(from, to), emptyWindow("to"))),
    z.strictObject({ kind: z.literal("once"), date: civilDate(), at: wallTime() }),
    z.strictObject({
      kind: z.literal("timer"),
      after: span(),
      since: z.optional(described(point(), "an instant in UTC; absent: now")),
    }),
    presenceTrigger(),
    z.strictObject({ kind: z.literal("motion"), sensor: thing(), event: z.enum(["detected", "cleared"]) }),
    z
      .strictObject({
        kind: z.literal("illuminance"),
        sensor: thing(),
        below: z.optional(lux()),
        above: z.optional(lux()),
      })
      .check(
        z.refine(({ below, above }) => (below === undefined) !== (above === undefined), {
          path: ["below"],
          error: "says one of below and above",
        }),
      ),
    z.strictObject({ kind: z.literal("contact"), sensor: thing(), event: z.enum(["opened", "closed"]) }),
    z.strictObject({
      kind: z.literal("button"),
      sensor: thing(),
      action: z.string().check(z.minLength(1), z.maxLength(64)),
    }),
    z.strictObject({
      kind: z.literal("device"),
      device: thing(),
      event: z.enum(["online", "offline", "on", "off"]),
    }),
  ]),
);

const bounds = ({ below, above }: { below?: number | undefined; above?: number | undefined }): boolean =>
  (below ?? above) !== undefined && (below === undefined || above === undefined || above < below);
const noBounds = { path: ["below"], error: "nothing is both: say below, above, or a band between them" };

const simpleConditions = () =>
  [
    z
      .strictObject({ kind: z.literal("time"), from: moment(), to: moment(), days: z.optional(days()) })
      .check(z.refine(({ from, to }) => isWindow(from, to), emptyWindow("to"))),
    z.strictObject({ kind: z.literal("sun"), is: z.enum(["up", "down"]) }),
    z
      .strictObject({
        kind: z.literal("elevation"),
        below: z.optional(height()),
        above: z.optional(height()),
      })
      .check(z.refine(bounds, noBounds)),
    z.discriminatedUnion("is", [
      z.strictObject({ kind: z.literal("presence"), is: z.enum(["anybody-home", "nobody-home"]) }),
      z.strictObject({ kind: z.literal("presence"), person: thing(), is: z.enum(["home", "away"]) }),
    ]),
    z
      .strictObject({
        kind: z.literal("illuminance"),
        sensor: thing(),
        below: z.optional(lux()),
        above: z.optional(lux()),
      })
      .check(z.refine(bounds, noBounds)),
    z.strictObject({ kind: z.literal("mode"), is: some(z.enum(homeModes)) }),
    z.strictObject({ kind: z.literal("light"), target: thing(), is: z.enum(["on", "off"]) }),
  ] as const;

type SimpleCondition = z.output<ReturnType<typeof simpleConditions>[number]>;

/** Conditions hold conditions: of that the validator's types need to be told. */
export type ConditionShape =
  | SimpleCondition
  | { readonly kind: "not"; readonly condition: ConditionShape }
  | { readonly kind: "any"; readonly of: readonly ConditionShape[] };

export const condition: () => z.ZodMiniType<ConditionShape, unknown> = lazy(() => {
  const inner = z.lazy((): z.ZodMiniType<ConditionShape, unknown> => condition());
  return z.discriminatedUnion("kind", [
    ...simpleConditions(),
    z.strictObject({ kind: z.literal("not"), condition: inner }),
    z.strictObject({ kind: z.literal("any"), of: some(inner) }),
  ]);
});

export const action = lazy(() =>
  z.discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("light"),
        target: thing(),
        command: lightCommand(),
        hold: z.optional(described(someSpan(), "seconds; off again so long after the rule was last set off")),
      })
      .check(
        z.refine(({ command }) => Object.keys(command).some((key) => key !== "transition"), {
          path: ["command"],
          error: "asks nothing of the light",
        }),
      ),
    z.strictObject({ kind: z.literal("scene"), scene: thing(), transition: z.optional(seconds()) }),
    z.strictObject({
      kind: z.literal("wake-up"),
      target: thing(),
      over: someSpan(),
      brightness: brightness(),
    }),
    z.strictObject({ kind: z.literal("off-after"), target: thing(), after: span() }),
    z.strictObject({ kind: z.literal("circadian"), target: thing() }),
    z.strictObject({ kind: z.literal("mode"), mode: z.enum(homeModes) }),
  ]),
);

const catchUp = lazy(() =>
  described(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("skip") }),
      z.strictObject({ kind: z.literal("late"), within: someSpan() }),
      z.strictObject({ kind: z.literal("now") }),
    ]),
    "what becomes of a run that was missed; absent: the lamps get what they should show now",
  ),
);

const ruleFields = lazy(() => ({
  name: name(),
  enabled: z.optional(described(z.boolean(), "absent: true")),
  triggers: described(some(trigger()), "any of them sets it off"),
  conditions: z.optional(described(many(condition()), "all of them must hold; absent: none")),
  actions: described(some(action()), "in order"),
  endActions: z.optional(
    described(many(action()), "at the end of a range; absent: the lamps of `actions` are switched off"),
  ),
  catchUp: z.optional(catchUp()),
}));

export const newSchedule = lazy(() => z.strictObject(ruleFields()));
export const scheduleChange = lazy(() => {
  const { name, enabled, triggers, conditions, actions, endActions, catchUp } = ruleFields();
  return z.strictObject({
    name: z.optional(name),
    enabled,
    triggers: z.optional(triggers),
    conditions,
    actions: z.optional(actions),
    endActions,
    catchUp,
  });
});

const words = lazy(() =>
  described(
    z.strictObject({
      triggers: list(z.string()),
      conditions: list(z.string()),
      actions: list(z.string()),
      sentence: z.string(),
    }),
    "the rule in plain words, place by place and as one sentence",
  ),
);

export const schedule = lazy(() =>
  z.strictObject({
    id: id(),
    name: z.string(),
    enabled: z.boolean(),
    triggers: list(trigger()),
    conditions: list(condition()),
    actions: list(action()),
    endActions: z.optional(list(action())),
    catchUp: catchUp(),
    pausedUntil: z.optional(
      described(
        z.nullable(instant()),
        "it rests until then; null: until it is resumed; absent: it does not rest",
      ),
    ),
    held: z.optional(described(notRunReason(), "what holds it back as things are")),
    text: words(),
  }),
);
export const schedules = lazy(() => collection(schedule()));

export const pause = lazy(() =>
  z.strictObject({
    for: z.optional(described(someSpan(), "seconds; absent, with `until` absent: until it is resumed")),
    until: z.optional(point()),
  }),
);

export const upcomingRun = lazy(() =>
  z.strictObject({
    ...runFields(),
    name: described(z.string(), "of the rule"),
    held: z.optional(described(notRunReason(), "why it will not run, as things are now")),
    result: z.optional(
      described(z.union([z.literal("fired"), notRunReason()]), "of one that is past, how it went"),
    ),
    movedOnPurpose: described(z.boolean(), "the location veil moves its sun times"),
    because: described(z.string(), "its trigger in words"),
    who: described(z.string(), "what it acts on, in words; empty where `does` says it"),
    does: described(z.string(), "what it does, in words"),
  }),
);
export const upcomingRuns = lazy(() => collection(upcomingRun()));

export const nextQuery = lazy(() =>
  z.strictObject({
    days: z.optional(quantity("days to look ahead; 1 when absent", 0.01, 366)),
    from: z.optional(described(point(), "an instant in UTC to look from; now when absent")),
  }),
);
export const atQuery = lazy(() => z.strictObject({ at: z.optional(point()) }));

export const scheduleExplanation = lazy(() =>
  z.strictObject({
    rule: schedule(),
    next: z.optional(run()),
    last: z.optional(lastRun()),
    conditions: list(
      z.strictObject({
        condition: condition(),
        text: z.string(),
        holds: described(z.nullable(z.boolean()), "null: nobody can tell now"),
      }),
    ),
    held: z.optional(described(notRunReason(), "why it would not run at that time")),
    heldText: z.optional(z.string()),
    movedOnPurpose: described(z.boolean(), "the location veil moves its sun times"),
  }),
);

export const comparison = lazy(() =>
  z.strictObject({
    rules: described(
      z.readonly(
        z.array(z.strictObject({ id: z.optional(id()), ...ruleFields() })).check(z.maxLength(1_000)),
      ),
      "rules as they would be: with the id of a present one in its place, without one as a new one",
    ),
    days: z.optional(quantity("days to look ahead; 366 when absent", 0.01, 366)),
  }),
);

export const scheduleDifference = lazy(() =>
  z.strictObject({
    rule: described(z.nullable(id()), "null: a new rule"),
    name: z.string(),
    date: z.string(),
    before: z.optional(instant()),
    after: z.optional(instant()),
  }),
);
export const scheduleDifferences = lazy(() => collection(scheduleDifference()));

export const mode = lazy(() => z.strictObject({ mode: z.enum(homeModes) }));

export const vouch = lazy(() =>
  z.strictObject({
    now: z.optional(described(point(), "what time it is; absent: the clock is right as it is")),
    source: z.optional(described(z.enum(["phone", "person"]), "who says so; absent: a person")),
  }),
);
