import { ProtectorDamaged, TpmChanged } from "../domain/protector-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { KeyChip } from "../ports/key-chip.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { FiledProtector } from "./change-protector.ts";
import { freePlace } from "./free-place.ts";
import type { ProtectedKey, Protector } from "./protector.ts";
import { encodeProtector, type ProtectorFile, protectorFile } from "./protector-file.ts";

/** Entry: state u8 | place u32 | word (32 hex digits). */
const states = { coming: 1, held: 2, leaving: 3 } as const;
const entryBytes = 1 + 4 + 32;

interface Entry {
  readonly state: number;
  readonly place: number;
  readonly word: Buffer;
}

const decodeEntry = (bytes: Buffer): Entry => {
  if (bytes.length !== entryBytes) {
    throw new ProtectorDamaged("the list of keys in the TPM is damaged; restore the file from your copy", {
      file: protectorFile,
    });
  }
  return { state: bytes.readUInt8(0), place: bytes.readUInt32BE(1), word: bytes.subarray(5) };
};

const encodeEntry = ({ state, place, word }: Entry): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(state, 0);
  head.writeUInt32BE(place, 1);
  return Buffer.concat([head, word]);
};

/**
 * Keys in a TPM 2.0. A destroyed key is gone for whoever has every byte ever written to disk, and this hub.
 *
 * The file names the places before the chip is told to use them and until it has forgotten them: another vault may
 * use the same chip, so nothing may be left there that nobody knows, and nothing may be taken for ours that is not.
 */
export class TpmProtector implements FiledProtector {
  readonly kind = "tpm";
  readonly isMoved;
  readonly chip: KeyChip;
  readonly #entropy: Entropy;
  readonly #files: SmallFiles;
  readonly #at: string;
  #file: ProtectorFile;

  constructor(entropy: Entropy, files: SmallFiles, chip: KeyChip, file: ProtectorFile, at = protectorFile) {
    this.chip = chip;
    this.#entropy = entropy;
    this.#files = files;
    this.#file = file;
    this.#at = at;
    this.isMoved = file.isMoved;
  }

  /** Ends what was cut off: a key that was coming never came, one that was leaving has left. */
  finish(): this {
    for (const [name, entry] of this.#file.entries)
      if (decodeEntry(entry).state !== states.held) this.destroy(name);
    return this;
  }

  /** @throws TpmChanged: the chip does not have what it was given */
  load(name: ProtectedKey): Buffer | undefined {
    const entry = this.#entry(name);
    if (entry?.state !== states.held) return undefined;
    const key = this.chip.read(entry.place, entry.word);
    if (key !== undefined) return key;
    throw new TpmChanged("this TPM does not hold the keys: it was cleared, or is another one", {
      keyName: name,
    });
  }

  keep(name: ProtectedKey, key: Uint8Array): void {
    this.destroy(name);
    const entry = {
      state: states.coming,
      place: freePlace(this.chip, this.#entropy),
      word: Buffer.from(this.#entropy.bytes(16).toString("hex")),
    };
    this.#write(name, entry);
    try {
      this.chip.keep(entry.place, entry.word, key);
    } catch (error) {
      // The chip has taken nothing; what may lie there is somebody else's.
      this.#write(name, undefined);
      throw error;
    }
    this.#write(name, { ...entry, state: states.held });
  }

  destroy(name: ProtectedKey): void {
    const entry = this.#entry(name);
    if (entry === undefined) return;
    this.#write(name, { ...entry, state: states.leaving });
    this.chip.destroy(entry.place);
    this.#write(name, undefined);
  }

  anew(): Protector {
    const file = { ...this.#file, isMoved: false, entries: new Map() };
    return new TpmProtector(this.#entropy, this.#files, this.chip, file);
  }

  installed(): Protector {
    return new TpmProtector(this.#entropy, this.#files, this.chip, this.#file);
  }

  #entry(name: ProtectedKey): Entry | undefined {
    const entry = this.#file.entries.get(name);
    return entry && decodeEntry(entry);
  }

  #write(name: ProtectedKey, entry: Entry | undefined): void {
    const entries = new Map(this.#file.entries);
    if (entry === undefined) entries.delete(name);
    else entries.set(name, encodeEntry(entry));
    const file = { ...this.#file, entries };
    if (entries.size === 0) this.#files.remove(this.#at);
    else this.#files.replace(this.#at, encodeProtector(file));
    this.#file = file;
  }
}
