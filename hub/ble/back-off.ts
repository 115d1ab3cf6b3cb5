import { type Duration, Millis, type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";

const first = Seconds(2);
/** With its jitter shorter than anybody waits for a connection. */
const atMost = Seconds(40);
/** Peers it remembers: those of a large home; the one that failed longest ago goes first. */
const mostPeers = 256;

interface Failures {
  readonly count: number;
  readonly at: Monotonic;
  readonly pause: Duration;
}

/** How long a peer that could not be reached is left alone: doubling, with jitter, so that a house of them comes apart. */
export class BackOff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get size(): number {
    return this.#failures.size;
  }

  failed(address: string): void {
    const count = (this.#failures.get(address)?.count ?? 0) + 1;
    const doubled = Math.min(atMost, first * 2 ** (count - 1));
    const pause = Millis(doubled * (0.75 + 0.5 * this.#random.next()));
    this.#failures.delete(address);
    this.#failures.set(address, { count, at: this.#clock.monotonic(), pause });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostPeers && oldest !== undefined) this.#failures.delete(oldest);
  }

  /** It was reached. */
  reached(address: string): void {
    this.#failures.delete(address);
  }

  /** It is there: no reason to wait longer than the first time. @returns whether it was waited for longer */
  heard(address: string): boolean {
    const failures = this.#failures.get(address);
    if (failures === undefined || failures.pause <= first) return false;
    this.#failures.set(address, { ...failures, pause: first });
    return true;
  }

  failuresOf(address: string): number {
    return this.#failures.get(address)?.count ?? 0;
  }

  /** When it may be tried again. */
  dueAt(address: string): number {
    const failures = this.#failures.get(address);
    return failures === undefined ? 0 : failures.at + failures.pause;
  }
}
