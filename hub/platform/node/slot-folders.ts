import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Slot } from "../../domain/firmware.ts";
import type { SlotFiles } from "../../ports/firmware.ts";
import { fromFile } from "./disk-errors.ts";
import { makeFolder, syncFolder } from "./folders.ts";

/** Slots as folders in one folder of the state directory, for their owner alone. */
export class SlotFolders implements SlotFiles {
  /** The folder that holds both. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Links and whatever else is no plain file are listed too: they are not of an image. */
  list(slot: Slot): readonly string[] {
    const folder = this.#folder(slot);
    return translated(() =>
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => !entry.isDirectory())
            .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        : [],
    );
  }

  read(slot: Slot, path: string): Buffer | undefined {
    const file = join(this.#folder(slot), path);
    return translated(() => (existsSync(file) ? readFileSync(file) : undefined));
  }

  write(slot: Slot, path: string, content: Uint8Array): void {
    const file = join(this.#folder(slot), path);
    translated(() => {
      makeFolder(dirname(file));
      const handle = openSync(file, "w", 0o600);
      try {
        writeFileSync(handle, content);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      syncFolder(dirname(file));
    });
  }

  clear(slot: Slot): void {
    translated(() => {
      rmSync(this.#folder(slot), { recursive: true, force: true });
      if (existsSync(this.root)) syncFolder(this.root);
    });
  }

  #folder(slot: Slot): string {
    return join(this.root, slot);
  }
}

const translated = <Result>(call: () => Result): Result => {
  try {
    return call();
  } catch (error) {
    throw fromFile(error);
  }
};
