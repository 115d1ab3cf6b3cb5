import { getPosition } from "suncalc";
import { RangeViolation } from "./errors.ts";
import type { Degrees, Position } from "./place.ts";

const rad = Math.PI / 180;

/** Radians of degrees. */
export const radians = (degrees: Degrees): number => degrees * rad;
/** Degrees of radians. */
export const degrees = (angleRad: number): Degrees => (angleRad / rad) as Degrees;

/** Where the sun was, seen from a place: geocentric, without refraction and parallax. */
export interface Sighting {
  /** Whole milliseconds since 1970. */
  readonly at: number;
  /** Of its centre above the horizon. */
  readonly elevationRad: number;
  /** -pi..pi: 0 when it is due south or north, at its upper transit; positive afterwards. */
  readonly hourAngleRad: number;
  readonly declinationRad: number;
}

/** What suncalc adds to an elevation, radians: Meeus 16.4 above the horizon, and its value at the horizon anywhere below. */
const refraction = (elevationRad: number): number => {
  const above = Math.max(elevationRad, 0);
  return 0.0002967 / Math.tan(above + 0.00312536 / (above + 0.08901179));
};

const refractionAtHorizon = refraction(0);

/**
 * Takes suncalc's refraction out again. Below the horizon it is one constant, 0.4840 degrees: there a geometric height is
 * simply another apparent one. Above, where it shrinks with height, x = apparent - refraction(x) is iterated; each round
 * is ten times as near or better.
 */
const geometric = (apparentRad: number): number => {
  if (!(apparentRad > refractionAtHorizon)) return apparentRad - refractionAtHorizon;
  let elevation = apparentRad - refraction(apparentRad);
  for (let round = 0; round < 16; round++) {
    const better = apparentRad - refraction(elevation);
    if (Math.abs(better - elevation) < 1e-13) return better;
    elevation = better;
  }
  return elevation;
};

/** suncalc asks a date for nothing but its value. */
const dateOf = (at: number) => ({ valueOf: () => at }) as Parameters<typeof getPosition>[0];

/** Nearer to a pole the culminations leave noon and midnight altogether: north and south of it the sun is as at 89.9. */
const furthestNorth = 89.9;

/**
 * Somebody who looks at the sun from one place.
 *
 * Source of the position: suncalc (Meeus, Astronomical Algorithms, ch. 25), within 0.015 degrees for 1950..2050. Of
 * suncalc nothing else is used: its search for events drops, invents or misplaces them where the sun only grazes a height.
 */
export class Observer {
  readonly #latitude: number;
  readonly #longitude: number;
  readonly #sin: number;
  readonly #cos: number;

  /** @throws RangeViolation where one of the coordinates is not a number in its range */
  constructor({ latitude, longitude }: Position) {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
      throw new RangeViolation("latitude must be between -90 and 90, longitude between -180 and 180");
    }
    this.#latitude = Math.min(Math.max(latitude, -furthestNorth), furthestNorth);
    this.#longitude = longitude;
    this.#sin = Math.sin(this.#latitude * rad);
    this.#cos = Math.cos(this.#latitude * rad);
  }

  /** @param at whole milliseconds since 1970 */
  sight(at: number): Sighting {
    const seen = getPosition(dateOf(at), this.#latitude, this.#longitude);
    const elevationRad = geometric(seen.altitude * rad);
    const azimuthRad = seen.azimuth * rad;
    // From horizon to equator: Meeus, ch. 13.
    const up = Math.sin(elevationRad);
    const across = Math.cos(elevationRad);
    const north = across * Math.cos(azimuthRad);
    return {
      at,
      elevationRad,
      hourAngleRad: Math.atan2(-across * Math.sin(azimuthRad), up * this.#cos - north * this.#sin),
      declinationRad: Math.asin(up * this.#sin + north * this.#cos),
    };
  }

  /**
   * How fast the sun climbs, of the sine of its elevation: change per unit of time, as `turnRate` and `drift` are.
   * @param turnRate of the hour angle @param drift of the declination
   */
  climb({ hourAngleRad, declinationRad }: Sighting, turnRate: number, drift: number): number {
    const turning = -turnRate * this.#cos * Math.cos(declinationRad) * Math.sin(hourAngleRad);
    return turning + drift * this.#lean(declinationRad, Math.cos(hourAngleRad));
  }

  /**
   * The hour angle between a transit and the extremum of the elevation beside it: a sun that moves north climbs a little
   * on after it was due south. Positive: at the upper transit after it, at the lower before it.
   */
  extremumLag(declinationRad: number, transit: "upper" | "lower", turnRate: number, drift: number): number {
    const lean = this.#lean(declinationRad, transit === "upper" ? 1 : -1);
    const sine = (drift * lean) / (turnRate * this.#cos * Math.cos(declinationRad));
    return Math.asin(Math.min(Math.max(sine, -1), 1));
  }

  /** The hour angle, 0..pi, at which a sun of that declination is that high; the nearest where it never is. */
  hourAngleAt(elevationRad: number, declinationRad: number): number {
    const cosine =
      (Math.sin(elevationRad) - this.#sin * Math.sin(declinationRad)) /
      (this.#cos * Math.cos(declinationRad));
    return Math.acos(Math.min(Math.max(cosine, -1), 1));
  }

  /** What the declination counts in the sine of the elevation. */
  #lean(declinationRad: number, cosHourAngle: number): number {
    return this.#sin * Math.cos(declinationRad) - this.#cos * Math.sin(declinationRad) * cosHourAngle;
  }
}
