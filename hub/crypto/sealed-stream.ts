import type { KeyObject } from "node:crypto";
import { nonceBytes, open, seal, sealOverheadBytes } from "./aead.ts";
import { sha256 } from "./digest.ts";

/**
 * A long text in chunks of which each knows its place and whether it is the last (the STREAM construction of Hoang, Reyhanitabar,
 * Rogaway and Vizar 2015): none can be changed, left out, put elsewhere or cut off unseen.
 *
 * Chunk: length u32, with the top bit set on the last | `aead` record.
 */
const chunkBytes = 64 * 1_024;
const lengthBytes = 4;
const lastBit = 0x8000_0000;

/** No chunk is longer than this. */
export const longestChunk = chunkBytes + sealOverheadBytes;

const placeOf = (head: Uint8Array, index: number, isLast: boolean): Buffer => {
  const place = Buffer.alloc(5);
  place.writeUInt32BE(index);
  place[4] = isLast ? 1 : 0;
  return Buffer.concat([sha256(head), place]);
};

const nonceOf = (index: number): Buffer => {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt32BE(index, nonceBytes - 4);
  return nonce;
};

/** @param key for this one text and never another: nonces are counted. @param head what stands before it, in clear; bound to it */
export function* sealedChunks(key: KeyObject, head: Uint8Array, text: Buffer): Generator<Buffer, void> {
  const count = Math.max(1, Math.ceil(text.length / chunkBytes));
  for (let index = 0; index < count; index++) {
    const isLast = index === count - 1;
    const part = text.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const record = seal(key, nonceOf(index), part, placeOf(head, index, isLast));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE((record.length | (isLast ? lastBit : 0)) >>> 0);
    yield Buffer.concat([length, record]);
  }
}

/** What `sealedChunks` has sealed; undefined for anything else, also for its beginning alone. The caller wipes it. */
export const openedChunks = (key: KeyObject, head: Uint8Array, sealed: Buffer): Buffer | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at + lengthBytes <= sealed.length; index++) {
    const word = sealed.readUInt32BE(at);
    const isLast = (word & lastBit) !== 0;
    const end = at + lengthBytes + (word & ~lastBit);
    const part =
      end > sealed.length
        ? undefined
        : open(key, sealed.subarray(at + lengthBytes, end), placeOf(head, index, isLast));
    if (part === undefined) return undefined;
    parts.push(part);
    if (isLast) return end === sealed.length ? joined(parts) : undefined;
    at = end;
  }
  return undefined;
};

const joined = (parts: readonly Buffer[]): Buffer => {
  const text = Buffer.concat(parts);
  for (const part of parts) part.fill(0);
  return text;
};
