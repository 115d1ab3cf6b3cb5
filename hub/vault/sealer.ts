import type { KeyObject } from "node:crypto";
import { nonceBytes, open, seal, sealOverheadBytes } from "../crypto/aead.ts";
import { keyBytes } from "../crypto/envelope.ts";
import { hkdf } from "../crypto/kdf.ts";
import { secretKey } from "../crypto/secret-key.ts";
import { KeyDestroyed } from "../domain/store-errors.ts";

/** Seals and opens under one key of the register. */
export interface Sealer {
  /** @param associated where the record belongs; it opens nowhere else. @throws KeyDestroyed */
  seal(plaintext: string | Uint8Array, associated: Uint8Array): Buffer;
  /** Undefined: not authentic. @throws KeyDestroyed */
  open(record: Uint8Array, associated: Uint8Array): Buffer | undefined;
}

const saltBytes = 16;

/** What sealing adds to a record. */
export const sealerOverheadBytes = saltBytes + sealOverheadBytes;

/**
 * Record: salt (16) | `aead` record. The salt is drawn at each start and gives a key of its own by HKDF, whose nonces
 * are then simply counted. Random nonces under one long-lived key would run out after 2^32 records (NIST SP 800-38D
 * 8.3), which a busy home reaches in its life; this does not, and costs no randomness per record.
 */
export class SubkeySealer implements Sealer {
  readonly #name: string;
  readonly #salt: Buffer;
  readonly #nonce = Buffer.alloc(nonceBytes);
  #count = 0;
  #key: KeyObject | undefined;
  /** The key of this start, at hand: sealing is on the path of every change. */
  #ownSubkey: KeyObject | undefined;
  readonly #subkeys = new Map<string, KeyObject>();

  /** @param key 32 bytes, wiped here: from now on only the cipher's own memory has them. @param salt never used before */
  constructor(name: string, key: Buffer, salt: Buffer) {
    this.#name = name;
    this.#key = secretKey(key);
    this.#salt = salt;
  }

  seal(plaintext: string | Uint8Array, associated: Uint8Array): Buffer {
    this.#ownSubkey ??= this.#subkey(this.#salt);
    const key = this.#ownSubkey;
    this.#nonce.writeUIntBE(this.#count++, nonceBytes - 6, 6);
    return seal(key, this.#nonce, plaintext, associated, this.#salt);
  }

  open(record: Uint8Array, associated: Uint8Array): Buffer | undefined {
    if (record.length < sealerOverheadBytes) return undefined;
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
    return open(this.#subkey(bytes.subarray(0, saltBytes)), bytes.subarray(saltBytes), associated);
  }

  /** 32 bytes that depend on the key and the label only; the caller wipes them. @throws KeyDestroyed */
  derive(label: string): Buffer {
    return hkdf(this.#living(), Buffer.alloc(0), `lampkeeper derived/${label}`, keyBytes);
  }

  /** A copy of the key for wrapping it anew; the caller wipes it. */
  copyKey(): Buffer {
    return this.#living().export();
  }

  /** What is left of the keys goes with the next garbage collection, which overwrites it. */
  destroy(): void {
    this.#key = undefined;
    this.#ownSubkey = undefined;
    this.#subkeys.clear();
  }

  #living(): KeyObject {
    if (this.#key !== undefined) return this.#key;
    throw new KeyDestroyed("what this key sealed is gone for good", { keyName: this.#name });
  }

  #subkey(salt: Buffer): KeyObject {
    const key = this.#living();
    const index = salt.toString("latin1");
    const known = this.#subkeys.get(index);
    if (known !== undefined) return known;
    const subkey = secretKey(hkdf(key, salt, "lampkeeper records", keyBytes));
    // Noise in place of records would otherwise leave a key behind for every bad salt.
    if (this.#subkeys.size >= 1_000) this.#subkeys.clear();
    this.#subkeys.set(index, subkey);
    return subkey;
  }
}
