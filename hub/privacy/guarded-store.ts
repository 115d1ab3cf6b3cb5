import type { PersonId } from "../domain/ids.ts";
import type { CollectionName, CollectionValue, PagedName } from "./data-map.ts";
import type { Chain, NewEntry } from "./sealed-chain.ts";

/**
 * A declared collection. Values are sealed as the data map says before they reach the disk. A collection that the map
 * calls `immediate` is on the disk when `put` returns. A `coalesced` one is within 5 s: its values are sealed then, so
 * they belong to the store and are not changed any more.
 */
export interface Collection<Value> {
  get(key: string): Value | undefined;
  /** In ascending key order, of a collection in pages page by page; a snapshot. */
  entries(): Iterable<readonly [key: string, value: Value]>;
  put(key: string, value: Value): void;
  remove(key: string): void;
}

/** The records of a page, as their owner holds them now. */
export type PageSource<Value> = (page: string) => Iterable<readonly [key: string, value: Value]>;

/**
 * A declared collection whose records their owner holds in memory. The store asks for those of a page when it writes it, so
 * however often they change until then they are sealed once, and nothing is read back. Coalesced.
 */
export interface LiveCollection<Value> {
  /** What an earlier run has left, page by page. */
  entries(): Iterable<readonly [key: string, value: Value]>;
  /** Where a record lies. */
  pageOf(key: string): string;
  /** A record of this page has changed, has come or is gone. */
  changed(page: string): void;
}

/** The only store a room holds: collections that the data map does not declare do not compile. */
export interface GuardedStore {
  collection<Name extends CollectionName>(name: Name): Collection<CollectionValue<Name>>;
  /** One owner for each collection: what it does not hold is gone with the next writing of its page. */
  live<Name extends PagedName>(
    name: Name,
    source: PageSource<CollectionValue<Name>>,
  ): LiveCollection<CollectionValue<Name>>;
  /** Everything put or removed inside is one batch: all of it or nothing after any crash. */
  atomically(change: () => void): void;
}

/** What a record was and will be; undefined: there is none. */
export interface RecordChange {
  readonly collection: CollectionName;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Hears of changes before they are on the disk: of all that are one batch at once. */
export interface ChangeWitness {
  /** Whether it wants to hear of a collection now. Those in pages cannot be watched. */
  isFor(collection: CollectionName): boolean;
  /** @returns what is written down about it, with the same batch */
  describe(changes: readonly RecordChange[]): readonly NewEntry<"changes">[];
  readonly book: Chain<"changes">;
}

/**
 * A guarded store that can take people in and forget them. What is about a person is sealed under a key of that
 * person's own; its records are found by keys that begin with the person's id: `p-…` or `p-…/anything`.
 */
export interface PersonalStore extends GuardedStore {
  /** Makes the person's key: before it there is no record of theirs. On the disk when this returns. */
  admit(person: PersonId): void;
  /** Destroys the person's key, and with it every record of theirs in every copy; then takes the noise away. */
  erase(person: PersonId): void;
  /** From now on nothing changes there without this one. For the roof alone. */
  watch(witness: ChangeWitness): void;
}
