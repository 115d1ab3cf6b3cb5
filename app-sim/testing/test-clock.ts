import type { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { durationOf, instantOf, msOf, type TimeSpan } from "./hub-options.ts";
import { TestUsageError } from "./test-usage-error.ts";

/** The hub's time in the hands of a test. */
export class TestClock {
  readonly #clock: PacedClock;
  readonly #next: (moment: string, now: string) => Promise<string | undefined>;

  /** @param next when a moment of the day comes next, ISO 8601 */
  constructor(clock: PacedClock, next: (moment: string, now: string) => Promise<string | undefined>) {
    this.#clock = clock;
    this.#next = next;
  }

  /** Civil time as the hub believes it, UTC. */
  get now(): Date {
    return new Date(this.#clock.now());
  }

  /** Lives through so much time: everything due in it happens, in order, with its consequences. */
  async advance(span: TimeSpan): Promise<void> {
    await this.#clock.advance(durationOf(span));
  }

  /**
   * Lives on until that civil time, or until the next "sunset", "sunset-15m", "07:30" of the home.
   * @throws TestUsageError when it has passed, or does not come
   */
  async until(moment: string | number | Date): Promise<void> {
    const next = typeof moment === "string" ? await this.#next(moment, this.now.toISOString()) : undefined;
    const wait = instantOf(next ?? moment) - this.#clock.now();
    if (wait < 0) throw new TestUsageError("that time has passed; use clock.jump");
    await this.advance(wait);
  }

  /** Steps civil time, as a corrected clock does, either way: no time passes and no timer notices. */
  jump(span: TimeSpan): void {
    this.#clock.jump(msOf(span));
  }

  pause(): void {
    this.#clock.pause();
  }

  resume(): void {
    this.#clock.resume();
  }
}
