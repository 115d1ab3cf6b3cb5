/**
 * Sizes that sealed records have: few enough that one says next to nothing about what is in it. Bytes. In the smallest there is
 * room for a record with a name of 64 characters, in a script of three bytes a character too, so that none of them tells long names from short ones.
 */
const smallest = 512;
const step = 1_024;

/** The size that so many bytes are padded to: `least`, 512, 1024 and then whole kilobytes. */
export const paddedSize = (bytes: number, least = smallest): number => {
  if (bytes <= least) return least;
  return bytes <= smallest ? smallest : Math.ceil(bytes / step) * step;
};

/**
 * JSON with spaces behind it, which mean nothing to who reads it. Unpadded, the size of a record says how long a name
 * is and, as `true` is shorter than `false`, whether somebody is home.
 *
 * @param least the smallest size that it may have; absent: 512
 */
export const padded = (json: string, least?: number): string => {
  const bytes = Buffer.byteLength(json);
  return json + " ".repeat(paddedSize(bytes, least) - bytes);
};
