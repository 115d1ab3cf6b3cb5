import { HubError } from "../domain/errors.ts";
import { type CollectionName, collections } from "./data-map.ts";
import { routeFields } from "./outlets.ts";

/** Something would have been stored or answered that the data map does not know: a bug of ours. `context.what`: where. */
export class UndeclaredField extends HubError {
  override readonly code = "undeclared_field";
  override readonly family = "bug";
}

type Fields = Readonly<Record<string, unknown>>;

/** Which of its own fields a value may not have. What is undefined is not there. */
const strangerIn = (value: Fields, fields: Fields): string | undefined => {
  for (const field in value) if (value[field] !== undefined && !Object.hasOwn(fields, field)) return field;
  return undefined;
};

/** By collection: asked for every page that is written. */
const storedFields = new Map<CollectionName, ReadonlySet<string>>();

export const storedFieldsOf = (collection: CollectionName): ReadonlySet<string> => {
  let fields = storedFields.get(collection);
  if (fields === undefined) {
    fields = new Set(Object.keys(collections[collection].fields));
    storedFields.set(collection, fields);
  }
  return fields;
};

/** Types say the same; this is for what reaches a store by a way that types do not see. @throws UndeclaredField */
export const assertStored = (collection: CollectionName, value: unknown): void => {
  if (
    typeof value === "object" &&
    value !== null &&
    strangerIn(value as Fields, collections[collection].fields)
  )
    throw new UndeclaredField("a field that the data map does not declare is not stored", {
      what: collection,
    });
};

const answers: Readonly<Record<string, Fields>> = routeFields;

const assertOne = (name: string, fields: Fields, value: unknown): void => {
  if (typeof value === "object" && value !== null && strangerIn(value as Fields, fields))
    throw new UndeclaredField("a field that the data map does not declare is not answered", { what: name });
};

/** As `assertStored`, for an answer of the HTTP door: `Lights` is many `Light`. @throws UndeclaredField */
export const assertAnswered = (name: string, answer: unknown): void => {
  const own = answers[name];
  if (own !== undefined) assertOne(name, own, answer);
  const item = own === undefined ? answers[name.slice(0, -1)] : undefined;
  const data = (answer as { readonly data?: unknown } | undefined)?.data;
  if (item !== undefined && Array.isArray(data)) for (const each of data) assertOne(name, item, each);
};
