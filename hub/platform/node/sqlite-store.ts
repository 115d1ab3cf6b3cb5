import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { HubError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { DiskClaim, RecordStore, SmallFiles, StorePort, StoreWrite } from "../../ports/store.ts";
import { type RecordDisk, WriteBehind } from "../write-behind.ts";
import { fromFile, fromSqlite, locked, unreadable } from "./disk-errors.ts";
import { makeFolder, syncFolder } from "./folders.ts";
import { NodeSmallFiles, removeOverwritten } from "./small-files.ts";
import { lockFile, openEncrypted, type SqliteConnection } from "./sqlite-file.ts";
import { migrateLayout } from "./sqlite-layout.ts";
import { rekeyFile } from "./sqlite-rekey.ts";

export const dataFile = "hub.db";
export const claimFile = "hub.lock";
/** The file, its journals, and one that was cut off while it was made. */
const recordFiles = [dataFile, `${dataFile}.new`].flatMap((name) =>
  ["-wal", "-shm", "-journal", ""].map((end) => `${name}${end}`),
);

/** Folders this process has claimed, and those it has open: SQLite's lock keeps other processes out, but a second look would drop it. */
const claimedFolders = new Set<string>();
const openFolders = new Set<string>();

interface Row {
  readonly key: string;
  readonly value: Buffer;
}

/** One table of records in an encrypted file. */
class SqliteDisk implements RecordDisk {
  readonly #connection: SqliteConnection;
  readonly #closed: () => void;
  readonly #get;
  readonly #entries;
  readonly #put;
  readonly #remove;
  readonly #begin;
  readonly #commit;

  constructor(connection: SqliteConnection, closed: () => void) {
    this.#connection = connection;
    this.#closed = closed;
    this.#get = connection
      .prepare<[string, string], Buffer>("SELECT value FROM records WHERE collection = ? AND key = ?")
      .pluck();
    this.#entries = connection.prepare<[string], Row>(
      "SELECT key, value FROM records WHERE collection = ? ORDER BY key",
    );
    this.#put = connection.prepare<[string, string, Uint8Array]>(
      `INSERT INTO records (collection, key, value) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
    );
    this.#remove = connection.prepare<[string, string]>(
      "DELETE FROM records WHERE collection = ? AND key = ?",
    );
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
  }

  get(collection: string, key: string): Uint8Array | undefined {
    return translated(() => this.#get.get(collection, key));
  }

  entries(collection: string): readonly (readonly [string, Uint8Array])[] {
    return translated(() => this.#entries.all(collection).map(({ key, value }) => [key, value] as const));
  }

  stage(writes: Iterable<StoreWrite>): void {
    translated(() => {
      if (!this.#connection.inTransaction) this.#begin.run();
      for (const { collection, key, value } of writes) {
        if (value === undefined) this.#remove.run(collection, key);
        else this.#put.run(collection, key, value);
      }
    });
  }

  commit(): void {
    translated(() => this.#commit.run());
  }

  /** Some failures have ended the transaction already. */
  rollback(): void {
    translated(() => this.#connection.inTransaction && this.#connection.exec("ROLLBACK"));
  }

  /** The last connection folds the log into the file and removes it. */
  close(): void {
    try {
      translated(() => this.#connection.close());
    } finally {
      this.#closed();
    }
  }
}

const translated = <Result>(call: () => Result): Result => {
  try {
    return call();
  } catch (error) {
    throw error instanceof HubError ? error : fromSqlite(error);
  }
};

/** The device's disk through the operating system: an encrypted SQLite file and small files beside it. */
export class SqliteStore implements StorePort {
  readonly files: SmallFiles;
  readonly keyFiles: SmallFiles;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #folder: string;

  /** @param keyFolder where the keys lie; the data folder unless the owner keeps them elsewhere */
  constructor(clock: Clock, log: Log, folder: string, keyFolder: string = folder) {
    this.#clock = clock;
    this.#log = log;
    this.#folder = folder;
    this.files = new NodeSmallFiles(folder, keyFolder);
    this.keyFiles = new NodeSmallFiles(keyFolder);
  }

  claim(): DiskClaim {
    const folder = this.#realFolder();
    if (claimedFolders.has(folder)) throw locked();
    const lock = lockFile(join(folder, claimFile));
    claimedFolders.add(folder);
    return {
      hasRecords: existsSync(join(folder, dataFile)),
      release: () => {
        lock.release();
        claimedFolders.delete(folder);
      },
    };
  }

  rekey(from: () => Buffer, to: Buffer): void {
    const folder = this.#realFolder();
    if (openFolders.has(folder)) throw locked();
    const path = join(folder, dataFile);
    if (existsSync(path)) rekeyFile(path, from, to);
  }

  open(key: Buffer, isExpected = false): RecordStore {
    const folder = this.#realFolder();
    if (openFolders.has(folder)) throw locked();
    if (isExpected && !existsSync(join(folder, dataFile))) throw unreadable("missing");
    openFolders.add(folder);
    const closed = () => void openFolders.delete(folder);
    try {
      const connection = openEncrypted(join(folder, dataFile), key);
      return new WriteBehind(this.#clock, this.#log, preparedDisk(connection, closed));
    } catch (error) {
      closed();
      throw error;
    }
  }

  removeRecords(): void {
    const folder = this.#realFolder();
    if (openFolders.has(folder)) throw locked();
    try {
      for (const name of recordFiles) removeOverwritten(join(folder, name));
      syncFolder(folder);
    } catch (error) {
      throw fromFile(error);
    }
  }

  #realFolder(): string {
    try {
      makeFolder(this.#folder);
      return realpathSync(this.#folder);
    } catch (error) {
      throw fromFile(error);
    }
  }
}

const preparedDisk = (connection: SqliteConnection, closed: () => void): SqliteDisk => {
  try {
    return translated(() => {
      migrateLayout(connection);
      return new SqliteDisk(connection, closed);
    });
  } catch (error) {
    connection.close();
    throw error;
  }
};
