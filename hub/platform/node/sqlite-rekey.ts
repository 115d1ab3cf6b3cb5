import { renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { HubError } from "../../domain/errors.ts";
import { StoreUnreadable } from "../../domain/store-errors.ts";
import { fromFile, fromSqlite } from "./disk-errors.ts";
import { syncFolder } from "./folders.ts";
import { openEncrypted, type SqliteConnection } from "./sqlite-file.ts";
import { migrateLayout } from "./sqlite-layout.ts";

interface Row {
  readonly collection: string;
  readonly key: string;
  readonly value: Buffer;
}

const hasKey = (path: string, key: Buffer): boolean => {
  try {
    openEncrypted(path, key).close();
    return true;
  } catch (error) {
    if (error instanceof StoreUnreadable && error.context["reason"] === "not-ours") return false;
    throw error;
  }
};

const copied = (present: SqliteConnection, fresh: SqliteConnection): void => {
  migrateLayout(present);
  migrateLayout(fresh);
  const rows = present.prepare<[], Row>("SELECT collection, key, value FROM records");
  const put = fresh.prepare<[Row]>("INSERT INTO records VALUES ($collection, $key, $value)");
  fresh.transaction(() => {
    for (const row of rows.iterate()) put.run(row);
  })();
};

/**
 * Writes an encrypted file anew under another key: a copy takes its place when it is whole, with one rename. Nothing to
 * do when it has that key already.
 * @throws StoreUnreadable, StoreFailed, StoreTooNew
 */
export const rekeyFile = (path: string, from: () => Buffer, to: Buffer): void => {
  if (hasKey(path, to)) return;
  const copy = `${path}.rekeyed`;
  try {
    // What an attempt that was cut off has left.
    for (const rest of ["", "-wal", "-journal"]) rmSync(`${copy}${rest}`, { force: true });
    const present = openEncrypted(path, from());
    try {
      const fresh = openEncrypted(copy, to);
      try {
        copied(present, fresh);
      } finally {
        fresh.close();
      }
    } finally {
      present.close();
    }
    renameSync(copy, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw error instanceof Database.SqliteError ? fromSqlite(error) : fromFile(error);
  }
};
