import { HubError, InvalidInput, InvariantBroken } from "../domain/errors.ts";
import { type Duration, Millis, type Monotonic, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Durability, RecordStore, StoreWrite } from "../ports/store.ts";

/** A medium that knows nothing of waiting: what a platform fills in. */
export interface RecordDisk {
  get(collection: string, key: string): Uint8Array | undefined;
  /** In ascending order of the keys' UTF-8 bytes. */
  entries(collection: string): readonly (readonly [key: string, value: Uint8Array])[];
  /** Takes a part of what the next `commit` makes durable. @throws StoreFailed */
  stage(writes: Iterable<StoreWrite>): void;
  /** All that was staged is durable when it returns. @throws StoreFailed */
  commit(): void;
  /** What was staged never was. */
  rollback(): void;
  close(): void;
}

/** Writes that belong together: the newest per record. Committed whole, so no batch inside is ever torn. */
class Batch {
  /** When the first of them came. */
  readonly since: Monotonic;
  readonly #writes = new Map<string, Map<string, StoreWrite>>();

  constructor(since: Monotonic) {
    this.since = since;
  }

  add(write: StoreWrite): void {
    let keys = this.#writes.get(write.collection);
    if (keys === undefined) {
      keys = new Map();
      this.#writes.set(write.collection, keys);
    }
    keys.set(write.key, write);
  }

  get(collection: string, key: string): StoreWrite | undefined {
    return this.#writes.get(collection)?.get(key);
  }

  in(collection: string): Iterable<StoreWrite> {
    return this.#writes.get(collection)?.values() ?? [];
  }

  *[Symbol.iterator](): Iterator<StoreWrite> {
    for (const keys of this.#writes.values()) yield* keys.values();
  }
}

/** A batch on its way to the disk. */
interface Leaving {
  readonly batch: Batch;
  readonly writes: readonly StoreWrite[];
  /** How many of them the disk has. */
  staged: number;
}

/** The disk has its turn when nothing has changed for so long: commands go first, and lamps answer them. */
const quiet = Millis(600);
/** When a change has waited for so long, commands and the disk take turns. */
const patience = Seconds(2.75);
/** A batch this old leaves in one turn, whatever that takes. Well below the 5 s that a crash may cost. */
const latest = Seconds(3.5);
/** Sealed and staged in one turn of the loop. Some are pages of many records: a few milliseconds. */
const recordsPerTurn = 50;
/** More than that only so that a batch is gone after so many turns. */
const turns = 50;
const retryAfter = Seconds(1);

const surrogate = /[\ud800-\udfff]/;

/** By their bytes of UTF-8. Units of UTF-16 have the same order but for surrogates, and need no copies. */
export const compareUtf8 = (a: string, b: string): number => {
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** As they lie on the disk, roughly: neighbours share a page, which then changes once and not with each of them. */
const byPlace = (a: StoreWrite, b: StoreWrite): number =>
  a.collection === b.collection ? (a.key < b.key ? -1 : 1) : a.collection < b.collection ? -1 : 1;

/**
 * The record store of both platforms. Coalesced writes wait in memory, readable at once, one per record however often it
 * changes, and go to the disk in a quiet moment: as one transaction, staged a part per turn of the loop, so that a burst
 * of thousands stops nobody. What comes meanwhile is the next one. While the disk refuses, they stay and are tried
 * again. Values belong to the store once written; callers do not change them.
 */
export class WriteBehind implements RecordStore {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #disk: RecordDisk;
  #leaving: Leaving | undefined;
  #waiting: Batch | undefined;
  #timer: Timer | undefined;
  /** Something has come since the disk last asked for its turn. */
  #isStirred = false;
  #isFailing = false;
  #isClosed = false;

  constructor(clock: Clock, log: Log, disk: RecordDisk) {
    this.#clock = clock;
    this.#log = log;
    this.#disk = disk;
  }

  get(collection: string, key: string): Uint8Array | undefined {
    const write = this.#waiting?.get(collection, key) ?? this.#leaving?.batch.get(collection, key);
    return write === undefined ? this.#disk.get(collection, key) : write.value;
  }

  waiting(collection: string, key: string): StoreWrite | undefined {
    return this.#waiting?.get(collection, key);
  }

  before(write: StoreWrite): Uint8Array | undefined {
    const { collection, key } = write;
    const leaving = this.#leaving?.batch.get(collection, key);
    return leaving === undefined || leaving === write ? this.#disk.get(collection, key) : leaving.value;
  }

  entries(collection: string): Iterable<readonly [key: string, value: Uint8Array]> {
    const stored = this.#disk.entries(collection);
    const changes = this.#batches().flatMap((batch) => [...batch.in(collection)]);
    if (changes.length === 0) return stored;
    const merged = new Map(stored);
    for (const { key, value } of changes) {
      if (value === undefined) merged.delete(key);
      else merged.set(key, value);
    }
    return [...merged].sort(([a], [b]) => compareUtf8(a, b));
  }

  write(batch: readonly StoreWrite[], durability: Durability): void {
    if (this.#isClosed) throw new InvariantBroken("a closed store was written to");
    for (const { collection, key } of batch) requireText(collection, key);
    if (durability === "immediate") this.#commitAll(batch);
    else this.#queue(batch);
  }

  flush(): void {
    this.#commitAll([]);
  }

  /** Makes everything durable and lets go of the file, which it does even where the disk refuses. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#commitAll([]);
    } finally {
      this.#timer?.cancel();
      this.#disk.close();
    }
  }

  /** Forgets what was not committed and commits nothing more: the process is gone. */
  abandon(): void {
    this.#timer?.cancel();
    this.#leaving = undefined;
    this.#waiting = undefined;
  }

  /** What is not on the disk yet, oldest first. */
  #batches(): readonly Batch[] {
    return [this.#leaving?.batch, this.#waiting].filter((batch) => batch !== undefined);
  }

  #queue(batch: readonly StoreWrite[]): void {
    this.#waiting ??= new Batch(this.#clock.monotonic());
    for (const write of batch) this.#waiting.add(write);
    this.#isStirred = true;
    if (this.#timer === undefined) this.#arm(quiet);
  }

  #arm(delay: Duration): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delay, () => {
      this.#timer = undefined;
      this.#turn();
    });
  }

  #turn(): void {
    const [oldest] = this.#batches();
    if (oldest === undefined) return;
    const age = this.#clock.monotonic() - oldest.since;
    const givesWay = this.#isStirred && age < patience;
    this.#isStirred = false;
    if (givesWay) this.#arm(quiet);
    else this.#leave(age >= latest);
  }

  /** @param whole all of it now, not a part */
  #leave(whole: boolean): void {
    this.#leaving ??= this.#depart();
    try {
      if (this.#stagedAll(this.#leaving, whole)) this.#arrive();
      else this.#arm(Millis(0));
    } catch (error) {
      this.#tryAgain(error);
    }
  }

  #stagedAll(leaving: Leaving, whole: boolean): boolean {
    const { writes, staged } = leaving;
    const most = whole ? writes.length : Math.max(recordsPerTurn, Math.ceil(writes.length / turns));
    this.#disk.stage(writes.slice(staged, staged + most));
    leaving.staged += most;
    return leaving.staged >= writes.length;
  }

  #arrive(): void {
    this.#disk.commit();
    this.#leaving = undefined;
    this.#recovered();
    if (this.#waiting !== undefined) this.#arm(quiet);
  }

  #depart(): Leaving {
    const batch = this.#waiting ?? new Batch(this.#clock.monotonic());
    this.#waiting = undefined;
    return { batch, writes: [...batch].sort(byPlace), staged: 0 };
  }

  /** What waits came before, so it goes in the same transaction; on failure it stays and the batch is refused. */
  #commitAll(batch: readonly StoreWrite[]): void {
    if (batch.length + this.#batches().length === 0) return;
    try {
      this.#disk.stage(this.#leaving?.writes.slice(this.#leaving.staged) ?? []);
      this.#disk.stage(this.#waiting ?? []);
      this.#disk.stage(batch);
      this.#disk.commit();
    } catch (error) {
      this.#stay();
      throw error;
    }
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#leaving = undefined;
    this.#waiting = undefined;
    this.#recovered();
  }

  /** Whatever was on its way waits again, one value per record. */
  #stay(): void {
    this.#disk.rollback();
    const [oldest, newer] = this.#batches();
    for (const write of newer ?? []) {
      // It may build on the one whose place it takes: made now, as long as that one can be seen.
      const { collection, key } = write;
      const takesPlace = oldest?.get(collection, key) !== undefined;
      oldest?.add(takesPlace ? { collection, key, value: write.value } : write);
    }
    this.#leaving = undefined;
    this.#waiting = oldest;
  }

  #tryAgain(error: unknown): void {
    this.#stay();
    if (!(error instanceof HubError) || error.family !== "world") throw error;
    this.#arm(retryAfter);
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#log.write("error", "store.write-failed", { code: error.code, ...error.context });
  }

  #recovered(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#log.write("info", "store.write-recovered");
  }
}

/** A lone surrogate has no UTF-8, so two different keys could become one on the disk. */
const requireText = (collection: string, key: string): void => {
  if (key.isWellFormed() && key !== "") return;
  throw new InvalidInput("a record's key is not text", { collection });
};
