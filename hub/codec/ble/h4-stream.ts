/** Bytes of a header by packet type, and where in it the length of the rest stands (Core Specification, Vol 4 Part A, 2). */
const headers: Readonly<Record<number, { readonly bytes: number; length(header: Buffer): number }>> = {
  1: { bytes: 4, length: (header) => header.readUInt8(3) },
  2: { bytes: 5, length: (header) => header.readUInt16LE(3) },
  3: { bytes: 4, length: (header) => header.readUInt8(3) },
  4: { bytes: 3, length: (header) => header.readUInt8(2) },
};

export interface H4Packets {
  /** Whole packets, each with its type in front. */
  readonly packets: readonly Buffer[];
  /** Begins a packet that is not whole yet. */
  readonly rest: Buffer;
  /** What came is no packet; the stream cannot be followed any further. */
  readonly isBroken: boolean;
}

/** Cuts a stream of bytes from a Bluetooth controller, as a serial line or a socket carries it, into packets. */
export const splitH4 = (bytes: Buffer): H4Packets => {
  const packets: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const [type] = rest;
    const header = type === undefined ? undefined : headers[type];
    if (header === undefined) return { packets, rest, isBroken: type !== undefined };
    if (rest.length < header.bytes) return { packets, rest, isBroken: false };
    const length = header.bytes + header.length(rest);
    if (rest.length < length) return { packets, rest, isBroken: false };
    packets.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
};
