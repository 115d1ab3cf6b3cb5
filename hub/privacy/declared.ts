import {
  type ChainName,
  type CollectionName,
  chains,
  collections,
  isPaged,
  type ShelfName,
  secretShelves,
} from "./data-map.ts";
import type { Declaration, Egress, Field } from "./declaration.ts";
import { keyOf } from "./record-codec.ts";

/** Questions to the data map that more than one reader has. */
export { chains } from "./data-map.ts";

export const collectionNames = Object.keys(collections) as readonly CollectionName[];
export const chainNames = Object.keys(chains) as readonly ChainName[];
export const shelfNames = Object.keys(secretShelves) as readonly ShelfName[];

/** The fields of a collection, by name. */
export const fieldsOf = (name: CollectionName): Readonly<Record<string, Field>> => collections[name].fields;

/** Collections of which each record is one person's. */
export const personal: readonly CollectionName[] = collectionNames.filter((name) => keyOf(name) === "person");

/** Collections that are about the home. */
export const ofHome: readonly CollectionName[] = collectionNames.filter((name) => !personal.includes(name));

export const leavesBy = (field: Field, way: Egress): boolean =>
  field.class === "none" || (field.class !== "secret" && field.egress.includes(way));

const declarationsIn = (name: CollectionName): readonly Declaration[] =>
  Object.values(fieldsOf(name)).flatMap((field) => (field.class === "none" ? [] : [field]));

/** Whether a record can be made whole again from what leaves this way. */
const isWhole = (name: CollectionName, way: Egress): boolean =>
  declarationsIn(name).every(({ egress }) => egress.includes(way));

/** Collections that a backup holds. Those in pages hold what was newest, which no backup brings back. */
export const inBackup: readonly CollectionName[] = collectionNames.filter(
  (name) => !isPaged(name) && isWhole(name, "backup"),
);

/** Collections of the home that another hub can take in from an export. */
export const portable: readonly CollectionName[] = inBackup.filter(
  (name) => ofHome.includes(name) && isWhole(name, "export"),
);

/** Something that is declared in the same words is told once. */
export const declaredIn = (name: CollectionName): ReadonlyMap<Declaration, readonly string[]> => {
  const found = new Map<Declaration, readonly string[]>();
  for (const [field, declaration] of Object.entries(fieldsOf(name)))
    if (declaration.class !== "none") found.set(declaration, [...(found.get(declaration) ?? []), field]);
  return found;
};
