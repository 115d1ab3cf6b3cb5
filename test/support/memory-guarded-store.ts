import type { PersonId } from "../../hub/domain/ids.ts";
import {
  type CollectionName,
  type CollectionValue,
  type PagedName,
  pageCharacters,
} from "../../hub/privacy/data-map.ts";
import type {
  Collection,
  LiveCollection,
  PageSource,
  PersonalStore,
} from "../../hub/privacy/guarded-store.ts";
import { pageOf } from "../../hub/privacy/record-pages.ts";

/** Collections in memory, for rooms tested without vault and disk. `refuse` makes the next write fail. */
export class MemoryGuardedStore implements PersonalStore {
  readonly records = new Map<string, Map<string, unknown>>();
  refuse: Error | undefined;

  collection<Name extends CollectionName>(name: Name): Collection<CollectionValue<Name>> {
    const held = this.records.get(name) ?? new Map<string, unknown>();
    this.records.set(name, held);
    return {
      get: (key) => held.get(key) as CollectionValue<Name> | undefined,
      entries: () => [...held].sort(([a], [b]) => (a < b ? -1 : 1)) as [string, CollectionValue<Name>][],
      put: (key, value) => {
        this.#writable();
        held.set(key, structuredClone(value));
      },
      remove: (key) => {
        this.#writable();
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
    change();
  }

  admit(): void {
    this.#writable();
  }

  erase(person: PersonId): void {
    for (const name of [
      "people",
      "phones",
      "presence",
      "accounts",
      "person-tokens",
      "notice-acceptances",
      "sign-ins",
      "person-request-forms",
      "provider-links",
      "contacts",
    ]) {
      const held = this.records.get(name);
      for (const key of held?.keys() ?? []) if (key.startsWith(person)) held?.delete(key);
    }
    for (const held of this.records.values())
      for (const key of held.keys()) if (key.startsWith(person)) held.delete(key);
  }

  #writable(): void {
    const error = this.refuse;
    this.refuse = undefined;
    if (error !== undefined) throw error;
  }
}
