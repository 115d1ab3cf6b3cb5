import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { InvariantBroken } from "../../domain/errors.ts";
import type { SmallFiles } from "../../ports/store.ts";
import { translated } from "./disk-errors.ts";
import { filesUnder, makeFolder, syncFolder, writeSynced } from "./folders.ts";

const names = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

const zeros = Buffer.alloc(1 << 20);

/**
 * Overwrites and removes a file; absent is fine. On a medium that writes in place; on flash the old block may live on,
 * which is why what matters is sealed.
 */
export const removeOverwritten = (path: string): void => {
  if (!existsSync(path)) return;
  const handle = openSync(path, "r+");
  try {
    for (let left = statSync(path).size; left > 0; left -= zeros.length) {
      writeSync(handle, zeros, 0, Math.min(left, zeros.length));
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  unlinkSync(path);
};

/** Small files in one folder, mode 0600, folders 0700. */
export class NodeSmallFiles implements SmallFiles {
  readonly #folder: string;
  readonly #apart: string | undefined;

  /** @param apart a folder that may lie inside this one and is listed by itself */
  constructor(folder: string, apart?: string) {
    this.#folder = folder;
    this.#apart = apart;
  }

  read(name: string): Buffer | undefined {
    const path = this.#path(name);
    return translated(() => (existsSync(path) ? readFileSync(path) : undefined));
  }

  replace(name: string, content: Uint8Array): void {
    const path = this.#path(name);
    translated(() => {
      makeFolder(dirname(path));
      const next = `${path}.new`;
      try {
        writeSynced(next, content);
        renameSync(next, path);
      } catch (error) {
        if (existsSync(next)) unlinkSync(next);
        throw error;
      }
      syncFolder(dirname(path));
    });
  }

  remove(name: string): void {
    const path = this.#path(name);
    translated(() => {
      for (const each of [path, `${path}.new`]) removeOverwritten(each);
      if (existsSync(dirname(path))) syncFolder(dirname(path));
    });
  }

  unlink(name: string): void {
    const path = this.#path(name);
    translated(() => {
      for (const each of [path, `${path}.new`]) rmSync(each, { force: true });
      if (existsSync(dirname(path))) syncFolder(dirname(path));
    });
  }

  list(): readonly string[] {
    return translated(() =>
      filesUnder(this.#folder)
        .filter((path) => !this.#isApart(path))
        .map((path) => relative(this.#folder, path)),
    );
  }

  #isApart(path: string): boolean {
    if (this.#apart === undefined) return false;
    const [folder, apart] = [resolve(this.#folder), resolve(this.#apart)];
    return apart !== folder && resolve(path).startsWith(`${apart}${sep}`);
  }

  #path(name: string): string {
    if (!names.test(name)) throw new InvariantBroken("not the name of a small file");
    return join(this.#folder, name);
  }
}
