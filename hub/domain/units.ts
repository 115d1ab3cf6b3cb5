import { RangeViolation } from "./errors.ts";

declare const unit: unique symbol;

/** A number or string that carries its unit in the type: `Percent(50)` is not assignable to `Mireds`. */
export type Branded<Base, Unit extends string> = Base & { readonly [unit]: Unit };

/** A share of the full amount, 0..100, a real number. */
export type Percent = Branded<number, "Percent">;
/** Reciprocal colour temperature, 1e6 / kelvin, 1..1e6; lamps live in about 100..1000. Unrounded inside the hub. */
export type Mireds = Branded<number, "Mireds">;
/** Colour temperature, 1..1e6. */
export type Kelvin = Branded<number, "Kelvin">;
/** A length of time in milliseconds, >= 0. */
export type Duration = Branded<number, "Duration">;
/** A point in civil time: milliseconds since 1970-01-01T00:00:00Z. Says nothing about whether the clock was right. */
export type Instant = Branded<number, "Instant">;
/** A reading of the monotonic clock in milliseconds; only differences mean anything. */
export type Monotonic = Branded<number, "Monotonic">;

const within = (what: string, value: number, min: number, max: number): number => {
  if (!Number.isFinite(value) || value < min || value > max) {
    throw new RangeViolation(`${what} must be between ${min} and ${max}`, { what, min, max });
  }
  return value;
};

/** @throws RangeViolation outside 0..100 */
export const Percent = (value: number): Percent => within("percent", value, 0, 100) as Percent;
/** @throws RangeViolation outside 1..1e6 */
export const Mireds = (value: number): Mireds => within("mireds", value, 1, 1e6) as Mireds;
/** @throws RangeViolation outside 1..1e6 */
export const Kelvin = (value: number): Kelvin => within("kelvin", value, 1, 1e6) as Kelvin;
/** @throws RangeViolation outside +-8.64e15 ms, the range of an ECMAScript date */
export const Instant = (value: number): Instant => within("instant", value, -8.64e15, 8.64e15) as Instant;

/** @throws RangeViolation when negative or not finite */
export const Millis = (value: number): Duration =>
  within("duration", value, 0, Number.MAX_SAFE_INTEGER) as Duration;
export const Seconds = (value: number): Duration => Millis(value * 1_000);
export const Minutes = (value: number): Duration => Millis(value * 60_000);
export const Hours = (value: number): Duration => Millis(value * 3_600_000);
export const Days = (value: number): Duration => Millis(value * 86_400_000);

export const toSeconds = (duration: Duration): number => duration / 1_000;
export const miredsOf = (kelvin: Kelvin): Mireds => Mireds(1e6 / kelvin);
export const kelvinOf = (mireds: Mireds): Kelvin => Kelvin(1e6 / mireds);

/** The instant that lies `duration` after `at`. */
export const later = (at: Instant, duration: Duration): Instant => Instant(at + duration);

/** The nearest value inside `min..max`. */
export const clamp = <N extends number>(value: N, min: N, max: N): N =>
  value < min ? min : value > max ? max : value;
