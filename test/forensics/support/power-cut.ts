import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Random } from "../../../hub/ports/random.ts";
import { type Change, type FileNumber, folderOf } from "./folder-log.ts";

/**
 * What becomes of that which was not yet synced when the power went. `torn`: of each write all, nothing, or a part up to
 * the edge of a sector or page; of each folder's changes of names the first few.
 */
export type Unsynced = "kept" | "dropped" | "torn";

const sectorBytes = 512;
const pageBytes = 4_096;

/** The folder as it lies there after a power cut; paths are as they were traced. */
export interface FolderState {
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * The folder after the first `count` changes and a power cut. Of a file, what was written before its last sync is there;
 * of the names in a folder, what happened before the folder's last sync (POSIX promises no more). All else is as
 * `unsynced` says.
 */
export const afterPowerCut = (
  changes: readonly Change[],
  count: number,
  unsynced: Unsynced,
  random: Random,
): FolderState => {
  const prefix = changes.slice(0, count);
  const fate = unsynced === "torn" ? tornFate(random) : fixedFate(unsynced === "kept");
  const survives = survivors(prefix, fate);
  const state = new Folder();
  for (const [at, change] of prefix.entries()) {
    const left = survives(change, at);
    if (left !== undefined) state.apply(left);
  }
  return state;
};

interface Fate {
  /** What is left of an unsynced write; undefined: nothing. */
  content(change: Change): Change | undefined;
  /** Of so many unsynced changes of names, in order, so many are there. */
  names(count: number): number;
}

const fixedFate = (isKept: boolean): Fate => ({
  content: (change) => (isKept ? change : undefined),
  names: (count) => (isKept ? count : 0),
});

const tornFate = (random: Random): Fate => ({
  content: (change) => {
    if (change.kind !== "write") return random.next() < 0.5 ? change : undefined;
    const unit = random.next() < 0.5 ? sectorBytes : pageBytes;
    const units = Math.ceil(change.bytes.length / unit);
    const from = random.below(units + 1) * unit;
    const isHead = random.next() < 0.5;
    const bytes = isHead ? change.bytes.subarray(0, from) : change.bytes.subarray(from);
    return bytes.length === 0 ? undefined : { ...change, at: isHead ? change.at : change.at + from, bytes };
  },
  names: (count) => random.below(count + 1),
});

/** By each change and its place: what of it is there after the cut. */
const survivors = (prefix: readonly Change[], fate: Fate) => {
  const [fileSynced, folderSynced] = [new Map<FileNumber, number>(), new Map<string, number>()];
  for (const [at, change] of prefix.entries()) {
    if (change.kind === "sync") fileSynced.set(change.file, at);
    if (change.kind === "sync-folder") folderSynced.set(change.path, at);
  }
  const isSynced = (folder: string, at: number): boolean => at < (folderSynced.get(folder) ?? -1);
  const open = new Map<string, number>();
  for (const [at, change] of prefix.entries()) {
    const folder = folderOf(change);
    if (folder !== undefined && !isSynced(folder, at)) open.set(folder, (open.get(folder) ?? 0) + 1);
  }
  const left = new Map([...open].map(([folder, count]) => [folder, fate.names(count)]));
  return (change: Change, at: number): Change | undefined => {
    const folder = folderOf(change);
    if (folder !== undefined) {
      if (isSynced(folder, at)) return change;
      const more = left.get(folder) ?? 0;
      left.set(folder, more - 1);
      return more > 0 ? change : undefined;
    }
    if (change.kind !== "write" && change.kind !== "cut") return undefined;
    return at < (fileSynced.get(change.file) ?? -1) ? change : fate.content(change);
  };
};

/** A file's bytes, with room to grow: a log that grows write by write is not copied at each. */
class Content {
  #bytes = Buffer.alloc(0);
  #size = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  write(at: number, bytes: Buffer): void {
    this.#grow(at + bytes.length);
    bytes.copy(this.#bytes, at);
  }

  /** What is added holds zeros. */
  resize(size: number): void {
    this.#grow(size);
    this.#bytes.fill(0, size);
    this.#size = size;
  }

  #grow(size: number): void {
    this.#size = Math.max(this.#size, size);
    if (size <= this.#bytes.length) return;
    const before = this.#bytes;
    this.#bytes = Buffer.alloc(2 * size);
    before.copy(this.#bytes);
  }
}

/** Files by number and names by path; a file without a name is not there. */
class Folder implements FolderState {
  readonly folders = new Set<string>();
  readonly #content = new Map<FileNumber, Content>();
  readonly #names = new Map<string, FileNumber>();

  get files(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#names].map(([path, file]) => [path, this.#contentOf(file).bytes]));
  }

  apply(change: Change): void {
    switch (change.kind) {
      case "make":
        this.#names.set(change.path, change.file);
        return;
      case "make-folder":
        this.folders.add(change.path);
        return;
      case "write":
        this.#contentOf(change.file).write(change.at, change.bytes);
        return;
      case "cut":
        this.#contentOf(change.file).resize(change.size);
        return;
      case "rename":
        this.#rename(change.path, change.to);
        return;
      case "remove":
        this.#names.delete(change.path);
        return;
      default:
    }
  }

  #contentOf(file: FileNumber): Content {
    const content = this.#content.get(file) ?? new Content();
    this.#content.set(file, content);
    return content;
  }

  #rename(path: string, to: string): void {
    const file = this.#names.get(path);
    if (file === undefined) return;
    this.#names.delete(path);
    this.#names.set(to, file);
  }
}

/** The same log of a hub that forgets to sync the files of that name. */
export const withoutSyncs = (changes: readonly Change[], name: RegExp): readonly Change[] => {
  const files = new Set(
    changes.flatMap((change) => (change.kind === "make" && name.test(change.path) ? [change.file] : [])),
  );
  return changes.filter((change) => change.kind !== "sync" || !files.has(change.file));
};

/** Lays the state out on a real disk. @param from the folder that was traced. @param to an empty one */
export const layOut = ({ folders, files }: FolderState, from: string, to: string): void => {
  const place = (path: string): string => join(to, relative(from, path));
  for (const folder of folders) mkdirSync(place(folder), { recursive: true, mode: 0o700 });
  for (const [path, content] of files) {
    mkdirSync(dirname(place(path)), { recursive: true, mode: 0o700 });
    writeFileSync(place(path), content, { mode: 0o600 });
  }
};
