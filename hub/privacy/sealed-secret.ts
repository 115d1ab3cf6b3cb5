import { RecordUnreadable } from "../domain/store-errors.ts";
import type { RecordStore } from "../ports/store.ts";
import { type SecretName, secrets } from "./data-map.ts";
import type { KeyHolder } from "./record-codec.ts";
import { padded, type SecretSlot, unpadded } from "./secret-slot.ts";

const collection = "secrets";

/** A secret as one record of the store: padded bytes, sealed under the key that the data map names. */
export class SealedSecret implements SecretSlot {
  readonly #records: RecordStore;
  readonly #keys: KeyHolder;
  readonly #name: SecretName;
  readonly #report: (error: RecordUnreadable) => void;

  constructor(
    records: RecordStore,
    keys: KeyHolder,
    name: SecretName,
    report: (error: RecordUnreadable) => void,
  ) {
    this.#records = records;
    this.#keys = keys;
    this.#name = name;
    this.#report = report;
  }

  /** A record whose key is gone is noise, left over when the power went between the two. */
  isSet(): boolean {
    return this.#keys.has(this.#key) && this.#records.get(collection, this.#name) !== undefined;
  }

  put(secret: Uint8Array): void {
    this.#keys.create(this.#key);
    const plain = padded(secret, secrets[this.#name].sizeClassBytes);
    try {
      const value = this.#keys.sealer(this.#key).seal(plain, this.#place);
      this.#records.write([{ collection, key: this.#name, value }], "immediate");
    } finally {
      plain.fill(0);
    }
  }

  read<Result>(use: (secret: Uint8Array) => Result): Result | undefined {
    const record = this.#keys.has(this.#key) ? this.#records.get(collection, this.#name) : undefined;
    if (record === undefined) return undefined;
    const plain = this.#keys.sealer(this.#key).open(record, this.#place);
    const secret = plain && unpadded(plain);
    if (plain === undefined || secret === undefined) {
      const context = { collection: `${collection}/${this.#name}` };
      this.#report(new RecordUnreadable("a secret is damaged; set it again", context));
      return undefined;
    }
    try {
      return use(secret);
    } finally {
      plain.fill(0);
    }
  }

  destroy(): void {
    this.#keys.destroy(this.#key);
    if (this.#records.get(collection, this.#name) !== undefined)
      this.#records.write([{ collection, key: this.#name, value: undefined }], "immediate");
  }

  get #key(): string {
    return secrets[this.#name].declaration.key;
  }

  /** It opens nowhere else. */
  get #place(): Buffer {
    return Buffer.from(`${collection}\0${this.#name}`);
  }
}
