import type { ProtectorKind } from "../domain/vault.ts";
import type { KeyChip } from "../ports/key-chip.ts";

/**
 * `root` opens the data file, `root-next` will once that is written anew; `epoch-N` opens the key register of that epoch;
 * `transfer` opens what is on its way from one vault to the next.
 */
export type ProtectedKey = "root" | "root-next" | "transfer" | `epoch-${number}`;

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
  /** In the same way and under the same secret, for a vault whose keys it has never seen. Only when it holds none. */
  anew(): Protector;
}
