import { WorldError } from "./errors.ts";

/**
 * The data file cannot be read with this key: another key, a file of another program, or damage. Nothing was changed.
 * `context.reason`: "not-ours" (wrong key or foreign file; the two cannot be told apart), "plain", "damaged",
 * "missing" (its keys say that there was one).
 */
export class StoreUnreadable extends WorldError {
  override readonly code = "store_unreadable";
}

/**
 * The disk refused. `context.reason`: "full", "read-only", "denied", "kind" (no folder, no file), "device". Nothing of the batch was applied; later
 * writes work again once the reason is gone.
 */
export class StoreFailed extends WorldError {
  override readonly code = "store_failed";
}

/** The database has a setting that would let data out, or lose it. `context.what`. Nothing was written. */
export class StoreUnsafe extends WorldError {
  override readonly code = "store_unsafe";
}

/** Another hub has this data folder open. */
export class StoreLocked extends WorldError {
  override readonly code = "store_locked";
}

/** The data was written by a newer version than this one; an older hub would misread it. `context`: found, known. */
export class StoreTooNew extends WorldError {
  override readonly code = "store_too_new";
}

/** One record cannot be opened: damaged, or moved from elsewhere. `context`: collection, key. The rest is unharmed. */
export class RecordUnreadable extends WorldError {
  override readonly code = "record_unreadable";
}

/** The key register is damaged or belongs to another root key or another data file. `context.reason` says which. */
export class KeysUnreadable extends WorldError {
  override readonly code = "keys_unreadable";
}

/** A key that data here is sealed with is not where it was kept (a key folder that is not mounted, a deleted file). */
export class KeyMissing extends WorldError {
  override readonly code = "key_missing";
}

/** This key was destroyed on purpose; what it sealed is gone. `context.keyName` is its name in the register. */
export class KeyDestroyed extends WorldError {
  override readonly code = "key_destroyed";
}
