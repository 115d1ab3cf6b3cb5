import { join } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { dataFile } from "../../../hub/platform/node/sqlite-store.ts";
import { type RecordDisk, WriteBehind } from "../../../hub/platform/write-behind.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import type { Log } from "../../../hub/ports/log.ts";
import type { StorePort, StoreWrite } from "../../../hub/ports/store.ts";
import { storeOver } from "../../support/store-over.ts";

/** What a careless hub would have: the same records in a database that is not encrypted. */
class PlainDisk implements RecordDisk {
  readonly #connection: InstanceType<typeof Database>;

  constructor(path: string) {
    this.#connection = new Database(path);
    this.#connection.pragma("journal_mode = WAL");
    this.#connection.exec(
      "CREATE TABLE IF NOT EXISTS records (collection, key, value, PRIMARY KEY (collection, key))",
    );
  }

  get(collection: string, key: string): Uint8Array | undefined {
    return this.#connection
      .prepare<[string, string], Buffer>("SELECT value FROM records WHERE collection = ? AND key = ?")
      .pluck()
      .get(collection, key);
  }

  entries(collection: string): readonly (readonly [string, Uint8Array])[] {
    return this.#connection
      .prepare<[string], { readonly key: string; readonly value: Buffer }>(
        "SELECT key, value FROM records WHERE collection = ? ORDER BY key",
      )
      .all(collection)
      .map(({ key, value }) => [key, value] as const);
  }

  stage(writes: Iterable<StoreWrite>): void {
    if (!this.#connection.inTransaction) this.#connection.exec("BEGIN");
    const put = this.#connection.prepare("INSERT OR REPLACE INTO records VALUES (?, ?, ?)");
    const remove = this.#connection.prepare("DELETE FROM records WHERE collection = ? AND key = ?");
    for (const { collection, key, value } of writes) {
      if (value === undefined) remove.run(collection, key);
      else put.run(collection, key, value);
    }
  }

  commit(): void {
    this.#connection.exec("COMMIT");
  }

  rollback(): void {
    if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
  }

  close(): void {
    this.#connection.close();
  }
}

/** The disk without its encryption; everything else as it is. */
export const plainStore = (store: StorePort, clock: Clock, log: Log, folder: string): StorePort =>
  storeOver(store, { open: () => new WriteBehind(clock, log, new PlainDisk(join(folder, dataFile))) });
