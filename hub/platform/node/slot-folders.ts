import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Slot } from "../../domain/firmware.ts";
import type { SlotFiles, SlotPlace } from "../../ports/firmware.ts";
import { translated } from "./disk-errors.ts";
import { filesUnder, makeFolder, syncFolder } from "./folders.ts";

const pieceBytes = 64 * 1_024;

/** Slots as folders in one folder of the state directory, for their owner alone. */
export class SlotFolders implements SlotFiles {
  /** The folder that holds them. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Links and whatever else is no plain file are listed too: they are not of an image. */
  list(place: SlotPlace): readonly string[] {
    const folder = this.#folder(place);
    return translated(() => filesUnder(folder).map((path) => relative(folder, path).split(sep).join("/")));
  }

  read(place: SlotPlace, path: string): Iterable<Uint8Array> | undefined {
    const file = join(this.#folder(place), path);
    return existsSync(file) ? pieces(file) : undefined;
  }

  async write(place: SlotPlace, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = join(this.#folder(place), path);
    const handle = translated(() => {
      makeFolder(dirname(file));
      return openSync(file, "w", 0o600);
    });
    try {
      for await (const piece of content) translated(() => writeFileSync(handle, piece));
      translated(() => fsyncSync(handle));
    } finally {
      closeSync(handle);
    }
    translated(() => syncFolder(dirname(file)));
  }

  clear(place: SlotPlace): void {
    translated(() => {
      rmSync(this.#folder(place), { recursive: true, force: true });
      if (existsSync(this.root)) syncFolder(this.root);
    });
  }

  settle(slot: Slot): void {
    this.clear(slot);
    translated(() => {
      renameSync(this.#folder("incoming"), this.#folder(slot));
      syncFolder(this.root);
    });
  }

  #folder(place: SlotPlace): string {
    return join(this.root, place);
  }
}

/** In one buffer, again and again: otherwise what was hashed would wait for the garbage collector, a whole image of it. */
export function* pieces(file: string): Generator<Uint8Array> {
  const handle = translated(() => openSync(file, "r"));
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const length = translated(() => readSync(handle, piece));
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
