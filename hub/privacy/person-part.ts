import { createSecretKey } from "node:crypto";
import { nonceBytes, open, seal } from "../crypto/aead.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PackedPerson, PackedRecords } from "./home-package.ts";
import { padded } from "./padding.ts";
import { personKey } from "./record-codec.ts";

/** Secrets that hang on keys of the register. */
export interface KeyDeriver {
  has(name: string): boolean;
  deriver(name: string): { derive(label: string): Buffer };
}

const placeOf = (person: PersonId): Buffer => Buffer.from(`backup\0${person}`);

/** The key of a person's part of backups. It is nowhere written: it can be made as long as their own key lives, and not after. */
const keyOf = (keys: KeyDeriver, person: PersonId) => {
  const key = keys.deriver(personKey(person)).derive("backup");
  try {
    return createSecretKey(key);
  } finally {
    key.fill(0);
  }
};

/** @throws KeyMissing, KeyDestroyed */
export const sealedPart = (
  keys: KeyDeriver,
  entropy: Entropy,
  person: PersonId,
  records: PackedRecords,
): PackedPerson => ({
  person,
  sealed: seal(
    keyOf(keys, person),
    entropy.bytes(nonceBytes),
    padded(JSON.stringify(records)),
    placeOf(person),
  ).toString("base64"),
});

/** Undefined: they were erased, or never lived in this hub; or it is not theirs. */
export const openedPart = (keys: KeyDeriver, { person, sealed }: PackedPerson): PackedRecords | undefined => {
  if (!keys.has(personKey(person))) return undefined;
  const text = open(keyOf(keys, person), Buffer.from(sealed, "base64"), placeOf(person));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.toString()) as PackedRecords;
  } finally {
    text.fill(0);
  }
};
