import { isId, type PersonId } from "../domain/ids.ts";
import type { ChainName, CollectionName, ShelfName } from "../privacy/data-map.ts";
import {
  chainNames,
  chains,
  collectionNames,
  fieldsOf,
  leavesBy,
  ofHome,
  personal,
  shelfNames,
} from "../privacy/declared.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import { personIn } from "../privacy/record-codec.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A record of a collection, with the fields that may leave in an export. */
export interface HeldRecord {
  readonly key: string;
  readonly value: Fields;
}

/** An entry of a book, as it may leave in an export. */
export interface HeldEntry {
  /** Among those about this person, from 1: by its place in the whole book they could count what others did. */
  readonly order: number;
  readonly at: number;
  readonly content: Fields;
}

/** What is there and is not shown: a secret, or a thing that serves no one but the hub. */
export interface Withheld {
  readonly collection: CollectionName | ShelfName;
  readonly fields: readonly string[];
  readonly records: number;
}

/** Where the walk looks. */
export interface HeldIn {
  readonly store: GuardedStore;
  readonly chain: <Name extends ChainName>(name: Name) => Chain<Name>;
  readonly shelf: (name: ShelfName) => Pick<SecretShelf, "keys">;
}

/**
 * Walks everything that the data map declares, and nothing else: whoever adds a collection, a field or a book has added it to
 * every export and every erasure.
 */
export class HeldData {
  readonly #in: HeldIn;

  constructor(heldIn: HeldIn) {
    this.#in = heldIn;
  }

  /** Records of one person's own, by collection. */
  recordsOf(person: PersonId, name: CollectionName): readonly HeldRecord[] {
    return this.#shown(name, (key) => personIn(key) === person);
  }

  /** Records of the home, by collection. */
  recordsOfHome(name: CollectionName): readonly HeldRecord[] {
    return this.#shown(name, () => true);
  }

  /** Ids that stand for a person: their own, and of whatever is filed under them. */
  idsOf(person: PersonId): ReadonlySet<string> {
    const keys = [
      ...personal.flatMap((name) => [...this.#in.store.collection(name).entries()].map(([key]) => key)),
      ...shelfNames.flatMap((name) => this.#in.shelf(name).keys()),
    ];
    const own = keys.filter((key) => personIn(key) === person).flatMap((key) => key.split("/").slice(1));
    return new Set([person, ...own]);
  }

  /** Records of the home in which one of these ids stands. */
  recordsNaming(ids: ReadonlySet<string>, name: CollectionName): readonly HeldRecord[] {
    return this.#shown(name, (_, value) => names(value, ids));
  }

  /** Where in the home a word stands by itself: the name that somebody goes by. */
  namedAfter(word: string): readonly { readonly collection: CollectionName; readonly key: string }[] {
    const wanted = wordPattern(word);
    return ofHome.flatMap((collection) =>
      this.#shown(collection, (_, value) => wanted.test(JSON.stringify(value))).map(({ key }) => ({
        collection,
        key,
      })),
    );
  }

  /** Entries of a book about a person; those of people who were erased do not open. */
  entriesAbout(person: PersonId, name: ChainName): readonly HeldEntry[] {
    return this.#in
      .chain(name)
      .entries()
      .flatMap(({ at, about, content }) =>
        about !== person || content === undefined
          ? []
          : [{ at, content: exportable(chains[name].fields, content as unknown as Fields) }],
      )
      .map((entry, index) => ({ order: index + 1, ...entry }));
  }

  /** What is held of a person and is in no export. */
  withheldOf(person: PersonId): readonly Withheld[] {
    const records = personal.map((name) => ({
      collection: name,
      fields: withheldIn(name),
      records: [...this.#in.store.collection(name).entries()].filter(([key]) => personIn(key) === person)
        .length,
    }));
    const secrets = shelfNames.map((name) => ({
      collection: name,
      fields: [],
      records: this.#in
        .shelf(name)
        .keys()
        .filter((key) => personIn(key) === person).length,
    }));
    return [...records.filter(({ fields }) => fields.length > 0), ...secrets].filter(
      ({ records: count }) => count > 0,
    );
  }

  #shown(name: CollectionName, isMeant: (key: string, value: Fields) => boolean): readonly HeldRecord[] {
    return [...this.#in.store.collection(name).entries()].flatMap(([key, record]) => {
      const value = record as unknown as Fields;
      return isMeant(key, value) ? [{ key, value: exportable(fieldsOf(name), value) }] : [];
    });
  }
}

/** Every collection and book that an export of this kind may hold. */
export const walked: {
  readonly home: readonly CollectionName[];
  readonly person: readonly CollectionName[];
  readonly all: readonly CollectionName[];
  readonly books: readonly ChainName[];
} = { home: ofHome, person: personal, all: collectionNames, books: chainNames };

const exportable = (
  fields: Readonly<Record<string, Parameters<typeof leavesBy>[0]>>,
  value: Fields,
): Fields =>
  Object.fromEntries(
    Object.entries(value).filter(([field, held]) => {
      const declared = fields[field];
      return held !== undefined && declared !== undefined && leavesBy(declared, "export");
    }),
  );

const withheldIn = (name: CollectionName): readonly string[] =>
  Object.entries(fieldsOf(name)).flatMap(([field, declared]) =>
    leavesBy(declared, "export") ? [] : [field],
  );

/** A word of its own, in whatever letters. */
export const wordPattern = (word: string, flags = "iu"): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`, flags);

/** Whether an id stands anywhere in a value: as text, as key, or as part of a longer id. */
export const names = (value: unknown, ids: ReadonlySet<string>): boolean => {
  const text = JSON.stringify(value) ?? "";
  return [...ids].some((id) => text.includes(id));
};

/** The people who are named in a value. */
export const peopleIn = (value: unknown): ReadonlySet<PersonId> =>
  new Set(
    [...(JSON.stringify(value) ?? "").matchAll(/\bp-[a-z2-7]{12}\b/g)].flatMap(([id]) =>
      isId("person", id) ? [id] : [],
    ),
  );
