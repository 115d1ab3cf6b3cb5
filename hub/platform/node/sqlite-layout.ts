import { StoreTooNew } from "../../domain/store-errors.ts";
import type { SqliteConnection } from "./sqlite-file.ts";

/**
 * The tables of the data file. Layout N is what steps 1..N made; `user_version` says which one a file has. A step is
 * never changed once released: files in homes have it.
 */
export const layoutSteps: readonly string[] = [
  // 1: records in key order, as the port promises them (BINARY compares UTF-8 bytes).
  `CREATE TABLE records (
     collection TEXT NOT NULL,
     key TEXT NOT NULL,
     value BLOB NOT NULL,
     PRIMARY KEY (collection, key)
   ) WITHOUT ROWID, STRICT`,
];

/** Brings a file to the newest layout, all steps or none. @throws StoreTooNew */
export const migrateLayout = (connection: SqliteConnection, steps: readonly string[] = layoutSteps): void => {
  const found = Number(connection.pragma("user_version", { simple: true }));
  if (found > steps.length) {
    throw new StoreTooNew("the data is of a newer version; install that version", {
      found,
      known: steps.length,
    });
  }
  if (found === steps.length) return;
  connection.transaction(() => {
    for (const step of steps.slice(found)) connection.exec(step);
    connection.pragma(`user_version = ${steps.length}`);
  })();
};
