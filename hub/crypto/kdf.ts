import { hkdfSync, type KeyObject } from "node:crypto";

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
