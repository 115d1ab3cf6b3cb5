import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DataCopy } from "../../ports/firmware.ts";
import { translated } from "./disk-errors.ts";
import { makeFolder, syncFolder } from "./folders.ts";
import { dataFile } from "./sqlite-store.ts";

/** The database and what SQLite keeps beside it after a crash. Keys are not copied: what was erased stays erased. */
const parts = [dataFile, `${dataFile}-wal`, `${dataFile}-shm`] as const;

/** A copy of the encrypted data file in a folder beside it. Each step may be cut off and done again. */
export class DataFileCopy implements DataCopy {
  readonly #data: string;
  readonly #kept: string;

  /** @param data the state directory */
  constructor(data: string) {
    this.#data = data;
    this.#kept = join(data, "kept-data");
  }

  keep(): void {
    const fresh = `${this.#kept}.new`;
    translated(() => {
      rmSync(fresh, { recursive: true, force: true });
      makeFolder(fresh);
      for (const part of parts) copySynced(join(this.#data, part), join(fresh, part));
      syncFolder(fresh);
      rmSync(this.#kept, { recursive: true, force: true });
      renameSync(fresh, this.#kept);
      syncFolder(this.#data);
    });
  }

  putBack(): void {
    translated(() => {
      if (!existsSync(this.#kept)) return;
      for (const part of parts) {
        const there = join(this.#data, part);
        rmSync(there, { force: true });
        copySynced(join(this.#kept, part), there);
      }
      syncFolder(this.#data);
    });
  }

  drop(): void {
    translated(() => {
      for (const folder of [this.#kept, `${this.#kept}.new`])
        rmSync(folder, { recursive: true, force: true });
    });
  }
}

/** A file that is not there stays so. */
const copySynced = (from: string, to: string): void => {
  if (!existsSync(from)) return;
  copyFileSync(from, to);
  const handle = openSync(to, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
