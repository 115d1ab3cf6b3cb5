/** Sizes that sealed records have: few enough that one says next to nothing about what is in it. Bytes. */
const smallest = 256;
const largest = 1_024;
const space = 0x20;

/** The size that so many bytes are padded to: 256, 512, 1024 and then whole kilobytes. */
export const paddedSize = (bytes: number): number => {
  if (bytes > largest) return Math.ceil(bytes / largest) * largest;
  let size = smallest;
  while (size < bytes) size *= 2;
  return size;
};

/**
 * JSON with spaces behind it, which mean nothing to who reads it. Unpadded, the size of a record says how long a name
 * is and, as `true` is shorter than `false`, whether somebody is home.
 */
export const padded = (json: string): Buffer => {
  const bytes = Buffer.byteLength(json);
  const record = Buffer.allocUnsafe(paddedSize(bytes));
  record.write(json);
  return record.fill(space, bytes);
};
