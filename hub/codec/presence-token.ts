import { type IdKind, idPrefixes, isId, type PersonId, type PhoneId } from "../domain/ids.ts";
import { type PhoneWord, type PresenceToken, phoneWords } from "../domain/presence-token.ts";
import { type Instant, Seconds } from "../domain/units.ts";

/**
 * Token, 104 bytes, numbers big-endian:
 * version (1) | word (1) | person (12) | phone (12) | counter (6) | issued at, ms (6) | detail (2) | signature (64).
 * Person and phone are the ids without their prefixes. The detail is the eta in seconds of `approaching`, the version of what was
 * shown of `agreed`, which is 1 or more, and 0 of every other word.
 */
const version = 1;
const idBytes = 12;
const personAt = 2;
const phoneAt = personAt + idBytes;
const counterAt = phoneAt + idBytes;
const issuedAt = counterAt + 6;
const detailAt = issuedAt + 6;
const signatureAt = detailAt + 2;
export const presenceTokenBytes = signatureAt + 64;

/** Signed with the token, so that a signature made for anything else is none here. */
const purpose = Buffer.from("lampkeeper presence token\0");

/** A word is its place in this list plus one, for ever. */
const words: readonly PhoneWord[] = phoneWords;

/** What the bytes say, not yet believed. */
export interface ReadToken {
  readonly token: PresenceToken;
  /** What the signature has to be over. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Undefined for anything that is not a token of this version; there is one way to write each. */
export const readPresenceToken = (bytes: Uint8Array): ReadToken | undefined => {
  if (bytes.length !== presenceTokenBytes || bytes[0] !== version) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = words[view.readUInt8(1) - 1];
  const person: PersonId | undefined = idAt(view, "person", personAt);
  const phone: PhoneId | undefined = idAt(view, "phone", phoneAt);
  const counter = view.readUIntBE(counterAt, 6);
  const detail = view.readUInt16BE(detailAt);
  if (word === undefined || person === undefined || phone === undefined || counter === 0) return undefined;
  if (word === "agreed" ? detail === 0 : word !== "approaching" && detail !== 0) return undefined;
  return {
    token: {
      person,
      phone,
      word,
      counter,
      issuedAt: view.readUIntBE(issuedAt, 6) as Instant,
      ...(word === "approaching" ? { eta: Seconds(detail) } : {}),
      ...(word === "agreed" ? { version: detail } : {}),
    },
    signed: Buffer.concat([purpose, view.subarray(0, signatureAt)]),
    signature: view.subarray(signatureAt),
  };
};

const idAt = <Kind extends IdKind>(view: Buffer, kind: Kind, at: number) => {
  const id = `${idPrefixes[kind]}${view.toString("latin1", at, at + idBytes)}`;
  return isId(kind, id) ? id : undefined;
};
