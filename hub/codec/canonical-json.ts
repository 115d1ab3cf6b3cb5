/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [Name in string]: Json | undefined };

/**
 * One text for one value, whatever order its fields came in: names sorted by UTF-16 code units, no white space. For
 * what we sign, which holds no numbers but whole ones, this is JCS [RFC 8785].
 */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(",")}}`;
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
