import { createHash, timingSafeEqual } from "node:crypto";
import { StoreFailed, StoreLocked, StoreUnreadable } from "../../domain/store-errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { DiskClaim, RecordStore, SmallFiles, StorePort, StoreWrite } from "../../ports/store.ts";
import { compareUtf8, type RecordDisk, WriteBehind } from "../write-behind.ts";
import { decodeJournal, encodeFrame, hasFrameAfter } from "./journal-frame.ts";
import { type SimDisk, SimPowerCut } from "./sim-disk.ts";

const journalFile = "journal";
const digestBytes = 32;
/** Rewriting starts when this much has gathered and most of it is history. */
const compactAboveBytes = 1 << 18;

const digestOf = (key: Uint8Array): Buffer => createHash("sha256").update("journal").update(key).digest();

/** A file of frames, one per batch; the newest value of each record is also in memory. */
class JournalDisk implements RecordDisk {
  readonly #disk: SimDisk;
  readonly #digest: Buffer;
  readonly #closed: () => void;
  readonly #records = new Map<string, Map<string, Uint8Array>>();
  #staged: StoreWrite[] = [];
  #isGone = false;
  #liveBytes = 0;
  #journalBytes = 0;

  constructor(disk: SimDisk, digest: Buffer, closed: () => void) {
    this.#disk = disk;
    this.#digest = digest;
    this.#closed = closed;
  }

  /** Reads what the disk holds; a torn last frame never was. */
  recover(): void {
    const bytes = this.#disk.read(journalFile) ?? Buffer.alloc(0);
    if (bytes.length < digestBytes) {
      this.#disk.swap(journalFile, this.#digest);
      return;
    }
    if (!timingSafeEqual(bytes.subarray(0, digestBytes), this.#digest)) {
      throw new StoreUnreadable("the simulated journal is not of this hub", { reason: "not-ours" });
    }
    const { batches, end } = decodeJournal(bytes, digestBytes);
    if (hasFrameAfter(bytes, end)) {
      throw new StoreUnreadable("the simulated journal is damaged", { reason: "damaged" });
    }
    for (const writes of batches) this.#apply(writes);
    this.#journalBytes = end;
    if (end < bytes.length) this.#disk.swap(journalFile, bytes.subarray(0, end));
  }

  get(collection: string, key: string): Uint8Array | undefined {
    return this.#records.get(collection)?.get(key);
  }

  entries(collection: string): readonly (readonly [string, Uint8Array])[] {
    return [...(this.#records.get(collection) ?? [])].sort(([a], [b]) => compareUtf8(a, b));
  }

  stage(writes: Iterable<StoreWrite>): void {
    if (this.#isGone) throw new SimPowerCut("this hub was switched off");
    // A value may be made each time it is asked for.
    for (const { collection, key, value } of writes) this.#staged.push({ collection, key, value });
  }

  commit(): void {
    const frame = encodeFrame(this.#staged);
    try {
      this.#disk.append(journalFile, frame);
      this.#disk.sync(journalFile);
    } catch (error) {
      // Nothing is tidied up when the power goes.
      if (!(error instanceof SimPowerCut)) this.#disk.forget(journalFile);
      throw error;
    }
    this.#journalBytes += frame.length;
    this.#apply(this.#staged);
    this.#staged = [];
    if (this.#journalBytes > compactAboveBytes && this.#journalBytes > 4 * this.#liveBytes) this.#compact();
  }

  rollback(): void {
    this.#staged = [];
  }

  close(): void {
    this.#closed();
  }

  /** Whatever still holds this hub's store may not touch the disk of its successor. */
  switchOff(): void {
    this.#isGone = true;
  }

  /** History is dropped. A disk that refuses is no reason to fail a commit that is already durable. */
  #compact(): void {
    const live = [...this.#records].flatMap(([collection, records]) =>
      [...records].map(([key, value]) => ({ collection, key, value })),
    );
    const journal = Buffer.concat([this.#digest, encodeFrame(live)]);
    try {
      this.#disk.swap(journalFile, journal);
      this.#journalBytes = journal.length;
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
    }
  }

  #apply(writes: readonly StoreWrite[]): void {
    for (const { collection, key, value } of writes) {
      let records = this.#records.get(collection);
      if (records === undefined) {
        records = new Map();
        this.#records.set(collection, records);
      }
      this.#liveBytes += (value?.length ?? 0) - (records.get(key)?.length ?? 0);
      if (value === undefined) records.delete(key);
      else records.set(key, value);
    }
  }
}

class SimSmallFiles implements SmallFiles {
  readonly #disk: SimDisk;
  readonly #folder: string;

  constructor(disk: SimDisk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  read(name: string): Buffer | undefined {
    return this.#disk.read(`${this.#folder}/${name}`);
  }

  replace(name: string, content: Uint8Array): void {
    this.#disk.swap(`${this.#folder}/${name}`, content);
  }

  remove(name: string): void {
    if (this.read(name) !== undefined) this.#disk.remove(`${this.#folder}/${name}`);
  }

  /** On this disk nothing is overwritten in place. */
  unlink(name: string): void {
    this.remove(name);
  }

  list(): readonly string[] {
    const head = `${this.#folder}/`;
    return this.#disk.names().flatMap((name) => (name.startsWith(head) ? [name.slice(head.length)] : []));
  }
}

/**
 * The device's disk in the simulated world. It does not encrypt the file as a whole, on purpose: what must not be
 * readable here has to be sealed record by record before it comes.
 */
export class JournalStore implements StorePort {
  readonly files: SmallFiles;
  readonly keyFiles: SmallFiles;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #disk: SimDisk;
  #open: { readonly journal: JournalDisk; readonly store: WriteBehind } | undefined;

  constructor(clock: Clock, log: Log, disk: SimDisk) {
    this.#clock = clock;
    this.#log = log;
    this.#disk = disk;
    this.files = new SimSmallFiles(disk, "files");
    this.keyFiles = new SimSmallFiles(disk, "keys");
  }

  claim(): DiskClaim {
    this.#refuseSecond();
    return { hasRecords: this.#disk.read(journalFile) !== undefined, release: () => {} };
  }

  open(key: Buffer, isExpected = false): RecordStore {
    this.#refuseSecond();
    if (isExpected && this.#disk.read(journalFile) === undefined) {
      throw new StoreUnreadable("the simulated journal is gone", { reason: "missing" });
    }
    const journal = new JournalDisk(this.#disk, digestOf(key), () => {
      this.#open = undefined;
    });
    journal.recover();
    const store = new WriteBehind(this.#clock, this.#log, journal);
    this.#open = { journal, store };
    return store;
  }

  rekey(from: () => Buffer, to: Buffer): void {
    this.#refuseSecond();
    const bytes = this.#disk.read(journalFile);
    const digest = digestOf(to);
    if (bytes === undefined || bytes.subarray(0, digestBytes).equals(digest)) return;
    if (!bytes.subarray(0, digestBytes).equals(digestOf(from())))
      throw new StoreUnreadable("the simulated journal is not of this hub", { reason: "not-ours" });
    this.#disk.swap(journalFile, Buffer.concat([digest, bytes.subarray(digestBytes)]));
  }

  removeRecords(): void {
    this.#refuseSecond();
    if (this.#disk.read(journalFile) !== undefined) this.#disk.remove(journalFile);
  }

  #refuseSecond(): void {
    if (this.#open !== undefined) throw new StoreLocked("another simulated hub has this disk open");
  }

  /** The hub is gone between two instructions and the power with it; what was not durable is lost as the faults say. */
  crash(): void {
    this.#open?.journal.switchOff();
    this.#open?.store.abandon();
    this.#open = undefined;
    this.#disk.powerCut();
  }
}
