import { sha256 } from "../crypto/digest.ts";
import { type BootState, firstBootState, type Image } from "../domain/firmware.ts";
import type { BootFiles } from "../ports/firmware.ts";

/**
 * "LKBS" | count u32 | bytes u32 | SHA-256 of all that and the state | the state as JSON. Of two copies the one with the
 * higher count holds; the other is the one that is written next.
 */
const magic = Buffer.from("LKBS");
const copies = ["boot/0", "boot/1"] as const;
const hashAt = 12;
const stateAt = hashAt + 32;

interface Copy {
  readonly name: (typeof copies)[number];
  readonly count: number;
  readonly state: BootState;
}

/** The boot state on the disk. It holds versions and counts, nothing of a home; so it survives a reset. */
export class BootRecord {
  readonly #files: BootFiles;
  readonly #factory: Image;

  /** @param factory what holds where nothing was ever written, or nothing can be read */
  constructor(files: BootFiles, factory: Image) {
    this.#files = files;
    this.#factory = factory;
  }

  read(): BootState {
    return this.#newest()?.state ?? firstBootState(this.#factory);
  }

  /** On the medium before it returns; cut off anywhere, the state is the one before. @throws StoreFailed */
  write(state: BootState): void {
    const newest = this.#newest();
    const name = newest?.name === copies[0] ? copies[1] : copies[0];
    this.#files.replace(name, encoded((newest?.count ?? 0) + 1, state));
  }

  #newest(): Copy | undefined {
    const readable = copies.flatMap((name) => {
      const copy = decoded(this.#files.read(name));
      return copy === undefined ? [] : [{ name, ...copy }];
    });
    return readable.sort((a, b) => b.count - a.count)[0];
  }
}

const encoded = (count: number, state: BootState): Buffer => {
  const text = Buffer.from(JSON.stringify(state));
  const head = Buffer.alloc(hashAt);
  magic.copy(head);
  head.writeUInt32BE(count, 4);
  head.writeUInt32BE(text.length, 8);
  return Buffer.concat([head, sha256(Buffer.concat([head, text])), text]);
};

/** Undefined for anything but a whole copy: what carries its own hash has the shape in which it was written. */
const decoded = (bytes: Buffer | undefined): Omit<Copy, "name"> | undefined => {
  if (bytes === undefined || bytes.length < stateAt || !bytes.subarray(0, 4).equals(magic)) return undefined;
  const text = bytes.subarray(stateAt);
  const head = bytes.subarray(0, hashAt);
  if (text.length !== head.readUInt32BE(8)) return undefined;
  if (!sha256(Buffer.concat([head, text])).equals(bytes.subarray(hashAt, stateAt))) return undefined;
  return { count: head.readUInt32BE(4), state: JSON.parse(text.toString()) as BootState };
};
