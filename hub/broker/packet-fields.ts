const nothing = Buffer.alloc(0);

/**
 * Walks through the fields of a packet. Where one is missing, cut off or no text, it and all that follow are empty, and
 * `isAtEnd` never comes true: asked once, at the end.
 */
export class PacketFields {
  readonly #data: Buffer;
  readonly #end: number;
  #at: number;

  constructor(data: Buffer, start: number, end: number) {
    this.#data = data;
    this.#at = start;
    this.#end = end;
  }

  /** Everything was read, and everything was there. */
  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  byte(): number {
    const at = this.#advance(1);
    return this.#hasFailed ? 0 : (this.#data[at] ?? 0);
  }

  /** Two bytes, the higher first. */
  number(): number {
    const at = this.#advance(2);
    return this.#hasFailed ? 0 : this.#data.readUInt16BE(at);
  }

  /** A length of two bytes, then so many. A view. */
  bytes(): Buffer {
    const length = this.number();
    const at = this.#advance(length);
    return this.#hasFailed ? nothing : this.#data.subarray(at, at + length);
  }

  /** [MQTT-1.5.3-1], [MQTT-1.5.3-2]: UTF-8 without NUL; U+FFFD is what is left of bytes that were not UTF-8. */
  text(): string {
    const length = this.number();
    const at = this.#advance(length);
    if (this.#hasFailed) return "";
    const text = this.#data.toString("utf8", at, at + length);
    if (!/[\0\uFFFD]/.test(text)) return text;
    this.#advance(Infinity);
    return "";
  }

  get #hasFailed(): boolean {
    return this.#at > this.#end;
  }

  /** @returns where it stood */
  #advance(bytes: number): number {
    const at = this.#at;
    this.#at = at + bytes > this.#end ? Infinity : at + bytes;
    return at;
  }
}
