import { TooManyAttempts } from "../domain/account.ts";
import { type Duration, Hours, Millis, type Monotonic, Seconds, toSeconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";

export interface AttemptLimits {
  /** So many may be wrong in a row before anybody has to wait. */
  readonly free: number;
  /** After those; it doubles with every further one. */
  readonly firstWait: Duration;
  readonly longestWait: Duration;
  /** For all together: so many at once, and then one in each while. */
  readonly burst: number;
  readonly oneIn: Duration;
  /** Names that are remembered; the longest unseen is forgotten first. */
  readonly remembered: number;
}

/** Of one account that is guessed at day and night about 30 a day are tried (NIST SP 800-63B-4, 3.2.2). */
export const defaultAttemptLimits: AttemptLimits = {
  free: 5,
  firstWait: Seconds(30),
  longestWait: Hours(1),
  burst: 30,
  oneIn: Seconds(2),
  remembered: 1_000,
};

interface Failures {
  readonly count: number;
  readonly notBefore: Monotonic;
}

/** How often somebody may try to prove who they are: for each name, whether it is anybody's or not, and for all together. */
export class AttemptLimiter {
  readonly #clock: Clock;
  readonly #limits: AttemptLimits;
  readonly #failures = new Map<string, Failures>();
  /** When the allowance for all is whole again. */
  #wholeAt = 0;

  constructor(clock: Clock, limits: AttemptLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts as wrong until `succeeded` says otherwise. @throws TooManyAttempts: it was not looked at */
  begin(who: string): void {
    const now = this.#clock.monotonic();
    const known = this.#failures.get(who);
    this.#assertFree(Math.max((known?.notBefore ?? now) - now, this.#waitOfAll(now)));
    this.#wholeAt = Math.max(this.#wholeAt, now) + this.#limits.oneIn;
    const count = (known?.count ?? 0) + 1;
    this.#failures.delete(who);
    this.#failures.set(who, { count, notBefore: (now + this.#waitAfter(count)) as Monotonic });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > this.#limits.remembered && oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(who: string): void {
    this.#failures.delete(who);
  }

  #assertFree(waitMs: number): void {
    if (waitMs <= 0) return;
    const seconds = Math.ceil(toSeconds(Millis(waitMs)));
    throw new TooManyAttempts(`too many attempts; try again in ${seconds} s`, { seconds });
  }

  #waitOfAll(now: Monotonic): number {
    return this.#wholeAt - now - (this.#limits.burst - 1) * this.#limits.oneIn;
  }

  #waitAfter(count: number): number {
    const { free, firstWait, longestWait } = this.#limits;
    return count < free ? 0 : Math.min(longestWait, firstWait * 2 ** (count - free));
  }
}
