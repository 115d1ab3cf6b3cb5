import { dateOfDay, dayNumber } from "../domain/civil.ts";
import {
  byTime,
  type Calendar,
  dateOf,
  daysAround,
  isOneShot,
  occurrencesOn,
  type Timed,
} from "../domain/plan.ts";
import type { Moment, Occurrence, Trigger } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";

/** 29 February comes after eight years at the latest: 1896 to 1904, 2096 to 2104. */
const farthestDays = 8 * 366;
/** What has not come within a year of the days it means never does: no sun climbs so high there. */
const mostVainDays = 366;

/** Whether a moment of the next date is always later than that of this one. */
const isSteady = (moment: Moment): boolean => moment.kind === "time" || moment.polar.kind !== "clock";

/** How many dates on one must look to be sure that nothing comes earlier. */
const lookAhead = (trigger: Trigger): number =>
  trigger.kind === "daily" && trigger.until === undefined && isSteady(trigger.at) ? 0 : daysAround;

/** Walks through what clock and sun bring of one trigger, date by date, each date looked at once. */
export class TriggerCursor {
  readonly #rule: Timed;
  readonly #trigger: number;
  readonly #calendar: Calendar;
  readonly #from: Instant;
  readonly #ahead: number;
  /** Found and not yet given out, in order. */
  #found: Occurrence[] = [];
  /** The next date to look at, in days since 1970. */
  #day: number;
  #lastDay = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  /** @param from what comes before is left out */
  constructor(rule: Timed, trigger: number, calendar: Calendar, from: Instant) {
    const kind = rule.triggers[trigger] as Trigger;
    this.#rule = rule;
    this.#trigger = trigger;
    this.#calendar = calendar;
    this.#from = from;
    this.#ahead = lookAhead(kind);
    this.#day = dayNumber(calendar.zone.civil(from).date) - daysAround;
    if (isOneShot(kind)) this.#day = this.#lastDay = dayNumber(dateOf(kind, calendar));
  }

  /** The next in order; undefined when nothing comes any more. */
  next(): Occurrence | undefined {
    if (!this.#fill()) return undefined;
    const first = this.#found.shift();
    if (first !== undefined) this.#newest = first.at;
    return first;
  }

  /** Looks on until the first found cannot be overtaken. @returns whether there is one */
  #fill(): boolean {
    let vain = 0;
    const stop = Math.min(this.#lastDay, this.#day + farthestDays);
    while (this.#day <= stop && vain <= mostVainDays) {
      const first = this.#found[0];
      if (first !== undefined && this.#day > dayNumber(first.date) + this.#ahead) break;
      vain = this.#look() || first !== undefined ? 0 : vain + this.#isVain();
    }
    return this.#found.length > 0;
  }

  #look(): boolean {
    const found = occurrencesOn(this.#rule, this.#trigger, dateOfDay(this.#day++), this.#calendar);
    const before = this.#found.length;
    for (const each of found) if (this.#isNews(each)) this.#found.push(each);
    if (this.#found.length > 1) this.#found.sort(byTime);
    return this.#found.length > before;
  }

  #isNews({ at, edge }: Occurrence): boolean {
    // Where a zone skips a date the same sunset is found on both sides of it.
    const isTwin = at === this.#newest || this.#found.some((each) => each.at === at && each.edge === edge);
    return at >= this.#from && !isTwin;
  }

  /** A date of the calendar that the rule does not mean says nothing about the sun. */
  #isVain(): number {
    const trigger = this.#rule.triggers[this.#trigger];
    return trigger !== undefined && "days" in trigger && trigger.days.dates !== undefined ? 0 : 1;
  }
}
