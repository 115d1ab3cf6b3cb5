/** What a firmware found in a JSON message. */
export type Words = Readonly<Record<string, unknown>>;

/** So many dialects and products may take turns. */
const mostRead = 16;
const read = new Map<string, Words | undefined>();

/**
 * The object in a message; undefined for noise. Firmwares must not crash on what comes over the air. Lamps that are
 * asked the same hear the very same, so the newest few are read once.
 */
export const wordsOf = (payload: string): Words | undefined => {
  if (!read.has(payload)) {
    if (read.size === mostRead) read.clear();
    read.set(payload, parsed(payload));
  }
  return read.get(payload);
};

const parsed = (payload: string): Words | undefined => {
  try {
    const value: unknown = JSON.parse(payload);
    return asWords(value);
  } catch {
    return undefined;
  }
};

export const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const asBoolean = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;

export const asWords = (value: unknown): Words | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Words) : undefined;

/** One of a firmware's words. */
export const wordIn = <Word extends string>(value: unknown, words: readonly Word[]): Word | undefined =>
  words.find((word) => word === value);

/** A list of exactly so many finite numbers. */
export const asNumbers = (value: unknown, count: number): readonly number[] | undefined =>
  Array.isArray(value) && value.length === count && value.every((each) => asNumber(each) !== undefined)
    ? (value as readonly number[])
    : undefined;

/** Rounded to so many decimals. */
export const round = (value: number, digits = 0): number => Math.round(value * 10 ** digits) / 10 ** digits;
