import type { ClockTrust } from "../domain/clock-trust.ts";
import type { Duration, Instant, Monotonic } from "../domain/units.ts";

/** A pending call; cancelling one that has fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. */
export interface Clock {
  /** Civil time as the device believes it; may step. */
  now(): Instant;
  /** Never steps, never runs backwards; starts anywhere. */
  monotonic(): Monotonic;
  trust(): ClockTrust;
  /**
   * Calls when civil time has stepped, or may be believed more or less than before: within 2 s of it, and perhaps for
   * nothing.
   */
  onShift(call: () => void): Timer;
  /** Calls once after `delay` on the monotonic clock. A timer never keeps the process alive by itself. */
  after(delay: Duration, call: () => void): Timer;
  /** Calls again and again, the first time after one period. */
  every(period: Duration, call: () => void): Timer;
  /** Resolves after `delay`; rejects with the signal's reason when aborted. */
  sleep(delay: Duration, signal?: AbortSignal): Promise<void>;
}
