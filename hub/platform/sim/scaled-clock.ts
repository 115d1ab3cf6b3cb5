import type { ClockTrust } from "../../domain/clock-trust.ts";
import { type Duration, Instant, Millis, type Monotonic } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

/**
 * Another clock at `speed` times its pace, from now on; `jump` moves civil time besides. Simulated homes run on it,
 * and their time may be trusted because nobody else's is meant.
 */
export class ScaledClock implements Clock {
  readonly #base: Clock;
  readonly #speed: number;
  readonly #civilStart: number;
  readonly #start: number;
  #jumped = 0;

  constructor(base: Clock, speed: number) {
    this.#base = base;
    this.#speed = speed;
    this.#civilStart = base.now();
    this.#start = base.monotonic();
  }

  now(): Instant {
    return Instant(this.#civilStart + this.#jumped + this.monotonic());
  }

  monotonic(): Monotonic {
    return ((this.#base.monotonic() - this.#start) * this.#speed) as Monotonic;
  }

  trust(): ClockTrust {
    return { level: "trusted", source: "simulator", since: Instant(this.#civilStart) };
  }

  jump(ms: number): void {
    this.#jumped += ms;
  }

  after(delay: Duration, call: () => void): Timer {
    return this.#base.after(Millis(delay / this.#speed), call);
  }

  every(period: Duration, call: () => void): Timer {
    return this.#base.every(Millis(period / this.#speed), call);
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    return this.#base.sleep(Millis(delay / this.#speed), signal);
  }
}
