import type { ClockTrust } from "../../domain/clock-trust.ts";
import { type Duration, Instant, Millis, type Monotonic } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { VirtualClock } from "./virtual-clock.ts";

/**
 * Simulated time that passes by itself, at `speed` times the pace of another clock; it can be paused, moved on and
 * made to jump. A call that is due holds time back until it has run, so no reading is ever past an open call.
 */
export class PacedClock implements Clock {
  readonly #base: Clock;
  readonly #time: VirtualClock;
  readonly #speed: number;
  /** Reading of the base clock when simulated time was last brought up to it; undefined while paused. */
  #anchor: number | undefined;
  #alarm: { readonly due: number; readonly timer: Timer } | undefined;

  /** @param isPaused stands still from the very start, so that no moment of the machine's time gets into it */
  constructor(base: Clock, start: Instant, speed: number, isPaused = false) {
    this.#base = base;
    this.#time = new VirtualClock(start);
    this.#speed = speed;
    this.#anchor = isPaused ? undefined : base.monotonic();
  }

  get speed(): number {
    return this.#speed;
  }

  get isPaused(): boolean {
    return this.#anchor === undefined;
  }

  now(): Instant {
    return Instant(this.#time.now() + this.#lag());
  }

  monotonic(): Monotonic {
    return (this.#time.monotonic() + this.#lag()) as Monotonic;
  }

  trust(): ClockTrust {
    return this.#time.trust();
  }

  onShift(call: () => void): Timer {
    return this.#time.onShift(call);
  }

  after(delay: Duration, call: () => void): Timer {
    const timer = this.#time.after(Millis(delay + this.#lag()), call);
    this.#arm();
    return timer;
  }

  every(period: Duration, call: () => void): Timer {
    const timer = this.#time.every(period, call);
    this.#arm();
    return timer;
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    const slept = this.#time.sleep(Millis(delay + this.#lag()), signal);
    this.#arm();
    return slept;
  }

  /** Time stands still; calls that are due wait. */
  pause(): void {
    this.#catchUp();
    this.#anchor = undefined;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
  }

  resume(): void {
    this.#anchor ??= this.#base.monotonic();
    this.#arm();
  }

  /** Moves time on at once, running everything that falls due on the way and its consequences. */
  async advance(by: Duration): Promise<void> {
    this.#catchUp();
    await this.#time.advance(by);
    this.#arm();
  }

  /** Civil time steps by `ms`, either way; no timer notices. */
  jump(ms: number): void {
    this.#catchUp();
    this.#time.step(ms);
    // Whoever watches the clock hears of it, also while time stands still.
    this.#time.advanceSync(Millis(0));
    this.#arm();
  }

  /** Simulated milliseconds since time was last brought up, never past a call that is due. */
  #lag(): number {
    if (this.#anchor === undefined) return 0;
    const passed = (this.#base.monotonic() - this.#anchor) * this.#speed;
    const due = this.#time.nextDue();
    return due === undefined ? passed : Math.min(passed, due - this.#time.monotonic());
  }

  #catchUp(): void {
    if (this.#anchor === undefined) return;
    const reading = this.#base.monotonic();
    const passed = (reading - this.#anchor) * this.#speed;
    this.#anchor = reading;
    this.#time.advanceSync(Millis(Math.max(0, passed)));
  }

  /** One timer of the base clock, for the earliest call. */
  #arm(): void {
    const due = this.#time.nextDue();
    if (this.#anchor === undefined || due === undefined) return;
    if (this.#alarm !== undefined && this.#alarm.due <= due) return;
    this.#alarm?.timer.cancel();
    const passed = (this.#base.monotonic() - this.#anchor) * this.#speed;
    const left = Math.max(0, due - this.#time.monotonic() - passed) / this.#speed;
    this.#alarm = { due, timer: this.#base.after(Millis(left), () => this.#ring()) };
  }

  #ring(): void {
    this.#alarm = undefined;
    this.#catchUp();
    this.#arm();
  }
}
