import type { ProtectorKind } from "../domain/vault.ts";
import type { KeyChip } from "../ports/key-chip.ts";
import type { SmallFiles } from "../ports/store.ts";

/** `root` opens the data file; `epoch-N` opens the key register of that epoch. */
export type ProtectedKey = "root" | `epoch-${number}`;

/**
 * Holds the few keys that nothing else protects. What `destroy` promises differs: a TPM cannot give a destroyed key
 * again, the others only promise not to hold it any more.
 */
export interface Protector {
  readonly kind: ProtectorKind;
  /** The keys were held by another protector before. */
  readonly isMoved: boolean;
  /** Where the keys are in a chip, it counts resets too. */
  readonly chip?: KeyChip;
  /** 32 bytes that the caller wipes; undefined when it holds none by that name. */
  load(name: ProtectedKey): Buffer | undefined;
  /** On the medium when it returns. A key of that name is destroyed first. */
  keep(name: ProtectedKey, key: Uint8Array): void;
  /** Absent is fine. */
  destroy(name: ProtectedKey): void;
  /** Holds the keys of a second vault in the same way. @param files of that vault's key folder */
  beside(files: SmallFiles): Protector;
}
