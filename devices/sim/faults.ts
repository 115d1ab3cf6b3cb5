/** Draws 0 <= x < 1. */
export interface Chance {
  draw(): number;
}

/** How a device misbehaves, as data. Absent = behaves. Shares are 0..1. */
export interface DeviceFaults {
  /** Share of messages lost on the air, either way. */
  readonly drop?: number;
  /** Everything it says comes this much later, drawn anew each time, so that order is lost too. Milliseconds. */
  readonly delayMs?: readonly [least: number, most: number];
  /** Share of what it says that is said twice. */
  readonly duplicate?: number;
  /** Share of commands it hears and does nothing about. */
  readonly ignore?: number;
  /** The link is gone; the mains is not. */
  readonly offline?: boolean;
  /** How it hears its access point, dBm, as far as it says so. */
  readonly signal?: number;
  /** It says on when it is off and the other way round. */
  readonly wrongState?: boolean;
  /** Told to forget everything, it marks what it knows as erased and leaves the bytes where they are. */
  readonly wipesShallowly?: boolean;
  /** It loses its mains for a moment, once, this long after it was told to. Milliseconds. */
  readonly rebootAfterMs?: number;
}

export const noFaults: DeviceFaults = {};

/** Whether something that happens in this share of cases happens now. Draws only when it is in doubt. */
export const happens = (chance: Chance, share: number | undefined): boolean =>
  share === undefined || share <= 0 ? false : share >= 1 || chance.draw() < share;

/** A delay from the range; undefined when there is none. */
export const drawnDelay = (chance: Chance, faults: DeviceFaults): number | undefined => {
  if (faults.delayMs === undefined) return undefined;
  const [least, most] = faults.delayMs;
  return least + chance.draw() * (most - least);
};
