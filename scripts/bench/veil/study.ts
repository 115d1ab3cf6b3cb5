import type { ZoneName } from "../../../hub/domain/civil.ts";
import { type Position, positionAt } from "../../../hub/domain/place.ts";
import type { Random } from "../../../hub/ports/random.ts";
import { kmBetween, locate, type Sighting } from "./sun-attack.ts";

/** Homes between 15 and 60 degrees, north and south, all around. */
export const randomHomes = (count: number, random: Random): readonly Position[] =>
  Array.from({ length: count }, () => {
    const side = random.next() < 0.5 ? -1 : 1;
    return positionAt(side * (15 + 45 * random.next()), 360 * random.next() - 180);
  });

/** The hours of a longitude; the signs of these names are turned round. */
export const zoneAt = (longitude: number): ZoneName => {
  const hours = -Math.round(longitude / 15);
  return (hours === 0 ? "Etc/UTC" : `Etc/GMT${hours < 0 ? "" : "+"}${hours}`) as ZoneName;
};

/** What was seen of one home, and what nobody outside should know. */
export interface Watched {
  /** By lamp or rule: when it followed the sun. */
  readonly seen: ReadonlyMap<string, readonly Sighting[]>;
  readonly home: Position;
  /** What the veil shows in its place; the home itself where it is off. */
  readonly decoy: Position;
  /** When the sun really rose and set at the home, for each that was seen and in the same order. */
  readonly truth: ReadonlyMap<string, readonly number[]>;
}

/** Of one lamp. */
interface Found {
  readonly who: string;
  readonly fromDecoyKm: number;
  readonly fromHomeKm: number;
}

export interface Study {
  /** Homes. */
  readonly count: number;
  readonly found: readonly Found[];
  /** Kilometres from the decoy to the worst fit. */
  readonly worstFitKm: number;
  readonly medianFromHomeKm: number;
  /** By which lamps are off, over everything that was seen. */
  readonly meanMinutes: number;
}

/** Attacks every lamp of every home by its times alone, and compares with what was to stay unknown. */
export const study = (homes: readonly Watched[]): Study => {
  const found = homes.flatMap(attack);
  const off = homes.flatMap(minutesOff);
  return {
    count: homes.length,
    found,
    worstFitKm: Math.max(...found.map(({ fromDecoyKm }) => fromDecoyKm)),
    medianFromHomeKm: medianOf(found.map(({ fromHomeKm }) => fromHomeKm)),
    meanMinutes: off.reduce((sum, each) => sum + each, 0) / off.length,
  };
};

/** Lamps whose times point elsewhere than to the decoy: they follow another sun than the veiled one. */
export const strays = ({ found }: Study): readonly string[] =>
  found.filter(({ fromDecoyKm }) => !(fromDecoyKm <= mostFitKm)).map(({ who }) => who);

/** Closer than this to the decoy a fit is of the decoy. */
const mostFitKm = 5;

const attack = ({ seen, home, decoy }: Watched): Found[] =>
  [...seen].map(([who, sightings]) => {
    const fix = locate(sightings);
    if (fix === undefined) return { who, fromDecoyKm: Number.NaN, fromHomeKm: Number.NaN };
    return { who, fromDecoyKm: kmBetween(fix, decoy), fromHomeKm: kmBetween(fix, home) };
  });

const minutesOff = ({ seen, truth }: Watched): number[] =>
  [...seen].flatMap(([who, sightings]) =>
    sightings.map(({ at }, index) => Math.abs(at - (truth.get(who)?.[index] ?? Number.NaN)) / 60_000),
  );

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
};
