import { createHash } from "node:crypto";
import type { StoreWrite } from "../../ports/store.ts";

/** Frame: "LKJF" | payload length u32 | first 16 bytes of SHA-256 of the payload | payload. One frame is one batch. */
const magic = Buffer.from("LKJF");
const headBytes = 24;
const absent = 0xffffffff;

const checksum = (payload: Uint8Array): Buffer =>
  createHash("sha256").update(payload).digest().subarray(0, 16);

const sized = (bytes: Uint8Array): Buffer[] => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return [size, Buffer.from(bytes)];
};

const removed = Buffer.alloc(4, 0xff);

export const encodeFrame = (writes: readonly StoreWrite[]): Buffer => {
  const payload = Buffer.concat(
    writes.flatMap(({ collection, key, value }) => [
      ...sized(Buffer.from(collection)),
      ...sized(Buffer.from(key)),
      ...(value === undefined ? [removed] : sized(value)),
    ]),
  );
  const head = Buffer.alloc(8);
  magic.copy(head);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, checksum(payload), payload]);
};

/** The payload passed its checksum, so its lengths are as they were written. */
const decodePayload = (payload: Buffer): StoreWrite[] => {
  const writes: StoreWrite[] = [];
  let at = 0;
  const next = (): Buffer | undefined => {
    const size = payload.readUInt32BE(at);
    at += 4;
    if (size === absent) return undefined;
    at += size;
    return payload.subarray(at - size, at);
  };
  while (at < payload.length) {
    const collection = next()?.toString() ?? "";
    const key = next()?.toString() ?? "";
    writes.push({ collection, key, value: next() });
  }
  return writes;
};

const payloadAt = (bytes: Buffer, at: number): Buffer | undefined => {
  if (bytes.length < at + headBytes || !bytes.subarray(at, at + 4).equals(magic)) return undefined;
  const end = at + headBytes + bytes.readUInt32BE(at + 4);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(at + headBytes, end);
  return checksum(payload).equals(bytes.subarray(at + 8, at + headBytes)) ? payload : undefined;
};

/** Whole frames from `start` on, and where the last of them ends. Never throws on noise. */
export const decodeJournal = (
  bytes: Buffer,
  start: number,
): { readonly batches: readonly StoreWrite[][]; readonly end: number } => {
  const batches: StoreWrite[][] = [];
  let end = start;
  for (;;) {
    const payload = payloadAt(bytes, end);
    if (payload === undefined) return { batches, end };
    batches.push(decodePayload(payload));
    end += headBytes + payload.length;
  }
};

/** Whether a whole frame stands behind bytes that are none: then this is damage in the middle, not a torn end. */
export const hasFrameAfter = (bytes: Buffer, end: number): boolean => {
  for (let at = bytes.indexOf(magic, end); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (payloadAt(bytes, at) !== undefined) return true;
  }
  return false;
};
