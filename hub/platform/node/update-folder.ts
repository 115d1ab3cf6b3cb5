import { existsSync } from "node:fs";
import { join } from "node:path";
import type { UpdateSource } from "../../ports/firmware.ts";
import { pieces } from "./slot-folders.ts";

/** New versions lie in a folder. */
export class UpdateFolder implements UpdateSource {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pieces(name: string): AsyncIterable<Uint8Array> | undefined {
    const file = join(this.#folder, name);
    return existsSync(file) ? copied(pieces(file)) : undefined;
  }
}

/** Whoever reads keeps a piece longer than until the next. */
async function* copied(file: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of file) yield Uint8Array.from(piece);
}
