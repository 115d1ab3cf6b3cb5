import type { Cause } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import type { Clamped, LightState } from "../domain/light.ts";
import type { Instant } from "../domain/units.ts";
import type { Page } from "./neighbours.ts";

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

type EntryChanged = (history: History, slot: number) => void;

/** The newest changes of one lamp: enough to answer "why?" and "why not?". */
export class History {
  static readonly length = 20;
  readonly lamp: LampId;
  #newest: HistoryEntry | undefined;
  /** With the newest, each in its slot; absent for the many lamps of which no more than that is known. */
  #slots: (HistoryEntry | undefined)[] | undefined;
  readonly #tell: EntryChanged;
  /** With whom it lies together in the store. */
  page: Page<History> | undefined;

  /**
   * @param tell called with the slot of an entry that has come or changed
   * @param entries what is known already, in their order
   */
  constructor(lamp: LampId, tell: EntryChanged = () => {}, entries: Iterable<HistoryEntry> = []) {
    this.lamp = lamp;
    this.#tell = tell;
    for (const entry of entries) this.#put(entry);
  }

  add(change: Change): void {
    // Each change closes the one before, so behind one that was confirmed none is open.
    const last = this.#lastThat((each) => isDone(each) || each.notRun === undefined);
    if (last !== undefined && !isDone(last)) {
      last.notRun = "superseded";
      this.#changed(last);
    }
    this.#changed(this.#push(change));
  }

  /** Something was due and did not happen. Again for the same reason is no news: the newest time takes its place. */
  heldBack(change: Change, reason: NotRunReason): void {
    const last = this.#newest;
    const isSame =
      last?.notRun === reason && last.cause.rule !== undefined && last.cause.rule === change.cause.rule;
    if (last === undefined || !isSame) {
      this.#changed(Object.assign(this.#push(change), { notRun: reason }));
      return;
    }
    const entry: HistoryEntry = { order: last.order, ...change, notRun: reason };
    this.#put(entry);
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

  /** Oldest first. */
  entries(): readonly HistoryEntry[] {
    const newest = this.#newest;
    const slots = this.#slots;
    if (newest === undefined) return [];
    if (slots === undefined) return [newest];
    const entries: HistoryEntry[] = [];
    for (let order = newest.order - History.length + 1; order <= newest.order; order++) {
      const entry = order < 0 ? undefined : slots[slotOf(order)];
      if (entry?.order === order) entries.push(entry);
    }
    return entries;
  }

  /** As the store keeps them: each in its slot. */
  inSlot(slot: number): HistoryEntry | undefined {
    if (this.#slots !== undefined) return this.#slots[slot];
    return this.#newest !== undefined && slotOf(this.#newest.order) === slot ? this.#newest : undefined;
  }

  /** Forgets what is over. @returns what that was */
  forget(isOver: (entry: HistoryEntry) => boolean): readonly HistoryEntry[] {
    const entries = this.entries();
    const old = entries.filter(isOver);
    if (old.length === 0) return old;
    const gone = new Set(old);
    this.#newest = undefined;
    this.#slots = undefined;
    for (const entry of entries) if (!gone.has(entry)) this.#put(entry);
    return old;
  }

  /** Other causes in the same places: what happened stays, and who asked is another, or nobody. */
  rewrite(causeOf: (cause: Cause) => Cause): void {
    for (const entry of this.entries()) {
      const cause = causeOf(entry.cause);
      if (cause === entry.cause) continue;
      const rewritten = { ...entry, cause };
      this.#replace(rewritten);
      this.#changed(rewritten);
    }
  }

  /** What a command did. */
  of(command: CommandId): HistoryEntry | undefined {
    return this.#lastThat(({ cause }) => cause.command === command);
  }

  /** Mostly it is the newest. */
  #lastThat(is: (entry: HistoryEntry) => boolean): HistoryEntry | undefined {
    const newest = this.#newest;
    if (newest === undefined || is(newest)) return newest;
    return this.#slots === undefined ? undefined : this.entries().findLast(is);
  }

  #changed({ order }: HistoryEntry): void {
    this.#tell(this, slotOf(order));
  }

  #push({ cause, desired, clamped }: Change): HistoryEntry {
    // Named from the start: what is added later lies apart, and every entry is changed once or twice.
    const entry = {
      order: (this.#newest?.order ?? -1) + 1,
      cause,
      desired,
      clamped,
      confirmedAt: undefined,
      acceptedAt: undefined,
      notRun: undefined,
    };
    this.#put(entry);
    return entry;
  }

  /** As the newest, in the place of the oldest. */
  #put(entry: HistoryEntry): void {
    const before = this.#newest;
    this.#newest = entry;
    if (before === undefined || (before.order === entry.order && this.#slots === undefined)) return;
    if (this.#slots === undefined && before.order === 0 && entry.order === 1) {
      // Of many lamps no more than this is ever known.
      this.#slots = [before, entry];
      return;
    }
    if (this.#slots?.length !== History.length) this.#slots = withAllRoom(this.#slots ?? [before]);
    this.#slots[slotOf(entry.order)] = entry;
  }

  #replace(entry: HistoryEntry): void {
    if (this.#newest?.order === entry.order) this.#newest = entry;
    if (this.#slots !== undefined) this.#slots[slotOf(entry.order)] = entry;
  }

  /** What was held back meanwhile stands behind it. */
  #open(command: CommandId): HistoryEntry | undefined {
    const entry = this.of(command);
    const isOpen = entry?.confirmedAt === undefined && entry?.notRun !== "superseded";
    return isOpen ? entry : undefined;
  }
}

/** One that grows by itself takes room for sixteen more each time. */
const withAllRoom = (entries: readonly (HistoryEntry | undefined)[]): (HistoryEntry | undefined)[] => {
  const slots = new Array<HistoryEntry | undefined>(History.length);
  for (const entry of entries) if (entry !== undefined) slots[slotOf(entry.order)] = entry;
  return slots;
};

/** In which of its places something is kept. */
export const slotOf = (order: number): number => order % History.length;

const isDone = ({ confirmedAt, acceptedAt }: HistoryEntry): boolean =>
  confirmedAt !== undefined || acceptedAt !== undefined;
