import type { Clock } from "../ports/clock.ts";

export interface Rate {
  readonly perSecond: number;
  /** How much may come at once after a quiet time. */
  readonly burst: number;
}

/** Of a token. In milliseconds at so many tokens a second they come as whole numbers, which need no room beside the bucket. */
const thousandths = 1_000;

/** Token bucket on the monotonic clock: 24 bytes of state, no timer. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: Rate;
  #thousandths: number;
  #at: number;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#thousandths = rate.burst * thousandths;
    this.#at = Math.floor(clock.monotonic());
  }

  /** As new: who has it loses nothing where it is forgotten. */
  get isFull(): boolean {
    this.#refill();
    return this.#thousandths >= this.#rate.burst * thousandths;
  }

  /** Takes one if there is one. */
  tryTake(): boolean {
    this.#refill();
    if (this.#thousandths < thousandths) return false;
    this.#thousandths -= thousandths;
    return true;
  }

  /** Takes one, on credit if need be. @returns milliseconds until it was really there; 0 = at once */
  take(): number {
    if (this.#thousandths < thousandths) this.#refill();
    this.#thousandths -= thousandths;
    return this.#thousandths >= 0 ? 0 : -this.#thousandths / this.#rate.perSecond;
  }

  #refill(): void {
    const now = Math.floor(this.#clock.monotonic());
    const added = (now - this.#at) * this.#rate.perSecond;
    this.#thousandths = Math.min(this.#rate.burst * thousandths, this.#thousandths + added);
    this.#at = now;
  }
}
