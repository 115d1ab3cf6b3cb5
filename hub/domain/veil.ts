import type { Degrees, Position } from "./place.ts";

/** How far away the sun is that everybody can watch. */
export const veilLevels = ["off", "coarse", "strong"] as const;
export type VeilLevel = (typeof veilLevels)[number];

/** A secret displacement on the ground, kilometres. */
export interface Displacement {
  readonly north: number;
  readonly east: number;
}

/**
 * What is drawn once per home and never again: the displacement of each level. They are independent of each other. Were
 * one the other made longer, whoever saw both could compute where they start.
 */
export interface VeilSecret {
  readonly coarse: Displacement;
  readonly strong: Displacement;
}

/** What a level costs and gives; semi-axes of the ellipse that is drawn from, kilometres. */
interface Shape {
  readonly north: number;
  readonly east: number;
  /** The most that any sunrise or sunset of a year may move by north and south; minutes, with east and west counted. */
  readonly mostMinutes: number;
}

/**
 * A degree of longitude costs 4 min all year; north and south cost nothing at the equinoxes: so the coarse ellipse is
 * long. Uniform in it the median distance is 100 km, in the strong disc 300 km.
 */
const shapes: Readonly<Record<Exclude<VeilLevel, "off">, Shape>> = {
  coarse: { north: 220, east: 60, mostMinutes: 15 },
  strong: { north: 424, east: 424, mostMinutes: 45 },
};

/** Up to here the sun rises and sets every day of the year, refraction included. */
const polarLatitude = 65;
const obliquity = 23.44;
const sunriseAltitude = -50 / 60;
const kmPerDegree = 111.2;
const minutesPerDegree = 4;
const radians = Math.PI / 180;

/** Bytes of randomness in a veil. */
export const veilEntropyBytes = 24;

/** @param random `veilEntropyBytes` from a cryptographic source */
export const drawVeil = (random: Buffer): VeilSecret => ({
  coarse: drawIn(shapes.coarse, random.subarray(0, 12)),
  strong: drawIn(shapes.strong, random.subarray(12, 24)),
});

/** Uniform in an ellipse. */
const drawIn = ({ north, east }: Shape, random: Buffer): Displacement => {
  const radius = Math.sqrt(random.readUIntBE(0, 6) / 2 ** 48);
  const direction = 2 * Math.PI * (random.readUIntBE(6, 6) / 2 ** 48);
  return { north: north * radius * Math.cos(direction), east: east * radius * Math.sin(direction) };
};

/**
 * The position that everything observable is computed for. Its way from the home depends on the secret alone: a home
 * that moves by a kilometre moves it by a kilometre. Only where that would cost more time than the level allows, or
 * would give or take the home a polar day, north and south are shortened; beyond 65 degrees they are left out.
 */
export const veiledPosition = (home: Position, secret: VeilSecret, level: VeilLevel): Position => {
  if (level === "off") return home;
  const { north, east } = secret[level];
  const eastward = east / (kmPerDegree * Math.cos(home.latitude * radians));
  const northward = north / kmPerDegree;
  const share = shareWithin(home.latitude, northward, eastward, shapes[level].mostMinutes);
  return {
    latitude: (home.latitude + share * northward) as Degrees,
    longitude: wrapped(home.longitude + eastward),
  };
};

/** The most of `northward` that is allowed, 0..1. The cost grows with it, so it is bisected for. */
const shareWithin = (latitude: number, northward: number, eastward: number, mostMinutes: number): number => {
  const isAllowed = (share: number): boolean =>
    isSunny(latitude + share * northward) &&
    worstMinutes(latitude, latitude + share * northward, eastward) <= mostMinutes;
  if (!isSunny(latitude)) return 0;
  if (isAllowed(1)) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (isAllowed(middle)) low = middle;
    else high = middle;
  }
  return low;
};

const isSunny = (latitude: number): boolean => Math.abs(latitude) <= polarLatitude;

/** By how much sunrise or sunset differ between two places at most in a year: at a solstice, where days differ most. */
const worstMinutes = (home: number, decoy: number, eastward: number): number => {
  const byDay = [-obliquity, obliquity].map((declination) =>
    Math.abs(halfDay(home, declination) - halfDay(decoy, declination)),
  );
  return minutesPerDegree * (Math.max(...byDay) + Math.abs(eastward));
};

/** Hour angle of sunset, degrees; for latitudes where there is one. */
const halfDay = (latitude: number, declination: number): number => {
  const [phi, delta] = [latitude * radians, declination * radians];
  const cosine =
    (Math.sin(sunriseAltitude * radians) - Math.sin(phi) * Math.sin(delta)) /
    (Math.cos(phi) * Math.cos(delta));
  return Math.acos(cosine) / radians;
};

const wrapped = (longitude: number): Degrees => (((((longitude + 540) % 360) + 360) % 360) - 180) as Degrees;
