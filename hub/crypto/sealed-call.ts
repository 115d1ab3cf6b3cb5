import type { KeyObject } from "node:crypto";
import { nonceBytes, open, seal } from "./aead.ts";
import { hkdf } from "./kdf.ts";
import { secretKey } from "./secret-key.ts";
import { agreed, type KeyPair, x25519Bytes } from "./x25519.ts";

/** Number of this layout, in the first byte. */
const layout = 1;
const headBytes = 1 + x25519Bytes;

/** Each key seals one message, so its nonce can be the same. */
const onlyNonce = Buffer.alloc(nonceBytes);

interface CallKeys {
  readonly question: KeyObject;
  readonly answer: KeyObject;
}

const keysOf = (own: KeyObject, other: Uint8Array, head: Uint8Array, responder: Uint8Array) => {
  const secret = agreed(own, other);
  if (secret === undefined) return undefined;
  const salt = Buffer.concat([head, responder]);
  const key = (way: string): KeyObject => secretKey(hkdf(secret, salt, `lampkeeper call ${way}`, 32));
  const keys: CallKeys = { question: key("question"), answer: key("answer") };
  secret.fill(0);
  return keys;
};

/** A question on its way, and the one who can read its answer. */
export interface SealedCall {
  readonly bytes: Buffer;
  /** Undefined for anything but the answer to this call. */
  readonly openAnswer: (bytes: Uint8Array) => Buffer | undefined;
}

/**
 * A question that only whoever has the other half of `responder` can read, and whose answer only the caller can. A recorded
 * answer opens for no other question. Shape: layout (1) | public key (32) | sealed. Undefined where `responder` is no key.
 *
 * @param once a key pair that was never used before
 */
export const sealedCall = (
  once: KeyPair,
  responder: Uint8Array,
  question: Uint8Array,
): SealedCall | undefined => {
  const head = Buffer.concat([Buffer.from([layout]), once.publicKey]);
  const keys = keysOf(once.privateKey, responder, head, responder);
  return (
    keys && {
      bytes: Buffer.concat([head, seal(keys.question, onlyNonce, question, head)]),
      openAnswer: (bytes) => open(keys.answer, bytes, head),
    }
  );
};

/** A question that was read, and the way to answer it once. */
export interface OpenedCall {
  readonly question: Buffer;
  readonly sealAnswer: (answer: Uint8Array) => Buffer;
}

/** Undefined for anything that `sealedCall` did not make for `own`. */
export const openedCall = (own: KeyPair, bytes: Uint8Array): OpenedCall | undefined => {
  if (bytes.length < headBytes || bytes[0] !== layout) return undefined;
  const head = Buffer.from(bytes.subarray(0, headBytes));
  const keys = keysOf(own.privateKey, head.subarray(1), head, own.publicKey);
  const question = keys && open(keys.question, bytes.subarray(headBytes), head);
  return keys && question && { question, sealAnswer: (answer) => seal(keys.answer, onlyNonce, answer, head) };
};
