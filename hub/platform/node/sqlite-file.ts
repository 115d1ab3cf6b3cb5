import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3-multiple-ciphers";
import { HubError, InvariantBroken } from "../../domain/errors.ts";
import { StoreUnsafe } from "../../domain/store-errors.ts";
import { fromFile, fromSqlite, unreadable } from "./disk-errors.ts";
import { syncFolder } from "./folders.ts";

export type SqliteConnection = InstanceType<typeof Database>;

/** First bytes of a file that is not encrypted (https://www.sqlite.org/fileformat.html 1.3). */
const plainHeader = "SQLite format 3\0";
const smallestPageBytes = 512;
const hexDigits = Buffer.from("0123456789abcdef");
export const keyBytes = 32;

/**
 * `raw:` and 64 hex digits, built without a string: a string cannot be wiped. Anything else after `raw:` would silently
 * be taken for a passphrase, so the length is checked here and the digits come from a table.
 */
const rawKey = (key: Uint8Array): Buffer => {
  if (key.length !== keyBytes)
    throw new InvariantBroken("a database key has 32 bytes", { length: key.length });
  const raw = Buffer.alloc(4 + 2 * keyBytes);
  raw.write("raw:", "latin1");
  key.forEach((byte, at) => {
    raw[4 + 2 * at] = hexDigits[byte >> 4] ?? 0;
    raw[5 + 2 * at] = hexDigits[byte & 15] ?? 0;
  });
  return raw;
};

/** What these settings have to be once they were asked for: a library may have been built to know better. */
const settings = { cipher: "chacha20", temp_store: 2, locking_mode: "exclusive", trusted_schema: 0 } as const;
/** Of a file that is in use: WAL, and every commit fsynced. */
const fileSettings = { journal_mode: "wal", synchronous: 2 } as const;

/** @throws StoreUnsafe: one did not take; what is written would lie somewhere in clear, or not be there after a power cut */
const assertSettings = (
  connection: SqliteConnection,
  wanted: Readonly<Record<string, string | number>>,
): void => {
  for (const [setting, value] of Object.entries(wanted)) {
    if (connection.pragma(setting, { simple: true }) !== value)
      throw new StoreUnsafe("the database does not do as it was told; use the library it was built with", {
        what: setting,
      });
  }
};

/**
 * The library looks into a report of Node's to learn which C library there is. With the network in it, which is nobody's
 * business either, that takes 10 ms of every start.
 */
const databaseAt = (path: string): SqliteConnection => {
  Object.assign(process.report, { excludeNetwork: true });
  return new Database(path, { timeout: 0 });
};

/** Keys first, then reads: a wrong key shows at the first read only. */
const connect = (path: string, key: Uint8Array): SqliteConnection => {
  const connection = databaseAt(path);
  const raw = rawKey(key);
  try {
    connection.pragma("cipher = 'chacha20'");
    connection.key(raw);
    // Sorts and temporary tables would spill in clear; this library is built to put them into files.
    connection.pragma("temp_store = MEMORY");
    // One hub per folder. Set before the first read it also keeps the WAL index in memory: there is no -shm file.
    connection.pragma("locking_mode = EXCLUSIVE");
    connection.pragma("trusted_schema = OFF");
    // What is read is held by those who read it; this library would keep 16 MB of pages beside it.
    connection.pragma("cache_size = -2000");
    assertSettings(connection, settings);
    connection.prepare("SELECT count(*) FROM sqlite_schema").get();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    raw.fill(0);
  }
};

/**
 * An encrypted file with no tables; closed again, so that its first bytes can be looked at. It gets its name when it
 * is whole: an empty file of that name is never one that was cut off here.
 */
const create = (path: string, key: Uint8Array): void => {
  const fresh = `${path}.new`;
  for (const rest of ["", "-journal", "-wal"]) rmSync(`${fresh}${rest}`, { force: true });
  closeSync(openSync(fresh, "a", 0o600));
  const connection = connect(fresh, key);
  try {
    connection.pragma("journal_mode = WAL");
    connection.pragma("user_version = 0");
  } finally {
    connection.close();
  }
  renameSync(fresh, path);
  syncFolder(dirname(path));
};

const refusePlain = (path: string): void => {
  const head = Buffer.alloc(plainHeader.length);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.toString("latin1") === plainHeader) throw unreadable("plain");
};

/** SQLite takes a file of a few bytes for an empty one and writes over it. */
const refuseScrap = (path: string): void => {
  if (statSync(path).size < smallestPageBytes) throw unreadable("damaged");
};

/** Reads every page once; the cipher authenticates each, so what opens can be read to the end. */
const refuseDamage = (connection: SqliteConnection): void => {
  if (connection.pragma("quick_check(1)", { simple: true }) !== "ok") throw unreadable("damaged");
};

/** "Cannot open" can mean anything; the folder often knows better. */
const folderTrouble = (path: string): HubError | undefined => {
  try {
    accessSync(dirname(path), constants.W_OK);
    return undefined;
  } catch (error) {
    return fromFile(error);
  }
};

/**
 * The only place that opens a database. Encrypted with ChaCha20-Poly1305 (SQLite3 Multiple Ciphers), every commit
 * fsynced, exclusive, no temporary files.
 *
 * No file descriptor of ours may be on the path while it is open: closing one drops every POSIX lock of the process.
 *
 * @throws StoreUnreadable, StoreLocked, StoreFailed
 */
export const openEncrypted = (path: string, key: Uint8Array): SqliteConnection => {
  try {
    if (!existsSync(path)) create(path, key);
    refuseScrap(path);
    refusePlain(path);
    const connection = connect(path, key);
    try {
      connection.pragma("journal_mode = WAL");
      // WAL's default would lose the last commits with the power.
      connection.pragma("synchronous = FULL");
      assertSettings(connection, fileSettings);
      refuseDamage(connection);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw error instanceof Database.SqliteError
      ? (folderTrouble(path) ?? fromSqlite(error))
      : fromFile(error);
  }
};

/**
 * Keeps other processes out of a folder for as long as it is open; the system takes the lock back from a process that
 * was killed. Nothing is ever written to the file.
 * @throws StoreLocked, StoreFailed
 */
export const lockFile = (path: string): { release(): void } => {
  try {
    closeSync(openSync(path, "a", 0o600));
    const connection = databaseAt(path);
    try {
      connection.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      connection.close();
      throw error;
    }
    return { release: () => connection.close() };
  } catch (error) {
    throw error instanceof Database.SqliteError ? fromSqlite(error) : fromFile(error);
  }
};
