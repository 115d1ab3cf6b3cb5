/** Where the keys above all keys live. */
export const protectorKinds = ["key-file", "passphrase", "systemd", "tpm"] as const;
export type ProtectorKind = (typeof protectorKinds)[number];

/**
 * What destroying the keys comes to, in the words of NIST SP 800-88: `purge`: infeasible to undo with the means of a
 * laboratory; `clear`: only against reading by usual means.
 */
export type Sanitization = "clear" | "purge";

/** How the keys of a hub are kept. */
export interface VaultStatus {
  readonly protector: ProtectorKind;
  readonly sanitization: Sanitization;
  /** The keys came from another protector, whose medium may still give them: even a chip cannot take that back. */
  readonly isMoved: boolean;
  /** Of the key register; grows with each erasure and rotation. */
  readonly epoch: number;
  readonly keys: readonly KeyCopy[];
}

/** A key and what becomes of it: every key there is has a way to its end. */
export interface KeyCopy {
  readonly name: string;
  readonly heldBy: ProtectorKind | "key-register";
  /**
   * `undefine`: the chip forgets it. `overwrite`: its bytes in a file are written over. `new-epoch`: the key it is
   * wrapped under goes, and the others are wrapped anew.
   */
  readonly destroyedBy: "undefine" | "overwrite" | "new-epoch";
}
