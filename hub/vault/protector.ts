/** Where the keys above all keys live. */
export type ProtectorKind = "key-file" | "tpm" | "passphrase" | "systemd-credential";

/** `root` opens the data file; `epoch-N` opens the key register of that epoch. */
export type ProtectedKey = "root" | `epoch-${number}`;

/**
 * Holds the few keys that nothing else protects. What `destroy` promises differs: a TPM cannot give a destroyed key
 * again, a key file only promises not to hold it any more.
 */
export interface Protector {
  readonly kind: ProtectorKind;
  /** 32 bytes that the caller wipes; undefined when it holds none by that name. */
  load(name: ProtectedKey): Buffer | undefined;
  /** On the medium when it returns. */
  keep(name: ProtectedKey, key: Uint8Array): void;
  /** Absent is fine. */
  destroy(name: ProtectedKey): void;
}
