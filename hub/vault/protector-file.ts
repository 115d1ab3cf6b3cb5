import { sha256 } from "../crypto/digest.ts";
import { ProtectorDamaged, ProtectorDowngraded } from "../domain/protector-errors.ts";
import type { ProtectorKind } from "../domain/vault.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { ProtectedKey } from "./protector.ts";

/** Kinds that need a file to say how; numbers are for ever. Without a file the keys lie in key files. */
const kindNumbers = { passphrase: 1, systemd: 2, tpm: 3 } as const;
export type FiledKind = Exclude<ProtectorKind, "key-file">;

/** What a protector has to know at the next start. */
export interface ProtectorFile {
  readonly kind: FiledKind;
  readonly isMoved: boolean;
  /** How the secret becomes a key, in a shape of the kind's own. */
  readonly settings: Buffer;
  /** Per key: the wrapped key, or where it lies in a chip. At most 255 bytes each. */
  readonly entries: ReadonlyMap<ProtectedKey, Buffer>;
}

/** In the key folder. While the protector changes, the coming and the leaving one have a file of their own. */
export const protectorFile = "protector";
export const comingFile = "protector-coming";
export const leavingFile = "protector-leaving";

/**
 * File: magic (8) | kind u8 | moved u8 | settings length u8, settings | count u8 | count x (name length u8, name, entry
 * length u8, entry) | SHA-256 (32). The digest tells damage from a wrong secret; who changes both is found by what the
 * secret opens.
 */
const magic = Buffer.from("LKPROT\0\u0001", "latin1");
const digestBytes = 32;
const names = /^(?:root(?:-next)?|transfer|epoch-[1-9][0-9]{0,9})$/;

const prefixed = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);

export const encodeProtector = ({ kind, isMoved, settings, entries }: ProtectorFile): Buffer => {
  const body = Buffer.concat([
    magic,
    Buffer.of(kindNumbers[kind], Number(isMoved)),
    prefixed(settings),
    Buffer.of(entries.size),
    ...[...entries].flatMap(([name, entry]) => [prefixed(Buffer.from(name)), prefixed(entry)]),
  ]);
  return Buffer.concat([body, sha256(body)]);
};

/** Undefined for anything that `encodeProtector` did not make. @throws ProtectorDowngraded for a kind that is not known */
export const decodeProtector = (file: Buffer): ProtectorFile | undefined => {
  const body = file.subarray(0, -digestBytes);
  const isWhole = file.length > digestBytes && sha256(body).equals(file.subarray(-digestBytes));
  if (!isWhole || !body.subarray(0, magic.length).equals(magic)) return undefined;
  const reader = new Reader(body, magic.length);
  const number = reader.byte();
  const kind = (Object.keys(kindNumbers) as FiledKind[]).find((each) => kindNumbers[each] === number);
  if (kind === undefined) {
    throw new ProtectorDowngraded("the keys are protected in a way this version does not know", {
      reason: "kind",
    });
  }
  const isMoved = reader.byte() === 1;
  const settings = reader.bytes();
  const entries = new Map<ProtectedKey, Buffer>();
  for (let left = reader.byte(); left > 0; left--) {
    const name = reader.bytes().toString("latin1");
    const entry = reader.bytes();
    if (names.test(name)) entries.set(name as ProtectedKey, entry);
  }
  return { kind, isMoved, settings, entries };
};

/** Walks over bytes whose digest was right: they have the shape that was written. */
class Reader {
  readonly #from: Buffer;
  #at: number;

  constructor(from: Buffer, at: number) {
    this.#from = from;
    this.#at = at;
  }

  byte(): number {
    return this.#from[this.#at++] ?? 0;
  }

  bytes(): Buffer {
    const length = this.byte();
    this.#at += length;
    return Buffer.from(this.#from.subarray(this.#at - length, this.#at));
  }
}

/** @throws ProtectorDamaged, ProtectorDowngraded */
export const readProtector = (files: SmallFiles, name = protectorFile): ProtectorFile | undefined => {
  const bytes = files.read(name);
  if (bytes === undefined) return undefined;
  const file = decodeProtector(bytes);
  if (file !== undefined) return file;
  throw new ProtectorDamaged(
    "the file that says how the keys are protected is damaged; restore it from your copy",
    { file: name },
  );
};
