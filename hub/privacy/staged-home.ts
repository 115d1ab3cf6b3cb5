import type { Person, Phone } from "../domain/person.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { Sealer } from "../vault/sealer.ts";
import { type CollectionName, type CollectionValue, isPaged, type ShelfName } from "./data-map.ts";
import { collectionNames, shelfNames } from "./declared.ts";
import type { PersonalStore } from "./guarded-store.ts";
import {
  decodePackage,
  encodePackage,
  type HomePackage,
  ofMachine,
  type PackedRecords,
  wipePackage,
} from "./home-package.ts";
import { type KeyDeriver, openedPart } from "./person-part.ts";
import { keyOf } from "./record-codec.ts";
import type { SecretShelf } from "./secret-shelf.ts";

export const stagedFile = "staged-home";
const stageKey = "staged-home";

/** Where keys live: the vault. */
export interface StageKeys extends KeyDeriver {
  create(name: string): void;
  destroy(name: string): void;
  sealer(name: string): Sealer;
  /** @param key from here on the vault's */
  adopt(name: string, key: Buffer): void;
  copyKey(name: string): Buffer;
}

/** A store that takes a home in. */
export interface StageStore extends PersonalStore {
  shelf(name: ShelfName): SecretShelf;
}

/**
 * A home that waits for the next start: rooms hold what they know in memory, so it is settled before any of them looks. Sealed
 * under a key of its own. People lie in it as in a backup, so whoever is erased before that start is not in it either.
 */
export class StagedHome {
  readonly #files: SmallFiles;
  readonly #keys: StageKeys;

  constructor(files: SmallFiles, keys: StageKeys) {
    this.#files = files;
    this.#keys = keys;
  }

  isWaiting(): boolean {
    return this.#files.read(stagedFile) !== undefined;
  }

  /** On the disk when this returns. What waited before is replaced. @throws StoreFailed: nothing waits then */
  stage(home: HomePackage): void {
    this.#keys.create(stageKey);
    const plain = encodePackage(home);
    try {
      this.#files.replace(stagedFile, this.#keys.sealer(stageKey).seal(plain, Buffer.from(stagedFile)));
    } finally {
      plain.fill(0);
    }
  }

  /** It is not to be. */
  drop(): void {
    this.#keys.destroy(stageKey);
    this.#files.remove(stagedFile);
  }

  /**
   * Brings what waits into the store, before any room has looked: all of it is there after any crash, or it is done again.
   * @returns whether something was
   */
  settle(store: StageStore): boolean {
    const sealed = this.#files.read(stagedFile);
    const opened =
      sealed === undefined || !this.#keys.has(stageKey)
        ? undefined
        : this.#keys.sealer(stageKey).open(sealed, Buffer.from(stagedFile));
    const home = opened && decodePackage(opened);
    opened?.fill(0);
    if (home !== undefined) {
      this.#bringIn(home, store);
      wipePackage(home);
    }
    if (sealed !== undefined || this.#keys.has(stageKey)) this.drop();
    return home !== undefined;
  }

  #bringIn(home: HomePackage, store: StageStore): void {
    const isLinkNew = this.#takeKeys(home.secrets);
    const parts = home.people
      .map((part) => openedPart(this.#keys, part))
      .filter((part) => part !== undefined);
    const all = [home.records, ...parts];
    for (const name of collectionNames.filter(isPaged)) for (const records of all) put(store, name, records);
    for (const [name, secret] of home.secrets) this.#takeSecret(name, secret, store);
    store.atomically(() => {
      const batched = collectionNames.filter((name) => !isPaged(name));
      for (const name of batched) {
        // What an old key sealed is noise under a new one.
        if (
          (home.replaces && home.records[name] !== undefined) ||
          (isLinkNew && keyOf(name) === "device-link")
        )
          clear(store, name);
        for (const records of all) put(store, name, records);
      }
    });
  }

  /** @returns whether devices are spoken to with another key from here on */
  #takeKeys(secrets: HomePackage["secrets"]): boolean {
    let isLinkNew = false;
    for (const [place, key] of secrets) {
      const name = /^key\/(.+)$/.exec(place)?.[1];
      if (name === undefined || this.#isSame(name, key)) continue;
      if (name === "device-link") isLinkNew = true;
      this.#keys.destroy(name);
      this.#keys.adopt(name, Buffer.from(key));
    }
    return isLinkNew;
  }

  #isSame(name: string, key: Buffer): boolean {
    if (!this.#keys.has(name)) return false;
    const present = this.#keys.copyKey(name);
    const isSame = present.equals(key);
    present.fill(0);
    return isSame;
  }

  #takeSecret(place: string, secret: Buffer, store: StageStore): void {
    const [, shelf, key] = /^shelf\/([^/]+)\/(.+)$/.exec(place) ?? [];
    const name = shelfNames.find((each) => each === shelf);
    if (name !== undefined && key !== undefined) store.shelf(name).put(key, secret);
  }
}

/** The record as it is to be kept, where there is one already. */
type Merge<Name extends CollectionName> = (
  value: CollectionValue<Name>,
  present: CollectionValue<Name>,
) => CollectionValue<Name>;

/** What somebody may do, and which words of a phone count, are matters of today: no backup gives back what was taken away. */
const merges: { readonly [Name in CollectionName]?: Merge<Name> } = {
  people: ({ role: _r, lamps: _l, scopes: _s, ...value }: Person, present: Person) => {
    const { isGuest, expires, role, lamps, scopes } = present;
    const rights = { ...(role && { role }), ...(lamps && { lamps }), ...(scopes && { scopes }) };
    return { ...value, ...rights, isGuest, expires };
  },
  phones: (value: Phone, present: Phone) => ({ ...value, counter: Math.max(value.counter, present.counter) }),
  rights: (_, present) => present,
};

const put = <Name extends CollectionName>(store: StageStore, name: Name, records: PackedRecords): void => {
  const collection = store.collection(name);
  for (const [key, record] of records[name] ?? []) {
    if (isOfMachine(name, key)) continue;
    const value = record as CollectionValue<Name>;
    const present = collection.get(key);
    collection.put(key, present === undefined ? value : (merges[name]?.(value, present) ?? value));
  }
};

const isOfMachine = (name: CollectionName, key: string): boolean => name === "settings" && ofMachine.has(key);

const clear = (store: StageStore, name: CollectionName): void => {
  for (const [key] of [...store.collection(name).entries()])
    if (!isOfMachine(name, key)) store.collection(name).remove(key);
};
