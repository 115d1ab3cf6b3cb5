import { sha256 } from "../crypto/digest.ts";
import { isSigned, signatureKey } from "../crypto/signature.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Instant } from "../domain/units.ts";
import type { RecordStore, StoreWrite } from "../ports/store.ts";
import { type ChainContent, type ChainName, chains } from "./data-map.ts";
import { padded } from "./padding.ts";
import { type KeyHolder, personKey } from "./record-codec.ts";

/** Signs for this device. */
export interface ChainSigner {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
  sign(bytes: Uint8Array): Buffer;
}

/** What is added to a chain. */
export interface NewEntry<Name extends ChainName> {
  readonly at: Instant;
  /** Whom it is about: it is sealed under their key, and unreadable once they are erased. Absent: the household. */
  readonly about?: PersonId;
  readonly content: ChainContent<Name>;
}

export interface ChainEntry<Name extends ChainName> {
  /** Counts from 1. */
  readonly order: number;
  readonly at: Instant;
  readonly about?: PersonId;
  /** Undefined: whoever it was about has been erased. */
  readonly content: ChainContent<Name> | undefined;
}

/** Whether a chain is as it was written. */
export type ChainVerdict =
  | { readonly sound: true; readonly entries: number; readonly erased: number; readonly head: string }
  | {
      readonly sound: false;
      /** The first entry that is not as it was written. */
      readonly broken: number;
      readonly reason: "missing" | "changed" | "unsigned" | "cut-off" | "unreadable";
    };

/** A book that can be written on and not be written over. */
export interface Chain<Name extends ChainName> {
  /** On the disk when this returns. @throws KeyMissing, KeyDestroyed, StoreFailed */
  append(entry: NewEntry<Name>): void;
  /** What appends these, for whoever writes it in one batch with what they are about. @throws as `append` */
  linked(entries: readonly NewEntry<Name>[]): readonly StoreWrite[];
  /** Oldest first. */
  entries(): readonly ChainEntry<Name>[];
  verify(): ChainVerdict;
  /**
   * Takes away from the beginning what is over. What stays can still be verified.
   * @param isOver by when it was written, and its number
   * @returns how many entries are gone
   */
  prune(isOver: (at: Instant, order: number) => boolean): number;
}

/** As it lies in the store. Hash and signature are over ciphertext: an erased key leaves them good. */
interface Link {
  readonly order: number;
  readonly at: Instant;
  readonly about?: PersonId;
  /** SHA-256 of the link before, hex. */
  readonly previous: string;
  /** base64 */
  readonly sealed: string;
  /** hex */
  readonly signature: string;
}

/** Where the chain begins now and where it ends, signed: without it the newest entries could be cut off. */
interface Ends {
  readonly first: number;
  /** Of the link before the first. */
  readonly before: string;
  readonly last: number;
  readonly head: string;
  readonly signature: string;
}

const nothing = "0".repeat(64);
const endsKey = "ends";
const keyOf = (order: number): string => `${order}`.padStart(12, "0");

const hashOf = (name: ChainName, { order, at, about, previous, sealed }: Omit<Link, "signature">) =>
  sha256(Buffer.from(JSON.stringify([name, order, at, about ?? "", previous, sealed]))).toString("hex");

const linkText = (name: ChainName, hash: string) => Buffer.from(`lampkeeper chain ${name} link ${hash}`);
const endsText = (name: ChainName, { first, before, last, head }: Omit<Ends, "signature">) =>
  Buffer.from(`lampkeeper chain ${name} ends ${first} ${before} ${last} ${head}`);

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
};

const linkForm = ({ order, at, about, previous, sealed, signature }: Link): Link => ({
  order,
  at,
  ...(about === undefined ? {} : { about }),
  previous,
  sealed,
  signature,
});
const endsForm = ({ first, before, last, head, signature }: Ends): Ends => ({
  first,
  before,
  last,
  head,
  signature,
});

const bytesOf = (value: Link | Ends): Buffer => Buffer.from(JSON.stringify(value));

/** What was written, byte for byte as this writes it; undefined for anything else. */
const readAs = <Value extends Link | Ends>(
  form: (value: Value) => Value,
  record: Uint8Array | undefined,
): Value | undefined => {
  const value = record && jsonOf(record);
  if (record === undefined || typeof value !== "object" || value === null) return undefined;
  const read = form(value as Value);
  return typeof read.signature === "string" && bytesOf(read).equals(record) ? read : undefined;
};

type IsGood = (text: Buffer, signature: string) => boolean;

/** What has to be known of a link for the next one. */
interface KnownLink {
  /** Its hash, hex. */
  readonly hash: string;
  /** SHA-256 of the link before, hex. */
  readonly previous: string;
  readonly about?: PersonId;
}

/**
 * Links that this run has found good. The books are checked every few hours: each time they are read from the disk and
 * hashed, and the same bytes under the same key stay good. Taking them apart and checking them again, by the thousand, was
 * most of what a hub did in a quiet quarter of a year.
 */
class GoodLinks {
  #publicKey = "";
  readonly #links = new Map<number, KnownLink & { readonly mark: string }>();

  /** They are good under this key, and none under another. */
  under(publicKey: Buffer): void {
    const text = publicKey.toString("hex");
    if (text !== this.#publicKey) this.#links.clear();
    this.#publicKey = text;
  }

  /** Undefined: not seen, or not as these bytes. */
  get(order: number, record: Uint8Array): KnownLink | undefined {
    const link = this.#links.get(order);
    return link?.mark === GoodLinks.#markOf(record) ? link : undefined;
  }

  add(order: number, record: Uint8Array, link: KnownLink): void {
    this.#links.set(order, { ...link, mark: GoodLinks.#markOf(record) });
  }

  forgetUpTo(last: number): void {
    for (const order of this.#links.keys()) if (order <= last) this.#links.delete(order);
  }

  static #markOf(record: Uint8Array): string {
    return sha256(record).toString("latin1");
  }
}

/**
 * Entries of which each holds the hash of the one before, sealed under the key of whoever they are about and signed by the
 * device. Who can write to the disk and has every key but the device's cannot change, leave out, reorder or cut off an
 * entry unseen. Putting back a whole older store is not noticed here.
 */
export class SealedChain<Name extends ChainName> implements Chain<Name> {
  readonly #records: RecordStore;
  readonly #keys: KeyHolder;
  readonly #signer: () => ChainSigner;
  readonly #name: Name;
  readonly #collection: string;
  readonly #seenGood = new GoodLinks();

  constructor(records: RecordStore, keys: KeyHolder, signer: () => ChainSigner, name: Name) {
    this.#records = records;
    this.#keys = keys;
    this.#signer = signer;
    this.#name = name;
    this.#collection = `chain-${name}`;
  }

  append(entry: NewEntry<Name>): void {
    this.#records.write(this.linked([entry]), "immediate");
  }

  linked(entries: readonly NewEntry<Name>[]): readonly StoreWrite[] {
    if (entries.length === 0) return [];
    const ends = this.#ends();
    let [last, head] = [ends?.last ?? 0, ends?.head ?? nothing];
    const links = entries.map((entry) => {
      const link = this.#link(entry, ++last, head);
      head = hashOf(this.#name, link);
      return this.#write(keyOf(last), link);
    });
    const moved = { first: ends?.first ?? 1, before: ends?.before ?? nothing, last, head };
    return [...links, this.#write(endsKey, this.#signedEnds(moved))];
  }

  entries(): readonly ChainEntry<Name>[] {
    return [...this.#linkRecords()].flatMap(([, record]) => {
      const link = readAs(linkForm, record);
      return link === undefined ? [] : [this.#opened(link)];
    });
  }

  verify(): ChainVerdict {
    const { publicKey } = this.#signer();
    const key = signatureKey(publicKey);
    this.#seenGood.under(publicKey);
    const ends = this.#ends();
    const records = new Map(this.#linkRecords());
    if (ends === undefined)
      return records.size === 0
        ? { sound: true, entries: 0, erased: 0, head: nothing }
        : { sound: false, broken: 1, reason: "unsigned" };
    const isGood: IsGood = (text, signature) =>
      key !== undefined && isSigned(key, text, Buffer.from(signature, "hex"));
    let [previous, erased] = [ends.before, 0];
    for (let order = ends.first; order <= ends.last; order++) {
      const record = records.get(keyOf(order));
      if (record === undefined) return { sound: false, broken: order, reason: "missing" };
      const link = this.#seenGood.get(order, record) ?? this.#examined(order, record, isGood);
      if (typeof link === "string") return { sound: false, broken: order, reason: link };
      if (link.previous !== previous) return { sound: false, broken: order, reason: "changed" };
      if (!this.#keys.has(this.#keyFor(link.about))) erased++;
      previous = link.hash;
    }
    if (previous !== ends.head || records.size !== ends.last - ends.first + 1)
      return { sound: false, broken: ends.last + 1, reason: "cut-off" };
    if (!isGood(endsText(this.#name, ends), ends.signature))
      return { sound: false, broken: ends.last + 1, reason: "unsigned" };
    return { sound: true, entries: records.size, erased, head: previous };
  }

  prune(isOver: (at: Instant, order: number) => boolean): number {
    const ends = this.#ends();
    if (ends === undefined) return 0;
    const old: Link[] = [];
    for (let order = ends.first; order <= ends.last; order++) {
      const link = readAs(linkForm, this.#records.get(this.#collection, keyOf(order)));
      if (link === undefined || !isOver(link.at, link.order)) break;
      old.push(link);
    }
    const newest = old.at(-1);
    if (newest === undefined) return 0;
    const moved = { ...ends, first: newest.order + 1, before: hashOf(this.#name, newest) };
    this.#records.write(
      [
        ...old.map(({ order }) => ({ collection: this.#collection, key: keyOf(order), value: undefined })),
        this.#write(endsKey, this.#signedEnds(moved)),
      ],
      "immediate",
    );
    this.#seenGood.forgetUpTo(newest.order);
    return old.length;
  }

  /** A link that nobody has seen yet, or that is no longer as it was. @returns what is wrong with it, or what it is */
  #examined(order: number, record: Uint8Array, isGood: IsGood): KnownLink | "changed" | "unreadable" {
    const link = readAs(linkForm, record);
    if (link === undefined || link.order !== order) return "changed";
    const { about, previous, signature } = link;
    const hash = hashOf(this.#name, link);
    if (!isGood(linkText(this.#name, hash), signature)) return "changed";
    if (this.#keys.has(this.#keyFor(about)) && this.#opened(link).content === undefined) return "unreadable";
    const known = { hash, previous, ...(about && { about }) };
    this.#seenGood.add(order, record, known);
    return known;
  }

  #link({ at, about, content }: NewEntry<Name>, order: number, previous: string): Link {
    const sealed = this.#keys
      .sealer(this.#keyFor(about))
      .seal(padded(JSON.stringify(content), chains[this.#name].leastBytes), this.#placeOf(order))
      .toString("base64");
    const bare = { order, at, ...(about && { about }), previous, sealed };
    const signature = this.#signed(linkText(this.#name, hashOf(this.#name, bare)));
    return { ...bare, signature };
  }

  *#linkRecords(): Iterable<readonly [string, Uint8Array]> {
    for (const entry of this.#records.entries(this.#collection)) if (entry[0] !== endsKey) yield entry;
  }

  #ends(): Ends | undefined {
    return readAs(endsForm, this.#records.get(this.#collection, endsKey));
  }

  #opened(link: Link): ChainEntry<Name> {
    const { order, at, about, sealed } = link;
    const name = this.#keyFor(about);
    const plain = this.#keys.has(name)
      ? this.#keys.sealer(name).open(Buffer.from(`${sealed}`, "base64"), this.#placeOf(order))
      : undefined;
    return { order, at, ...(about && { about }), content: plain && (jsonOf(plain) as ChainContent<Name>) };
  }

  #keyFor(about: PersonId | undefined): string {
    return about === undefined ? chains[this.#name].key : personKey(about);
  }

  #placeOf(order: number): Buffer {
    return Buffer.from(`${this.#collection}\0${order}`);
  }

  #signed(text: Buffer): string {
    return this.#signer().sign(text).toString("hex");
  }

  #signedEnds({ first, before, last, head }: Omit<Ends, "signature">): Ends {
    const ends = { first, before, last, head };
    return { ...ends, signature: this.#signed(endsText(this.#name, ends)) };
  }

  #write(key: string, value: Link | Ends): StoreWrite {
    return { collection: this.#collection, key, value: bytesOf(value) };
  }
}
