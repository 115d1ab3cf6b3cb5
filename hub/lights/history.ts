import type { Cause } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { Clamped, LightState } from "../domain/light.ts";
import type { Instant } from "../domain/units.ts";

/** One thing that happened, or did not, to a lamp. */
export interface HistoryEntry {
  readonly cause: Cause;
  readonly desired: LightState;
  readonly clamped: readonly Clamped[];
  /** When the lamp confirmed it. */
  confirmedAt?: Instant;
  /** Why it did not come about. */
  notRun?: NotRunReason;
}

/** The newest changes of one lamp, oldest first: enough to answer "why?" and "why not?". */
export class History {
  static readonly length = 20;
  readonly #entries: HistoryEntry[] = [];

  add(entry: HistoryEntry): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && last.confirmedAt === undefined) last.notRun ??= "superseded";
    if (this.#entries.length >= History.length) this.#entries.shift();
    this.#entries.push(entry);
  }

  confirm(at: Instant): void {
    const last = this.#entries.at(-1);
    if (last === undefined || last.confirmedAt !== undefined) return;
    last.confirmedAt = at;
    delete last.notRun;
  }

  notRun(reason: NotRunReason): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && last.confirmedAt === undefined) last.notRun = reason;
  }

  entries(): readonly HistoryEntry[] {
    return this.#entries;
  }
}
