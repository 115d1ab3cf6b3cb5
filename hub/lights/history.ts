import type { Cause } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { CommandId } from "../domain/ids.ts";
import type { Clamped, LightState } from "../domain/light.ts";
import type { Instant } from "../domain/units.ts";

/** One thing that happened, or did not, to a lamp. */
export interface HistoryEntry {
  /** Counts the lamp's changes: the wall clock may be set back, this is not. */
  readonly order: number;
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
  readonly #entries: HistoryEntry[];

  /** @param entries what is known already, in their order */
  constructor(entries: HistoryEntry[] = []) {
    this.#entries = entries;
  }

  /** @returns the entries this changed: the new one, and the one it took the place of */
  add(change: Pick<HistoryEntry, "cause" | "desired" | "clamped">): readonly HistoryEntry[] {
    const last = this.#entries.at(-1);
    const entry: HistoryEntry = { order: (last?.order ?? -1) + 1, ...change };
    // By order, not by number: those in between may have been forgotten, and each has its place in the store.
    while ((this.#entries[0]?.order ?? entry.order) <= entry.order - History.length) this.#entries.shift();
    this.#entries.push(entry);
    if (last === undefined || last.confirmedAt !== undefined || last.notRun !== undefined) return [entry];
    last.notRun = "superseded";
    return [last, entry];
  }

  /** @returns the entry, when this is news */
  confirm(command: CommandId, at: Instant): HistoryEntry | undefined {
    const last = this.#open(command);
    if (last === undefined) return undefined;
    last.confirmedAt = at;
    delete last.notRun;
    return last;
  }

  /** @returns the entry, when this is news */
  notRun(command: CommandId, reason: NotRunReason): HistoryEntry | undefined {
    const last = this.#open(command);
    if (last === undefined || last.notRun === reason) return undefined;
    last.notRun = reason;
    return last;
  }

  entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Forgets what began before `instant`. @returns what that was */
  forget(instant: Instant): readonly HistoryEntry[] {
    const old = this.#entries.filter(({ cause }) => cause.at < instant);
    if (old.length === 0) return old;
    const kept = this.#entries.filter(({ cause }) => cause.at >= instant);
    this.#entries.splice(0, Number.POSITIVE_INFINITY, ...kept);
    return old;
  }

  knows(command: CommandId): boolean {
    return this.#entries.some(({ cause }) => cause.command === command);
  }

  #open(command: CommandId): HistoryEntry | undefined {
    const last = this.#entries.at(-1);
    return last?.cause.command === command && last.confirmedAt === undefined ? last : undefined;
  }
}
