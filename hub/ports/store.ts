/**
 * `immediate`: on the medium (fsynced) before the call returns. `coalesced`: readable at once, on the medium when
 * nothing has changed for a moment and after a few seconds at the latest; a crash may lose it.
 */
export type Durability = "immediate" | "coalesced";

/**
 * One write: `value` undefined removes the record. It may be a getter that makes the value when it is asked for: of a
 * coalesced write that is when its record is read or goes to the medium, and never when a newer one overtakes it.
 */
export interface StoreWrite {
  readonly collection: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/**
 * Records of bytes in named collections, in one encrypted file. Synchronous. What a batch writes is there whole or
 * not at all after any crash; an immediate batch also makes every earlier coalesced write durable.
 */
export interface RecordStore {
  get(collection: string, key: string): Uint8Array | undefined;
  /** In ascending key order (bytes of UTF-8); a snapshot: writes during iteration are not seen. */
  entries(collection: string): Iterable<readonly [key: string, value: Uint8Array]>;
  /**
   * The coalesced write of this record that waits and has not begun to leave: whoever made it may still change what its
   * `value` will be.
   */
  waiting(collection: string, key: string): StoreWrite | undefined;
  /** What the record of a coalesced write would be without it. */
  before(write: StoreWrite): Uint8Array | undefined;
  /** @throws StoreFailed (world): disk full, read-only, device error. Nothing of the batch was applied then. */
  write(batch: readonly StoreWrite[], durability: Durability): void;
  /** Makes every coalesced write durable. */
  flush(): void;
  close(): void;
}

/** Small whole files beside the database: key register, identities. Replaced atomically and fsynced. */
export interface SmallFiles {
  read(name: string): Buffer | undefined;
  replace(name: string, content: Uint8Array): void;
  /** Overwrites, then removes; absent is fine. */
  remove(name: string): void;
  /** Takes the name away, at once or not at all; what it held may stay on the medium. Absent is fine. */
  unlink(name: string): void;
  /** Every file there is now, also those of others, by path from the folder. */
  list(): readonly string[];
}

/** The disk, taken by one hub. */
export interface DiskClaim {
  /** Whether a record store was ever made here, of whatever state. */
  readonly hasRecords: boolean;
  release(): void;
}

/** The disk of the device. */
export interface StorePort {
  /**
   * Comes before anything is read or made: two hubs that start at once in a new folder would each make keys, and the
   * second would overwrite what the data of the first hangs on. Ends with `release`, or with the process.
   * @throws StoreLocked, StoreFailed
   */
  claim(): DiskClaim;
  /** Everything under the state directory. */
  readonly files: SmallFiles;
  /** The key directory: the same place, or the one `--key-dir` names. */
  readonly keyFiles: SmallFiles;
  /**
   * Writes the record store anew under another key. After any crash it opens with one of the two. Nothing to do where
   * there is none, or where it has that key already. It must not be open.
   * @param from asked for only when it is needed; the caller keeps and wipes its copies
   * @throws as `open`
   */
  rekey(from: () => Buffer, to: Buffer): void;
  /**
   * Opens or creates the encrypted record store.
   * @param key 32 raw bytes; the caller keeps and wipes its own copy.
   * @param isExpected there was one before: it is not made anew when it is gone
   * @throws StoreUnreadable: wrong key, foreign, corrupt or missing file. StoreFailed: read-only, full.
   * StoreLocked: another hub has it.
   */
  open(key: Buffer, isExpected?: boolean): RecordStore;
  /** Overwrites and removes the record store, of whatever state, with its journals. It must not be open; absent is fine. */
  removeRecords(): void;
}
