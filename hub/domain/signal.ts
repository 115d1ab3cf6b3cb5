import { type Duration, type Monotonic, Seconds } from "./units.ts";

/** How strong somebody is heard. */
export interface Signal {
  /** dBm, smoothed. */
  readonly level: number;
  readonly at: Monotonic;
}

/** A reading after so long has mostly replaced those before. */
const smoothing: Duration = Seconds(8);

/** What a radio can measure (Core Specification, Vol 4 Part E, 7.7.65.2); 127 means that it cannot. */
export const isReading = (rssi: number | undefined): rssi is number =>
  rssi !== undefined && rssi >= -127 && rssi <= 20;

/** A level after one more reading: packets of one sender differ by 10 dB and more. @param rssi dBm */
export const smoothed = (before: Signal | undefined, rssi: number, at: Monotonic): Signal => {
  if (before === undefined) return { level: rssi, at };
  const weight = 1 - Math.exp(-(at - before.at) / smoothing);
  return { level: before.level + (rssi - before.level) * weight, at };
};
