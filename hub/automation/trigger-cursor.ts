import { dateOfDay, dayNumber } from "../domain/civil.ts";
import {
  byTime,
  type Calendar,
  dateOf,
  daysAround,
  isMeant,
  isOneShot,
  momentOn,
  occurrenceOf,
  occurrencesOn,
  type Timed,
} from "../domain/plan.ts";
import type { Moment, Occurrence, Trigger } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";

/** Walks through what clock and sun bring of one trigger, date by date, each date looked at once. */
export interface TriggerCursor {
  /** When the next is due, milliseconds since 1970; infinity when nothing comes any more. A plain number lies in place. */
  readonly due: number;
  /** The next, and on to the one after it. Only where there is one. */
  take(): Occurrence;
}

/** 29 February comes after eight years at the latest: 1896 to 1904, 2096 to 2104. */
const farthestDays = 8 * 366;
/** What has not come within a year of the days it means never does: no sun climbs so high there. */
const mostVainDays = 366;

type Daily = Extract<Trigger, { kind: "daily" }>;

/** Whether a moment of the next date is always later than that of this one. */
const isSteady = (moment: Moment): boolean => moment.kind === "time" || moment.polar.kind !== "clock";

const isPlain = (trigger: Trigger | undefined): trigger is Daily =>
  trigger?.kind === "daily" && trigger.until === undefined && isSteady(trigger.at);

const firstDay = (calendar: Calendar, from: Instant): number =>
  dayNumber(calendar.zone.civil(from).date) - daysAround;

/** @param from what comes before is left out */
export const cursorOf = (rule: Timed, trigger: number, calendar: Calendar, from: Instant): TriggerCursor => {
  const kind = rule.triggers[trigger];
  return isPlain(kind)
    ? new DailyCursor(rule, trigger, kind, calendar, from)
    : new SortingCursor(rule, trigger, calendar, from);
};

/** Of a moment that comes once a day and later every day: by far the most there are. Holds numbers only. */
class DailyCursor implements TriggerCursor {
  readonly #rule: Timed;
  readonly #trigger: number;
  readonly #daily: Daily;
  readonly #calendar: Calendar;
  /** Of the next, in days since 1970. */
  #day: number;
  due = Number.POSITIVE_INFINITY;

  constructor(rule: Timed, trigger: number, daily: Daily, calendar: Calendar, from: Instant) {
    this.#rule = rule;
    this.#trigger = trigger;
    this.#daily = daily;
    this.#calendar = calendar;
    this.#day = firstDay(calendar, from) - 1;
    this.#find(from);
  }

  take(): Occurrence {
    const date = dateOfDay(this.#day);
    const due = this.due as Instant;
    // Where a zone skips a date the same sunset is found on both sides of it.
    this.#find(due + 1);
    return occurrenceOf(this.#rule.id, this.#trigger, "start", date, due);
  }

  #find(from: number): void {
    let vain = 0;
    for (let days = 0; days < farthestDays && vain <= mostVainDays; days++) {
      const date = dateOfDay(++this.#day);
      if (!isMeant(this.#daily.days, date)) continue;
      const at = momentOn(this.#daily.at, date, this.#calendar);
      if (at !== undefined && at >= from) {
        this.due = at;
        return;
      }
      vain++;
    }
    this.due = Number.POSITIVE_INFINITY;
  }
}

/** Of everything else: looks so many dates on that nothing earlier can come. */
class SortingCursor implements TriggerCursor {
  readonly #rule: Timed;
  readonly #trigger: number;
  readonly #calendar: Calendar;
  readonly #from: Instant;
  /** Found and not yet given out, in order. */
  readonly #found: Occurrence[] = [];
  /** The next date to look at, in days since 1970. */
  #day: number;
  readonly #lastDay: number;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(rule: Timed, trigger: number, calendar: Calendar, from: Instant) {
    const kind = rule.triggers[trigger];
    this.#rule = rule;
    this.#trigger = trigger;
    this.#calendar = calendar;
    this.#from = from;
    const only = kind !== undefined && isOneShot(kind) ? dayNumber(dateOf(kind, calendar)) : undefined;
    this.#day = only ?? firstDay(calendar, from);
    this.#lastDay = only ?? Number.POSITIVE_INFINITY;
    this.#fill();
  }

  get due(): number {
    return this.#found[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  take(): Occurrence {
    const first = this.#found.shift() as Occurrence;
    this.#newest = first.at;
    this.#fill();
    return first;
  }

  /** Looks on until the first found cannot be overtaken. */
  #fill(): void {
    let vain = 0;
    const stop = Math.min(this.#lastDay, this.#day + farthestDays);
    while (this.#day <= stop && vain <= mostVainDays) {
      const first = this.#found[0];
      if (first !== undefined && this.#day > dayNumber(first.date) + daysAround) return;
      const date = dateOfDay(this.#day++);
      this.#look(date);
      if (this.#found.length > 0 || !this.#means(date)) continue;
      vain++;
    }
  }

  #look(date: Occurrence["date"]): void {
    for (const each of occurrencesOn(this.#rule, this.#trigger, date, this.#calendar)) {
      if (this.#isNews(each)) this.#found.push(each);
    }
    this.#found.sort(byTime);
  }

  #isNews({ at, edge }: Occurrence): boolean {
    const isTwin = at === this.#newest || this.#found.some((each) => each.at === at && each.edge === edge);
    return at >= this.#from && !isTwin;
  }

  /** A date that the rule does not mean says nothing about the sun. */
  #means(date: Occurrence["date"]): boolean {
    const trigger = this.#rule.triggers[this.#trigger];
    return trigger === undefined || !("days" in trigger) || isMeant(trigger.days, date);
  }
}
