import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { InvariantBroken } from "../domain/errors.ts";

/** Algorithms a sealed record can name in its first byte. Numbers are for ever; a new one is added, none reused. */
export const aes256Gcm = 1;

export const nonceBytes = 12;
export const tagBytes = 16;
/** What sealing adds to the plaintext. */
export const sealOverheadBytes = 1 + nonceBytes + tagBytes;

const nothing = Buffer.alloc(0);

/**
 * AES-256-GCM (NIST SP 800-38D). Shape: algorithm byte | nonce (12) | ciphertext | tag (16).
 *
 * @param key 32 bytes, as a KeyObject: a raw Buffer costs three times as much per record.
 * @param nonce never twice with one key
 * @param plaintext a string is sealed as its UTF-8, of which this makes no copy in memory of its own
 * @param associated authenticated but not stored: say what the record is and where it belongs
 * @param head stands in front of what is returned, in clear
 */
export const seal = (
  key: KeyObject,
  nonce: Uint8Array,
  plaintext: string | Uint8Array,
  associated: Uint8Array,
  head: Uint8Array = nothing,
): Buffer => {
  if (nonce.length !== nonceBytes)
    throw new InvariantBroken("a nonce has 12 bytes", { length: nonce.length });
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(associated);
  const ciphertext =
    typeof plaintext === "string" ? cipher.update(plaintext, "utf8") : cipher.update(plaintext);
  cipher.final();
  const record = Buffer.allocUnsafe(head.length + sealOverheadBytes + ciphertext.length);
  record.set(head);
  record[head.length] = aes256Gcm;
  record.set(nonce, head.length + 1);
  record.set(ciphertext, head.length + 1 + nonceBytes);
  record.set(cipher.getAuthTag(), record.length - tagBytes);
  return record;
};

/** The plaintext, or undefined for anything that `seal` did not make with this key and these associated bytes. */
export const open = (key: KeyObject, record: Uint8Array, associated: Uint8Array): Buffer | undefined => {
  if (record.length < sealOverheadBytes || record[0] !== aes256Gcm) return undefined;
  const end = record.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, record.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associated).setAuthTag(record.subarray(end));
  const plaintext = decipher.update(record.subarray(1 + nonceBytes, end));
  try {
    decipher.final();
    return plaintext;
  } catch {
    // Not authentic: what was deciphered must not be looked at.
    plaintext.fill(0);
    return undefined;
  }
};
