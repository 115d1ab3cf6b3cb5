const headerBytes = 4;

/** A frame put together from the fragments that cross between host and controller (Core Specification, Vol 3 Part A, 7.2). */
export class FrameAssembly {
  #bytes: Buffer = Buffer.alloc(0);

  /** @returns a whole frame with its header; what does not continue, or is longer than it says, is dropped */
  add(data: Buffer, isFirst: boolean): Buffer | undefined {
    if (!isFirst && this.#bytes.length === 0) return undefined;
    this.#bytes = isFirst ? Buffer.from(data) : Buffer.concat([this.#bytes, data]);
    if (this.#bytes.length < headerBytes) return undefined;
    const expected = headerBytes + this.#bytes.readUInt16LE(0);
    if (this.#bytes.length < expected) return undefined;
    const frame = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return frame.length === expected ? frame : undefined;
  }
}

export const channelOf = (frame: Buffer): number => frame.readUInt16LE(2);

export const payloadOf = (frame: Buffer): Buffer => frame.subarray(headerBytes);

export const frameOf = (channel: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16LE(payload.length, 0);
  header.writeUInt16LE(channel, 2);
  return Buffer.concat([header, payload]);
};

/** @param most bytes of a fragment */
export const fragmentsOf = (frame: Buffer, most: number): readonly Buffer[] => {
  const count = Math.max(1, Math.ceil(frame.length / most));
  return Array.from({ length: count }, (_, index) => frame.subarray(index * most, (index + 1) * most));
};
