import { getPosition } from "suncalc";
import type { NewRule } from "../../../hub/automation/rule-store.ts";
import { keyedDraw } from "../../../hub/crypto/keyed-draw.ts";
import type { Condition, Moment, Trigger } from "../../../hub/domain/rule.ts";
import { minute, people, type YearEvent } from "./year-home.ts";

/**
 * What a year brings, found by looking at every minute of it: what the wall clock shows, by Intl, and on which side of a
 * height the sun stands, by suncalc. Knows nothing of plans, tables, solvers or heaps.
 */

const berlin = { latitude: 52.52, longitude: 13.405, zone: "Europe/Berlin" };
/** suncalc lifts every height below the horizon by the refraction at it. */
const lift = 0.484;
const heights: Readonly<Record<string, number>> = {
  sunset: -50 / 60,
  sunrise: -50 / 60,
  civil_dawn: -6,
  civil_dusk: -6,
};
const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

interface Minute {
  readonly utc: number;
  /** Minutes of the day that the clock on the wall shows. */
  readonly wall: number;
  /** Days since 1970 that the calendar on the wall shows. */
  readonly day: number;
  readonly altitude: number;
}

const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: berlin.zone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

const altitudeAt = (utc: number): number =>
  getPosition(new Date(utc), berlin.latitude, berlin.longitude).altitude;

const look = (utc: number): Minute => {
  const [, day = 0, month = 0, year = 0, hour = 0, min = 0] =
    /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(utc))?.map(Number) ?? [];
  return {
    utc,
    wall: hour * 60 + min,
    day: Date.UTC(year, month - 1, day) / 86_400_000,
    altitude: altitudeAt(utc),
  };
};

const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Every minute between two times, and every moment of every day found in them. */
class Almanac {
  readonly #minutes: readonly Minute[];
  readonly #shown = new Map<number, number>();
  readonly #firstOfDay = new Map<number, Minute>();
  readonly #passed = new Map<string, number>();

  constructor(from: number, to: number) {
    const minutes: Minute[] = [];
    for (let utc = from; utc < to; utc += minute) minutes.push(look(utc));
    this.#minutes = minutes;
    for (const each of minutes) {
      const mark = each.day * 1_440 + each.wall;
      if (!this.#shown.has(mark)) this.#shown.set(mark, each.utc);
      if (!this.#firstOfDay.has(each.day)) this.#firstOfDay.set(each.day, each);
    }
    this.#watchSun();
  }

  get days(): readonly number[] {
    return [...this.#firstOfDay.keys()];
  }

  /** The minute in which a moment lies on a day. */
  momentOn(moment: Moment, day: number): number | undefined {
    if (moment.kind === "time") return this.#clock(day, moment.at / 60);
    const passed = this.#passed.get(`${moment.event} ${day}`);
    if (passed === undefined) return undefined;
    const at = passed + moment.offset;
    const { notBefore, notAfter } = moment;
    const low = notBefore === undefined ? at : Math.max(at, this.#clock(day, notBefore / 60) ?? at);
    return notAfter === undefined ? low : Math.min(low, this.#clock(day, notAfter / 60) ?? low);
  }

  /** A time that no clock shows on its day is as long after the day began as it would have been. */
  #clock(day: number, wall: number): number | undefined {
    const shown = this.#shown.get(day * 1_440 + wall);
    const first = this.#firstOfDay.get(day);
    return shown ?? (first === undefined ? undefined : first.utc + (wall - first.wall) * minute);
  }

  #watchSun(): void {
    for (const [index, next] of this.#minutes.entries()) {
      const now = this.#minutes[index - 1];
      if (now === undefined) continue;
      for (const [event, height] of Object.entries(heights)) {
        const rises = event === "sunrise" || event === "civil_dawn";
        const [before, after] = [now.altitude - lift, next.altitude - lift];
        const passes = rises ? before < height && after >= height : before >= height && after < height;
        if (passes) this.#passed.set(`${event} ${now.day}`, now.utc);
      }
    }
  }
}

/** An end that is on the next day: over midnight, or from an evening to a morning. */
const isMorning = (moment: Moment): boolean =>
  moment.kind === "time" ? moment.at < 43_200 : moment.event === "sunrise" || moment.event === "civil_dawn";

const isOn = (trigger: Extract<Trigger, { kind: "daily" | "range" }>, day: number): boolean => {
  const { weekdays, dates } = trigger.days;
  const name = names[(day + 4) % 7] as (typeof names)[number];
  if (weekdays !== undefined && !weekdays.includes(name)) return false;
  return dates === undefined || dates.some((date) => date === dateText(day).slice(5));
};

interface Due {
  /** To the minute. */
  readonly at: number;
  readonly rule: number;
  readonly edge: "start" | "end" | "event";
  readonly day: number;
}

const dueOf = (rules: readonly NewRule[], ids: readonly string[], almanac: Almanac): readonly Due[] => {
  const due: Due[] = [];
  for (const [rule, { triggers }] of rules.entries()) {
    const [trigger] = triggers;
    for (const day of almanac.days) {
      if (trigger?.kind === "daily" && isOn(trigger, day)) {
        const at = drawn(trigger, `${ids[rule]}/0/${dateText(day)}/start`, day, almanac);
        if (at !== undefined) due.push({ at, rule, edge: "start", day });
      }
      if (trigger?.kind === "range" && isOn(trigger, day)) {
        const from = almanac.momentOn(trigger.from, day);
        const to = endOf(trigger.from, trigger.to, day, almanac);
        if (from === undefined || to === undefined || to <= from) continue;
        due.push({ at: from, rule, edge: "start", day }, { at: to, rule, edge: "end", day });
      }
    }
  }
  return due;
};

const endOf = (from: Moment, to: Moment, day: number, almanac: Almanac): number | undefined => {
  const isClock = from.kind === "time" && to.kind === "time";
  const isNext = isClock ? to.at <= from.at : !isMorning(from) && isMorning(to);
  return almanac.momentOn(to, isNext ? day + 1 : day);
};

const drawn = (
  { at, until }: Extract<Trigger, { kind: "daily" }>,
  id: string,
  day: number,
  almanac: Almanac,
): number | undefined => {
  const from = almanac.momentOn(at, day);
  const to = until === undefined ? undefined : endOf(at, until, day, almanac);
  if (from === undefined || to === undefined) return from;
  const exact = from + keyedDraw(Buffer.from("year"), id) * (to - from);
  return Math.floor(exact / minute) * minute;
};

/** What the home is like while the year goes by. */
interface State {
  mode: string;
  readonly home: Set<string>;
  isOccupied: boolean;
}

const holds = (condition: Condition, state: State, at: number): boolean => {
  if (condition.kind === "presence") return state.home.size > 0;
  if (condition.kind === "mode") return condition.is.some((mode) => mode === state.mode);
  return altitudeAt(at) - lift < -50 / 60;
};

const hears = (trigger: Trigger, event: YearEvent, state: State): boolean => {
  if (event.kind === "motion") return trigger.kind === "motion";
  if (trigger.kind !== "presence") return false;
  const others = [...state.home].filter((each) => each !== event.person).length;
  if (trigger.event === "first-arrives") return event.home && others === 0;
  if (trigger.event === "last-leaves") return !event.home && others === 0;
  return trigger.event === "arrives" && event.home && trigger.person === event.person;
};

/** Every firing between two times, as `minute rule edge`, sorted. */
export const bruteForce = (
  rules: readonly NewRule[],
  ids: readonly string[],
  events: readonly YearEvent[],
  from: number,
  to: number,
): readonly string[] => {
  const almanac = new Almanac(from - 4 * 86_400_000, to + 4 * 86_400_000);
  const state: State = { mode: "home", home: new Set(people), isOccupied: false };
  const begun = new Map<number, boolean>();
  const fired: string[] = [];
  const fire = (at: number, rule: number, edge: string): void => {
    fired.push(`${new Date(Math.floor(at / minute) * minute).toISOString()} ${rules[rule]?.name} ${edge}`);
    for (const action of edge === "end" ? [] : (rules[rule]?.actions ?? []))
      if (action.kind === "mode") state.mode = action.mode;
  };
  const meets = (rule: number, at: number): boolean =>
    (rules[rule]?.conditions ?? []).every((condition) => holds(condition, state, at));
  const happen = (event: YearEvent): void => {
    for (const [rule, { triggers }] of rules.entries()) {
      if (!triggers.some((trigger) => hears(trigger, event, state))) continue;
      pending.push(rule);
    }
    if (event.kind === "presence")
      event.home ? state.home.add(event.person) : state.home.delete(event.person);
    for (const rule of pending.splice(0)) if (meets(rule, event.at)) fire(event.at, rule, "event");
  };
  const pending: number[] = [];
  const due = dueOf(rules, ids, almanac)
    .filter(({ at }) => at >= from && at < to)
    .map((each) => ({ at: each.at, run: () => byClock(each) }));
  const byClock = ({ at, rule, edge }: Due): void => {
    if (edge === "end" ? begun.get(rule) !== false : meets(rule, at)) fire(at, rule, edge);
    if (edge === "start") begun.set(rule, meets(rule, at));
  };
  const all = [...due, ...events.map((event) => ({ at: event.at, run: () => happen(event) }))];
  for (const { run } of all.sort((a, b) => a.at - b.at)) run();
  return fired.sort();
};
