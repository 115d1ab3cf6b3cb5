import type { NotRunReason } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import { Days, Hours, Instant, Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { historyDays } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import { type Change, History, type HistoryEntry } from "./history.ts";

/** A change and its confirmation mostly come within this time, and are then one write. */
const writeAfter = Seconds(1);
/** Of what waits, this much is written in one turn: a house that changed as one keeps nobody waiting. */
const writesPerTurn = 100;
const turns = 50;
const turnEvery = Millis(10);
const sweepEvery = Hours(1);

/**
 * What happened to each lamp, and what did not: in memory, and behind it in the store, so that the answer to "why?"
 * outlives a restart. Each lamp has as many records as its history is long, used in turn.
 */
export class Histories {
  readonly #clock: Clock;
  readonly #store: GuardedStore;
  readonly #histories = new Map<LampId, History>();
  readonly #unwritten = new Map<HistoryEntry, LampId>();
  #writing: Timer | undefined;
  #sweeps: Timer | undefined;

  constructor(clock: Clock, store: GuardedStore) {
    this.#clock = clock;
    this.#store = store;
  }

  start(): void {
    const known = new Map<LampId, HistoryEntry[]>();
    for (const [, { lamp, at: _at, ...entry }] of this.#store.collection("occurrences").entries()) {
      const entries = known.get(lamp) ?? [];
      entries.push(entry);
      known.set(lamp, entries);
    }
    for (const [lamp, entries] of known) {
      this.#histories.set(lamp, new History(entries.sort((a, b) => a.order - b.order)));
    }
    this.#sweep();
    this.#sweeps = this.#clock.every(sweepEvery, () => this.#sweep());
  }

  close(): void {
    this.#sweeps?.cancel();
    this.#write(this.#unwritten.size);
    this.#writing?.cancel();
  }

  /** Oldest first. */
  entries(lamp: LampId): readonly HistoryEntry[] {
    return this.#histories.get(lamp)?.entries() ?? [];
  }

  add(lamp: LampId, change: Change): void {
    for (const entry of this.#of(lamp).add(change)) this.#writeSoon(lamp, entry);
  }

  /** It would have been changed and was not. */
  heldBack(lamp: LampId, change: Change, reason: NotRunReason): void {
    this.#writeSoon(lamp, this.#of(lamp).heldBack(change, reason));
  }

  /** A state that was kept while its entry was not: the power went in between. */
  adopt(lamp: LampId, change: Omit<Change, "clamped">): void {
    if (change.cause.at < this.#oldest() || this.#histories.get(lamp)?.knows(change.cause.command)) return;
    this.add(lamp, { ...change, clamped: [] });
  }

  confirm(lamp: LampId, command: CommandId): void {
    this.#writeSoon(lamp, this.#histories.get(lamp)?.confirm(command, this.#clock.now()));
  }

  notRun(lamp: LampId, command: CommandId, reason: NotRunReason): void {
    this.#writeSoon(lamp, this.#histories.get(lamp)?.notRun(command, reason));
  }

  /** The lamp is gone, and with it all that was known of it. */
  drop(lamp: LampId): void {
    const entries = this.entries(lamp);
    this.#histories.delete(lamp);
    this.#remove(lamp, entries);
  }

  #of(lamp: LampId): History {
    let history = this.#histories.get(lamp);
    if (history === undefined) {
      history = new History();
      this.#histories.set(lamp, history);
    }
    return history;
  }

  #writeSoon(lamp: LampId, entry: HistoryEntry | undefined): void {
    if (entry === undefined) return;
    this.#unwritten.set(entry, lamp);
    this.#writing ??= this.#clock.after(writeAfter, () => this.#writePart());
  }

  #writePart(): void {
    this.#write(Math.max(writesPerTurn, this.#unwritten.size / turns));
    this.#writing =
      this.#unwritten.size === 0 ? undefined : this.#clock.after(turnEvery, () => this.#writePart());
  }

  #write(most: number): void {
    const records = this.#store.collection("occurrences");
    let left = most;
    for (const [entry, lamp] of this.#unwritten) {
      if (left-- <= 0) return;
      this.#unwritten.delete(entry);
      // Of a lamp that is gone meanwhile nothing is kept.
      if (!this.#histories.has(lamp)) continue;
      records.put(placeOf(lamp, entry), { lamp, at: entry.cause.at, ...entry });
    }
  }

  #oldest(): Instant {
    return Instant(this.#clock.now() - kept);
  }

  #sweep(): void {
    const oldest = this.#oldest();
    for (const [lamp, history] of this.#histories) this.#remove(lamp, history.forget(oldest));
  }

  #remove(lamp: LampId, entries: readonly HistoryEntry[]): void {
    const records = this.#store.collection("occurrences");
    for (const entry of entries) {
      this.#unwritten.delete(entry);
      records.remove(placeOf(lamp, entry));
    }
  }
}

/** As the data map promises. */
const kept = Days(historyDays);

const placeOf = (lamp: LampId, { order }: HistoryEntry): string => `${lamp}.${order % History.length}`;
