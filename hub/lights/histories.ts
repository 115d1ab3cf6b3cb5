import type { Cause } from "../domain/cause.ts";
import type { CommandId, LampId } from "../domain/ids.ts";
import type { LightState } from "../domain/light.ts";
import { OneOfEach } from "../domain/one-of-each.ts";
import { sharedState } from "../domain/report.ts";
import { Days, Hours, Instant } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { type CollectionValue, historyDays } from "../privacy/data-map.ts";
import type { LiveCollection, PurposeStore } from "../privacy/guarded-store.ts";
import { type Change, History, type HistoryEntry, slotOf } from "./history.ts";
import { Neighbours } from "./neighbours.ts";

const sweepEvery = Hours(1);

/**
 * What happened to each lamp, and what did not: in memory, and behind it in the store, so that the answer to "why?"
 * outlives a restart. Each lamp has as many records as its history is long, used in turn.
 */
export class Histories {
  readonly #clock: Clock;
  readonly #records: LiveCollection<CollectionValue<"occurrences">>;
  readonly #keeps: (lamp: LampId) => boolean;
  /** Those whose records lie together. */
  readonly #histories = new Neighbours<History>();
  #sweeps: Timer | undefined;
  #governed: (() => boolean) | undefined;

  /** @param keeps whether anything of a lamp's history may be kept */
  constructor(clock: Clock, store: PurposeStore<"history">, keeps: (lamp: LampId) => boolean = () => true) {
    this.#clock = clock;
    this.#keeps = keeps;
    this.#records = store.live("occurrences", (page) => this.#recordsOf(page));
  }

  /** Somebody else says what is over, and whether anything is kept at all. Before `start`. */
  governedBy(isKept: () => boolean): void {
    this.#governed = isKept;
  }

  /** @param lampOf the id as the home has it: what is the same text shall be the same string */
  start(lampOf = (lamp: LampId): LampId => lamp): void {
    const states = new OneOfEach<LightState>();
    const known = new Map<LampId, HistoryEntry[]>();
    const causes = new Map<CommandId, Cause>();
    const moved: (() => void)[] = [];
    for (const [place, record] of this.#records.entries()) {
      const lamp = lampOf(record.lamp);
      const entry = entryOf({ ...record, lamp, desired: states.of(record.desired) }, causes);
      if (place !== placeOf(lamp, entry)) moved.push(() => this.#move(place, lamp, entry));
      const entries = known.get(lamp) ?? [];
      entries.push(entry);
      known.set(lamp, entries);
    }
    for (const [lamp, entries] of known) {
      this.#add(
        new History(
          lamp,
          this.#entryChanged,
          entries.toSorted((a, b) => a.order - b.order),
        ),
      );
    }
    for (const move of moved) move();
    if (this.#governed !== undefined) return;
    this.#sweep();
    this.#sweeps = this.#clock.every(sweepEvery, () => this.#sweep());
  }

  close(): void {
    this.#sweeps?.cancel();
  }

  /** Of a lamp that has none yet, an empty one. */
  of(lamp: LampId): History {
    return this.#known(lamp) ?? this.#add(new History(lamp, this.#entryChanged));
  }

  /**
   * A state that was kept. Where its entry was not, the power went in between; where it was, both are one from now on.
   * @returns the state, as the history holds it
   */
  adopt<Kept extends Omit<Change, "clamped">>(lamp: LampId, kept: Kept): Kept {
    const entry = this.#known(lamp)?.of(kept.cause.command);
    if (entry !== undefined)
      return { ...kept, cause: entry.cause, desired: sharedState(kept.desired, entry.desired) };
    const { cause, desired } = kept;
    if (!this.#keeps(lamp)) return kept;
    if (cause.at >= this.#oldest()) {
      this.of(lamp).add({ cause, desired, clamped: unclamped });
    }
    return kept;
  }

  /** The lamp is gone, and with it all that was known of it. */
  drop(lamp: LampId): void {
    const history = this.#known(lamp);
    if (history === undefined) return;
    this.#histories.remove(this.#records.pageOf(lamp), history);
    this.#remove(lamp, history.entries());
  }

  /** What happened to a lamp is no longer to be kept: it is gone, here and in the store. */
  forgetAll(lamp: LampId): void {
    this.#remove(lamp, this.#known(lamp)?.forget(() => true) ?? []);
  }

  /** Earlier hubs kept it elsewhere; left there it would never be swept. */
  #move(from: string, lamp: LampId, entry: HistoryEntry): void {
    this.#records.changed(this.#records.pageOf(from));
    this.#changed(lamp, entry);
  }

  /** One for all of them. */
  readonly #entryChanged = ({ page }: History, slot: number): void => {
    if (page === undefined || this.#governed?.() === false || !page.mark(slot)) return;
    this.#records.changed(`${slot}.${page.name}`);
  };

  #changed(lamp: LampId, entry: HistoryEntry): void {
    this.#records.changed(this.#records.pageOf(placeOf(lamp, entry)));
  }

  /** Of a page that is none of ours, of an earlier hub, there is nothing. */
  *#recordsOf(page: string): Iterable<readonly [string, CollectionValue<"occurrences">]> {
    const dot = page.indexOf(".");
    const slot = Number(page.slice(0, dot));
    const neighbours = this.#histories.page(page.slice(dot + 1));
    neighbours?.asked(slot);
    if (neighbours === undefined || this.#governed?.() === false) return;
    for (const history of neighbours.items) {
      const { lamp } = history;
      const entry = history.inSlot(slot);
      if (entry !== undefined) yield [placeOf(lamp, entry), recordOf(lamp, entry)];
    }
  }

  #add(history: History): History {
    history.page = this.#histories.add(this.#records.pageOf(history.lamp), history);
    return history;
  }

  #known(lamp: LampId): History | undefined {
    return this.#histories.page(this.#records.pageOf(lamp))?.items.find((history) => history.lamp === lamp);
  }

  #oldest(): Instant {
    return Instant(this.#clock.now() - kept);
  }

  /** Forgets what is over. @returns when that began */
  forget(isOver: (place: string, at: Instant) => boolean): readonly Instant[] {
    const dates: Instant[] = [];
    for (const history of this.#histories.all()) {
      const gone = history.forget((entry) => isOver(placeOf(history.lamp, entry), entry.cause.at));
      this.#remove(history.lamp, gone);
      for (const { cause } of gone) dates.push(cause.at);
    }
    return dates;
  }

  #sweep(): void {
    const oldest = this.#oldest();
    this.forget((_, at) => at < oldest);
  }

  #remove(lamp: LampId, entries: readonly HistoryEntry[]): void {
    for (const entry of entries) this.#changed(lamp, entry);
  }
}

const unclamped: readonly never[] = [];

/** What many lamps did as one has one cause: kept once, however many records name it. */
const entryOf = (
  { lamp, order, cause, desired, clamped, confirmedAt, acceptedAt, notRun }: CollectionValue<"occurrences">,
  causes: Map<CommandId, Cause>,
): HistoryEntry => {
  const own = cause.actor === lamp ? { ...cause, actor: lamp } : cause;
  const known = causes.get(cause.command) ?? own;
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

const recordOf = (
  lamp: LampId,
  { order, cause, desired, clamped, confirmedAt, acceptedAt, notRun }: HistoryEntry,
): CollectionValue<"occurrences"> => ({
  lamp,
  at: cause.at,
  order,
  cause,
  desired,
  clamped,
  confirmedAt,
  acceptedAt,
  notRun,
});

/** As the data map promises. */
const kept = Days(historyDays);

/** What many lamps did as one lies together: sorted by lamp, every one of them would have a page of the file to itself. */
const placeOf = (lamp: LampId, { order }: HistoryEntry): string => `${slotOf(order)}.${lamp}`;
