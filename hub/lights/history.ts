import type { Cause } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
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
  confirmedAt?: Instant | undefined;
  /** When it was handed over to a lamp that never says what it shows. */
  acceptedAt?: Instant | undefined;
  /** Why it did not come about. */
  notRun?: NotRunReason | undefined;
}

/** What was asked of a lamp. */
export type Change = Pick<HistoryEntry, "cause" | "desired" | "clamped">;

/** The newest changes of one lamp, oldest first: enough to answer "why?" and "why not?". */
export class History {
  static readonly length = 20;
  readonly lamp: LampId;
  /** Replaced where it gets longer: an array that grows takes room for sixteen more. */
  #entries: HistoryEntry[];
  /** Of the oldest that has changed since they were last saved; absent: none has. */
  #unsavedFrom: number | undefined;

  /** @param entries what is known already, in their order */
  constructor(lamp: LampId, entries: HistoryEntry[] = []) {
    this.lamp = lamp;
    this.#entries = entries;
  }

  add(change: Change): void {
    // Each change closes the one before, so behind one that was confirmed none is open.
    const last = this.#entries.findLast((each) => isDone(each) || each.notRun === undefined);
    if (last !== undefined && !isDone(last)) {
      last.notRun = "superseded";
      this.#changed(last);
    }
    this.#changed(this.#push(change));
  }

  /** Something was due and did not happen. Again for the same reason is no news: the newest time takes its place. */
  heldBack(change: Change, reason: NotRunReason): void {
    const last = this.#entries.at(-1);
    const isSame =
      last?.notRun === reason && last.cause.rule !== undefined && last.cause.rule === change.cause.rule;
    if (last === undefined || !isSame) {
      this.#changed(Object.assign(this.#push(change), { notRun: reason }));
      return;
    }
    const entry: HistoryEntry = { order: last.order, ...change, notRun: reason };
    this.#entries[this.#entries.length - 1] = entry;
    this.#changed(entry);
  }

  /** @returns whether this is news */
  confirm(command: CommandId, at: Instant): boolean {
    const last = this.#open(command);
    if (last === undefined) return false;
    last.confirmedAt = at;
    last.notRun = undefined;
    this.#changed(last);
    return true;
  }

  accept(command: CommandId, at: Instant): void {
    const last = this.#open(command);
    if (last === undefined || last.acceptedAt !== undefined) return;
    last.acceptedAt = at;
    last.notRun = undefined;
    this.#changed(last);
  }

  notRun(command: CommandId, reason: NotRunReason): void {
    const last = this.#open(command);
    if (last === undefined || last.notRun === reason) return;
    last.notRun = reason;
    this.#changed(last);
  }

  /** What may have changed since this was last asked, oldest first. */
  takeUnsaved(): readonly HistoryEntry[] {
    const from = this.#unsavedFrom;
    this.#unsavedFrom = undefined;
    if (from === undefined) return [];
    return this.#entries.slice(this.#entries.findLastIndex(({ order }) => order < from) + 1);
  }

  entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Forgets what is over. @returns what that was */
  forget(isOver: (entry: HistoryEntry) => boolean): readonly HistoryEntry[] {
    const old = this.#entries.filter(isOver);
    if (old.length === 0) return old;
    const gone = new Set(old);
    this.#entries = this.#entries.filter((entry) => !gone.has(entry));
    return old;
  }

  /** Other causes in the same places: what happened stays, and who asked is another, or nobody. */
  rewrite(causeOf: (cause: Cause) => Cause): void {
    for (const [at, entry] of this.#entries.entries()) {
      const cause = causeOf(entry.cause);
      if (cause === entry.cause) continue;
      const rewritten = { ...entry, cause };
      this.#entries[at] = rewritten;
      this.#changed(rewritten);
    }
  }

  /** What a command did. */
  of(command: CommandId): HistoryEntry | undefined {
    const last = this.#entries.at(-1);
    return last?.cause.command === command
      ? last
      : this.#entries.findLast(({ cause }) => cause.command === command);
  }

  #changed({ order }: HistoryEntry): void {
    this.#unsavedFrom = Math.min(this.#unsavedFrom ?? order, order);
  }

  #push(change: Change): HistoryEntry {
    const { cause, desired, clamped } = change;
    const order = (this.#entries.at(-1)?.order ?? -1) + 1;
    // Named from the start: what is added later lies apart, and every entry is changed once or twice.
    const entry = {
      order,
      cause,
      desired,
      clamped,
      confirmedAt: undefined,
      acceptedAt: undefined,
      notRun: undefined,
    };
    // By order, not by number: those in between may have been forgotten, and each has its place in the store.
    const first = this.#entries.findIndex(({ order }) => order > entry.order - History.length);
    if (first === 1) {
      // Full: the oldest makes room, in the room there is. `copyWithin` would take longer than all the rest of a change.
      this.#entries.shift();
      this.#entries.push(entry);
    } else if (first < 0) this.#entries = [entry];
    else this.#entries = [...(first === 0 ? this.#entries : this.#entries.slice(first)), entry];
    return entry;
  }

  /** What was held back meanwhile stands behind it. */
  #open(command: CommandId): HistoryEntry | undefined {
    const entry = this.of(command);
    const isOpen = entry?.confirmedAt === undefined && entry?.notRun !== "superseded";
    return isOpen ? entry : undefined;
  }
}

const isDone = ({ confirmedAt, acceptedAt }: HistoryEntry): boolean =>
  confirmedAt !== undefined || acceptedAt !== undefined;
