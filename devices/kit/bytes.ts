/** Bytes of their hex digits: `hex("7e04ef")`. */
export const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/**
 * A frame written down with capitals where a number goes: `filled("7e0401NNffffff00ef", { NN: 10 })`. Two are one byte,
 * four are two, the high one first.
 */
export const filled = (template: string, numbers: Readonly<Record<string, number>>): Uint8Array =>
  hex(
    Object.entries(numbers).reduce(
      (text, [letters, number]) => text.replace(letters, number.toString(16).padStart(letters.length, "0")),
      template,
    ),
  );

/** Low byte of the sum. */
export const sumOf = (bytes: Iterable<number>): number => {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 0xff;
};

/** All bytes exclusive-or'ed. */
export const xorOf = (bytes: Iterable<number>): number => {
  let xor = 0;
  for (const byte of bytes) xor ^= byte;
  return xor;
};

/** `bytes` and zeros behind them. @param length 0 or more; what is longer stays as it is */
export const padded = (bytes: ArrayLike<number>, length: number): Uint8Array => {
  const frame = new Uint8Array(Math.max(length, bytes.length));
  frame.set(bytes);
  return frame;
};

/** `bytes` and what closes them, as `sumOf` or `xorOf` computes it. */
export const closed = (bytes: Uint8Array, close: (bytes: Iterable<number>) => number): Uint8Array =>
  Uint8Array.of(...bytes, close(bytes));

/** 0..65535 as two bytes, the low one first. */
export const littleEndian = (value: number): readonly [number, number] => [value & 0xff, value >> 8];

/** The two bytes at `at`, the low one first; undefined where there are none. */
export const u16le = (bytes: Uint8Array, at: number): number | undefined => joined(bytes[at + 1], bytes[at]);

/** The two bytes at `at`, the high one first; undefined where there are none. */
export const u16be = (bytes: Uint8Array, at: number): number | undefined => joined(bytes[at], bytes[at + 1]);

const joined = (high: number | undefined, low: number | undefined): number | undefined =>
  high === undefined || low === undefined ? undefined : high * 256 + low;

/** Values of records of a type, a length and so many bytes, by type; undefined where the last does not end with the bytes. */
export const recordsIn = (bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined => {
  const records = new Map<number, Uint8Array>();
  let next = 0;
  while (next + 1 < bytes.length) {
    const end = next + 2 + (bytes[next + 1] ?? 0);
    records.set(bytes[next] ?? 0, bytes.subarray(next + 2, end));
    next = end;
  }
  return next === bytes.length ? records : undefined;
};
