import { Body, GeoVector, MakeTime, RotateVector, Rotation_EQJ_EQD, SiderealTime } from "astronomy-engine";

const msPerDay = 86_400_000;
const msPerStep = msPerDay / 8;
const rad = Math.PI / 180;

/** What the sun stands at between two of its turns. Radians, milliseconds since 1970. */
interface Turn {
  readonly at: number;
  readonly elevation: number;
}

/** A height that the sun passes. */
export interface Crossing {
  readonly at: number;
  readonly direction: "rising" | "setting";
  /** Seconds that it takes for an arcminute of height there. */
  readonly secondsPerArcminute: number;
  /** How far the nearer of the turns before and after is from the height, arcminutes. */
  readonly clearance: number;
}

/**
 * The sun by astronomy-engine (VSOP87, IAU 2000B nutation), which has nothing in common with suncalc: geocentric and
 * apparent, so that no parallax is in it. Worked out every three hours and interpolated between (cubic, below 0.01").
 */
export class Ephemeris {
  readonly #start: number;
  readonly #declination: number[] = [];
  /** Hour angle of the sun at Greenwich, less a whole turn a day. */
  readonly #equation: number[] = [];

  constructor(from: number, to: number) {
    this.#start = from - 2 * msPerStep;
    for (let at = this.#start; at <= to + 3 * msPerStep; at += msPerStep) this.#add(at);
  }

  #add(at: number): void {
    const time = MakeTime(new Date(at));
    const { x, y, z } = RotateVector(Rotation_EQJ_EQD(time), GeoVector(Body.Sun, time, true));
    const hourAngle = SiderealTime(time) * 15 * rad - Math.atan2(y, x) - (at / msPerDay) * 2 * Math.PI;
    const last = this.#equation.at(-1) ?? 0;
    this.#declination.push(Math.atan2(z, Math.hypot(x, y)));
    this.#equation.push(hourAngle - 2 * Math.PI * Math.round((hourAngle - last) / (2 * Math.PI)));
  }

  /** Of the sun's centre, radians; geometric. */
  elevation(at: number, latitude: number, longitude: number): number {
    const place = (at - this.#start) / msPerStep;
    const declination = cubic(this.#declination, place);
    const hourAngle = cubic(this.#equation, place) + (at / msPerDay) * 2 * Math.PI + longitude * rad;
    return Math.asin(
      Math.sin(latitude * rad) * Math.sin(declination) +
        Math.cos(latitude * rad) * Math.cos(declination) * Math.cos(hourAngle),
    );
  }

  /** Every highest and lowest stand of the sun, found by looking every ten minutes. */
  turns(latitude: number, longitude: number, from: number, to: number): Turn[] {
    const step = 600_000;
    const heightAt = (at: number): number => this.elevation(at, latitude, longitude);
    const turns: Turn[] = [];
    let [before, here] = [heightAt(from - step), heightAt(from)];
    for (let at = from; at <= to; at += step) {
      const after = heightAt(at + step);
      if (here >= before !== after > here)
        turns.push(turnBetween(heightAt, at - step, at + step, here >= before));
      [before, here] = [here, after];
    }
    return turns;
  }

  /** Every passage of a height, degrees, between turns. */
  crossings(latitude: number, longitude: number, turns: readonly Turn[], height: number): Crossing[] {
    const heightAt = (at: number): number => this.elevation(at, latitude, longitude) - height * rad;
    return turns.slice(1).flatMap((end, index) => {
      const start = turns[index] ?? end;
      const [low, high] = [start.elevation - height * rad, end.elevation - height * rad];
      if (low < 0 === high < 0) return [];
      const at = bisected(heightAt, start.at, end.at);
      return {
        at,
        direction: low < 0 ? "rising" : "setting",
        secondsPerArcminute: (20 * rad) / 60 / Math.abs(heightAt(at + 10_000) - heightAt(at - 10_000)),
        clearance: (Math.min(Math.abs(low), Math.abs(high)) / rad) * 60,
      } as const;
    });
  }
}

/** Lagrange through the four values around. */
const cubic = (values: readonly number[], place: number): number => {
  const index = Math.floor(place);
  const t = place - index;
  const [a = 0, b = 0, c = 0, d = 0] = [
    values[index - 1],
    values[index],
    values[index + 1],
    values[index + 2],
  ];
  return (
    (-a * t * (t - 1) * (t - 2)) / 6 +
    (b * (t + 1) * (t - 1) * (t - 2)) / 2 -
    (c * (t + 1) * t * (t - 2)) / 2 +
    (d * (t + 1) * t * (t - 1)) / 6
  );
};

/** By thirds, until they are within a second: there the height is flat. */
const turnBetween = (
  heightAt: (at: number) => number,
  from: number,
  to: number,
  isHighest: boolean,
): Turn => {
  let [start, end] = [from, to];
  while (end - start > 1_000) {
    const third = (end - start) / 3;
    if (heightAt(start + third) < heightAt(end - third) === isHighest) start += third;
    else end -= third;
  }
  return { at: (start + end) / 2, elevation: heightAt((start + end) / 2) };
};

const bisected = (valueAt: (at: number) => number, from: number, to: number): number => {
  const isStartBelow = valueAt(from) < 0;
  let [start, end] = [from, to];
  while (end - start > 1) {
    const middle = (start + end) / 2;
    if (valueAt(middle) < 0 === isStartBelow) start = middle;
    else end = middle;
  }
  return (start + end) / 2;
};
