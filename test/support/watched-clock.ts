import { type Duration, Millis } from "../../hub/domain/units.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { Timer } from "../../hub/ports/clock.ts";

/** A virtual clock beside real sockets: a test waits until a pause is armed and ends it, however slow the machine is. */
export class WatchedClock extends VirtualClock {
  readonly #wanted = new Set<() => void>();

  override after(delay: Duration, call: () => void): Timer {
    const timer = super.after(delay, call);
    for (const done of this.#wanted) done();
    this.#wanted.clear();
    return timer;
  }

  /** Resolves when a pause is under way. */
  async isArmed(): Promise<void> {
    if (this.nextDue() === undefined) await new Promise<void>((done) => this.#wanted.add(done));
  }

  /** Waits for the next pause and lets it pass. @returns how long it was */
  async endPause(): Promise<Duration> {
    await this.isArmed();
    const pause = Millis((this.nextDue() ?? this.monotonic()) - this.monotonic());
    await this.advance(pause);
    return pause;
  }
}
