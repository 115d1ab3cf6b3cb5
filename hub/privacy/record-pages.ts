import { KeyDestroyed } from "../domain/store-errors.ts";
import type { RecordStore, StoreWrite } from "../ports/store.ts";
import type { CollectionName } from "./data-map.ts";

/** The records of one page, by key. */
export type Page = ReadonlyMap<string, unknown>;

/** Pages as they lie in the store; filled by whoever seals. */
export interface PageCodec {
  /** @throws KeyDestroyed */
  seal(collection: CollectionName, page: string, content: Page): Uint8Array;
  /** Of a damaged page there is nothing. @throws KeyDestroyed */
  open(collection: CollectionName, page: string, record: Uint8Array): Page;
}

/**
 * A page as JSON. What many lamps did as one has one cause and few states, so what is an object in a record is written
 * once for all that share it: a record is what it has of its own, and by field the number of each part.
 */
export interface PageJson {
  readonly parts: readonly unknown[];
  readonly records: Readonly<Record<string, readonly [own: object, parts: Readonly<Record<string, number>>]>>;
}

/** @param isDeclared a field that is not is left out */
export const pageJson = (content: Page, isDeclared: (field: string) => boolean): PageJson => {
  const numbers = new Map<unknown, number>();
  const numberOf = (part: unknown): number => {
    const known = numbers.get(part) ?? numbers.size;
    numbers.set(part, known);
    return known;
  };
  const records: Record<string, readonly [object, Record<string, number>]> = {};
  for (const [key, record] of content) {
    const own: Record<string, unknown> = {};
    const parts: Record<string, number> = {};
    const fields = record as Readonly<Record<string, unknown>>;
    for (const field in fields) {
      const value = fields[field];
      if (value === undefined || !isDeclared(field)) continue;
      if (typeof value === "object" && value !== null) parts[field] = numberOf(value);
      else own[field] = value;
    }
    records[key] = [own, parts];
  }
  return { parts: [...numbers.keys()], records };
};

export const pageFrom = ({ parts, records }: PageJson): Page => {
  const content = new Map<string, unknown>();
  for (const [key, [own, numbers]] of Object.entries(records)) {
    const record: Record<string, unknown> = { ...own };
    for (const field in numbers) record[field] = parts[numbers[field] as number];
    content.set(key, record);
  }
  return content;
};

const noRecords: Page = new Map();

/** What was sealed or opened need not be opened again, as long as somebody holds those very bytes. */
const remembering = (codec: PageCodec): PageCodec => {
  const known = new WeakMap<Uint8Array, Page>();
  const remember = (record: Uint8Array, content: Page): void => void known.set(record, content);
  return {
    seal: (collection, page, content) => {
      const record = codec.seal(collection, page, content);
      remember(record, content);
      return record;
    },
    open: (collection, page, record) => {
      const content = known.get(record) ?? codec.open(collection, page, record);
      remember(record, content);
      return content;
    },
  };
};

/** Keys that differ in their last `characters` only share a page; one that is too short for that has its own. */
export const pageOf = (key: string, characters: number): string =>
  key.length > characters ? key.slice(0, -characters) : key;

/** What the key would have sealed is gone with it. */
const unlessGone = (make: () => Uint8Array | undefined): Uint8Array | undefined => {
  try {
    return make();
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined;
    throw error;
  }
};

/**
 * Changes to one page. Put together and sealed when it is read or goes to the disk: once, however many of its records
 * have changed, and however often.
 */
class PageWrite implements StoreWrite {
  readonly collection: CollectionName;
  readonly key: string;
  readonly #records: RecordStore;
  readonly #codec: PageCodec;
  /** Undefined: removed. */
  readonly #changes = new Map<string, unknown>();
  /** What it builds on, where that is not in the store any more. */
  readonly #under: StoreWrite | undefined;

  constructor(
    collection: CollectionName,
    page: string,
    records: RecordStore,
    codec: PageCodec,
    under: StoreWrite | undefined,
  ) {
    this.#under = under;
    this.collection = collection;
    this.key = page;
    this.#records = records;
    this.#codec = codec;
  }

  /** Only while it waits: what leaves stays as it was. */
  change(key: string, value: unknown): void {
    this.#changes.set(key, value);
  }

  get(key: string): unknown {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#before().get(key);
  }

  /** Not kept: a batch of thousands would hold them all until it is committed. */
  get value(): Uint8Array | undefined {
    return unlessGone(() => {
      const content = this.#content();
      return content.size === 0 ? undefined : this.#codec.seal(this.collection, this.key, content);
    });
  }

  #before(): Page {
    const record = this.#under === undefined ? this.#records.before(this) : this.#under.value;
    return record === undefined ? noRecords : this.#codec.open(this.collection, this.key, record);
  }

  #content(): Page {
    const content = new Map(this.#before());
    for (const [key, value] of this.#changes) {
      if (value === undefined) content.delete(key);
      else content.set(key, value);
    }
    return content;
  }
}

/** The records of a page, asked of whoever holds them. */
export type PageRecords = (page: string) => Iterable<readonly [key: string, value: unknown]>;

/** A page whose records their owner holds: made when it is read or goes to the disk. */
class LivePage implements StoreWrite {
  readonly collection: CollectionName;
  readonly key: string;
  readonly #codec: PageCodec;
  readonly #source: PageRecords;

  constructor(collection: CollectionName, page: string, codec: PageCodec, source: PageRecords) {
    this.collection = collection;
    this.key = page;
    this.#codec = codec;
    this.#source = source;
  }

  get value(): Uint8Array | undefined {
    const content = new Map(this.#source(this.key));
    if (content.size === 0) return undefined;
    return unlessGone(() => this.#codec.seal(this.collection, this.key, content));
  }
}

/**
 * Records that lie together. What many lamps do as one changes many records at once, and most of what a record costs, a
 * cipher and a place to find in the file, it costs however small it is.
 */
export class RecordPages {
  readonly #records: RecordStore;
  readonly #codec: PageCodec;
  /** For pages that are never read back: of those nothing need be remembered. */
  readonly #forLive: PageCodec;
  /** The newest that was read: whoever reads one record often reads its neighbours next. */
  #read: { readonly collection: CollectionName; readonly page: string; readonly content: Page } | undefined;

  constructor(records: RecordStore, codec: PageCodec) {
    this.#records = records;
    this.#codec = remembering(codec);
    this.#forLive = codec;
  }

  get(collection: CollectionName, page: string, key: string): unknown {
    const waiting = this.#records.waiting(collection, page);
    if (waiting instanceof PageWrite) return waiting.get(key);
    if (!this.#isRead(collection, page)) {
      const record = this.#records.get(collection, page);
      const content = record === undefined ? noRecords : this.#codec.open(collection, page, record);
      this.#read = { collection, page, content };
    }
    return this.#read?.content.get(key);
  }

  /** Page by page; in ascending order within each. */
  *entries(collection: CollectionName): Iterable<readonly [key: string, value: unknown]> {
    for (const [page, record] of this.#records.entries(collection)) {
      yield* [...this.#codec.open(collection, page, record)].sort(([a], [b]) => (a < b ? -1 : 1));
    }
  }

  /** @param value undefined: removed. @returns what is to be written */
  change(collection: CollectionName, page: string, key: string, value: unknown): PageWrite {
    if (this.#isRead(collection, page)) this.#read = undefined;
    const waiting = this.#records.waiting(collection, page);
    const write =
      waiting instanceof PageWrite
        ? waiting
        : new PageWrite(collection, page, this.#records, this.#codec, waiting);
    write.change(key, value);
    return write;
  }

  /** @returns what is to be written; undefined: it waits already */
  live(collection: CollectionName, page: string, source: PageRecords): LivePage | undefined {
    if (this.#records.waiting(collection, page) instanceof LivePage) return undefined;
    return new LivePage(collection, page, this.#forLive, source);
  }

  #isRead(collection: CollectionName, page: string): boolean {
    return this.#read?.page === page && this.#read.collection === collection;
  }
}
