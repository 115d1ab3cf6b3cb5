import { InvariantBroken } from "../domain/errors.ts";
import { isId, type PersonId } from "../domain/ids.ts";
import { KeyDestroyed } from "../domain/store-errors.ts";
import type { RecordCodec, SchemaStep } from "../store/schema.ts";
import type { Sealer } from "../vault/sealer.ts";
import { type CollectionName, collections, leastBytes } from "./data-map.ts";
import type { Field, KeyName } from "./declaration.ts";
import { padded } from "./padding.ts";
import { inPages } from "./schema-steps.ts";

/** Where keys live: the vault. */
export interface KeyHolder {
  has(name: string): boolean;
  sealer(name: string): Sealer;
  create(name: string): void;
  destroy(name: string): void;
}

/** The steps that stored values have gone through since the first version; the present one is their number plus one. */
export const schemaSteps: readonly SchemaStep[] = [inPages];

const isDeclared = (name: string): name is CollectionName => Object.hasOwn(collections, name);

/**
 * The key of a collection: one, as its records are sealed whole. Undefined: nothing in it to seal. A collection of an
 * older version, no longer declared, was the household's.
 */
export const keyOf = (name: string): KeyName | undefined => {
  if (!isDeclared(name)) return "household";
  const fields: readonly Field[] = Object.values(collections[name].fields);
  for (const field of fields) if (field.class !== "none") return field.key;
  return undefined;
};

/** What the key of a person is called in the register. */
export const personKey = (person: PersonId): string => `person/${person}`;

/** Whose record it is, by its own key; undefined: nobody's. */
export const personIn = (key: string): PersonId | undefined => {
  const [id = ""] = key.split("/");
  return isId("person", id) ? id : undefined;
};

/** A record opens only in its own place, so nobody can swap two of them. */
const placeOf = (collection: string, key: string): Buffer => Buffer.from(`${collection}\0${key}`);

const encoded = (sealer: Sealer | undefined, collection: string, key: string, value: unknown): Uint8Array => {
  const json = JSON.stringify(value);
  const least = isDeclared(collection) ? leastBytes[collection] : undefined;
  return sealer?.seal(padded(json, least), placeOf(collection, key)) ?? Buffer.from(json);
};

/** Values as JSON, sealed whole where the data map knows anything in the collection to be about a home or a person. */
export class SealedCodec implements RecordCodec {
  readonly #keys: KeyHolder;
  readonly #keyNames = new Map<string, KeyName | undefined>();

  constructor(keys: KeyHolder) {
    this.#keys = keys;
  }

  encode(collection: string, key: string, value: unknown): Uint8Array {
    return encoded(this.#sealer(collection, key), collection, key, value);
  }

  /** @throws KeyMissing, KeyDestroyed */
  assertKey(collection: string, key: string): void {
    this.#sealer(collection, key);
  }

  /**
   * As `encode`, once it is asked for; the key has to be there now. Undefined when that was destroyed meanwhile: what it
   * would have sealed is gone with it.
   */
  late(collection: string, key: string, value: unknown): () => Uint8Array | undefined {
    const sealer = this.#sealer(collection, key);
    return () => {
      try {
        return encoded(sealer, collection, key, value);
      } catch (error) {
        if (error instanceof KeyDestroyed) return undefined;
        throw error;
      }
    };
  }

  decode(collection: string, key: string, record: Uint8Array): unknown {
    const sealer = this.#sealer(collection, key);
    const json = sealer === undefined ? Buffer.from(record) : sealer.open(record, placeOf(collection, key));
    try {
      return json === undefined ? undefined : JSON.parse(json.toString());
    } catch {
      // A clear record can be damaged without a cipher to notice.
      return undefined;
    }
  }

  /** @throws KeyMissing, KeyDestroyed: of a person who was never admitted, or was erased */
  #sealer(collection: string, key: string): Sealer | undefined {
    if (!this.#keyNames.has(collection)) this.#keyNames.set(collection, keyOf(collection));
    const name = this.#keyNames.get(collection);
    if (name === undefined) return undefined;
    return this.#keys.sealer(name === "person" ? personKeyOf(collection, key) : name);
  }
}

const personKeyOf = (collection: string, key: string): string => {
  const person = personIn(key);
  if (person === undefined)
    throw new InvariantBroken("a record of a person is filed under no person", { collection });
  return personKey(person);
};
