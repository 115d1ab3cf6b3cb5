import { InvariantBroken } from "../../hub/domain/errors.ts";
import type { Duration } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";

/** A hub's own hands on the clock: when its power goes, everything it had armed is forgotten with it. */
export class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #armed = new Set<Timer>();
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now() {
    return this.#clock.now();
  }

  monotonic() {
    return this.#clock.monotonic();
  }

  trust() {
    return this.#clock.trust();
  }

  onShift(call: () => void): Timer {
    return this.#keep(this.#clock.onShift(call));
  }

  after(delay: Duration, call: () => void): Timer {
    const timer = this.#clock.after(delay, () => {
      this.#armed.delete(timer);
      if (!this.#isDead) call();
    });
    return this.#keep(timer);
  }

  every(period: Duration, call: () => void): Timer {
    return this.#keep(this.#clock.every(period, call));
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    if (this.#isDead) throw new InvariantBroken("a hub without power does not sleep");
    return this.#clock.sleep(delay, signal);
  }

  /** Calls that are armed and will fire. */
  get armed(): number {
    return this.#armed.size;
  }

  kill(): void {
    this.#isDead = true;
    for (const timer of this.#armed) timer.cancel();
    this.#armed.clear();
  }

  #keep(timer: Timer): Timer {
    const kept: Timer = {
      cancel: () => {
        this.#armed.delete(kept);
        this.#armed.delete(timer);
        timer.cancel();
      },
    };
    this.#armed.add(timer);
    return kept;
  }
}
