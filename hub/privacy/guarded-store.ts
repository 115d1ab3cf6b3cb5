import type { PersonId } from "../domain/ids.ts";
import type { CollectionName, CollectionValue } from "./data-map.ts";

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

/** The only store a room holds: collections that the data map does not declare do not compile. */
export interface GuardedStore {
  collection<Name extends CollectionName>(name: Name): Collection<CollectionValue<Name>>;
  /** Everything put or removed inside is one batch: all of it or nothing after any crash. */
  atomically(change: () => void): void;
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
}
