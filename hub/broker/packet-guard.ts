/**
 * Follows the packet boundaries in what a client sends and looks at lengths only, so that a packet that is too large is
 * refused at its header, before anything is gathered. Contents are the parser's business.
 */
export class PacketGuard {
  readonly #largest: number;
  /** Bytes of the present packet still to come. */
  #left = 0;
  /** In the length field: its value so far, and its bytes so far. */
  #length = 0;
  #lengthBytes = -1;

  /** @param largest bytes after the fixed header */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** @returns false when a packet is too large, or its length field too long (2.2.3: four bytes) */
  accepts(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
      } else if (this.#lengthBytes < 0) {
        this.#lengthBytes = 0;
        this.#length = 0;
        at++;
      } else if (!this.#takeLengthByte(chunk[at++] ?? 0)) {
        return false;
      }
    }
    return true;
  }

  #takeLengthByte(byte: number): boolean {
    this.#length += (byte & 127) * 128 ** this.#lengthBytes;
    this.#lengthBytes++;
    if (byte > 127) return this.#lengthBytes < 4;
    this.#left = this.#length;
    this.#lengthBytes = -1;
    return this.#left <= this.#largest;
  }
}
