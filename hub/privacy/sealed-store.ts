import { InvariantBroken } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import { RecordUnreadable } from "../domain/store-errors.ts";
import type { RecordStore, StoreWrite } from "../ports/store.ts";
import { upgrade } from "../store/schema.ts";
import type { AuditedLog } from "./audited-log.ts";
import {
  type ChainName,
  type CollectionName,
  type CollectionValue,
  collections,
  isPaged,
  type PagedName,
  pageCharacters,
  type SecretName,
  type ShelfName,
  secretShelves,
} from "./data-map.ts";
import { assertStored, storedFieldsOf } from "./declared-fields.ts";
import type {
  ChangeWitness,
  Collection,
  LiveCollection,
  PageSource,
  RecordChange,
  RoofPurposeStore,
} from "./guarded-store.ts";
import { PurposeBoundStore, type WholeStore } from "./purpose-store.ts";
import { type KeyHolder, keyOf, personIn, personKey, SealedCodec, schemaSteps } from "./record-codec.ts";
import {
  type Page,
  type PageCodec,
  type PageJson,
  pageFrom,
  pageJson,
  pageOf,
  RecordPages,
} from "./record-pages.ts";
import { type Chain, type ChainSigner, SealedChain } from "./sealed-chain.ts";
import { SealedSecret } from "./sealed-secret.ts";
import { SealedShelf } from "./sealed-shelf.ts";
import type { SecretShelf } from "./secret-shelf.ts";
import type { SecretSlot } from "./secret-slot.ts";

/** Where records are each under their own person's key. */
const personalCollections = (Object.keys(collections) as CollectionName[]).filter(
  (name) => keyOf(name) === "person",
);
const personal: readonly string[] = [
  ...personalCollections,
  ...(Object.keys(secretShelves) as ShelfName[]).filter(
    (name) => secretShelves[name].declaration.key === "person",
  ),
];

const durabilityOf = (name: CollectionName) => collections[name].durability;

interface NamedWrite extends StoreWrite {
  readonly collection: CollectionName;
}

/** Sealed when its record is read or goes to the disk: of what is overtaken before, nothing is. */
class LateWrite implements NamedWrite {
  readonly collection: CollectionName;
  readonly key: string;
  readonly #make: () => Uint8Array | undefined;
  #made: Uint8Array | undefined;

  constructor(collection: CollectionName, key: string, make: () => Uint8Array | undefined) {
    this.collection = collection;
    this.key = key;
    this.#make = make;
  }

  get value(): Uint8Array | undefined {
    this.#made ??= this.#make();
    return this.#made;
  }
}

/**
 * The guarded store over records and keys. Of a sealed record only its key, a random id, stays readable to whoever has
 * the data file's key.
 *
 * A record that does not open is skipped, reported once and left where it is: nothing else stops, and a repaired disk
 * brings it back.
 */
export class SealedStore implements WholeStore, PageCodec {
  readonly #records: RecordStore;
  readonly #keys: KeyHolder;
  readonly #codec: SealedCodec;
  readonly #log: AuditedLog;
  readonly #pages: RecordPages;
  readonly #unreadable = new Map<string, RecordUnreadable>();
  readonly #undeclared = new Set<CollectionName>();
  #batch: NamedWrite[] | undefined;
  #witness: ChangeWitness | undefined;
  /** What the batch changes, as far as the witness wants to know. */
  #changes: RecordChange[] = [];

  constructor(records: RecordStore, keys: KeyHolder, log: AuditedLog) {
    this.#records = records;
    this.#keys = keys;
    this.#codec = new SealedCodec(keys);
    this.#log = log;
    this.#pages = new RecordPages(records, this);
  }

  /** Ends an erasure that was cut off, and brings values of an earlier version to the present one. @throws StoreTooNew, StoreFailed */
  start(): void {
    this.#sweep();
    upgrade(this.#records, this.#codec, schemaSteps);
  }

  /** What may be used for these purposes, and nothing else. */
  for<Use extends Purpose>(...uses: readonly Use[]): RoofPurposeStore<Use> {
    return new PurposeBoundStore(this, this.#log, uses);
  }

  collection<Name extends CollectionName>(name: Name): Collection<CollectionValue<Name>> {
    if (isPaged(name)) return this.#paged(name, pageCharacters[name]);
    // What is in the collection is what `put` took, so this is where bytes get their type back.
    const value = (key: string, record: Uint8Array) =>
      this.#open(name, key, record) as CollectionValue<Name> | undefined;
    return {
      get: (key) => {
        const record = this.#read(name, key);
        return record === undefined ? undefined : value(key, record);
      },
      entries: () => opened(this.#readAll(name), value),
      put: (key, put) => {
        assertStored(name, put);
        this.#writeWatched(
          durabilityOf(name) === "immediate"
            ? { collection: name, key, value: this.#codec.encode(name, key, put) }
            : new LateWrite(name, key, this.#codec.late(name, key, put)),
          put,
        );
      },
      remove: (key) => this.#writeWatched({ collection: name, key, value: undefined }, undefined),
    };
  }

  /** For the roof alone, which hands it to the one purpose that the data map names. */
  secret(name: SecretName): SecretSlot {
    return new SealedSecret(this.#records, this.#keys, name, this.#reportSecret);
  }

  /** As `secret`. */
  shelf(name: ShelfName): SecretShelf {
    return new SealedShelf(this.#records, this.#keys, name, this.#reportSecret);
  }

  /** For the roof alone, which hands each to whoever writes it. @param signer asked for when it is needed */
  chain<Name extends ChainName>(name: Name, signer: () => ChainSigner): Chain<Name> {
    return new SealedChain(this.#records, this.#keys, signer, name);
  }

  readonly #reportSecret = (error: RecordUnreadable): void =>
    this.#log.failed("store.record-unreadable", error);

  #paged<Name extends CollectionName>(name: Name, cut: number): Collection<CollectionValue<Name>> {
    type Value = CollectionValue<Name>;
    const change = (key: string, value: Value | undefined) => {
      assertStored(name, value);
      const page = pageOf(key, cut);
      if (this.#batch !== undefined)
        throw new InvariantBroken("records that share a page take no part in a batch", { collection: name });
      this.#codec.assertKey(name, page);
      this.#write(this.#pages.change(name, page, key, value));
    };
    return {
      get: (key) => this.#pages.get(name, pageOf(key, cut), key) as Value | undefined,
      entries: () => this.#pages.entries(name) as Iterable<readonly [string, Value]>,
      put: change,
      remove: (key) => change(key, undefined),
    };
  }

  live<Name extends PagedName>(
    name: Name,
    source: PageSource<CollectionValue<Name>>,
  ): LiveCollection<CollectionValue<Name>> {
    const cut = pageCharacters[name];
    return {
      entries: () => this.#pages.entries(name) as Iterable<readonly [string, CollectionValue<Name>]>,
      pageOf: (key) => pageOf(key, cut),
      changed: (page) => {
        this.#codec.assertKey(name, page);
        const write = this.#pages.live(name, page, source);
        if (write !== undefined) this.#write(write);
      },
    };
  }

  atomically(change: () => void): void {
    if (this.#batch !== undefined) {
      change();
      return;
    }
    const batch: NamedWrite[] = [];
    this.#batch = batch;
    let changes: readonly RecordChange[];
    try {
      change();
    } finally {
      changes = this.#changes;
      this.#changes = [];
      this.#batch = undefined;
    }
    if (batch.length === 0) return;
    const said = this.#described(changes);
    const isImmediate =
      said.length > 0 || batch.some(({ collection }) => durabilityOf(collection) === "immediate");
    this.#records.write([...batch, ...said], isImmediate ? "immediate" : "coalesced");
  }

  watch(witness: ChangeWitness): void {
    this.#witness = witness;
  }

  /** As `#write`, and whoever watches the collection hears of it. */
  #writeWatched(write: NamedWrite, after: unknown): void {
    const { collection, key } = write;
    if (this.#witness?.isFor(collection) !== true) {
      this.#write(write);
      return;
    }
    const record = this.#read(collection, key);
    const before = record === undefined ? undefined : this.#open(collection, key, record);
    const change = { collection, key, before, after };
    if (this.#batch !== undefined) {
      this.#write(write);
      this.#changes.push(change);
      return;
    }
    const said = this.#described([change]);
    this.#write(write, said);
  }

  #described(changes: readonly RecordChange[]): readonly StoreWrite[] {
    const witness = this.#witness;
    if (witness === undefined || changes.length === 0) return [];
    return witness.book.linked(witness.describe(changes));
  }

  admit(person: PersonId): void {
    this.#keys.create(personKey(person));
  }

  erase(person: PersonId): void {
    const said = this.#described([...this.#watchedOf(person)]);
    this.#keys.destroy(personKey(person));
    this.#sweep(said);
  }

  /** All that goes with a person and is watched. */
  *#watchedOf(person: PersonId): Iterable<RecordChange> {
    for (const collection of personalCollections) {
      if (this.#witness?.isFor(collection) !== true) continue;
      for (const [key, before] of this.collection(collection).entries())
        if (personIn(key) === person) yield { collection, key, before, after: undefined };
    }
  }

  seal(name: CollectionName, page: string, content: Page): Uint8Array {
    const known = storedFieldsOf(name);
    const json = pageJson(content, (field) => known.has(field) || this.#leftOut(name));
    return this.#codec.encode(name, page, json);
  }

  /** When a page is written it is too late to refuse: what nobody declared is left out, and that is told once. */
  #leftOut(name: CollectionName): false {
    if (!this.#undeclared.has(name)) this.#log.write("error", "store.undeclared-field", { collection: name });
    this.#undeclared.add(name);
    return false;
  }

  open(name: CollectionName, page: string, record: Uint8Array): Page {
    const found = this.#open(name, page, record) as PageJson | undefined;
    return found === undefined ? new Map() : pageFrom(found);
  }

  /** Records of people whose key is gone are noise for ever: nothing is lost with them. */
  #sweep(said: readonly StoreWrite[] = []): void {
    const noise = personal.flatMap((collection) =>
      [...this.#records.entries(collection)]
        .filter(([key]) => this.#isOrphan(key))
        .map(([key]) => ({ collection, key, value: undefined })),
    );
    const writes = [...noise, ...said];
    if (writes.length > 0) this.#records.write(writes, "immediate");
  }

  #isOrphan(key: string): boolean {
    const person = personIn(key);
    return person !== undefined && !this.#keys.has(personKey(person));
  }

  /** Records that could not be opened since the start and have not been replaced. */
  unreadable(): readonly RecordUnreadable[] {
    return [...this.#unreadable.values()];
  }

  /** Inside `atomically` its own writes are seen. */
  #read(name: CollectionName, key: string): Uint8Array | undefined {
    const written = this.#batch?.findLast((write) => write.collection === name && write.key === key);
    return written === undefined ? this.#records.get(name, key) : written.value;
  }

  #readAll(name: CollectionName): Iterable<readonly [string, Uint8Array]> {
    const written = this.#batch?.filter((write) => write.collection === name) ?? [];
    if (written.length === 0) return this.#records.entries(name);
    const all = new Map(this.#records.entries(name));
    for (const { key, value } of written) {
      if (value === undefined) all.delete(key);
      else all.set(key, value);
    }
    return [...all].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  #write(write: NamedWrite, said: readonly StoreWrite[] = []): void {
    const { collection, key } = write;
    if (this.#batch === undefined)
      this.#records.write([write, ...said], said.length > 0 ? "immediate" : durabilityOf(collection));
    else this.#batch.push(write);
    if (this.#unreadable.size > 0) this.#unreadable.delete(`${collection}/${key}`);
  }

  #open(name: CollectionName, key: string, record: Uint8Array): unknown {
    const value = this.#codec.decode(name, key, record);
    if (value === undefined) this.#report(name, key);
    return value;
  }

  #report(name: CollectionName, key: string): void {
    const place = `${name}/${key}`;
    if (this.#unreadable.has(place)) return;
    const error = new RecordUnreadable("a record is damaged and was left out; restore it from a backup", {
      collection: name,
      key,
    });
    this.#unreadable.set(place, error);
    this.#log.failed("store.record-unreadable", error);
  }
}

function* opened<Value>(
  records: Iterable<readonly [string, Uint8Array]>,
  value: (key: string, record: Uint8Array) => Value | undefined,
): Iterable<readonly [string, Value]> {
  for (const [key, record] of records) {
    const found = value(key, record);
    if (found !== undefined) yield [key, found];
  }
}
