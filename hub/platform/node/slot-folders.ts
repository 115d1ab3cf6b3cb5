import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Slot } from "../../domain/firmware.ts";
import type { SlotFiles } from "../../ports/firmware.ts";
import { translated } from "./disk-errors.ts";
import { filesUnder, makeFolder, syncFolder, writeSynced } from "./folders.ts";

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
    return translated(() => filesUnder(folder).map((path) => relative(folder, path).split(sep).join("/")));
  }

  read(slot: Slot, path: string): Buffer | undefined {
    const file = join(this.#folder(slot), path);
    return translated(() => (existsSync(file) ? readFileSync(file) : undefined));
  }

  write(slot: Slot, path: string, content: Uint8Array): void {
    const file = join(this.#folder(slot), path);
    translated(() => {
      makeFolder(dirname(file));
      writeSynced(file, content);
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
