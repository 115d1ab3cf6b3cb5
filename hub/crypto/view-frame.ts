import type { KeyObject } from "node:crypto";
import { nonceBytes, open, seal, sealOverheadBytes } from "./aead.ts";
import { hkdf } from "./kdf.ts";
import { secretKey } from "./secret-key.ts";
import { agreed } from "./x25519.ts";

/** Every frame has this size, whatever is in it. */
export const frameBytes = 4_096;
const numberBytes = 8;
const lengthBytes = 2;
/** What fits in. */
export const mostFrameTextBytes = frameBytes - numberBytes - lengthBytes - sealOverheadBytes;

/** The key of frames between a hub and one viewer; undefined where `other` is no key. @param hub and viewer: public keys */
export const frameKey = (
  own: KeyObject,
  other: Uint8Array,
  { hub, viewer }: { readonly hub: Uint8Array; readonly viewer: Uint8Array },
): KeyObject | undefined => {
  const secret = agreed(own, other);
  if (secret === undefined) return undefined;
  const key = secretKey(hkdf(secret, Buffer.concat([hub, viewer]), "lampkeeper view", 32));
  secret.fill(0);
  return key;
};

/**
 * Shape: number (8) | sealed (length (2) | text | zeros). The number is the nonce: no two frames of a key have the same.
 * @param text at most `mostFrameTextBytes`
 */
export const sealFrame = (key: KeyObject, number: bigint, text: Uint8Array): Buffer => {
  const head = Buffer.alloc(numberBytes);
  head.writeBigUInt64BE(number);
  const plain = Buffer.alloc(lengthBytes + mostFrameTextBytes);
  plain.writeUInt16BE(text.length);
  plain.set(text, lengthBytes);
  const nonce = Buffer.concat([Buffer.alloc(nonceBytes - numberBytes), head]);
  return Buffer.concat([head, seal(key, nonce, plain, head)]);
};

/** Undefined for anything that `sealFrame` did not make with this key. */
export const openFrame = (
  key: KeyObject,
  frame: Uint8Array,
): { readonly number: bigint; readonly text: Buffer } | undefined => {
  if (frame.length !== frameBytes) return undefined;
  const head = Buffer.from(frame.subarray(0, numberBytes));
  const plain = open(key, frame.subarray(numberBytes), head);
  const end = plain && lengthBytes + plain.readUInt16BE();
  if (plain === undefined || end === undefined || end > plain.length) return undefined;
  return { number: head.readBigUInt64BE(), text: plain.subarray(lengthBytes, end) };
};
