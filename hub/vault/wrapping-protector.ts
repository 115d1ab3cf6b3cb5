import type { KeyObject } from "node:crypto";
import { nonceBytes } from "../crypto/aead.ts";
import { unwrap, wrap } from "../crypto/envelope.ts";
import { ProtectorDamaged } from "../domain/protector-errors.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { FiledProtector } from "./change-protector.ts";
import type { ProtectedKey, Protector } from "./protector.ts";
import { encodeProtector, type ProtectorFile, protectorFile } from "./protector-file.ts";

/**
 * Keys wrapped under one that a secret gives, in one file. Against somebody who has an old copy of the file and the
 * secret, no key was ever destroyed: the hub says "clear".
 */
export class WrappingProtector implements FiledProtector {
  readonly kind;
  readonly isMoved;
  readonly #entropy: Entropy;
  readonly #files: SmallFiles;
  readonly #wrapping: KeyObject;
  readonly #at: string;
  #file: ProtectorFile;

  /**
   * @param file as read, or of a new protector: written with the first key
   * @param wrapping opens its entries
   */
  constructor(
    entropy: Entropy,
    files: SmallFiles,
    file: ProtectorFile,
    wrapping: KeyObject,
    at = protectorFile,
  ) {
    this.#entropy = entropy;
    this.#files = files;
    this.#file = file;
    this.#wrapping = wrapping;
    this.#at = at;
    this.kind = file.kind;
    this.isMoved = file.isMoved;
  }

  load(name: ProtectedKey): Buffer | undefined {
    const wrapped = this.#file.entries.get(name);
    if (wrapped === undefined) return undefined;
    const key = unwrap(this.#wrapping, wrapped, purposeOf(name));
    if (key !== undefined) return key;
    throw new ProtectorDamaged("a protected key does not open; restore the file from your copy", {
      file: this.#at,
      keyName: name,
    });
  }

  keep(name: ProtectedKey, key: Uint8Array): void {
    const wrapped = wrap(this.#wrapping, this.#entropy.bytes(nonceBytes), key, purposeOf(name));
    this.#write(new Map(this.#file.entries).set(name, wrapped));
  }

  destroy(name: ProtectedKey): void {
    const rest = new Map(this.#file.entries);
    if (!rest.delete(name)) return;
    if (rest.size > 0) {
      this.#write(rest);
      return;
    }
    this.#files.remove(this.#at);
    this.#file = { ...this.#file, entries: rest };
  }

  anew(): Protector {
    const file = { ...this.#file, isMoved: false, entries: new Map() };
    return new WrappingProtector(this.#entropy, this.#files, file, this.#wrapping);
  }

  installed(): Protector {
    return new WrappingProtector(this.#entropy, this.#files, this.#file, this.#wrapping);
  }

  #write(entries: ProtectorFile["entries"]): void {
    const file = { ...this.#file, entries };
    this.#files.replace(this.#at, encodeProtector(file));
    this.#file = file;
  }
}

const purposeOf = (name: ProtectedKey): string => `protector/${name}`;
