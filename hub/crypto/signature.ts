import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Of an Ed25519 public key. */
export const publicKeyBytes = 32;
export const signatureBytes = 64;

/** The rest of a SubjectPublicKeyInfo around the 32 bytes [RFC 8410, section 4]. */
const spkiHead = Buffer.from("302a300506032b6570032100", "hex");
/** The rest of a PrivateKeyInfo around the 32 bytes of a seed [RFC 8410, section 7]. */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key to sign with that hangs on 32 secret bytes [RFC 8032, 5.1.5]; the caller wipes those. */
export const signingKey = (seed: Uint8Array): KeyObject => {
  const der = Buffer.concat([pkcs8Head, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
};

/** The 32 bytes that others check signatures of this key with. */
export const publicKeyOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: "der", type: "spki" }).subarray(spkiHead.length);

/** Ed25519 [RFC 8032] over `message`, 64 bytes. */
export const signed = (key: KeyObject, message: Uint8Array): Buffer => sign(null, message, key);

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
  signature.length === signatureBytes && verify(null, message, key, signature);
