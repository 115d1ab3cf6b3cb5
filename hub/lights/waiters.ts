import type { CommandId, LampId } from "../domain/ids.ts";
import type { Duration } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";

/** `accepted`: handed over to a lamp that never says what it shows. */
export type Settled = "confirmed" | "accepted" | "superseded" | "timeout";

interface Waiter {
  readonly command: CommandId;
  readonly done: (settled: Settled) => void;
}

/** Those who wait to hear how a command ends for a lamp. */
export class Waiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<LampId, Waiter[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Everybody hears that it took too long. */
  close(): void {
    for (const waiting of [...this.#waiting.values()]) for (const waiter of waiting) waiter.done("timeout");
  }

  wait(command: CommandId, lamp: LampId, timeout: Duration): Promise<Settled> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(timeout, () => waiter.done("timeout"));
      const waiter: Waiter = {
        command,
        done: (settled) => {
          timer.cancel();
          this.#forget(lamp, waiter);
          resolve(settled);
        },
      };
      this.#waiting.set(lamp, [...(this.#waiting.get(lamp) ?? []), waiter]);
    });
  }

  /** @param command the lamp's newest: whoever waits for an older one hears nothing but that it is superseded */
  answer(lamp: LampId, command: CommandId, settled: Settled): void {
    if (this.#waiting.size === 0) return;
    for (const waiter of this.#waiting.get(lamp) ?? []) {
      if (settled === "superseded" || waiter.command === command) waiter.done(settled);
    }
  }

  #forget(lamp: LampId, waiter: Waiter): void {
    const left = (this.#waiting.get(lamp) ?? []).filter((each) => each !== waiter);
    if (left.length > 0) this.#waiting.set(lamp, left);
    else this.#waiting.delete(lamp);
  }
}
