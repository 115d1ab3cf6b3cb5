import type { PersonId } from "../../hub/domain/ids.ts";
import {
  type CollectionName,
  type CollectionValue,
  type PagedName,
  pageCharacters,
} from "../../hub/privacy/data-map.ts";
import type {
  ChangeWitness,
  Collection,
  LiveCollection,
  PageSource,
  PersonalStore,
  RecordChange,
} from "../../hub/privacy/guarded-store.ts";
import { pageOf } from "../../hub/privacy/record-pages.ts";

/** Collections in memory, for rooms tested without vault and disk. `refuse` makes the next write fail. */
export class MemoryGuardedStore implements PersonalStore {
  readonly records = new Map<string, Map<string, unknown>>();
  refuse: Error | undefined;
  #witness: ChangeWitness | undefined;
  #batch: RecordChange[] | undefined;

  watch(witness: ChangeWitness): void {
    this.#witness = witness;
  }

  #tell(change: RecordChange): void {
    if (this.#witness?.isFor(change.collection) !== true) return;
    if (this.#batch === undefined) this.#write([change]);
    else this.#batch.push(change);
  }

  #write(changes: readonly RecordChange[]): void {
    for (const entry of this.#witness?.describe(changes) ?? []) this.#witness?.book.append(entry);
  }

  collection<Name extends CollectionName>(name: Name): Collection<CollectionValue<Name>> {
    const held = this.records.get(name) ?? new Map<string, unknown>();
    this.records.set(name, held);
    return {
      get: (key) => held.get(key) as CollectionValue<Name> | undefined,
      entries: () => [...held].sort(([a], [b]) => (a < b ? -1 : 1)) as [string, CollectionValue<Name>][],
      put: (key, value) => {
        this.#writable();
        this.#tell({ collection: name, key, before: held.get(key), after: value });
        held.set(key, structuredClone(value));
      },
      remove: (key) => {
        this.#writable();
        this.#tell({ collection: name, key, before: held.get(key), after: undefined });
        held.delete(key);
      },
    };
  }

  /** The part for a purpose is told from the rest where the real store is tested. */
  for(): this {
    return this;
  }

  live<Name extends PagedName>(
    name: Name,
    source: PageSource<CollectionValue<Name>>,
  ): LiveCollection<CollectionValue<Name>> {
    const { entries, put, remove } = this.collection(name);
    const page = (key: string): string => pageOf(key, pageCharacters[name]);
    return {
      entries,
      pageOf: page,
      changed: (changed) => {
        for (const [key] of entries()) if (page(key) === changed) remove(key);
        for (const [key, value] of source(changed)) put(key, value);
      },
    };
  }

  atomically(change: () => void): void {
    this.#writable();
    if (this.#batch !== undefined) {
      change();
      return;
    }
    const batch: RecordChange[] = [];
    this.#batch = batch;
    try {
      change();
    } finally {
      this.#batch = undefined;
    }
    if (batch.length > 0) this.#write(batch);
  }

  admit(): void {
    this.#writable();
  }

  erase(person: PersonId): void {
    const changes: RecordChange[] = [];
    for (const [name, held] of this.records) {
      const collection = name as CollectionName;
      const isWatched = this.#witness?.isFor(collection) === true;
      for (const [key, before] of [...held]) {
        if (!key.startsWith(person)) continue;
        if (isWatched) changes.push({ collection, key, before, after: undefined });
        held.delete(key);
      }
    }
    this.#write(changes);
  }

  #writable(): void {
    const error = this.refuse;
    this.refuse = undefined;
    if (error !== undefined) throw error;
  }
}
