import type { PersonId } from "../domain/ids.ts";
import type { Rule } from "../domain/rule.ts";
import type { Instant } from "../domain/units.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { CollectionName, ShelfName } from "../privacy/data-map.ts";
import { collectionNames, inBackup, ofHome, personal, shelfNames } from "../privacy/declared.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { HomePackage, PackedRecords } from "../privacy/home-package.ts";
import { type KeyDeriver, sealedPart } from "../privacy/person-part.ts";
import { personIn, personKey } from "../privacy/record-codec.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";
import { ownerOf } from "./erasure.ts";

/** Keys that go along, and on which others hang; the vault. */
export interface PackedKeys extends KeyDeriver {
  /** The caller wipes it. */
  copyKey(name: string): Buffer;
}

/** What a home is packed from. */
export interface PackedFrom {
  readonly entropy: Entropy;
  readonly store: GuardedStore;
  readonly keys: PackedKeys;
  readonly people: { list(): readonly { readonly id: PersonId }[] };
  readonly shelf: (name: ShelfName) => SecretShelf;
}

type Pairs = readonly (readonly [string, unknown])[];

/** Everything of a home that the data map sends into a backup: the home itself, and each person's part under their own key. */
export const packedForBackup = (from: PackedFrom, created: Instant): HomePackage => ({
  created,
  replaces: true,
  records: recordsOf(
    from,
    inBackup.filter((name) => ofHome.includes(name)),
    () => true,
  ),
  people: partsOf(from, inBackup),
  secrets: new Map([["key/device-link", from.keys.copyKey("device-link")]]),
});

/** All of a home, with what it knows by heart and with people's keys: for the hub that takes its place, and for no other. */
export const packedForMove = (from: PackedFrom, created: Instant): HomePackage => ({
  created,
  replaces: true,
  records: recordsOf(from, ofHome, () => true),
  people: partsOf(from, collectionNames),
  secrets: secretsOf(from),
});

const partsOf = (from: PackedFrom, names: readonly CollectionName[]): HomePackage["people"] =>
  from.people.list().map(({ id }) => {
    const own = recordsOf(
      from,
      names.filter((name) => personal.includes(name)),
      (key) => personIn(key) === id,
    );
    const rules = [...from.store.collection("rules").entries()].filter(([, rule]) => ownerOf(rule) === id);
    return sealedPart(from.keys, from.entropy, id, { ...own, rules });
  });

const recordsOf = (
  { store }: PackedFrom,
  wanted: readonly CollectionName[],
  isMeant: (key: string) => boolean,
): PackedRecords =>
  Object.fromEntries(
    wanted.map((name) => {
      const all: Pairs = [...store.collection(name).entries()];
      const meant = all.filter(([key]) => isMeant(key));
      // What is one person's alone lies in their part.
      return [
        name,
        name === "rules" ? meant.filter(([, rule]) => ownerOf(rule as Rule) === undefined) : meant,
      ];
    }),
  );

const secretsOf = ({ keys, shelf, people }: PackedFrom): ReadonlyMap<string, Buffer> => {
  const secrets = new Map([["key/device-link", keys.copyKey("device-link")]]);
  for (const { id } of people.list()) secrets.set(`key/${personKey(id)}`, keys.copyKey(personKey(id)));
  for (const name of shelfNames)
    for (const key of shelf(name).keys())
      shelf(name).read(key, (secret) => secrets.set(`shelf/${name}/${key}`, Buffer.from(secret)));
  return secrets;
};
