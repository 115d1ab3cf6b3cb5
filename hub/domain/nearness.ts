import { type Duration, Minutes, type Monotonic, Seconds } from "./units.ts";

/**
 * How a beacon has been heard. Strength is no distance: a body, a door or a pocket takes away more than ten metres do. So all it
 * is asked is whether somebody is in the home at all, and it is smoothed, believed late and given up late.
 */
export interface Nearness {
  /** dBm, smoothed. */
  readonly level: number;
  /** Readings since it was first heard. */
  readonly readings: number;
  readonly since: Monotonic;
  readonly at: Monotonic;
  readonly isNear: boolean;
}

/** As strong as this, somebody is near; they stay so until it is weaker than the other. Our own choice, for a home of several walls. */
const nearFrom = -85;
const farBelow = -95;
/** One packet may be anybody's who passes, or a recording: so many of them, over so long. */
const fewestReadings = 3;
const shortestStay: Duration = Seconds(5);
/** A reading after so long has mostly replaced those before. */
const smoothing: Duration = Seconds(8);
/** Not heard for so long it is as if it had never been. */
const longestGap: Duration = Minutes(1);

/** What a radio can measure (Core Specification, Vol 4 Part E, 7.7.65.2); 127 means that it cannot. */
const isReading = (rssi: number): boolean => rssi >= -127 && rssi <= 20;

/**
 * A beacon is heard once more.
 * @param rssi dBm; undefined, or none that can be: the radio does not say, and that it was heard is all there is
 */
export const heard = (before: Nearness | undefined, rssi: number | undefined, at: Monotonic): Nearness => {
  const level = rssi !== undefined && isReading(rssi) ? rssi : nearFrom;
  if (before === undefined || at - before.at > longestGap)
    return { level, readings: 1, since: at, at, isNear: false };
  const weight = 1 - Math.exp(-(at - before.at) / smoothing);
  const smoothed = before.level + (level - before.level) * weight;
  const readings = before.readings + 1;
  const isLongEnough = readings >= fewestReadings && at - before.since >= shortestStay;
  const isNear = before.isNear ? smoothed >= farBelow : isLongEnough && smoothed >= nearFrom;
  return { level: smoothed, readings, since: before.since, at, isNear };
};
