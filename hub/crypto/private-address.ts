import { createCipheriv, type KeyObject } from "node:crypto";
import { secretKey } from "./secret-key.ts";

/** Bytes of an identity resolving key. */
export const resolvingKeyBytes = 16;
const partBytes = 3;

/**
 * `ah` of the Core Specification, Vol 3 Part H, 2.2.2: what a device that has the key makes of a random number.
 * @param prand three bytes as they are printed
 */
export const addressHash = (key: KeyObject, prand: Uint8Array): Buffer => {
  const block = Buffer.alloc(16);
  block.set(prand, block.length - partBytes);
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return cipher.update(block).subarray(-partBytes);
};

/** Whether a random address is one that can be resolved: `01` on top (Vol 6 Part B, 1.3.2.2). @param address as printed */
export const isResolvable = (address: Uint8Array): boolean =>
  address.length === 6 && (address[0] ?? 0) >> 6 === 1;

/**
 * Whether a device with this key may call itself so; anybody else does by accident once in 16 million addresses.
 * @param address six bytes as they are printed
 */
export const resolves = (key: KeyObject, address: Uint8Array): boolean =>
  isResolvable(address) &&
  addressHash(key, address.subarray(0, partBytes)).equals(address.subarray(partBytes));

/**
 * A key in both orders: some programs show it as the specification prints it, some as it is on the wire, and nothing in
 * the key tells which.
 * @param bytes stay the caller's, who wipes them
 */
export const resolvingKeys = (bytes: Uint8Array): readonly [KeyObject, KeyObject] => {
  const copy = () => Buffer.from(bytes);
  return [secretKey(copy()), secretKey(copy().reverse())];
};
