import { createSecretKey, type KeyObject } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { open } from "../../../hub/crypto/aead.ts";
import { keyBytes, unwrap } from "../../../hub/crypto/envelope.ts";
import { hkdf } from "../../../hub/crypto/kdf.ts";
import { decodeRegister, type KeyRegister } from "../../../hub/vault/key-register.ts";
import { sealerOverheadBytes } from "../../../hub/vault/sealer.ts";

/** A value that lay in the database at some time, and where. */
export interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  readonly value: Buffer;
}

/** What somebody has who has watched a disk for all its life and then took the hub away. */
export interface Loot {
  /** Every value that was ever in the database, out of a database that is open to them. */
  readonly records: readonly StoredRecord[];
  /** Every key register there ever was. */
  readonly registers: readonly KeyRegister[];
  /** Bytes in which a key may lie at any place. */
  readonly haystacks: readonly Buffer[];
}

/** How a record came open. */
export interface Opened extends StoredRecord {
  readonly plaintext: Buffer;
}

const saltBytes = 16;
const saltOf = ({ value }: StoredRecord): string => value.toString("latin1", 0, saltBytes);
const placeOf = ({ collection, key }: StoredRecord): Buffer => Buffer.from(`${collection}\0${key}`);

const subkey = (key: Uint8Array, salt: Uint8Array): KeyObject =>
  createSecretKey(hkdf(key, salt, "lampkeeper records", keyBytes));

const opens = (key: Uint8Array, record: StoredRecord): Buffer | undefined =>
  open(subkey(key, record.value.subarray(0, saltBytes)), record.value.subarray(saltBytes), placeOf(record));

/** Every 32 bytes in a row, each once; text and empty pages are no keys. */
export function* windows(haystacks: readonly Buffer[]): Generator<Buffer> {
  const seen = new Set<string>();
  for (const bytes of haystacks)
    for (let at = 0; at + keyBytes <= bytes.length; at++) {
      const window = bytes.subarray(at, at + keyBytes);
      const text = window.toString("latin1");
      if (seen.has(text)) continue;
      seen.add(text);
      yield window;
    }
}

/** One record for each salt: a key opens all of them or none. */
const bySalt = (records: readonly StoredRecord[]): readonly StoredRecord[] => [
  ...new Map(records.map((record) => [saltOf(record), record])).values(),
];

/** One wrapped key of each register, with what it is bound to. */
const locks = (registers: readonly KeyRegister[]) =>
  registers.flatMap((register) => {
    const [first] = register.wrapped;
    return first === undefined ? [] : [{ register, name: first[0], wrapped: first[1] }];
  });

const purpose = ({ id, epoch }: KeyRegister, name: string): string =>
  `${id.toString("hex")}/${epoch}/${name}`;

/** What a register gives to whoever has the key of its epoch, by name. */
export const contentKeys = (wrapping: KeyObject, register: KeyRegister): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    [...register.wrapped].flatMap(([name, wrapped]) => {
      const key = unwrap(wrapping, wrapped, purpose(register, name));
      return key === undefined ? [] : [[name, key]];
    }),
  );

/**
 * Tries every 32 bytes in the haystacks as the key of every register and as the key of every record. What a register
 * gives is tried on every record too.
 *
 * Bound: a key that was changed before it was kept (derived, exported, split) is not looked for.
 */
export const attack = ({ records, registers, haystacks }: Loot): readonly Opened[] => {
  const sealed = records.filter(({ value }) => value.length >= sealerOverheadBytes);
  const [salts, doors] = [bySalt(sealed), locks(registers)];
  const keys: Buffer[] = [];
  for (const window of windows(haystacks)) {
    const wrapping = createSecretKey(window);
    for (const { register, name, wrapped } of doors)
      if (unwrap(wrapping, wrapped, purpose(register, name)) !== undefined)
        keys.push(...Object.values(contentKeys(wrapping, register)));
    if (salts.some((record) => opens(window, record) !== undefined)) keys.push(Buffer.from(window));
  }
  return openedWith(keys, sealed);
};

const openedWith = (keys: readonly Buffer[], records: readonly StoredRecord[]): readonly Opened[] => {
  const unique = [...new Map(keys.map((key) => [key.toString("latin1"), key])).values()];
  return records.flatMap((record) => {
    const plaintext = unique.map((key) => opens(key, record)).find((found) => found !== undefined);
    return plaintext === undefined ? [] : [{ ...record, plaintext }];
  });
};

/** All files in a folder. */
export const filesIn = (folder: string): readonly { readonly path: string; readonly bytes: Buffer }[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));

/** The key that opens the database, out of the root key and a register of the same hub. */
export const databaseKeyOf = (root: Buffer, { id }: KeyRegister): Buffer =>
  hkdf(root, id, "lampkeeper database", keyBytes);

/** What is sealed in a link of a book, at the place that it is bound to; where a book ends holds nothing. */
const inBook = ({ collection, value }: StoredRecord): readonly StoredRecord[] => {
  const { order, sealed } = JSON.parse(value.toString()) as { order?: number; sealed?: string };
  return sealed === undefined ? [] : [{ collection, key: `${order}`, value: Buffer.from(sealed, "base64") }];
};

/** @param file of the database. @param key that opens it */
export const recordsIn = (file: string, key: Buffer): readonly StoredRecord[] => {
  if (!existsSync(file)) return [];
  const connection = new Database(file);
  try {
    connection.pragma("cipher = 'chacha20'");
    connection.key(Buffer.from(`raw:${key.toString("hex")}`));
    const isThere =
      connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'records'").get() !== undefined;
    if (!isThere) return [];
    const all = connection.prepare<[], StoredRecord>("SELECT collection, key, value FROM records").all();
    return all.flatMap((record) => (record.collection.startsWith("chain-") ? inBook(record) : [record]));
  } finally {
    connection.close();
  }
};

export const registersIn = (writes: readonly Buffer[]): readonly KeyRegister[] =>
  writes.flatMap((bytes) => decodeRegister(bytes) ?? []);
