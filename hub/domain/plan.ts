import { addDays, type CivilDate, dateOfDay, dayNumber, type WallTime, weekdayOf } from "./civil.ts";
import type { RuleId } from "./ids.ts";
import type { Condition, Days, Edge, Moment, Occurrence, Rule, Trigger } from "./rule.ts";
import type { Sun } from "./sun.ts";
import { type SunEventKind, sunEventNames } from "./sun-event.ts";
import type { TimeZone } from "./time-zone.ts";
import { Instant } from "./units.ts";

/** What turns dates into instants at one home. */
export interface Calendar {
  readonly zone: TimeZone;
  /** Undefined: no place is set, and no sun moment ever comes. */
  readonly sun: Sun | undefined;
  /** A draw for a random window, 0 <= x < 1, the same for the same id whenever it is asked. */
  draw(id: string): number;
}

/** The part of a rule that says when. */
export type Timed = Pick<Rule, "id" | "triggers">;
type SunMoment = Extract<Moment, { kind: "sun" }>;
type Range = Extract<Trigger, { kind: "range" }>;
type Daily = Extract<Trigger, { kind: "daily" }>;
type TimeWindow = Extract<Condition, { kind: "time" }>;

/** A stretch of time that belongs to a date; `to` is not in it any more. */
interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Nothing that belongs to a date happens so many days before it begins or after it: an offset is at most a day, a
 * window ends on the next date at the latest, and the zone may be 14 h away.
 */
export const daysAround = 3;
const msPerDay = 86_400_000;
/** The end of one solar day and the beginning of the next are found in two ways, a few milliseconds apart. */
const oneMoment = 1_000;

const noon = sunEventNames.indexOf("solar_noon");
const midday = 43_200;

/** Whether a sun event belongs to the half of the solar day before noon. */
const isOfMorning = (kind: SunEventKind): boolean =>
  typeof kind === "string" ? sunEventNames.indexOf(kind) < noon : kind.direction === "rising";

const isMorning = (moment: Moment): boolean =>
  moment.kind === "time" ? moment.at < midday : isOfMorning(moment.event);

const clamped = (at: number, { notBefore, notAfter }: SunMoment, date: CivilDate, zone: TimeZone): number => {
  const civil = (time: WallTime | undefined) => (time === undefined ? undefined : zone.instantOf(date, time));
  return Math.min(Math.max(at, civil(notBefore) ?? at), civil(notAfter) ?? Infinity);
};

/** A clock time that stands in is meant as it is written; an event and its limit have the offset. */
const unclamped = (moment: SunMoment, date: CivilDate, sun: Sun, zone: TimeZone): number | undefined => {
  const event = sun.eventOn(moment.event, date);
  if (event !== undefined) return event.at + moment.offset;
  if (moment.polar.kind === "none") return undefined;
  if (moment.polar.kind === "clock") return zone.instantOf(date, moment.polar.at);
  const limit = sun.limitOn(moment.event, date);
  return limit === undefined ? undefined : limit.at + moment.offset;
};

/**
 * When a moment comes on a date: of a clock time the civil date, of a sun moment the solar one. Undefined on a date that
 * does not have it. Polar policies: a clock time that stands in is taken as written, a culmination has the offset; the
 * clamps hold for both.
 */
export const momentOn = (moment: Moment, date: CivilDate, calendar: Calendar): Instant | undefined => {
  const { sun, zone } = calendar;
  if (moment.kind === "time") return zone.instantOf(date, moment.at);
  const at = sun === undefined ? undefined : unclamped(moment, date, sun, zone);
  const within = at === undefined ? Number.NaN : clamped(at, moment, date, zone);
  // A number that is none must never reach a timer.
  return Number.isFinite(within) ? Instant(Math.round(within)) : undefined;
};

/** Whether a rule means this date. */
export const isMeant = ({ weekdays, dates }: Days, date: CivilDate): boolean =>
  (weekdays === undefined || weekdays.includes(weekdayOf(date))) &&
  (dates === undefined || dates.some((day) => date.endsWith(day)));

/** From an evening to a morning, or from a clock time to an earlier one: the end is on the next date. */
const endsNextDay = (from: Moment, to: Moment): boolean => {
  if (from.kind === "time" && to.kind === "time") return to.at <= from.at;
  return !isMorning(from) && isMorning(to);
};

/** An edge of a range from sun to sun: where the day lacks it, the range follows the height of the sun. */
const edgeByHeight = (moment: SunMoment, date: CivilDate, calendar: Calendar): Instant | undefined => {
  const found = momentOn(moment, date, calendar);
  if (found !== undefined || calendar.sun === undefined || moment.polar.kind !== "none") return found;
  return calendar.sun.limitOn(moment.event, date)?.at;
};

const intervalOn = (
  { from, to, days }: Pick<Range | TimeWindow, "from" | "to" | "days">,
  date: CivilDate,
  calendar: Calendar,
): Interval | undefined => {
  if (!isMeant(days, date)) return undefined;
  const endDate = endsNextDay(from, to) ? addDays(date, 1) : date;
  const isBySun = from.kind === "sun" && to.kind === "sun";
  const start = isBySun ? edgeByHeight(from, date, calendar) : momentOn(from, date, calendar);
  const end = isBySun ? edgeByHeight(to, endDate, calendar) : momentOn(to, endDate, calendar);
  return start === undefined || end === undefined || end < start + oneMoment
    ? undefined
    : { from: start, to: end };
};

/** Whether a time lies within a range, or within the window of a condition. */
export const isWithin = (
  window: Pick<Range | TimeWindow, "from" | "to" | "days">,
  at: Instant,
  calendar: Calendar,
): boolean => {
  const today = dayNumber(calendar.zone.civil(at).date);
  for (let day = today - daysAround; day <= today + 1; day++) {
    const interval = intervalOn(window, dateOfDay(day), calendar);
    if (interval !== undefined && interval.from <= at && at < interval.to) return true;
  }
  return false;
};

/** An occurrence, by its name. */
export const occurrenceOf = (
  rule: RuleId,
  trigger: number,
  edge: Edge,
  date: CivilDate,
  at: Instant,
): Occurrence => ({
  id: occurrenceId(rule, trigger, date, edge),
  rule,
  trigger,
  edge,
  date,
  at,
});

/** What an occurrence is called, whatever the clock does. */
export const occurrenceId = (rule: RuleId, trigger: number, date: CivilDate, edge: Edge): string =>
  `${rule}/${trigger}/${date}/${edge}`;

/** Only a range of most of a day can meet the one of the next date. */
const mayMeet = ({ from, to }: Interval): boolean => to - from > msPerDay / 2;

/** An end on which, or before which, the range of the next date has begun is none. */
const endsInNext = (own: Interval, range: Range, date: CivilDate, calendar: Calendar): boolean => {
  if (!mayMeet(own)) return false;
  const next = intervalOn(range, addDays(date, 1), calendar);
  return next !== undefined && next.from <= own.to + oneMoment && own.to < next.to;
};

const ofRange = (rule: RuleId, trigger: number, range: Range, date: CivilDate, calendar: Calendar) => {
  const own = intervalOn(range, date, calendar);
  if (own === undefined) return [];
  const start = occurrenceOf(rule, trigger, "start", date, own.from);
  if (endsInNext(own, range, date, calendar)) return [start];
  return [start, occurrenceOf(rule, trigger, "end", date, own.to)];
};

const drawnWithin = ({ at, until, days }: Daily, id: string, date: CivilDate, calendar: Calendar) => {
  if (until === undefined) return momentOn(at, date, calendar);
  const window = intervalOn({ from: at, to: until, days }, date, calendar);
  if (window === undefined) return undefined;
  return Instant(Math.floor(window.from + calendar.draw(id) * (window.to - window.from)));
};

const ofDaily = (rule: RuleId, trigger: number, daily: Daily, date: CivilDate, calendar: Calendar) => {
  if (!isMeant(daily.days, date)) return [];
  const at = drawnWithin(daily, occurrenceId(rule, trigger, date, "start"), date, calendar);
  return at === undefined ? [] : [occurrenceOf(rule, trigger, "start", date, at)];
};

/** What the clock and the sun bring of one trigger on one date, in order. Nothing of a trigger that waits for an event. */
export const occurrencesOn = (
  { id, triggers }: Timed,
  index: number,
  date: CivilDate,
  calendar: Calendar,
): readonly Occurrence[] => {
  const trigger = triggers[index];
  switch (trigger?.kind) {
    case "daily":
      return ofDaily(id, index, trigger, date, calendar);
    case "range":
      return ofRange(id, index, trigger, date, calendar);
    case "once":
    case "timer":
      return ofOne(id, index, trigger, date, calendar);
    default:
      return [];
  }
};

/** A trigger that sets its rule off once and never again. */
export type OneShot = Extract<Trigger, { kind: "once" | "timer" }>;

/** Whether a trigger sets its rule off only once. */
export const isOneShot = (trigger: Trigger): trigger is OneShot =>
  trigger.kind === "once" || trigger.kind === "timer";

/** When a trigger of once falls due. Undefined: on a date that its zone has left out. */
const instantOf = (trigger: OneShot, { zone }: Calendar): Instant | undefined =>
  trigger.kind === "timer"
    ? Instant(trigger.since + trigger.after)
    : zone.instantOf(trigger.date, trigger.at);

/** The date of a trigger of once, which is the only one it has. */
export const dateOf = (trigger: OneShot, { zone }: Calendar): CivilDate =>
  trigger.kind === "timer" ? zone.civil(trigger.since).date : trigger.date;

const ofOne = (rule: RuleId, index: number, trigger: OneShot, date: CivilDate, calendar: Calendar) => {
  if (dateOf(trigger, calendar) !== date) return [];
  const at = instantOf(trigger, calendar);
  return at === undefined ? [] : [occurrenceOf(rule, index, "start", date, at)];
};

/** In order of time; at one instant in order of the id. */
export const byTime = (a: Occurrence, b: Occurrence): number =>
  a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Two dates of one sun: where a zone skips a date, the same event may be found twice. */
const withoutTwins = (sorted: readonly Occurrence[]): readonly Occurrence[] => {
  const seen = new Set<string>();
  return sorted.filter(({ trigger, edge, at }) => {
    const mark = `${trigger}/${edge}/${at}`;
    return !seen.has(mark) && seen.add(mark);
  });
};

/**
 * Everything that clock and sun bring of a rule from `from` until before `to`, in order. The dates around are looked at
 * too: an offset may carry an event into another day.
 */
export const occurrencesOf = (
  rule: Timed,
  calendar: Calendar,
  from: Instant,
  to: Instant,
): readonly Occurrence[] => {
  if (to <= from) return [];
  const first = dayNumber(calendar.zone.civil(from).date) - daysAround;
  const last = dayNumber(calendar.zone.civil(to).date) + daysAround;
  const found: Occurrence[] = [];
  for (const [index, trigger] of rule.triggers.entries()) {
    const days = isOneShot(trigger) ? [dayNumber(dateOf(trigger, calendar))] : span(first, last);
    for (const day of days) found.push(...occurrencesOn(rule, index, dateOfDay(day), calendar));
  }
  return withoutTwins(found.filter(({ at }) => from <= at && at < to).sort(byTime));
};

const span = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);
