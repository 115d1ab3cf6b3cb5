import type { PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import type {
  ChainFor,
  CollectionFor,
  CollectionName,
  CollectionValue,
  PagedName,
  SecretFor,
  ShelfFor,
} from "./data-map.ts";
import type { Chain, ChainSigner, NewEntry } from "./sealed-chain.ts";
import type { SecretShelf } from "./secret-shelf.ts";
import type { SecretSlot } from "./secret-slot.ts";

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

/**
 * The store as a room holds it: of all that the data map declares, what is bound to the purposes that the room is there for.
 * Anything else does not compile, and is refused to whoever asks all the same.
 */
export interface PurposeStore<Use extends Purpose> {
  /** @throws PurposeRefused it holds nothing for these purposes */
  collection<Name extends CollectionFor<Use>>(name: Name): Collection<CollectionValue<Name>>;
  /** As `GuardedStore.live`. @throws PurposeRefused */
  live<Name extends CollectionFor<Use> & PagedName>(
    name: Name,
    source: PageSource<CollectionValue<Name>>,
  ): LiveCollection<CollectionValue<Name>>;
  /** As `GuardedStore.atomically`. */
  atomically(change: () => void): void;
}

/** For a room that takes people in and forgets them. */
export interface PersonalPurposeStore<Use extends Purpose> extends PurposeStore<Use> {
  /** As `PersonalStore.admit`. */
  admit(person: PersonId): void;
  /** As `PersonalStore.erase`. */
  erase(person: PersonId): void;
}

/** With the doors to chains and secrets, which the roof hands on one by one. */
export interface RoofPurposeStore<Use extends Purpose> extends PersonalPurposeStore<Use> {
  /** @throws PurposeRefused */
  chain<Name extends ChainFor<Use>>(name: Name, signer: () => ChainSigner): Chain<Name>;
  /** @throws PurposeRefused */
  secret(name: SecretFor<Use>): SecretSlot;
  /** @throws PurposeRefused */
  shelf(name: ShelfFor<Use>): SecretShelf;
}

/** The whole store: for the roof, which hands rooms their part of it. */
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
