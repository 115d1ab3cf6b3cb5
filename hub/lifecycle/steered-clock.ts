import type { ClockSource, ClockTrust } from "../domain/clock-trust.ts";
import { type Duration, Instant, type Monotonic } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/**
 * The platform's clock, and beside it what a person or a phone said the time is: a hub may not set the system's clock.
 * It holds until the platform's own time can be believed, and never longer than the process lives.
 */
export class SteeredClock implements Clock {
  readonly #base: Clock;
  readonly #shifted = new Set<() => void>();
  #offset = 0;
  #trust: ClockTrust = { level: "unknown" };

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): Instant {
    return this.#isOwn() ? this.#base.now() : Instant(this.#base.now() + this.#offset);
  }

  monotonic(): Monotonic {
    return this.#base.monotonic();
  }

  trust(): ClockTrust {
    return this.#isOwn() ? this.#base.trust() : this.#trust;
  }

  onShift(call: () => void): Timer {
    const base = this.#base.onShift(call);
    this.#shifted.add(call);
    return {
      cancel: () => {
        base.cancel();
        this.#shifted.delete(call);
      },
    };
  }

  after(delay: Duration, call: () => void): Timer {
    return this.#base.after(delay, call);
  }

  every(period: Duration, call: () => void): Timer {
    return this.#base.every(period, call);
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    return this.#base.sleep(delay, signal);
  }

  /** It is `now`, says `source`. Whoever watches is called at once. */
  steer(now: Instant, source: ClockSource): void {
    this.#set(now, { level: "trusted", source, since: now });
  }

  /** It is at least `now`: it was so before the power went. Not to be believed further. */
  restore(now: Instant): void {
    this.#set(Instant(Math.max(now, this.now())), { level: "restored", since: now });
  }

  #set(now: Instant, trust: ClockTrust): void {
    this.#offset = now - this.#base.now();
    this.#trust = trust;
    for (const call of this.#shifted) call();
  }

  /** The platform's time is the better one as soon as it can be believed. */
  #isOwn(): boolean {
    return this.#trust.level === "unknown" || this.#base.trust().level === "trusted";
  }
}
