import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";

/** Of keys and of what two of them agree on. */
export const x25519Bytes = 32;

/** What stands around the 32 bytes of a private and of a public key [RFC 8410, 7 and 4]. */
const privateHead = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicHead = Buffer.from("302a300506032b656e032100", "hex");

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: Buffer;
}

/** @param random 32 bytes, never used before; wiped */
export const keyPairOf = (random: Buffer): KeyPair => {
  const der = Buffer.concat([privateHead, random]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  random.fill(0);
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { privateKey, publicKey: publicKey.subarray(publicHead.length) };
};

/**
 * What both ends compute [RFC 7748, 6.1], 32 bytes; the caller wipes it. Undefined for bytes that are no public key, and
 * for those of small order, with which everybody would agree on the same.
 */
export const agreed = (own: KeyObject, other: Uint8Array): Buffer | undefined => {
  if (other.length !== x25519Bytes) return undefined;
  try {
    const key = Buffer.concat([publicHead, other]);
    return diffieHellman({
      privateKey: own,
      publicKey: createPublicKey({ key, format: "der", type: "spki" }),
    });
  } catch {
    return undefined;
  }
};
