import { type Duration, Millis, type Monotonic } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/** Where answers come in; filled by the roof. */
export interface Ears {
  /** Calls when every message that has come in by now has been heard. */
  caughtUp(call: () => void): void;
}

/** A tenth of a second in which whatever came was heard. */
const round = Millis(100);

/**
 * Whose answer is waited for, and for how long: one timer for all of them. Counted are rounds, not milliseconds: a hub that
 * was busy for two seconds has not listened for two seconds, and what lamps said meanwhile lies in its own queue. Were
 * they all asked again then, a late house would be twice as late.
 */
export class Patience<Waited> {
  readonly #clock: Clock;
  readonly #ears: Ears;
  readonly #ranOut: (waited: Waited) => void;
  /** The round with whose end patience ends. */
  readonly #until = new Map<Waited, number>();
  #round = 0;
  #since = 0 as Monotonic;
  #timer: Timer | undefined;
  #isCounting = false;

  /** @param ranOut called once per `begin`, unless it was ended before */
  constructor(clock: Clock, ears: Ears, ranOut: (waited: Waited) => void) {
    this.#clock = clock;
    this.#ears = ears;
    this.#ranOut = ranOut;
  }

  /** Waits for an answer for so long, at most a round longer; in the place of what was said before. */
  begin(waited: Waited, patience: Duration): void {
    if (!this.#isCounting) this.#nextRound();
    const isUnderWay = this.#clock.monotonic() > this.#since;
    this.#until.set(waited, this.#round + Math.ceil(patience / round) + (isUnderWay ? 1 : 0));
  }

  end(waited: Waited): void {
    this.#until.delete(waited);
  }

  /** Nobody is waited for any more. */
  close(): void {
    this.#until.clear();
    this.#timer?.cancel();
    this.#isCounting = false;
  }

  #nextRound(): void {
    this.#isCounting = true;
    this.#since = this.#clock.monotonic();
    this.#timer = this.#clock.after(round, () => this.#ears.caughtUp(() => this.#roundOver()));
  }

  #roundOver(): void {
    if (!this.#isCounting) return;
    this.#round++;
    const over = [...this.#until.keys()].filter((waited) => this.#isOver(waited));
    this.#isCounting = this.#until.size > 0;
    if (this.#isCounting) this.#nextRound();
    for (const waited of over) {
      // What one of those before brought about may have ended it, or begun it anew.
      if (!this.#isOver(waited)) continue;
      this.#until.delete(waited);
      this.#ranOut(waited);
    }
  }

  #isOver(waited: Waited): boolean {
    const until = this.#until.get(waited);
    return until !== undefined && until <= this.#round;
  }
}
