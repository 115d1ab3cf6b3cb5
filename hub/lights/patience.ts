import { type Duration, Millis, type Monotonic } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/** Where answers come in; filled by the roof. */
export interface Ears {
  /** Calls when every message that has come in by now has been heard. */
  caughtUp(call: () => void): void;
}

/**
 * Bears by itself how long it is waited for: a map of ten thousand would be filled and emptied with every command.
 */
export interface Waited {
  /** The round with whose end patience ends; 0: the answer came. Absent: it is in no list. */
  answerBy?: number | undefined;
}

/** Rounds are counted from one. */
const answered = 0;

/** A tenth of a second in which whatever came was heard. */
const round = Millis(100);

/**
 * Whose answer is waited for, and for how long: one timer for all of them. Counted are rounds, not milliseconds: a hub that
 * was busy for two seconds has not listened for two seconds, and what lamps said meanwhile lies in its own queue. Were
 * they all asked again then, a late house would be twice as late.
 */
export class Patience<Item extends Waited> {
  readonly #clock: Clock;
  readonly #ears: Ears;
  readonly #ranOut: (waited: Item) => void;
  /** Each once, and those whose answer came until the round is over. */
  #listed: Item[] = [];
  #round = 0;
  #since = 0 as Monotonic;
  #timer: Timer | undefined;
  #isCounting = false;

  /** @param ranOut called once per `begin`, unless it was ended before */
  constructor(clock: Clock, ears: Ears, ranOut: (waited: Item) => void) {
    this.#clock = clock;
    this.#ears = ears;
    this.#ranOut = ranOut;
  }

  /** Waits for an answer for so long, at most a round longer; in the place of what was said before. @param at now */
  begin(waited: Item, patience: Duration, at = this.#clock.monotonic()): void {
    if (!this.#isCounting) this.#nextRound(at);
    const isUnderWay = at > this.#since;
    if (waited.answerBy === undefined) this.#listed.push(waited);
    waited.answerBy = this.#round + Math.ceil(patience / round) + (isUnderWay ? 1 : 0);
  }

  end(waited: Item): void {
    if (waited.answerBy !== undefined) waited.answerBy = answered;
  }

  /** Nobody is waited for any more. */
  close(): void {
    for (const waited of this.#listed) waited.answerBy = undefined;
    this.#listed = [];
    this.#timer?.cancel();
    this.#isCounting = false;
  }

  #nextRound(at: Monotonic): void {
    this.#isCounting = true;
    this.#since = at;
    this.#timer = this.#clock.after(round, () => this.#ears.caughtUp(() => this.#roundOver()));
  }

  #roundOver(): void {
    if (!this.#isCounting) return;
    this.#round++;
    this.#isCounting = this.#strikeAnswered();
    const over = this.#listed.filter((waited) => this.#isOver(waited));
    if (this.#isCounting) this.#nextRound(this.#clock.monotonic());
    for (const waited of over) {
      // What one of those before brought about may have ended it, or begun it anew.
      if (!this.#isOver(waited)) continue;
      waited.answerBy = answered;
      this.#ranOut(waited);
    }
  }

  /** @returns whether anybody is still waited for */
  #strikeAnswered(): boolean {
    const listed = this.#listed;
    this.#listed = listed.filter(({ answerBy }) => answerBy !== answered);
    for (const waited of listed) if (waited.answerBy === answered) waited.answerBy = undefined;
    return this.#listed.length > 0;
  }

  #isOver({ answerBy = answered }: Item): boolean {
    return answerBy !== answered && answerBy <= this.#round;
  }
}
