/**
 * `immediate`: on the medium (fsynced) before the call returns. `coalesced`: readable at once, on the medium with the
 * next batch; a crash may lose it.
 */
export type Durability = "immediate" | "coalesced";

/** One write: `value` undefined removes the record. */
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
}

/** The disk of the device. */
export interface StorePort {
  /** Everything under the state directory. */
  readonly files: SmallFiles;
  /** The key directory: the same place, or the one `--key-dir` names. */
  readonly keyFiles: SmallFiles;
  /**
   * Opens or creates the encrypted record store.
   * @param key 32 raw bytes; the caller keeps and wipes its own copy.
   * @throws StoreUnreadable: wrong key, foreign or corrupt file. StoreFailed: read-only, full, locked by another hub.
   */
  open(key: Buffer): RecordStore;
}
