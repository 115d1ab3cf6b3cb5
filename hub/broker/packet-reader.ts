/** Why a client's bytes are not read on. */
export type Violation = "oversized" | "malformed";

export interface PacketTaker {
  /**
   * One whole packet: `data[at]` is its first byte, its body goes from `start` to `end`.
   * @returns false when it is malformed
   */
  onPacket(data: Buffer, at: number, start: number, end: number): boolean;
}

const longestLengthField = 4;

const nothing = Buffer.alloc(0);

/**
 * Cuts what a client sends into packets, without a copy where they came whole. A packet that is too large is refused at
 * its header, before anything is gathered.
 */
export class PacketReader {
  /** While set nothing is read: the client is over its rate, or its session not yet open, or at its end. */
  isPaused = false;
  readonly #largest: number;
  readonly #taker: PacketTaker;
  /** The beginning of a packet whose rest has not come. */
  #held: Buffer[] | undefined;
  #heldBytes = 0;
  #needed = 0;

  /** @param largest bytes after the fixed header */
  constructor(largest: number, taker: PacketTaker) {
    this.#largest = largest;
    this.#taker = taker;
  }

  take(chunk: Buffer): Violation | undefined {
    if (this.#held === undefined) return this.#cut(chunk);
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < this.#needed) return undefined;
    const all = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = undefined;
    return this.#cut(all);
  }

  /** Reads what was left while it was paused. */
  takeHeld(): Violation | undefined {
    return this.#held === undefined ? undefined : this.take(nothing);
  }

  #cut(data: Buffer): Violation | undefined {
    let at = 0;
    while (at < data.length && !this.isPaused) {
      const header = lengthAt(data, at);
      if (header === "malformed") return "malformed";
      if (header === undefined) {
        this.#hold(data, at, data.length - at + 1);
        return undefined;
      }
      const { length, start } = header;
      if (length > this.#largest) return "oversized";
      const end = start + length;
      if (end > data.length) {
        this.#hold(data, at, end - at);
        return undefined;
      }
      if (!this.#taker.onPacket(data, at, start, end)) return "malformed";
      at = end;
    }
    if (at < data.length) this.#hold(data, at, 0);
    return undefined;
  }

  #hold(data: Buffer, from: number, needed: number): void {
    this.#held = [data.subarray(from)];
    this.#heldBytes = data.length - from;
    this.#needed = needed;
  }
}

/** 2.2.3 Remaining Length. @returns undefined when its bytes have not all come */
const lengthAt = (data: Buffer, at: number): { length: number; start: number } | "malformed" | undefined => {
  let length = 0;
  for (let count = 0; count < longestLengthField; count++) {
    const byte = data[at + 1 + count];
    if (byte === undefined) return undefined;
    length += (byte & 127) * 128 ** count;
    if (byte < 128) return { length, start: at + 2 + count };
  }
  return "malformed";
};
