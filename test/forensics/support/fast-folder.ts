import { cpSync, mkdtempSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder, in memory where there is one: system calls are the same there, and nobody waits for a disk. */
export const fastFolder = (): string => {
  const memory = "/dev/shm";
  const isThere = statSync(memory, { throwIfNoEntry: false })?.isDirectory() === true;
  return realpathSync(mkdtempSync(join(isThere ? memory : tmpdir(), "lampkeeper-")));
};

/** The home that lies in `before` of a folder, as often as it is wanted. */
export const copyOfHome = (root: string, name: string): string => {
  const folder = join(root, name);
  cpSync(join(root, "before"), folder, { recursive: true });
  return folder;
};
