import { type Duration, Millis } from "../../../hub/domain/units.ts";
import type { Chance } from "../faults.ts";

/** Shortest and longest time from mains to link, in milliseconds. */
export type BootRange = readonly [least: number, most: number];

/** A boot time from the range: no two boots of a real device take the same. */
export const bootTime = ([least, most]: BootRange, chance: Chance): Duration =>
  Millis(least + chance.draw() * (most - least));
