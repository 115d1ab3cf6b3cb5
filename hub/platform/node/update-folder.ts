import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { HubError } from "../../domain/errors.ts";
import { StoreFailed } from "../../domain/store-errors.ts";
import type { UpdateSource } from "../../ports/firmware.ts";
import { fromFile } from "./disk-errors.ts";

const pieceBytes = 65_536;

/** New versions lie in a folder. It may be a share of another machine that hangs: the hub goes on while it does. */
export class UpdateFolder implements UpdateSource {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async pieces(name: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const file = join(this.#folder, name);
    const found = await stat(file).catch(unlessMissing);
    if (found === undefined) return undefined;
    if (!found.isFile())
      throw new StoreFailed("what lies there is no file; lay an update there", { reason: "kind" });
    return read(file);
  }
}

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw fromFile(error);
};

/** A pipe that has taken the file's place in the meantime has nothing to wait for. */
const forReading = constants.O_RDONLY | constants.O_NONBLOCK;

async function* read(file: string): AsyncGenerator<Uint8Array> {
  try {
    await using handle = await open(file, forReading);
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw error instanceof HubError ? error : fromFile(error);
  }
}
