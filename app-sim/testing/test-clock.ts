import type { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { durationOf, instantOf, msOf, type TimeSpan } from "./hub-options.ts";
import { TestUsageError } from "./test-usage-error.ts";

/** The hub's time in the hands of a test. */
export class TestClock {
  readonly #clock: PacedClock;

  constructor(clock: PacedClock) {
    this.#clock = clock;
  }

  /** Civil time as the hub believes it, UTC. */
  get now(): Date {
    return new Date(this.#clock.now());
  }

  /** Lives through so much time: everything due in it happens, in order, with its consequences. */
  async advance(span: TimeSpan): Promise<void> {
    await this.#clock.advance(durationOf(span));
  }

  /** Lives on until that civil time. @throws TestUsageError when it has passed */
  async until(instant: string | number | Date): Promise<void> {
    const wait = instantOf(instant) - this.#clock.now();
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
