import type { LampId } from "../domain/ids.ts";
import { Instant, Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { StoredTimer } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";

interface Running {
  stored: StoredTimer;
  timer: Timer;
  /** Begun since the hub started: the monotonic clock knows its end, whatever civil time says. */
  readonly isOfThisRun: boolean;
}

/**
 * What ends by itself after a while: on the monotonic clock as long as the hub runs, which no step of civil time moves;
 * by civil time over a restart, never later than the whole of it.
 */
export class RuleTimers {
  readonly #clock: Clock;
  readonly #records: Collection<StoredTimer>;
  readonly #expired: (timer: StoredTimer) => void;
  readonly #running = new Map<string, Running>();

  constructor(clock: Clock, store: PurposeStore<"automation">, expired: (timer: StoredTimer) => void) {
    this.#clock = clock;
    this.#records = store.collection("rule-timers");
    this.#expired = expired;
  }

  /** Takes up what was under way when the hub last ran. What has run out meanwhile ends now. */
  start(): void {
    for (const [, stored] of this.#records.entries()) this.#run(stored, false);
  }

  close(): void {
    for (const { timer } of this.#running.values()) timer.cancel();
    this.#running.clear();
  }

  all(): readonly StoredTimer[] {
    return [...this.#running.values()].map(({ stored }) => stored);
  }

  get(id: string): StoredTimer | undefined {
    return this.#running.get(id)?.stored;
  }

  /** Begins, or begins anew. @param age milliseconds of it that have passed already */
  begin(wanted: Omit<StoredTimer, "since">, age = 0): void {
    this.#running.get(wanted.id)?.timer.cancel();
    const stored = { ...wanted, since: Instant(this.#clock.now() - age) };
    this.#records.put(stored.id, stored);
    this.#run(stored, true);
  }

  /** It goes on without a lamp; without any it is over. @returns whether it was over */
  leave(id: string, lamp: LampId): boolean {
    const running = this.#running.get(id);
    const lamps = running?.stored.lamps.filter((each) => each !== lamp) ?? [];
    if (running === undefined || lamps.length === 0) {
      this.end(id);
      return running !== undefined;
    }
    running.stored = { ...running.stored, lamps };
    this.#records.put(id, running.stored);
    return false;
  }

  end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.timer.cancel();
    this.#running.delete(id);
    this.#records.remove(id);
  }

  /** Civil time has stepped by so many milliseconds, or may be believed now. */
  clockChanged(step: number): void {
    for (const running of [...this.#running.values()]) {
      if (running.isOfThisRun) this.#moveWith(running, step);
      else this.#again(running);
    }
  }

  #moveWith(running: Running, step: number): void {
    if (step === 0) return;
    running.stored = { ...running.stored, since: Instant(running.stored.since + step) };
    this.#records.put(running.stored.id, running.stored);
  }

  #again({ stored, timer }: Running): void {
    timer.cancel();
    this.#run(stored, false);
  }

  #run(stored: StoredTimer, isOfThisRun: boolean): void {
    const timer = this.#clock.after(Millis(this.#left(stored)), () => {
      const running = this.#running.get(stored.id);
      this.end(stored.id);
      if (running !== undefined) this.#expired(running.stored);
    });
    this.#running.set(stored.id, { stored, timer, isOfThisRun });
  }

  /** A clock that was set back must not make it longer than it ever was. */
  #left({ since, after }: StoredTimer): number {
    return Math.min(after, Math.max(0, since + after - this.#clock.now()));
  }
}
