/** A JSON object of unknown content, as a device sent it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Longer than any message of any dialect here; more is noise. */
const longest = 65_536;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object in `text`; undefined for anything else. Never throws. */
export const parseObject = (text: string): JsonObject | undefined => {
  if (text.length > longest) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** `at[key]` when it is an object. */
export const objectAt = (at: JsonObject | undefined, key: string): JsonObject | undefined => {
  const value = at?.[key];
  return isObject(value) ? value : undefined;
};

/** `at[key]` when it is a finite number inside `min..max`. */
export const numberAt = (
  at: JsonObject | undefined,
  key: string,
  min = -Infinity,
  max = Infinity,
): number | undefined => {
  const value = at?.[key];
  return typeof value === "number" && Number.isFinite(value) && value >= min && value <= max
    ? value
    : undefined;
};

/** `at[key]` when it is a list of exactly `count` finite numbers inside `min..max`. */
export const numbersAt = (
  at: JsonObject | undefined,
  key: string,
  count: number,
  min: number,
  max: number,
): readonly number[] | undefined => {
  const value = at?.[key];
  if (!Array.isArray(value) || value.length !== count) return undefined;
  const fits = (each: unknown): each is number => typeof each === "number" && each >= min && each <= max;
  return value.every(fits) ? value : undefined;
};

/** `at[key]` when it is a boolean. */
export const booleanAt = (at: JsonObject | undefined, key: string): boolean | undefined => {
  const value = at?.[key];
  return typeof value === "boolean" ? value : undefined;
};

/** `at[key]` when it is a text of at most 64 characters: a state, a mode, an effect, an id. */
export const textAt = (at: JsonObject | undefined, key: string): string | undefined => {
  const value = at?.[key];
  return typeof value === "string" && value.length <= 64 ? value : undefined;
};

/** `at[key]` when it is a list of at most 16 such texts. */
export const textsAt = (at: JsonObject | undefined, key: string): readonly string[] | undefined => {
  const value = at?.[key];
  if (!Array.isArray(value) || value.length > 16) return undefined;
  const fits = (each: unknown): each is string => typeof each === "string" && each.length <= 64;
  return value.every(fits) ? value : undefined;
};

/** `at[key]` as a switch: the words `on` and `off` of the dialect; anything else is undefined. */
export const switchAt = (
  at: JsonObject | undefined,
  key: string,
  on = "ON",
  off = "OFF",
): boolean | undefined => {
  const value = textAt(at, key);
  return value === on ? true : value === off ? false : undefined;
};

/** The fields that are there: what `exactOptionalPropertyTypes` wants instead of `undefined`. */
export const present = <Shape extends object>(
  fields: {
    readonly [Key in keyof Shape]: Shape[Key] | undefined;
  },
): Partial<Shape> => {
  const found: { [Key in keyof Shape]?: Shape[Key] } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) found[key] = value;
  }
  return found;
};
