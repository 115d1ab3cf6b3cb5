import { TooManyAttempts } from "../domain/account.ts";
import type { Suspicions } from "../domain/incident.ts";
import type { Clock } from "../ports/clock.ts";
import { AttemptLimiter, type AttemptLimits } from "./attempt-limiter.ts";

/** Says so when somebody goes on trying who was told to wait. */
export class WatchedLimiter extends AttemptLimiter {
  readonly #suspicions: Suspicions;

  constructor(clock: Clock, limits: AttemptLimits, suspicions: Suspicions) {
    super(clock, limits);
    this.#suspicions = suspicions;
  }

  override begin(who: string): void {
    try {
      super.begin(who);
    } catch (error) {
      if (error instanceof TooManyAttempts)
        this.#suspicions.note({ detector: "guessing", entrance: "sign-in" });
      throw error;
    }
  }
}
