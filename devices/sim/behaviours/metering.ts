import type { Glow } from "../glow.ts";

/** What a load draws, in watts: switched off, and at full light. */
export interface Load {
  readonly idle: number;
  readonly full: number;
}

/** Watts drawn by a load that glows so. LEDs draw roughly in proportion to their level. */
export const wattsOf = (load: Load, glow: Glow, full: number): number =>
  glow.on ? load.idle + (load.full - load.idle) * (full > 0 ? glow.level / full : 1) : load.idle;

/** Kilowatt hours of so many watts over so many milliseconds. */
export const kilowattHours = (watts: number, ms: number): number => (watts * ms) / 3.6e9;
