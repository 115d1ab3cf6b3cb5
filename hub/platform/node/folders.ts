import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A rename or removal is only on the medium once its folder is. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * The topmost folder that was new. One level at a time: Node's recursive call names a read-only medium "no such
 * folder", and where nothing can be made at all (/proc) it never returns.
 */
const made = (folder: string): string | undefined => {
  if (isFolder(folder)) return undefined;
  const first = made(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else was quicker.
    if (!isFolder(folder)) throw error;
  }
  return first ?? folder;
};

/** For this user alone. A new folder is only on the medium once the folder that holds it is, all the way up. */
export const makeFolder = (folder: string): void => {
  // The folder above "." is "." again: only an absolute path has an end.
  const path = resolve(folder);
  const first = made(path);
  if (first === undefined) return;
  for (let each = path; each.length >= first.length; each = dirname(each)) syncFolder(dirname(each));
};

/** For this user alone, and on the medium when it returns. What was there is written over. */
export const writeSynced = (path: string, content: Uint8Array): void => {
  const handle = openSync(path, "w", 0o600);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Whatever lies under a folder and is none itself, links too. A folder that is not there holds nothing. */
export const filesUnder = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
