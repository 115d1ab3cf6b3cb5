import type { Clock } from "../ports/clock.ts";

export interface Rate {
  readonly perSecond: number;
  /** How much may come at once after a quiet time. */
  readonly burst: number;
}

/** Token bucket on the monotonic clock: 24 bytes of state, no timer. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = clock.monotonic();
  }

  /** As new: who has it loses nothing where it is forgotten. */
  get isFull(): boolean {
    this.#refill();
    return this.#tokens >= this.#rate.burst;
  }

  /** Takes one if there is one. */
  tryTake(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Takes one, on credit if need be. @returns milliseconds until it was really there; 0 = at once */
  take(): number {
    if (this.#tokens < 1) this.#refill();
    this.#tokens--;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate.perSecond) * 1_000;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(
      this.#rate.burst,
      this.#tokens + ((now - this.#at) / 1_000) * this.#rate.perSecond,
    );
    this.#at = now;
  }
}
