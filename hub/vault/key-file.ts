import { keyBytes } from "../crypto/envelope.ts";
import { KeysUnreadable } from "../domain/store-errors.ts";
import type { SmallFiles } from "../ports/store.ts";
import type { ProtectedKey, Protector } from "./protector.ts";

/**
 * Keys in files of their own, mode 0600. Who copies the folder has the keys: this protects what is thrown away and
 * what is erased, not what is stolen whole.
 */
export class KeyFileProtector implements Protector {
  readonly kind = "key-file";
  readonly isMoved = false;
  readonly #files: SmallFiles;

  constructor(files: SmallFiles) {
    this.#files = files;
  }

  load(name: ProtectedKey): Buffer | undefined {
    const key = this.#files.read(`keys/${name}`);
    if (key !== undefined && key.length !== keyBytes) {
      throw new KeysUnreadable("a key file does not hold a key; restore it from your copy", {
        reason: "key-file",
        file: `keys/${name}`,
      });
    }
    return key;
  }

  keep(name: ProtectedKey, key: Uint8Array): void {
    this.#files.replace(`keys/${name}`, key);
  }

  destroy(name: ProtectedKey): void {
    this.#files.remove(`keys/${name}`);
  }

  anew(): Protector {
    return this;
  }
}
