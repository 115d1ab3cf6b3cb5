import { createHash, createHmac, hash, timingSafeEqual } from "node:crypto";

/**
 * SHA-256 [FIPS 180-4], 32 bytes; of a text, that of its UTF-8. By way of text: memory of its own for so few bytes would cost
 * more than the digest.
 */
export const sha256 = (bytes: Uint8Array | string): Buffer =>
  Buffer.from(hash("sha256", bytes, "binary"), "binary");

/** HMAC-SHA-256 [RFC 2104], 32 bytes. */
export const hmacSha256 = (key: Uint8Array, bytes: Uint8Array): Buffer =>
  createHmac("sha256", key).update(bytes).digest();

/** A digest that is told its bytes piece by piece. */
export interface StartedHash {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  digest(): Buffer;
}

/** SHA-256 [FIPS 180-4] of what need not fit into memory. */
export const startedSha256 = (): StartedHash => createHash("sha256");

/** Whether two digests are the same, in a time that does not depend on where they differ. */
export const sameDigest = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);
