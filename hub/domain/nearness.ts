import { isReading, type Signal, smoothed } from "./signal.ts";
import { type Duration, Minutes, type Monotonic, Seconds } from "./units.ts";

/**
 * How a beacon has been heard. Strength is no distance: a body, a door or a pocket takes away more than ten metres do. So all it
 * is asked is whether somebody is in the home at all, and it is smoothed, believed late and given up late.
 */
export interface Nearness extends Signal {
  /** Readings since it was first heard. */
  readonly readings: number;
  readonly since: Monotonic;
  readonly isNear: boolean;
}

/** As strong as this, somebody is near; they stay so until it is weaker than the other. Our own choice, for a home of several walls. */
const nearFrom = -85;
const farBelow = -95;
/** One packet may be anybody's who passes, or a recording: so many of them, over so long. */
const fewestReadings = 3;
const shortestStay: Duration = Seconds(5);
/** Not heard for so long it is as if it had never been. */
const longestGap: Duration = Minutes(1);

/**
 * A beacon is heard once more.
 * @param rssi dBm; undefined, or none that can be: the radio does not say, and that it was heard is all there is
 */
export const heard = (before: Nearness | undefined, rssi: number | undefined, at: Monotonic): Nearness => {
  const measured = isReading(rssi) ? rssi : nearFrom;
  if (before === undefined || at - before.at > longestGap)
    return { level: measured, readings: 1, since: at, at, isNear: false };
  const { level } = smoothed(before, measured, at);
  const readings = before.readings + 1;
  const isLongEnough = readings >= fewestReadings && at - before.since >= shortestStay;
  const isNear = before.isNear ? level >= farBelow : isLongEnough && level >= nearFrom;
  return { level, readings, since: before.since, at, isNear };
};
