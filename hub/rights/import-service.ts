import { HomeNotEmpty } from "../domain/rights.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Staging } from "./backup-service.ts";
import { readHomeImport } from "./home-import.ts";
import { isHomeEmpty } from "./move-service.ts";

/** Takes the export of a home into a hub that has none. */
export class ImportService {
  readonly #store: GuardedStore;
  readonly #stage: Staging;

  constructor(store: GuardedStore, stage: Staging) {
    this.#store = store;
    this.#stage = stage;
  }

  /**
   * All of it at the next start, or none.
   * @returns how many records of each collection
   * @throws HomeNotEmpty, ImportRefused, LimitExceeded; StoreFailed: nothing waits then
   */
  take(bytes: Uint8Array): Readonly<Record<string, number>> {
    if (!isHomeEmpty(this.#store))
      throw new HomeNotEmpty("a home comes into a hub that has none: reset this one first");
    const { created, records } = readHomeImport(bytes);
    this.#stage.stage({ created, replaces: false, records, people: [], secrets: new Map() });
    return Object.fromEntries(Object.entries(records).map(([name, list]) => [name, list.length]));
  }
}
