import type { CivilDate, WallTime } from "./civil.ts";
import { InvariantBroken } from "./errors.ts";
import type { Degrees, Position } from "./place.ts";
import { SolarDay } from "./solar-day.ts";
import {
  type Elevation,
  type SunEvent,
  type SunEventKind,
  type SunEventName,
  type SunState,
  sunEventNames,
} from "./sun-event.ts";
import { degrees, Observer, radians } from "./sun-position.ts";
import type { TimeZone } from "./time-zone.ts";
import type { Instant } from "./units.ts";

const msPerDay = 86_400_000;
const localNoon = (12 * 3_600) as WallTime;

/** Further ahead nothing is looked for: no polar night lasts as long. */
const furthestAhead = 400;
/** Days that are kept: a year is planned over and over. */
const keptDays = 512;

const rising = (elevation: number): Elevation => ({
  elevation: elevation as Degrees,
  direction: "rising",
});
const setting = (elevation: number): Elevation => ({
  elevation: elevation as Degrees,
  direction: "setting",
});

/** 34' of refraction and 16' of the sun's radius (U.S. Naval Observatory, and everybody since). */
const horizon = -50 / 60;

/** Geometric heights of the sun's centre, degrees. */
const heights: Readonly<Record<Exclude<SunEventName, "solar_noon" | "solar_midnight">, Elevation>> = {
  astronomical_dawn: rising(-18),
  nautical_dawn: rising(-12),
  blue_hour_morning_start: rising(-6),
  civil_dawn: rising(-6),
  blue_hour_morning_end: rising(-4),
  sunrise: rising(horizon),
  golden_hour_morning_end: rising(6),
  golden_hour_evening_start: setting(6),
  sunset: setting(horizon),
  blue_hour_evening_start: setting(-4),
  civil_dusk: setting(-6),
  blue_hour_evening_end: setting(-6),
  nautical_dusk: setting(-12),
  astronomical_dusk: setting(-18),
};

const heightOf = (kind: Exclude<SunEventKind, "solar_noon" | "solar_midnight">): Elevation =>
  typeof kind === "string" ? heights[kind] : kind;

interface DatedDay {
  /** Days since 1970-01-01 in mean solar time of the place. */
  readonly number: number;
  /** Civil date of its noon. */
  readonly date: CivilDate;
  readonly day: SolarDay;
}

/**
 * What the sun does at a place.
 *
 * Heights are geocentric and geometric, of the sun's centre, for an open horizon at sea level; sunrise and sunset are at
 * -50'. An event belongs to a solar day, from one lower culmination to the next; the day's date is the civil one of its
 * noon. So Friday's sunset is Friday's also when it comes after midnight, and no date has two.
 *
 * Checked against test/vectors/sun.csv and another ephemeris: within 5 s, plus 0.2 s for each second that an arcminute of
 * height takes. Nearer to a pole than a tenth of a degree the sun is shown as it is there.
 */
export class Sun {
  readonly #observer: Observer;
  readonly #zone: TimeZone;
  /** By which mean solar time is ahead of UTC. */
  readonly #aheadMs: number;
  readonly #days: (DatedDay | undefined)[] = [];

  /** @throws RangeViolation where one of the coordinates is not a number in its range */
  constructor(position: Position, zone: TimeZone) {
    this.#observer = new Observer(position);
    this.#zone = zone;
    this.#aheadMs = (position.longitude / 360) * msPerDay;
  }

  /** The named events of the solar day, in order. Empty where the zone has no such date. */
  eventsOfSolarDay(date: CivilDate): readonly SunEvent[] {
    const day = this.#dayOf(date);
    return day === undefined ? [] : eventsOf(day);
  }

  /** The named events that fall in the civil day, in order, of whatever solar day. */
  eventsOfCivilDay(date: CivilDate): readonly SunEvent[] {
    const noon = this.#zone.instantOf(date, localNoon);
    if (noon === undefined) return [];
    const number = this.#numberAt(noon);
    return [number - 1, number, number + 1]
      .flatMap((each) => eventsOf(this.#day(each)))
      .filter(({ at }) => this.#zone.civil(at).date === date);
  }

  /** The event of that kind on a solar day; undefined when the sun does not pass that height on it. */
  eventOn(kind: SunEventKind, solarDate: CivilDate): SunEvent | undefined {
    const day = this.#dayOf(solarDate);
    return day === undefined ? undefined : eventIn(day, kind);
  }

  /** The first event of that kind strictly after an instant; undefined when there is none within 400 days. */
  next(kind: SunEventKind, after: Instant): SunEvent | undefined {
    const first = this.#numberAt(after) - 1;
    for (let number = first; number <= first + furthestAhead; number++) {
      const event = eventIn(this.#day(number), kind);
      if (event !== undefined && event.at > after) return event;
    }
    return undefined;
  }

  /**
   * The culmination that an event vanishes into where the days come on which the sun does not pass its height any more:
   * noon where it stays below, and where it stays above the solar midnight before a rise or after a setting. On every
   * solar day, also those with the event.
   */
  limitOn(kind: SunEventKind, solarDate: CivilDate): SunEvent | undefined {
    const dated = this.#dayOf(solarDate);
    if (dated === undefined || kind === "solar_noon" || kind === "solar_midnight") {
      return this.eventOn(kind, solarDate);
    }
    const { elevation, direction } = heightOf(kind);
    const { number, date, day } = dated;
    if (day.highestRad < radians(elevation)) return eventAt("solar_noon", day.noon, date);
    const nearest = direction === "rising" ? day : this.#day(number + 1).day;
    return eventAt("solar_midnight", nearest.midnight, date);
  }

  /** How the sun stands. */
  state(at: Instant): SunState {
    const now = this.#observer.sight(at);
    const soon = this.#observer.sight(at + 1_000);
    if (!Number.isFinite(soon.elevationRad - now.elevationRad)) {
      throw new InvariantBroken("the sun has no position", { at });
    }
    const isRising = soon.elevationRad > now.elevationRad;
    return {
      elevation: degrees(now.elevationRad),
      isUp: now.elevationRad >= radians(horizon as Degrees),
      isRising,
    };
  }

  /** By the longitude alone: the day in which it is in mean solar time. */
  #numberAt(at: Instant): number {
    return Math.floor((at + this.#aheadMs) / msPerDay);
  }

  /** The solar day whose noon is on that date. The mean day of local noon is it, unless zone and place contradict. */
  #dayOf(date: CivilDate): DatedDay | undefined {
    const noon = this.#zone.instantOf(date, localNoon);
    if (noon === undefined) return undefined;
    const number = this.#numberAt(noon);
    for (const each of [number, number - 1, number + 1]) {
      const day = this.#day(each);
      if (day.date === date) return day;
    }
    return undefined;
  }

  #day(number: number): DatedDay {
    const slot = ((number % keptDays) + keptDays) % keptDays;
    const kept = this.#days[slot];
    if (kept?.number === number) return kept;
    const day = new SolarDay(this.#observer, (number + 0.5) * msPerDay - this.#aheadMs);
    const dated = { number, date: this.#zone.civil(day.noon as Instant).date, day };
    this.#days[slot] = dated;
    return dated;
  }
}

const eventsOf = (day: DatedDay): readonly SunEvent[] =>
  sunEventNames.flatMap((name) => eventIn(day, name) ?? []).sort((a, b) => a.at - b.at);

const eventIn = ({ day, date }: DatedDay, kind: SunEventKind): SunEvent | undefined =>
  eventAt(kind, instantIn(day, kind), date);

const instantIn = (day: SolarDay, kind: SunEventKind): number | undefined => {
  if (kind === "solar_noon") return day.noon;
  if (kind === "solar_midnight") return day.midnight;
  const { elevation, direction } = heightOf(kind);
  return day.crossing(radians(elevation), direction);
};

/** What is no number is no event: a timer would take it for now. */
const eventAt = (kind: SunEventKind, at: number | undefined, solarDate: CivilDate): SunEvent | undefined =>
  at !== undefined && Number.isFinite(at) ? { kind, at: at as Instant, solarDate } : undefined;
