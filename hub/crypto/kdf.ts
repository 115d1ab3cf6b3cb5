import { hkdfSync, type KeyObject, scryptSync } from "node:crypto";

/**
 * HKDF-SHA-256 (RFC 5869), extract and expand. For secrets that are already random; passphrases need scrypt.
 *
 * @param info what the derived key is for; different uses never share a key
 * @param length bytes wanted, 1..8160
 */
export const hkdf = (
  secret: Uint8Array | KeyObject,
  salt: Uint8Array,
  info: string | Uint8Array,
  length: number,
): Buffer => Buffer.from(hkdfSync("sha256", secret, salt, info, length));

/** Cost of scrypt: N = 2^logN rounds over blocks of 128 r bytes, p times. Takes 128 N r bytes of memory. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/**
 * scrypt (RFC 7914): a key from a secret that a person can remember.
 *
 * @param length bytes wanted
 */
export const scrypt = (
  passphrase: Uint8Array,
  salt: Uint8Array,
  { logN, r, p }: ScryptCost,
  length: number,
): Buffer => {
  const N = 2 ** logN;
  // Node's own limit is 32 MB; twice what the algorithm needs leaves room for its tables.
  return scryptSync(passphrase, salt, length, { N, r, p, maxmem: 256 * (N + p) * r });
};
