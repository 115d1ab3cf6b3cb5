import type { Cause } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import { sharedState } from "../domain/report.ts";
import { Days, Hours, Instant } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { type CollectionValue, historyDays } from "../privacy/data-map.ts";
import type { Collection, GuardedStore } from "../privacy/guarded-store.ts";
import { type Change, History, type HistoryEntry } from "./history.ts";

const sweepEvery = Hours(1);

/**
 * What happened to each lamp, and what did not: in memory, and behind it in the store, so that the answer to "why?"
 * outlives a restart. Each lamp has as many records as its history is long, used in turn.
 */
export class Histories {
  readonly #clock: Clock;
  readonly #records: Collection<CollectionValue<"occurrences">>;
  readonly #histories = new Map<LampId, History>();
  #sweeps: Timer | undefined;

  constructor(clock: Clock, store: GuardedStore) {
    this.#clock = clock;
    this.#records = store.collection("occurrences");
  }

  start(): void {
    const known = new Map<LampId, HistoryEntry[]>();
    const causes = new Map<CommandId, Cause>();
    for (const [place, record] of this.#records.entries()) {
      const { lamp } = record;
      const entry = entryOf(record, causes);
      if (place !== placeOf(lamp, entry)) this.#move(place, lamp, entry);
      const entries = known.get(lamp) ?? [];
      entries.push(entry);
      known.set(lamp, entries);
    }
    for (const [lamp, entries] of known) {
      this.#histories.set(lamp, new History(entries.toSorted((a, b) => a.order - b.order)));
    }
    this.#sweep();
    this.#sweeps = this.#clock.every(sweepEvery, () => this.#sweep());
  }

  close(): void {
    this.#sweeps?.cancel();
  }

  /** Oldest first. */
  entries(lamp: LampId): readonly HistoryEntry[] {
    return this.#histories.get(lamp)?.entries() ?? [];
  }

  add(lamp: LampId, change: Change): void {
    for (const entry of this.#of(lamp).add(change)) this.#keep(lamp, entry);
  }

  /** It would have been changed and was not. */
  heldBack(lamp: LampId, change: Change, reason: NotRunReason): void {
    this.#keep(lamp, this.#of(lamp).heldBack(change, reason));
  }

  /**
   * A state that was kept. Where its entry was not, the power went in between; where it was, both are one from now on.
   * @returns the state, as the history holds it
   */
  adopt<Kept extends Omit<Change, "clamped">>(lamp: LampId, kept: Kept): Kept {
    const entry = this.#histories.get(lamp)?.of(kept.cause.command);
    if (entry !== undefined)
      return { ...kept, cause: entry.cause, desired: sharedState(kept.desired, entry.desired) };
    const { cause, desired } = kept;
    if (cause.at >= this.#oldest()) this.add(lamp, { cause, desired, clamped: [] });
    return kept;
  }

  confirm(lamp: LampId, command: CommandId): void {
    this.#keep(lamp, this.#histories.get(lamp)?.confirm(command, this.#clock.now()));
  }

  accept(lamp: LampId, command: CommandId): void {
    this.#keep(lamp, this.#histories.get(lamp)?.accept(command, this.#clock.now()));
  }

  notRun(lamp: LampId, command: CommandId, reason: NotRunReason): void {
    this.#keep(lamp, this.#histories.get(lamp)?.notRun(command, reason));
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

  /** Earlier hubs kept it elsewhere; left there it would never be swept. */
  #move(from: string, lamp: LampId, entry: HistoryEntry): void {
    this.#records.remove(from);
    this.#keep(lamp, entry);
  }

  #keep(lamp: LampId, entry: HistoryEntry | undefined): void {
    if (entry === undefined) return;
    const { order, cause, desired, clamped, confirmedAt, acceptedAt, notRun } = entry;
    const { at } = cause;
    this.#records.put(placeOf(lamp, entry), {
      lamp,
      at,
      order,
      cause,
      desired,
      clamped,
      confirmedAt,
      acceptedAt,
      notRun,
    });
  }

  #oldest(): Instant {
    return Instant(this.#clock.now() - kept);
  }

  #sweep(): void {
    const oldest = this.#oldest();
    for (const [lamp, history] of this.#histories) this.#remove(lamp, history.forget(oldest));
  }

  #remove(lamp: LampId, entries: readonly HistoryEntry[]): void {
    for (const entry of entries) this.#records.remove(placeOf(lamp, entry));
  }
}

const unclamped: readonly never[] = [];

/** What many lamps did as one has one cause: kept once, however many records name it. */
const entryOf = (
  { order, cause, desired, clamped, confirmedAt, acceptedAt, notRun }: CollectionValue<"occurrences">,
  causes: Map<CommandId, Cause>,
): HistoryEntry => {
  const known = causes.get(cause.command) ?? cause;
  causes.set(cause.command, known);
  return {
    order,
    cause: known,
    desired,
    clamped: clamped.length > 0 ? clamped : unclamped,
    confirmedAt,
    acceptedAt,
    notRun,
  };
};

/** As the data map promises. */
const kept = Days(historyDays);

/** What many lamps did as one lies together: sorted by lamp, every one of them would have a page of the file to itself. */
const placeOf = (lamp: LampId, { order }: HistoryEntry): string => `${order % History.length}.${lamp}`;
