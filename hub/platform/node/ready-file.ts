import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Written whole or not at all, and readable by its owner alone: it holds the credentials of this run. */
export const writeReadyFile = (file: string, content: unknown): void => {
  const fresh = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  // The mode given above is filtered by the umask, and by an older file of the same name not at all.
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
};

/** Absent is fine: somebody tidied up before us. */
export const removeReadyFile = (file: string): void => rmSync(file, { force: true });
