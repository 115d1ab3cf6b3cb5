import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { sealOverheadBytes } from "../crypto/aead.ts";
import { keyBytes } from "../crypto/envelope.ts";
import { hkdf } from "../crypto/kdf.ts";

export const registerFile = "key-register";

/** One generation of the register: every key in it is wrapped under the key of this epoch and no other. */
export interface KeyRegister {
  /** 16 random bytes, drawn once; ties the data file to its register. */
  readonly id: Buffer;
  readonly epoch: number;
  readonly wrapped: ReadonlyMap<string, Buffer>;
}

/** File: magic (8) | epoch u32 | id (16) | count u16 | count x (name length u8, name, wrapped key (61)) | HMAC-SHA-256 (32). */
const magic = Buffer.from("LKKEYS\0\u0001", "latin1");
const idBytes = 16;
const headBytes = magic.length + 4 + idBytes + 2;
const wrappedBytes = keyBytes + sealOverheadBytes;
const macBytes = 32;

const macOf = (epochKey: KeyObject, id: Uint8Array, body: Uint8Array): Buffer => {
  const key = hkdf(epochKey, id, "lampkeeper key register", keyBytes);
  const mac = createHmac("sha256", key).update(body).digest();
  key.fill(0);
  return mac;
};

/** @param epochKey authenticates the whole file, so that no entry can be taken out or put back unseen */
export const encodeRegister = (register: KeyRegister, epochKey: KeyObject): Buffer => {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt32BE(register.epoch, magic.length);
  register.id.copy(head, magic.length + 4);
  head.writeUInt16BE(register.wrapped.size, headBytes - 2);
  const entries = [...register.wrapped].flatMap(([name, wrapped]) => [
    Buffer.of(Buffer.byteLength(name)),
    Buffer.from(name),
    wrapped,
  ]);
  const body = Buffer.concat([head, ...entries]);
  return Buffer.concat([body, macOf(epochKey, register.id, body)]);
};

/** What the bytes say, not yet believed; undefined for anything that is not a register. */
export const decodeRegister = (bytes: Uint8Array): KeyRegister | undefined => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < headBytes + macBytes || !file.subarray(0, magic.length).equals(magic)) return undefined;
  const wrapped = new Map<string, Buffer>();
  const end = file.length - macBytes;
  let at = headBytes;
  while (at < end) {
    const nameEnd = at + 1 + file.readUInt8(at);
    const next = nameEnd + wrappedBytes;
    if (next > end) return undefined;
    wrapped.set(file.toString("utf8", at + 1, nameEnd), file.subarray(nameEnd, next));
    at = next;
  }
  if (wrapped.size !== file.readUInt16BE(headBytes - 2)) return undefined;
  return {
    epoch: file.readUInt32BE(magic.length),
    id: file.subarray(magic.length + 4, magic.length + 4 + idBytes),
    wrapped,
  };
};

/** Whether the file was written with this epoch key and has not been touched since. */
export const isAuthentic = (bytes: Uint8Array, register: KeyRegister, epochKey: KeyObject): boolean =>
  timingSafeEqual(
    bytes.subarray(bytes.length - macBytes),
    macOf(epochKey, register.id, bytes.subarray(0, bytes.length - macBytes)),
  );
