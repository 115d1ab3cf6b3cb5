/** Behind a length of one byte; the rest follows. Both are views of `bytes`. Undefined: it is cut short. */
export const partOf = (bytes: Uint8Array): readonly [part: Uint8Array, rest: Uint8Array] | undefined => {
  const [length] = bytes;
  return length === undefined || bytes.length < 1 + length
    ? undefined
    : [bytes.subarray(1, 1 + length), bytes.subarray(1 + length)];
};

/** The other way round: each part behind its length, then `rest` without one. The caller wipes it. @param parts of at most 255 bytes */
export const packed = (parts: readonly Uint8Array[], rest: Uint8Array = new Uint8Array()): Buffer => {
  const length = parts.reduce((sum, part) => sum + 1 + part.length, rest.length);
  // A buffer of its own: V8 moves small arrays about and leaves copies behind that nobody can wipe.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let at = 0;
  for (const part of parts) {
    bytes[at] = part.length;
    bytes.set(part, at + 1);
    at += 1 + part.length;
  }
  bytes.set(rest, at);
  return bytes;
};
