import { addDays, type CivilDate } from "./civil.ts";
import type { Degrees, Place, Position } from "./place.ts";
import { Sun } from "./sun.ts";
import type { SunEventKind } from "./sun-event.ts";
import { TimeZone } from "./time-zone.ts";
import { type Duration, Millis } from "./units.ts";

/** What is given and what is lost when a position is kept no finer than a grid. */
export interface Rounding {
  /** Distance of the grid's lines; 0.001 to 1. */
  readonly step: Degrees;
  /** The nearest crossing of the grid. */
  readonly position: Position;
  /** Everything this close to it rounds to it: how much less is known of the home. */
  readonly withinKm: number;
  /** The most that an event of the year is moved by; undefined: a day would get an event it does not have, or lose one. */
  readonly worst: Duration | undefined;
}

/** Lines of the grids, the coarsest first. */
const perDegree = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const kmPerDegree = 111.2;
const daysPerYear = 366;

/** A whole number of steps, as text has it: 52.5, not 52.50000000000001. */
const onGrid = (degrees: number, steps: number): Degrees =>
  Number((Math.round(degrees * steps) / steps).toFixed(3)) as Degrees;

const roundedTo = ({ latitude, longitude }: Position, steps: number): Position => ({
  latitude: onGrid(latitude, steps),
  longitude: onGrid(longitude, steps),
});

/** Half the diagonal of a cell. */
const withinKm = (latitude: number, steps: number): number =>
  (kmPerDegree / 2 / steps) * Math.hypot(1, Math.cos((latitude * Math.PI) / 180));

/**
 * Every rounding there is of a place, the coarsest first, and what it costs the given events in the year from `from` on.
 * Each is computed when it is asked for.
 * @param kinds of events that matter
 */
export function* roundingsOf(
  { position, zone: zoneName }: Place,
  kinds: readonly SunEventKind[],
  from: CivilDate,
): Generator<Rounding, void> {
  const zone = TimeZone.of(zoneName);
  const exact = timesOf(new Sun(position, zone), kinds, from);
  for (const steps of perDegree) {
    const rounded = roundedTo(position, steps);
    yield {
      step: (1 / steps) as Degrees,
      position: rounded,
      withinKm: withinKm(position.latitude, steps),
      worst: furthest(exact, timesOf(new Sun(rounded, zone), kinds, from)),
    };
  }
}

/** The coarsest rounding that moves no event by more than `tolerance`; the finest where none does that well. */
export const coarsestWithin = (roundings: Iterable<Rounding>, tolerance: Duration): Rounding | undefined => {
  let finest: Rounding | undefined;
  for (const rounding of roundings) {
    if (rounding.worst !== undefined && rounding.worst <= tolerance) return rounding;
    finest = rounding;
  }
  return finest;
};

type Times = readonly (number | undefined)[];

const timesOf = (sun: Sun, kinds: readonly SunEventKind[], from: CivilDate): Times =>
  Array.from({ length: daysPerYear }, (_, day) => addDays(from, day)).flatMap((date) =>
    kinds.map((kind) => sun.eventOn(kind, date)?.at),
  );

const furthest = (exact: Times, rounded: Times): Duration | undefined => {
  let worst = 0;
  for (const [index, at] of exact.entries()) {
    const moved = rounded[index];
    if ((at === undefined) !== (moved === undefined)) return undefined;
    worst = Math.max(worst, Math.abs((at ?? 0) - (moved ?? 0)));
  }
  return Millis(worst);
};
