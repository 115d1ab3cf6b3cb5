import { createHash } from "node:crypto";
import { InvalidInput } from "../../../hub/domain/errors.ts";
import type { Flash, LampFlash } from "../transport.ts";

/** Erased whole, never in parts. Small as in the cheapest bulbs: ten thousand of them live in one process. */
const pageBytes = 256;
const pageCount = 4;

/** What lives may never need all pages: one has to be free to be written, one to be erased. */
const mostLiveBytes = 1.5 * pageBytes;

const cellBytes = 256;
const pagesBytes = pageBytes * pageCount;

/** The whole storage of a lamp, bytes: its pages, then its cell. Erased, each reads 0xff. */
export const nvsBytes = pagesBytes + cellBytes;

/** Page: sequence number u32, then entries. Entry: mark | length of key | length of value u16 | key | value. */
const pageHead = 4;
const entryHead = 4;
const blank = 0xff;
const unused = 0xffffffff;
const written = 0xfe;
const dropped = 0x00;
const erased = new Uint8Array(0);

interface Entry {
  readonly at: number;
  readonly end: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly isLive: boolean;
}

/**
 * Named values in flash, as firmwares on an ESP32 keep them (NVS): appended, never changed. Programming can only clear
 * bits, so a value that is replaced or dropped is marked and stays readable until its whole page is erased.
 */
export class Nvs {
  readonly #flash: LampFlash;

  constructor(flash: LampFlash) {
    this.#flash = flash;
  }

  get(key: string): Uint8Array | undefined {
    return entriesIn(this.#image()).findLast((entry) => entry.isLive && entry.key === key)?.value;
  }

  /** Written at once; values that are there already are not written again. @throws InvalidInput one does not fit */
  put(values: Readonly<Record<string, Uint8Array>>): void {
    const image = this.#image();
    let isChanged = false;
    for (const [key, value] of Object.entries(values)) {
      const before = entriesIn(image).findLast((entry) => entry.isLive && entry.key === key);
      if (before !== undefined && Buffer.compare(before.value, value) === 0) continue;
      append(image, key, value);
      isChanged = true;
    }
    if (isChanged) this.#flash.save(trimmed(image));
  }

  /** As `nvs_erase_all` does it: every entry is marked, and none is gone. */
  drop(): void {
    const image = this.#image();
    for (const { at } of entriesIn(image)) program(image, at, [dropped]);
    this.#flash.save(trimmed(image));
  }

  /** Erases every page, and the cell. */
  wipe(): void {
    this.#flash.save(erased);
    this.#flash.cell.save(erased);
  }

  /** SHA-256 of the nonce followed by all that is read back, erased or not. */
  digest(nonce: Uint8Array): Buffer {
    return createHash("sha256").update(nonce).update(this.#image()).update(this.#cell()).digest();
  }

  get isBlank(): boolean {
    return [this.#image(), this.#cell()].every((part) => part.every((byte) => byte === blank));
  }

  #cell(): Uint8Array {
    const cell = new Uint8Array(cellBytes).fill(blank);
    cell.set(this.#flash.cell.load()?.subarray(0, cellBytes) ?? erased);
    return cell;
  }

  /** Of something else than this firmware, or damaged: as good as erased. */
  #image(): Uint8Array {
    const image = new Uint8Array(pagesBytes).fill(blank);
    const kept = this.#flash.load();
    if (kept !== undefined && kept.length <= pagesBytes) image.set(kept);
    return isReadable(image) ? image : image.fill(blank);
  }
}

/** Flash of a lamp that nobody gave any. */
export class OwnFlash implements LampFlash {
  #bytes: Uint8Array | undefined;
  #cell: Flash | undefined;

  get cell(): Flash {
    this.#cell ??= new OwnFlash();
    return this.#cell;
  }

  load(): Uint8Array | undefined {
    return this.#bytes;
  }

  save(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }
}

const viewOf = (image: Uint8Array): DataView => new DataView(image.buffer, image.byteOffset);

/** Flash knows no other way to write. */
const program = (image: Uint8Array, at: number, bytes: ArrayLike<number>): void => {
  for (let index = 0; index < bytes.length; index++) {
    image[at + index] = (image[at + index] ?? 0) & (bytes[index] ?? 0);
  }
};

const sequenceOf = (image: Uint8Array, page: number): number =>
  viewOf(image).getUint32(page * pageBytes, true);

const setSequence = (image: Uint8Array, page: number, sequence: number): void =>
  viewOf(image).setUint32(page * pageBytes, sequence, true);

/** Pages in use, oldest first. */
const pagesIn = (image: Uint8Array): readonly number[] =>
  [...Array(pageCount).keys()]
    .filter((page) => sequenceOf(image, page) !== unused)
    .sort((a, b) => sequenceOf(image, a) - sequenceOf(image, b));

const entriesOf = (image: Uint8Array, page: number): readonly Entry[] => {
  const entries: Entry[] = [];
  const end = (page + 1) * pageBytes;
  let at = page * pageBytes + pageHead;
  while (at + entryHead <= end && image[at] !== blank) {
    const keyEnd = at + entryHead + (image[at + 1] ?? 0);
    const next = keyEnd + viewOf(image).getUint16(at + 2, true);
    if (next > end) return entries;
    const key = Buffer.from(image.subarray(at + entryHead, keyEnd)).toString("latin1");
    entries.push({ at, end: next, key, value: image.slice(keyEnd, next), isLive: image[at] === written });
    at = next;
  }
  return entries;
};

const entriesIn = (image: Uint8Array): readonly Entry[] =>
  pagesIn(image).flatMap((page) => entriesOf(image, page));

/** Pages are numbered upwards from 1, so the bytes of anything else are told from them. */
const isReadable = (image: Uint8Array): boolean =>
  pagesIn(image).every((page) => {
    const sequence = sequenceOf(image, page);
    return (
      sequence > 0 &&
      sequence < 1 << 30 &&
      [written, dropped, blank].includes(image[page * pageBytes + pageHead] ?? 0)
    );
  });

/** @throws InvalidInput */
const append = (image: Uint8Array, key: string, value: Uint8Array): void => {
  const size = entryHead + key.length + value.length;
  const living = entriesIn(image).filter((entry) => entry.isLive);
  const others = living.filter((entry) => entry.key !== key).reduce((sum, { at, end }) => sum + end - at, 0);
  if (size > pageBytes - pageHead || others + size > mostLiveBytes)
    throw new InvalidInput("that is more than this flash holds", { length: size, limit: mostLiveBytes });
  const old = living.filter((entry) => entry.key === key);
  const at = placeFor(image, size, key);
  program(image, at, [written, key.length, value.length & 0xff, value.length >> 8]);
  program(image, at + entryHead, Buffer.from(key, "latin1"));
  program(image, at + entryHead + key.length, value);
  for (const entry of old) program(image, entry.at, [dropped]);
};

/** Where the next entry goes: behind the last one, or on a fresh page. */
const placeFor = (image: Uint8Array, size: number, key: string): number => {
  const pages = pagesIn(image);
  const newest = pages.at(-1);
  if (newest !== undefined) {
    const end = entriesOf(image, newest).at(-1)?.end ?? newest * pageBytes + pageHead;
    if (end + size <= (newest + 1) * pageBytes) return end;
  }
  if (pages.length === pageCount) {
    reclaim(image, key);
    return placeFor(image, size, key);
  }
  return openPage(image) + pageHead;
};

const openPage = (image: Uint8Array): number => {
  const pages = pagesIn(image);
  const free = [...Array(pageCount).keys()].find((page) => !pages.includes(page)) ?? 0;
  const newest = pages.at(-1);
  setSequence(image, free, newest === undefined ? 1 : sequenceOf(image, newest) + 1);
  return free * pageBytes;
};

/** Erases the oldest page and appends again what still lived there, but for what is about to be replaced. */
const reclaim = (image: Uint8Array, replaced: string): void => {
  const oldest = pagesIn(image)[0] ?? 0;
  const living = entriesOf(image, oldest).filter((entry) => entry.isLive && entry.key !== replaced);
  image.fill(blank, oldest * pageBytes, (oldest + 1) * pageBytes);
  for (const { key, value } of living) append(image, key, value);
};

/** Trailing blank bytes need not be kept. */
const trimmed = (image: Uint8Array): Uint8Array => {
  let end = image.length;
  while (end > 0 && image[end - 1] === blank) end--;
  return image.slice(0, end);
};
