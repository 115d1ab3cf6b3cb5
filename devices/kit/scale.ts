import { clamp, Mireds, Percent } from "../../hub/domain/units.ts";

/** `value` to `digits` decimals, so that messages stay short and the same on every machine. */
export const rounded = (value: number, digits = 0): number => {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
};

/** Percent to a dialect's steps 0..full; what is lit stays at least at step 1. */
export const toSteps = (percent: Percent, full: number): number =>
  percent <= 0 ? 0 : clamp(Math.round((percent / 100) * full), 1, full);

/** A dialect's steps 0..full to percent; undefined when there is no such step. */
export const fromSteps = (steps: number | undefined, full: number): Percent | undefined =>
  steps === undefined || steps < 0 || steps > full ? undefined : Percent((steps / full) * 100);

/** Mireds as a dialect reports them; undefined outside what lamps know. */
export const miredsFrom = (value: number | undefined): Mireds | undefined =>
  value === undefined || value < 50 || value > 2_000 ? undefined : Mireds(value);

/** Kelvin as a dialect reports them, in mireds. */
export const miredsFromKelvin = (kelvin: number | undefined): Mireds | undefined =>
  kelvin === undefined || kelvin <= 0 ? undefined : miredsFrom(1e6 / kelvin);
