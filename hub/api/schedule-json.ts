import { parseCivilDate, parseMonthDay, parseWallTime, wallTimeText } from "../domain/civil.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { LightTargetId } from "../domain/home.ts";
import type { DeviceId, PersonId, RoomId, SceneId, SensorId } from "../domain/ids.ts";
import { isoText, parseInstant } from "../domain/instant-text.ts";
import type { Degrees } from "../domain/place.ts";
import type {
  Action,
  CatchUp,
  Condition,
  Days,
  Moment,
  Occurrence,
  PolarPolicy,
  Rule,
  Trigger,
} from "../domain/rule.ts";
import { type NameOf, ruleText } from "../domain/rule-text.ts";
import type { SunEventKind } from "../domain/sun-event.ts";
import { type Instant, Percent, toSeconds } from "../domain/units.ts";
import type { Shape } from "./contract.ts";
import { commandJson, commandOf, durationOf, msOf } from "./home-json.ts";
import type { ConditionShape } from "./schemas/schedule.ts";

/**
 * Between the hub's rules and the one grammar of API, command line, scenario file and app: the domain's shape, with
 * seconds for milliseconds, "HH:MM" for wall times and ISO 8601 for instants. Whatever comes in has passed the schema,
 * and its ids have been found (`unknownIds`).
 */

type Json<Name extends "Moment" | "Trigger" | "Action"> = Shape<Name>;
type DaysJson = NonNullable<Extract<Json<"Trigger">, { kind: "daily" }>["days"]>;
type CatchUpJson = Shape<"Schedule">["catchUp"];
type SunMomentJson = Extract<Json<"Moment">, { kind: "sun" }>;

/** A rule that somebody wants; it has no id yet. */
export type WantedRule = Omit<Rule, "id" | "pausedUntil">;

const polarJson = (polar: PolarPolicy): NonNullable<SunMomentJson["polar"]> =>
  polar.kind === "clock" ? { kind: "clock", at: wallTimeText(polar.at) } : { kind: polar.kind };

const polarOf = (polar: SunMomentJson["polar"] = { kind: "none" }): PolarPolicy =>
  polar.kind === "clock" ? { kind: "clock", at: parseWallTime(polar.at) } : { kind: polar.kind };

const sunEventOf = (event: SunMomentJson["event"]): SunEventKind =>
  typeof event === "string" ? event : { elevation: event.elevation as Degrees, direction: event.direction };

const momentJson = (moment: Moment): Json<"Moment"> => {
  if (moment.kind === "time") return { kind: "time", at: wallTimeText(moment.at) };
  const { event, offset, notBefore, notAfter, polar } = moment;
  return {
    kind: "sun",
    event,
    offset: offset / 1_000,
    ...(notBefore === undefined ? {} : { notBefore: wallTimeText(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfter: wallTimeText(notAfter) }),
    polar: polarJson(polar),
  };
};

const momentOf = (moment: Json<"Moment">): Moment => {
  if (moment.kind === "time") return { kind: "time", at: parseWallTime(moment.at) };
  const { event, offset, notBefore, notAfter, polar } = moment;
  return {
    kind: "sun",
    event: sunEventOf(event),
    offset: msOf(offset ?? 0),
    ...(notBefore === undefined ? {} : { notBefore: parseWallTime(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfter: parseWallTime(notAfter) }),
    polar: polarOf(polar),
  };
};

const daysJson = ({ weekdays, dates }: Days): DaysJson => ({
  ...(weekdays === undefined ? {} : { weekdays }),
  ...(dates === undefined ? {} : { dates }),
});

const daysOf = ({ weekdays, dates }: DaysJson = {}): Days => ({
  ...(weekdays === undefined ? {} : { weekdays }),
  ...(dates === undefined ? {} : { dates: dates.map(parseMonthDay) }),
});

const triggerJson = (trigger: Trigger): Json<"Trigger"> => {
  switch (trigger.kind) {
    case "daily":
      return {
        kind: "daily",
        at: momentJson(trigger.at),
        ...(trigger.until === undefined ? {} : { until: momentJson(trigger.until) }),
        days: daysJson(trigger.days),
      };
    case "range":
      return {
        kind: "range",
        from: momentJson(trigger.from),
        to: momentJson(trigger.to),
        days: daysJson(trigger.days),
      };
    case "once":
      return { kind: "once", date: trigger.date, at: wallTimeText(trigger.at) };
    case "timer":
      return { kind: "timer", after: toSeconds(trigger.after), since: isoText(trigger.since) };
    case "presence":
      return trigger.event === "approaches" ? { ...trigger, ahead: toSeconds(trigger.ahead) } : trigger;
    default:
      return trigger;
  }
};

const triggerOf = (trigger: Json<"Trigger">, now: Instant): Trigger => {
  switch (trigger.kind) {
    case "daily":
      return {
        kind: "daily",
        at: momentOf(trigger.at),
        ...(trigger.until === undefined ? {} : { until: momentOf(trigger.until) }),
        days: daysOf(trigger.days),
      };
    case "range":
      return {
        kind: "range",
        from: momentOf(trigger.from),
        to: momentOf(trigger.to),
        days: daysOf(trigger.days),
      };
    case "once":
      return { kind: "once", date: parseCivilDate(trigger.date), at: parseWallTime(trigger.at) };
    case "timer": {
      const { after, since } = trigger;
      return {
        kind: "timer",
        after: durationOf(after),
        since: since === undefined ? now : parseInstant(since),
      };
    }
    case "presence":
      return presenceOf(trigger);
    case "motion":
      return { ...trigger, sensor: trigger.sensor as SensorId | RoomId };
    case "illuminance":
      return illuminanceOf(trigger);
    case "contact":
    case "button":
      return { ...trigger, sensor: trigger.sensor as SensorId };
    case "device":
      return { ...trigger, device: trigger.device as DeviceId };
  }
};

const presenceOf = (trigger: Extract<Json<"Trigger">, { kind: "presence" }>): Trigger => {
  switch (trigger.event) {
    case "first-arrives":
    case "last-leaves":
      return { kind: "presence", event: trigger.event };
    case "arrives":
    case "leaves":
      return { kind: "presence", event: trigger.event, person: trigger.person as PersonId };
    case "approaches":
      return {
        kind: "presence",
        event: "approaches",
        ahead: durationOf(trigger.ahead),
        ...(trigger.person === undefined ? {} : { person: trigger.person as PersonId }),
      };
  }
};

const illuminanceOf = ({
  sensor,
  below,
  above,
}: Extract<Json<"Trigger">, { kind: "illuminance" }>): Trigger => {
  const at = { kind: "illuminance", sensor: sensor as SensorId } as const;
  // The schema has let exactly one of the two through.
  return below === undefined ? { ...at, above: above ?? 0 } : { ...at, below };
};

const bandOf = ({ below, above }: { below?: number | undefined; above?: number | undefined }) => ({
  ...(below === undefined ? {} : { below }),
  ...(above === undefined ? {} : { above }),
});

/** A condition in the one grammar. */
export const conditionJson = (condition: Condition): ConditionShape => {
  switch (condition.kind) {
    case "time":
      return {
        kind: "time",
        from: momentJson(condition.from),
        to: momentJson(condition.to),
        days: daysJson(condition.days),
      };
    case "not":
      return { kind: "not", condition: conditionJson(condition.condition) };
    case "any":
      return { kind: "any", of: condition.of.map(conditionJson) };
    default:
      return condition;
  }
};

const conditionOf = (condition: ConditionShape): Condition => {
  switch (condition.kind) {
    case "time":
      return {
        kind: "time",
        from: momentOf(condition.from),
        to: momentOf(condition.to),
        days: daysOf(condition.days),
      };
    case "sun":
    case "mode":
      return condition;
    case "elevation":
      return { kind: "elevation", ...(bandOf(condition) as { below?: Degrees; above?: Degrees }) };
    case "presence":
      return "person" in condition
        ? { kind: "presence", person: condition.person as PersonId, is: condition.is }
        : { kind: "presence", is: condition.is };
    case "illuminance":
      return { kind: "illuminance", sensor: condition.sensor as SensorId, ...bandOf(condition) };
    case "light":
      return { ...condition, target: condition.target as LightTargetId };
    case "not":
      return { kind: "not", condition: conditionOf(condition.condition) };
    case "any":
      return { kind: "any", of: condition.of.map(conditionOf) };
  }
};

const actionJson = (action: Action): Json<"Action"> => {
  switch (action.kind) {
    case "light":
      return {
        kind: "light",
        target: action.target,
        command: commandJson(action.command),
        ...(action.hold === undefined ? {} : { hold: toSeconds(action.hold) }),
      };
    case "scene":
      return {
        kind: "scene",
        scene: action.scene,
        ...(action.transition === undefined ? {} : { transition: toSeconds(action.transition) }),
      };
    case "wake-up":
      return { ...action, over: toSeconds(action.over) };
    case "off-after":
      return { ...action, after: toSeconds(action.after) };
    default:
      return action;
  }
};

const actionOf = (action: Json<"Action">): Action => {
  switch (action.kind) {
    case "light":
      return {
        kind: "light",
        target: action.target as LightTargetId,
        command: commandOf(action.command),
        ...(action.hold === undefined ? {} : { hold: durationOf(action.hold) }),
      };
    case "scene":
      return {
        kind: "scene",
        scene: action.scene as SceneId,
        ...(action.transition === undefined ? {} : { transition: durationOf(action.transition) }),
      };
    case "wake-up":
      return {
        kind: "wake-up",
        target: action.target as LightTargetId,
        over: durationOf(action.over),
        brightness: Percent(action.brightness),
      };
    case "off-after":
      return {
        kind: "off-after",
        target: action.target as LightTargetId,
        after: durationOf(action.after),
      };
    case "circadian":
      return { kind: "circadian", target: action.target as LightTargetId };
    case "mode":
      return action;
  }
};

const catchUpJson = (catchUp: CatchUp): CatchUpJson =>
  catchUp.kind === "late" ? { kind: "late", within: toSeconds(catchUp.within) } : catchUp;

const catchUpOf = (catchUp: CatchUpJson): CatchUp =>
  catchUp.kind === "late" ? { kind: "late", within: durationOf(catchUp.within) } : catchUp;

/** A rule that is paused until it is resumed rests until the end of time. */
const endOfTime = 8.64e15;

const pausedJson = (until: Instant): string | null => (until >= endOfTime ? null : isoText(until));

/** A rule as everybody outside sees it, with its words. @param held what holds it back as things are */
export const scheduleJson = (rule: Rule, nameOf: NameOf, held?: NotRunReason): Shape<"Schedule"> => ({
  id: rule.id,
  name: rule.name,
  enabled: rule.enabled,
  triggers: rule.triggers.map(triggerJson),
  conditions: rule.conditions.map(conditionJson),
  actions: rule.actions.map(actionJson),
  ...(rule.endActions === undefined ? {} : { endActions: rule.endActions.map(actionJson) }),
  catchUp: catchUpJson(rule.catchUp),
  ...(rule.pausedUntil === undefined ? {} : { pausedUntil: pausedJson(rule.pausedUntil) }),
  ...(held === undefined ? {} : { held }),
  text: ruleText(rule, nameOf),
});

/** @param now what a timer counts from that does not say */
export const wantedRuleOf = (input: Shape<"NewSchedule">, now: Instant): WantedRule => ({
  enabled: true,
  conditions: [],
  catchUp: { kind: "now" },
  ...changeOf(input, now),
  name: input.name,
  triggers: input.triggers.map((trigger) => triggerOf(trigger, now)),
  actions: input.actions.map(actionOf),
});

/** What is said of a rule that there is; what is not said stays. @param now as for `wantedRuleOf` */
export const changeOf = (input: Shape<"ScheduleChange">, now: Instant): Partial<WantedRule> => ({
  ...(input.name === undefined ? {} : { name: input.name }),
  ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
  ...(input.triggers === undefined
    ? {}
    : { triggers: input.triggers.map((trigger) => triggerOf(trigger, now)) }),
  ...(input.conditions === undefined ? {} : { conditions: input.conditions.map(conditionOf) }),
  ...(input.actions === undefined ? {} : { actions: input.actions.map(actionOf) }),
  ...(input.endActions === undefined ? {} : { endActions: input.endActions.map(actionOf) }),
  ...(input.catchUp === undefined ? {} : { catchUp: catchUpOf(input.catchUp) }),
});

/** One run of a rule, by its id. */
export const runJson = ({ id, rule, trigger, edge, date, at }: Occurrence) => ({
  id,
  rule,
  trigger,
  edge,
  date,
  at: isoText(at),
});
