import { HubError, InvariantBroken } from "../../domain/errors.ts";
import { StoreFailed, StoreLocked, StoreUnreadable } from "../../domain/store-errors.ts";

/** What a person can do about it, by `context.reason` of StoreFailed. */
const advice = {
  full: "the disk is full; make room",
  "read-only": "the data folder is on a read-only medium; mount it writable",
  kind: "a file lies where a folder should be, or a folder where a file should be; choose another place",
  denied: "the data folder may not be written by this user; change its owner",
  device: "the disk reported an error; check the medium",
} as const;
type Reason = keyof typeof advice;

const failed = (reason: Reason, cause: unknown, code: string): StoreFailed =>
  new StoreFailed(advice[reason], { reason, system: code }, { cause });

const reasonOfErrno: Readonly<Record<string, Reason>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EROFS: "read-only",
  EACCES: "denied",
  EPERM: "denied",
  ENOTDIR: "kind",
  EEXIST: "kind",
  EISDIR: "kind",
};

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** What a failed file call means. */
export const fromFile = (error: unknown): HubError => {
  const code = codeOf(error);
  return failed(reasonOfErrno[code] ?? "device", error, code);
};

/** Calls on files. @throws what a failed one means; what is ours already stays as it is */
export const translated = <Result>(call: () => Result): Result => {
  try {
    return call();
  } catch (error) {
    throw error instanceof HubError ? error : fromFile(error);
  }
};

/** Primary result codes of SQLite; extended ones begin with them (https://www.sqlite.org/rescode.html). */
const bySqlite: readonly (readonly [prefix: string, error: (cause: unknown, code: string) => HubError])[] = [
  ["SQLITE_FULL", (cause, code) => failed("full", cause, code)],
  ["SQLITE_READONLY", (cause, code) => failed("read-only", cause, code)],
  ["SQLITE_PERM", (cause, code) => failed("denied", cause, code)],
  ["SQLITE_AUTH", (cause, code) => failed("denied", cause, code)],
  ["SQLITE_CANTOPEN", (cause, code) => failed("denied", cause, code)],
  ["SQLITE_IOERR", (cause, code) => failed("device", cause, code)],
  ["SQLITE_BUSY", (cause) => locked(cause)],
  ["SQLITE_LOCKED", (cause) => locked(cause)],
  ["SQLITE_PROTOCOL", (cause) => locked(cause)],
  ["SQLITE_NOTADB", (cause) => unreadable("not-ours", cause)],
  ["SQLITE_CORRUPT", (cause) => unreadable("damaged", cause)],
];

export const locked = (cause?: unknown): StoreLocked =>
  new StoreLocked("another hub has this data folder open; stop it first", {}, { cause });

const unreadableBecause = {
  damaged: "the data file is damaged; restore it from a backup",
  missing:
    "the data file is gone and its keys are not; restore it from a backup, or choose a new data folder",
  "not-ours": "the data file is not of this hub: another key, or a file of another program",
  plain: "the data file is not of this hub: another key, or a file of another program",
} as const;

export const unreadable = (reason: keyof typeof unreadableBecause, cause?: unknown): StoreUnreadable =>
  new StoreUnreadable(unreadableBecause[reason], { reason }, { cause });

/** What a failed SQLite call means. */
export const fromSqlite = (error: unknown): HubError => {
  const code = codeOf(error);
  const found = bySqlite.find(([prefix]) => code.startsWith(prefix));
  return (
    found?.[1](error, code) ?? new InvariantBroken("an SQLite call was wrong", { code }, { cause: error })
  );
};
