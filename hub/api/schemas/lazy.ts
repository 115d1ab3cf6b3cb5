import * as z from "zod/mini";

/** Builds a schema when it is first needed: a hub that starts pays for none of them. */
export const lazy = <Schema>(build: () => Schema): (() => Schema) => {
  let built: Schema | undefined;
  return () => {
    built ??= build();
    return built;
  };
};

/** The schema with a sentence about the field it stands for, for the OpenAPI document. */
export const described = <Schema extends z.core.$ZodType>(schema: Schema, description: string): Schema => {
  // A copy: what is said of one field must not stand at every other that has the same shape.
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, { description });
  return copy;
};

/** A number of `unit` from `min` to `max`. JSON knows no NaN; an overflow such as 1e999 arrives as Infinity and is refused. */
export const quantity = (unit: string, min: number, max: number) =>
  described(z.number().check(z.gte(min), z.lte(max)), unit);

export const list = <Item extends z.core.SomeType>(item: Item) => z.readonly(z.array(item));

/** What a collection answers. */
export const collection = <Item extends z.core.SomeType>(item: Item) => z.strictObject({ data: list(item) });
