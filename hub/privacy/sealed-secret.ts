import type { PersonId } from "../domain/ids.ts";
import { RecordUnreadable } from "../domain/store-errors.ts";
import type { RecordStore } from "../ports/store.ts";
import { type PersonSecretName, personSecrets, type SecretName, secrets } from "./data-map.ts";
import { type KeyHolder, personKey } from "./record-codec.ts";
import { padded, type SecretSlot, unpadded } from "./secret-slot.ts";

/** Where a secret lies, and under which key. */
export interface SecretPlace {
  readonly collection: string;
  readonly record: string;
  readonly key: string;
  /** The key is made and destroyed with the secret; else it is somebody's, and stays. */
  readonly ownsKey: boolean;
  readonly sizeClassBytes: number;
}

/** Of the hub, under a key of its own. */
export const placeOfSecret = (name: SecretName): SecretPlace => {
  const { sizeClassBytes, declaration } = secrets[name];
  return { collection: "secrets", record: name, key: declaration.key, ownsKey: true, sizeClassBytes };
};

/** Where secrets of people lie. */
export const personSecretsCollection = "person-secrets";

/** Of a person, under that person's key. */
export const placeOfPersonSecret = (name: PersonSecretName, person: PersonId): SecretPlace => ({
  collection: personSecretsCollection,
  record: `${person}/${name}`,
  key: personKey(person),
  ownsKey: false,
  sizeClassBytes: personSecrets[name].sizeClassBytes,
});

/** A secret as one record of the store: padded bytes, sealed under the key that the data map names. */
export class SealedSecret implements SecretSlot {
  readonly #records: RecordStore;
  readonly #keys: KeyHolder;
  readonly #place: SecretPlace;
  readonly #report: (error: RecordUnreadable) => void;

  constructor(
    records: RecordStore,
    keys: KeyHolder,
    place: SecretPlace,
    report: (error: RecordUnreadable) => void,
  ) {
    this.#records = records;
    this.#keys = keys;
    this.#place = place;
    this.#report = report;
  }

  /** A record whose key is gone is noise, left over when the power went between the two. */
  isSet(): boolean {
    return this.#record() !== undefined;
  }

  put(secret: Uint8Array): void {
    const { key, ownsKey, sizeClassBytes } = this.#place;
    if (ownsKey) this.#keys.create(key);
    const plain = padded(secret, sizeClassBytes);
    try {
      this.#write(this.#keys.sealer(key).seal(plain, this.#bound));
    } finally {
      plain.fill(0);
    }
  }

  read<Result>(use: (secret: Uint8Array) => Result): Result | undefined {
    const record = this.#record();
    if (record === undefined) return undefined;
    const { collection, record: name, key } = this.#place;
    const plain = this.#keys.sealer(key).open(record, this.#bound);
    const secret = plain && unpadded(plain);
    if (plain === undefined || secret === undefined) {
      const context = { collection: `${collection}/${name}` };
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
    const { collection, record, key, ownsKey } = this.#place;
    if (ownsKey) this.#keys.destroy(key);
    if (this.#records.get(collection, record) !== undefined) this.#write(undefined);
  }

  #record(): Uint8Array | undefined {
    const { collection, record, key } = this.#place;
    return this.#keys.has(key) ? this.#records.get(collection, record) : undefined;
  }

  #write(value: Uint8Array | undefined): void {
    const { collection, record } = this.#place;
    this.#records.write([{ collection, key: record, value }], "immediate");
  }

  /** It opens nowhere else. */
  get #bound(): Buffer {
    const { collection, record } = this.#place;
    return Buffer.from(`${collection}\0${record}`);
  }
}
