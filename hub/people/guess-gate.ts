import { TooManyAttempts } from "../domain/account.ts";
import type { EntranceName, Suspicions } from "../domain/incident.ts";
import { type Duration, Millis, Seconds, toSeconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";

/** So many wrong ones at once, and then one in each while. */
export interface GuessRate {
  readonly burst: number;
  readonly oneIn: Duration;
}

export interface GuessLimits {
  /** From one address at one credential. */
  readonly atOne: GuessRate;
  /** From one address at whatever it likes. */
  readonly atAny: GuessRate;
  /** The longest unseen is forgotten first. */
  readonly remembered: number;
}

export const defaultGuessLimits: GuessLimits = {
  atOne: { burst: 20, oneIn: Seconds(30) },
  atAny: { burst: 200, oneIn: Millis(50) },
  remembered: 10_000,
};

/**
 * Whoever presents wrong secrets is not looked at for a while: neither what is right nor what is wrong about the next one
 * shows then. Nobody can lock out somebody at another address by it. Only wrong ones are counted, so what comes with the
 * right one is as fast as ever.
 */
export class GuessGate {
  readonly #clock: Clock;
  readonly #suspicions: Suspicions;
  readonly #limits: GuessLimits;
  /** When the allowance of each is whole again; milliseconds on the monotonic clock. */
  readonly #wholeAt = new Map<string, number>();

  constructor(clock: Clock, suspicions: Suspicions, limits = defaultGuessLimits) {
    this.#clock = clock;
    this.#suspicions = suspicions;
    this.#limits = limits;
  }

  /** @param at which credential; absent: it does not say @throws TooManyAttempts */
  assertOpen(entrance: EntranceName, from: string, at?: string): void {
    const waitMs = this.#waitMs(from, at);
    if (waitMs <= 0) return;
    this.#suspicions.note({ detector: "guessing", entrance });
    const seconds = Math.ceil(toSeconds(Millis(waitMs)));
    throw new TooManyAttempts(`too many attempts; try again in ${seconds} s`, { seconds });
  }

  /** As `assertOpen`, for a door that answers alike whatever is wrong. */
  isOpen(entrance: EntranceName, from: string, at: string): boolean {
    if (this.#waitMs(from, at) <= 0) return true;
    this.#suspicions.note({ detector: "guessing", entrance });
    return false;
  }

  wrong(from: string, at?: string): void {
    this.#count(from, this.#limits.atAny);
    if (at !== undefined) this.#count(keyOf(from, at), this.#limits.atOne);
  }

  #waitMs(from: string, at: string | undefined): number {
    if (this.#wholeAt.size === 0) return 0;
    const ofOne = at === undefined ? 0 : this.#waitOf(keyOf(from, at), this.#limits.atOne);
    return Math.max(ofOne, this.#waitOf(from, this.#limits.atAny));
  }

  #waitOf(key: string, { burst, oneIn }: GuessRate): number {
    const wholeAt = this.#wholeAt.get(key);
    return wholeAt === undefined ? 0 : wholeAt - this.#clock.monotonic() - (burst - 1) * oneIn;
  }

  #count(key: string, { oneIn }: GuessRate): void {
    const now = this.#clock.monotonic();
    const wholeAt = Math.max(this.#wholeAt.get(key) ?? 0, now) + oneIn;
    this.#wholeAt.delete(key);
    this.#wholeAt.set(key, wholeAt);
    const [oldest] = this.#wholeAt.keys();
    if (this.#wholeAt.size > this.#limits.remembered && oldest !== undefined) this.#wholeAt.delete(oldest);
  }
}

/** No credential is called longer: what is after that a stranger made up, and it is not remembered. */
const longestName = 64;

const keyOf = (from: string, at: string): string => `${from} ${at.slice(0, longestName)}`;
