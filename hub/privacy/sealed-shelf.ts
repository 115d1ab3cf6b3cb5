import { RecordUnreadable } from "../domain/store-errors.ts";
import type { RecordStore } from "../ports/store.ts";
import type { Sealer } from "../vault/sealer.ts";
import { type ShelfName, secretShelves } from "./data-map.ts";
import type { KeyName } from "./declaration.ts";
import { type KeyHolder, personIn, personKey } from "./record-codec.ts";
import type { SecretShelf } from "./secret-shelf.ts";
import { padded, unpadded } from "./secret-slot.ts";

/** Secrets as records of a collection that the guarded store does not know: padded bytes, each sealed into its own place. */
export class SealedShelf implements SecretShelf {
  readonly #records: RecordStore;
  readonly #keys: KeyHolder;
  readonly #name: ShelfName;
  readonly #report: (error: RecordUnreadable) => void;

  constructor(
    records: RecordStore,
    keys: KeyHolder,
    name: ShelfName,
    report: (error: RecordUnreadable) => void,
  ) {
    this.#records = records;
    this.#keys = keys;
    this.#name = name;
    this.#report = report;
  }

  keys(): readonly string[] {
    return [...this.#records.entries(this.#name)].flatMap(([key]) =>
      this.#keys.has(this.#keyNameOf(key)) ? [key] : [],
    );
  }

  put(key: string, secret: Uint8Array): void {
    const sealer = this.#sealer(key);
    const plain = padded(secret, secretShelves[this.#name].sizeClassBytes);
    try {
      const value = sealer.seal(plain, this.#placeOf(key));
      this.#records.write([{ collection: this.#name, key, value }], "immediate");
    } finally {
      plain.fill(0);
    }
  }

  read<Result>(key: string, use: (secret: Uint8Array) => Result): Result | undefined {
    const record = this.#keys.has(this.#keyNameOf(key)) ? this.#records.get(this.#name, key) : undefined;
    if (record === undefined) return undefined;
    const plain = this.#sealer(key).open(record, this.#placeOf(key));
    const secret = plain && unpadded(plain);
    if (plain === undefined || secret === undefined) {
      this.#report(
        new RecordUnreadable("a secret is damaged; set it again", { collection: this.#name, key }),
      );
      return undefined;
    }
    try {
      return use(secret);
    } finally {
      plain.fill(0);
    }
  }

  remove(key: string): void {
    if (this.#records.get(this.#name, key) !== undefined)
      this.#records.write([{ collection: this.#name, key, value: undefined }], "immediate");
  }

  #sealer(key: string): Sealer {
    return this.#keys.sealer(this.#keyNameOf(key));
  }

  /** A record that is filed under no person opens under no person's key. */
  #keyNameOf(key: string): string {
    const name: KeyName = secretShelves[this.#name].declaration.key;
    const person = name === "person" ? personIn(key) : undefined;
    return person === undefined ? name : personKey(person);
  }

  /** It opens nowhere else. */
  #placeOf(key: string): Buffer {
    return Buffer.from(`${this.#name}\0${key}`);
  }
}
