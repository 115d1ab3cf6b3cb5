import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { WorldError } from "../../domain/errors.ts";
import { makeFolder } from "./folders.ts";

/** Whoever waits for the ready file would wait for ever. `context.system` is the system's code. */
export class ReadyFileFailed extends WorldError {
  override readonly code = "ready_file_failed";
}

/**
 * Written whole or not at all, and readable by its owner alone: it holds the credentials of this run.
 * @throws ReadyFileFailed
 */
export const writeReadyFile = (file: string, content: unknown): void => {
  const fresh = `${file}.${process.pid}`;
  try {
    makeFolder(dirname(file));
    writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    // The mode given above is filtered by the umask, and by an older file of the same name not at all.
    chmodSync(fresh, 0o600);
    renameSync(fresh, file);
  } catch (error) {
    removeReadyFile(fresh);
    const system = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ReadyFileFailed(`the ready file cannot be written there: ${system}`, { system });
  }
};

/** Absent is fine: somebody tidied up before us. So is a place it can never have been in: nothing else waits for this. */
export const removeReadyFile = (file: string): void => {
  try {
    rmSync(file, { force: true });
  } catch {
    // What is not removed names credentials that end with this process.
  }
};
