import { HubError, InvalidInput, InvariantBroken } from "../domain/errors.ts";
import { Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Durability, RecordStore, StoreWrite } from "../ports/store.ts";

/** A medium that knows nothing of waiting: what a platform fills in. */
export interface RecordDisk {
  get(collection: string, key: string): Uint8Array | undefined;
  /** In ascending order of the keys' UTF-8 bytes. */
  entries(collection: string): readonly (readonly [key: string, value: Uint8Array])[];
  /** All of it durable when it returns, or none of it and StoreFailed. */
  commit(writes: Iterable<StoreWrite>): void;
  close(): void;
}

/** Writes that belong together: the newest per record. Committed whole, so no batch inside is ever torn. */
class Batch {
  readonly #writes = new Map<string, Map<string, StoreWrite>>();
  size = 0;

  add(write: StoreWrite): void {
    let keys = this.#writes.get(write.collection);
    if (keys === undefined) {
      keys = new Map();
      this.#writes.set(write.collection, keys);
    }
    const before = keys.size;
    keys.set(write.key, write);
    this.size += keys.size - before;
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

/**
 * Large enough that the fsync no longer counts even while commands keep the processor busy (with 100 it took a third of
 * it at 6,000 commands a second), small enough to block the loop for a few milliseconds at most.
 */
const batchRecords = 500;
/** How long a coalesced write may wait for company. Far below the 5 s that a crash may cost. */
const window = Millis(100);
const retryAfter = Seconds(1);

const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * The record store of both platforms: coalesced writes wait in memory, readable at once, and go to the disk together.
 * While the disk refuses them they stay queued (one value per record, so the queue cannot outgrow the data) and are
 * tried again. Values belong to the store once written; callers do not change them.
 */
export class WriteBehind implements RecordStore {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #disk: RecordDisk;
  /** Oldest first; the last one is still being filled. */
  #waiting: Batch[] = [];
  #timer: Timer | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(clock: Clock, log: Log, disk: RecordDisk) {
    this.#clock = clock;
    this.#log = log;
    this.#disk = disk;
  }

  get(collection: string, key: string): Uint8Array | undefined {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const write = this.#waiting[at]?.get(collection, key);
      if (write !== undefined) return write.value;
    }
    return this.#disk.get(collection, key);
  }

  entries(collection: string): Iterable<readonly [key: string, value: Uint8Array]> {
    const stored = this.#disk.entries(collection);
    const changes = this.#waiting.flatMap((batch) => [...batch.in(collection)]);
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
    this.#timer?.cancel();
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
    this.#waiting = [];
  }

  #queue(batch: readonly StoreWrite[]): void {
    let last = this.#waiting.at(-1);
    if (last === undefined || (last.size >= batchRecords && !this.#isFailing)) {
      last = new Batch();
      this.#waiting.push(last);
    }
    for (const write of batch) last.add(write);
    if (this.#timer === undefined || (last.size >= batchRecords && !this.#isFailing)) this.#arm();
  }

  /** The queue is what came before, so it goes in the same transaction; on failure it stays and the batch is refused. */
  #commitAll(batch: readonly StoreWrite[]): void {
    const all = this.#merged();
    for (const write of batch) all.add(write);
    if (all.size === 0) return;
    this.#disk.commit(all);
    this.#waiting = [];
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#recovered();
  }

  #merged(): Batch {
    const all = new Batch();
    for (const batch of this.#waiting) for (const write of batch) all.add(write);
    return all;
  }

  #arm(): void {
    this.#timer?.cancel();
    const isFull = (this.#waiting[0]?.size ?? 0) >= batchRecords;
    this.#timer = this.#clock.after(this.#isFailing ? retryAfter : isFull ? Millis(0) : window, () =>
      this.#commitOldest(),
    );
  }

  /** One batch per turn: a burst of thousands must not stop the world. */
  #commitOldest(): void {
    this.#timer = undefined;
    const oldest = this.#waiting[0];
    if (oldest === undefined) return;
    try {
      this.#disk.commit(oldest);
      this.#waiting.shift();
      this.#recovered();
    } catch (error) {
      this.#keepQueued(error);
    }
    if (this.#waiting.length > 0) this.#arm();
  }

  #keepQueued(error: unknown): void {
    if (!(error instanceof HubError) || error.family !== "world") throw error;
    this.#waiting = [this.#merged()];
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
