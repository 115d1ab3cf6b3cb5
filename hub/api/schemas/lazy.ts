import * as z from "zod/mini";

/** Builds a schema when it is first needed: a hub that starts pays for none of them. */
export const lazy = <Schema>(build: () => Schema): (() => Schema) => {
  let built: Schema | undefined;
  return () => {
    built ??= build();
    return built;
  };
};

/** A sentence about a field, for the OpenAPI document. */
export const described = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

/** A number of `unit` from `min` to `max`. JSON knows no NaN; an overflow such as 1e999 arrives as Infinity and is refused. */
export const quantity = (unit: string, min: number, max: number) =>
  described(z.number().check(z.gte(min), z.lte(max)), unit);

export const list = <Item extends z.core.SomeType>(item: Item) => z.readonly(z.array(item));

/** What a collection answers. */
export const collection = <Item extends z.core.SomeType>(item: Item) => z.strictObject({ data: list(item) });
