import { createPublicKey, type KeyObject, verify } from "node:crypto";

/** Of an Ed25519 public key. */
export const publicKeyBytes = 32;

/** The rest of a SubjectPublicKeyInfo around the 32 bytes [RFC 8410, section 4]. */
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");

/** A key to check signatures with; undefined when the bytes are none. */
export const signatureKey = (bytes: Uint8Array): KeyObject | undefined => {
  if (bytes.length !== publicKeyBytes) return undefined;
  try {
    return createPublicKey({ key: Buffer.concat([spkiHead, bytes]), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
};

/** Whether `signature` is Ed25519 [RFC 8032] over `message`, made with the other half of `key`. */
export const isSigned = (key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === 64 && verify(null, message, key, signature);
