import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { HubError, InvariantBroken } from "../../domain/errors.ts";
import type { SmallFiles } from "../../ports/store.ts";
import { fromFile } from "./disk-errors.ts";
import { makeFolder, syncFolder } from "./folders.ts";

const names = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;

const translated = <Result>(call: () => Result): Result => {
  try {
    return call();
  } catch (error) {
    throw error instanceof HubError ? error : fromFile(error);
  }
};

/** @param flags "w" for a new file, "r+" to write over one in place */
const writeSynced = (path: string, content: Uint8Array, flags: "w" | "r+"): void => {
  const handle = openSync(path, flags, 0o600);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Small files in one folder, mode 0600, folders 0700. */
export class NodeSmallFiles implements SmallFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
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
        writeSynced(next, content, "w");
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
      for (const each of [path, `${path}.new`]) {
        if (!existsSync(each)) continue;
        // On a medium that writes in place; on flash the old block may live on, which is why what matters is sealed.
        writeSynced(each, Buffer.alloc(statSync(each).size), "r+");
        unlinkSync(each);
      }
      if (existsSync(dirname(path))) syncFolder(dirname(path));
    });
  }

  #path(name: string): string {
    if (!names.test(name)) throw new InvariantBroken("not the name of a small file");
    return join(this.#folder, name);
  }
}
