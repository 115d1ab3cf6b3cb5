type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
};

const known = new Set([
  ...["$schema", "$id", "title", "description", "format", "type", "const", "enum", "pattern"],
  ...["properties", "required", "additionalProperties", "items", "oneOf"],
  // Words that say something to whoever reads it, and ask nothing of a value.
  ...["$comment", "x-class", "x-source"],
]);

/**
 * Where a value is not as a JSON Schema (2020-12) wants it, for the words of that language that are listed here; any other word
 * is an error, so that nothing is passed over.
 */
export const schemaFaults = (schema: Json, value: unknown, at = ""): readonly string[] => {
  const strange = Object.keys(schema).filter((word) => !known.has(word));
  if (strange.length > 0) throw new RangeError(`words of JSON Schema that are not known here: ${strange}`);
  const faults: string[] = [];
  const { type, pattern, properties, required, items, oneOf } = schema;
  if (typeof type === "string" && types[type]?.(value) !== true) return [`${at}: no ${type}`];
  if ("const" in schema && value !== schema["const"]) return [`${at}: not ${schema["const"]}`];
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value))
    faults.push(`${at}: none of the choices`);
  if (typeof pattern === "string" && !(typeof value === "string" && new RegExp(pattern, "u").test(value)))
    faults.push(`${at}: not ${pattern}`);
  if (isObject(properties) && isObject(value)) {
    for (const name of (required as readonly string[] | undefined) ?? [])
      if (!Object.hasOwn(value, name)) faults.push(`${at}/${name}: missing`);
    for (const [name, each] of Object.entries(value)) {
      const inside = properties[name];
      if (isObject(inside)) faults.push(...schemaFaults(inside, each, `${at}/${name}`));
      else if (schema["additionalProperties"] === false) faults.push(`${at}/${name}: not declared`);
    }
  }
  if (isObject(items) && Array.isArray(value))
    for (const [index, each] of value.entries()) faults.push(...schemaFaults(items, each, `${at}/${index}`));
  if (Array.isArray(oneOf)) {
    const fitting = oneOf.filter((each: Json) => schemaFaults(each, value, at).length === 0).length;
    if (fitting !== 1) faults.push(`${at}: ${fitting} of the alternatives`);
  }
  return faults;
};
