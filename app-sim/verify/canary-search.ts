import { encodingsOf, shortestCanaryBytes } from "./canary-encodings.ts";

/** A canary that was found, by its number in the list: what it is need not be repeated anywhere. */
export interface Hit {
  readonly canary: number;
  readonly encoding: string;
  /** Byte at which it begins. */
  readonly at: number;
}

interface Needle {
  readonly canary: number;
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** Bytes by which a needle is recognised before it is compared. */
const headBytes = 4;

/** Searches bytes for many canaries in every encoding, in one pass. */
export class CanarySearch {
  readonly #byHead = new Map<number, Needle[]>();
  /** Whether any needle begins with these two bytes: most places in a file end here. */
  readonly #pairs = new Uint8Array(1 << 16);
  readonly #longest: number;

  /** @throws RangeError a canary of fewer than six bytes */
  constructor(canaries: readonly string[]) {
    let longest = 0;
    canaries.forEach((text, canary) => {
      if (Buffer.byteLength(text) < shortestCanaryBytes)
        throw new RangeError(`a canary has at least ${shortestCanaryBytes} bytes`);
      for (const { name, bytes } of encodingsOf(text)) {
        this.#add({ canary, encoding: name, bytes });
        longest = Math.max(longest, bytes.length);
      }
    });
    this.#longest = longest;
  }

  /** What stands in these bytes, in ascending order of place. */
  in(bytes: Uint8Array): readonly Hit[] {
    return this.#find(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).map(hitAt(0));
  }

  /** What stands in each of these pieces and on the seams between them. */
  *inPieces(pieces: Iterable<Uint8Array>): Generator<Hit> {
    let tail = Buffer.alloc(0);
    let start = 0;
    for (const piece of pieces) {
      const bytes = Buffer.concat([tail, piece]);
      const known = tail.length;
      yield* this.#find(bytes)
        .filter(({ end }) => end > known)
        .map(hitAt(start));
      tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.#longest + 1)));
      start += bytes.length - tail.length;
    }
  }

  #add(needle: Needle): void {
    const head = needle.bytes.readUInt32LE(0);
    this.#pairs[head & 0xffff] = 1;
    this.#byHead.set(head, [...(this.#byHead.get(head) ?? []), needle]);
  }

  #find(bytes: Buffer): readonly Find[] {
    const found: Find[] = [];
    const last = bytes.length - headBytes;
    for (let at = 0; at <= last; at++) {
      if (this.#pairs[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] === 0) continue;
      for (const needle of this.#byHead.get(bytes.readUInt32LE(at)) ?? []) {
        const end = at + needle.bytes.length;
        if (bytes.subarray(at, end).equals(needle.bytes)) found.push({ needle, at, end });
      }
    }
    return found;
  }
}

interface Find {
  readonly needle: Needle;
  readonly at: number;
  readonly end: number;
}

const hitAt =
  (start: number) =>
  ({ needle: { canary, encoding }, at }: Find): Hit => ({ canary, encoding, at: start + at });
