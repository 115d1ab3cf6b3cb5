import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A rename or removal is only on the medium once its folder is. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const made = (folder: string): string | undefined => {
  try {
    return mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // Recursive, Node calls a read-only medium "no such folder"; one level at a time it says what is wrong.
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }
};

/** For this user alone. A new folder is only on the medium once the folder that holds it is, all the way up. */
export const makeFolder = (folder: string): void => {
  // The folder above "." is "." again: only an absolute path has an end.
  const path = resolve(folder);
  const first = made(path);
  if (first === undefined) return;
  for (let each = path; each.length >= first.length; each = dirname(each)) syncFolder(dirname(each));
};
