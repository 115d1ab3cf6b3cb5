import { IANAZone } from "luxon";
import { type CivilDate, dateOfDay, dayNumber, type WallTime, type ZoneName } from "./civil.ts";
import { CallerError } from "./errors.ts";
import type { Instant } from "./units.ts";

/** A name that is not in the IANA database of time zones. */
export class UnknownZone extends CallerError {
  override readonly code = "unknown_zone";
}

/** What a clock on the wall of a zone shows. */
export interface Civil {
  readonly date: CivilDate;
  /** Whole seconds. */
  readonly time: WallTime;
  /** How far clocks are ahead of UTC, milliseconds. */
  readonly offsetMs: number;
}

/** `from <= instant < until`: clocks are ahead of UTC by `offset`. Milliseconds. */
interface Period {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

const msPerDay = 86_400_000;
/** About a year; a whole number of steps. */
const msPerTable = 384 * msPerDay;
/** The shortest time between two changes of one zone since 1970 is a week (Noronha in 2000): no spell falls between steps. */
const msPerStep = 6 * msPerDay;
/** No clock is further from UTC than a day: a table serves instants and local times alike. */
const margin = msPerStep;
const mostTables = 64;
const mostZones = 1_024;
/** Two days before the last there is: luxon makes a `Date` of the local time too. */
const lastInstant = 8.64e15 - 2 * msPerDay;

/** Names of areas and places, and `UTC`; an offset such as `+02:00` is no zone. */
const names = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;

/**
 * The name of a zone as it is written in the IANA database. Old names are zones too.
 * @throws UnknownZone
 */
export const parseZone = (text: string): ZoneName => {
  if (text.length > 64 || !names.test(text) || !IANAZone.isValidZone(text)) {
    throw new UnknownZone("not a time zone: use a name of the IANA database, such as Europe/Berlin");
  }
  const written = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  // ICU understands any case, but answers an alias with the name it stands for.
  return (written.toLowerCase() === text.toLowerCase() ? written : text) as ZoneName;
};

const zones = new Map<ZoneName, TimeZone>();

/**
 * The clocks of a zone: civil time to instant and back.
 *
 * Source: the IANA rules that come with Node (`process.versions.tz`), asked through luxon for the offset at given instants
 * only. luxon's own way from local time to instant depends on the day on which the program runs: of an hour that comes
 * twice it takes the second in winter. Here it is always the first. Answers come from tables of the changes, one per year
 * or so, made when first needed.
 */
export class TimeZone {
  readonly name: ZoneName;
  #source: IANAZone | undefined;
  readonly #tables = new Map<number, readonly Period[]>();
  /** The table that was asked last, which most often is asked again. */
  #lastKey = Number.NaN;
  #last: readonly Period[] = [];

  private constructor(name: ZoneName) {
    this.name = name;
  }

  /** The one zone of that name. Whether there is one is asked with the first question to it: ICU takes a good part of a start. */
  static of(name: ZoneName): TimeZone {
    const known = zones.get(name);
    if (known !== undefined) return known;
    const zone = new TimeZone(name);
    keepFewer(zones, mostZones).set(name, zone);
    return zone;
  }

  /**
   * When clocks show that time on that date, RFC 5545 3.3.5: of a time that comes twice the first, of a time that is
   * jumped over the one that the clock would have shown without the jump. Undefined where the zone jumped over the whole
   * date, as Samoa did over 2011-12-30.
   * @throws UnknownZone
   */
  instantOf(date: CivilDate, time: WallTime): Instant | undefined {
    const midnight = dayNumber(date) * msPerDay;
    const local = midnight + time * 1_000;
    let before: Period | undefined;
    for (const period of this.#around(local)) {
      if (local < period.until + period.offset) {
        const isJumped = before !== undefined && local < period.from + period.offset;
        if (!isJumped || before === undefined) return (local - period.offset) as Instant;
        return swallows(before, period, midnight) ? undefined : ((local - before.offset) as Instant);
      }
      before = period;
    }
    return undefined;
  }

  /** What clocks show at an instant. @throws UnknownZone */
  civil(at: Instant): Civil {
    const offsetMs = this.#offsetAt(at);
    const seconds = Math.floor((at + offsetMs) / 1_000);
    const day = Math.floor(seconds / 86_400);
    return { date: dateOfDay(day), time: (seconds - day * 86_400) as WallTime, offsetMs };
  }

  #offsetAt(at: number): number {
    for (const period of this.#around(at)) if (at < period.until) return period.offset;
    return 0;
  }

  #around(at: number): readonly Period[] {
    const key = Math.floor(at / msPerTable);
    if (key === this.#lastKey) return this.#last;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = this.#tableOf(key * msPerTable);
      keepFewer(this.#tables, mostTables).set(key, table);
    }
    this.#lastKey = key;
    this.#last = table;
    return table;
  }

  #tableOf(start: number): readonly Period[] {
    const end = start + msPerTable + margin;
    const periods: Period[] = [];
    let from = Number.NEGATIVE_INFINITY;
    let offset = this.#ask(start - margin);
    for (let at = start - margin; at < end; at += msPerStep) {
      const next = this.#ask(at + msPerStep);
      if (next === offset) continue;
      const until = this.#changeBetween(at, at + msPerStep, offset);
      periods.push({ from, until, offset });
      from = until;
      offset = next;
    }
    return [...periods, { from, until: Number.POSITIVE_INFINITY, offset }];
  }

  /** Changes are at whole seconds. */
  #changeBetween(from: number, to: number, offset: number): number {
    let [before, after] = [from / 1_000, to / 1_000];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#ask(middle * 1_000) === offset) before = middle;
      else after = middle;
    }
    return after * 1_000;
  }

  #ask(at: number): number {
    const within = Math.min(Math.max(at, -lastInstant), lastInstant);
    this.#source ??= IANAZone.create(parseZone(this.name));
    return Math.round(this.#source.offset(within) * 60_000);
  }
}

/** Makes room for one more: the one that came first goes. */
const keepFewer = <Key, Value>(kept: Map<Key, Value>, most: number): Map<Key, Value> => {
  const [oldest] = kept.size < most ? [] : kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
  return kept;
};

/** Whether the jump from one period to the next leaves nothing of the day that begins at `midnight`, local. */
const swallows = (before: Period, after: Period, midnight: number): boolean =>
  after.from + before.offset <= midnight && midnight + msPerDay <= after.from + after.offset;
