import type { PersonId } from "../../hub/domain/ids.ts";
import type { CollectionName, CollectionValue } from "../../hub/privacy/data-map.ts";
import type { Collection, PersonalStore } from "../../hub/privacy/guarded-store.ts";

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

  atomically(change: () => void): void {
    this.#writable();
    change();
  }

  admit(): void {
    this.#writable();
  }

  erase(person: PersonId): void {
    for (const name of ["people", "phones", "presence", "accounts", "person-tokens"]) {
      const held = this.records.get(name);
      for (const key of held?.keys() ?? []) if (key.startsWith(person)) held?.delete(key);
    }
  }

  #writable(): void {
    const error = this.refuse;
    this.refuse = undefined;
    if (error !== undefined) throw error;
  }
}
