import { type ChainName, type CollectionName, chains, collections } from "../privacy/data-map.ts";
import type { Declaration, Field, Retention } from "../privacy/declaration.ts";

/** One sort of thing that is kept, and for how long: a collection or a chain of the data map. */
export interface RetentionItem {
  readonly name: string;
  readonly terms: Retention;
}

export interface CollectionItem extends RetentionItem {
  readonly name: CollectionName;
}
export interface ChainItem extends RetentionItem {
  readonly name: ChainName;
}

const declared = (fields: object): readonly Declaration[] =>
  (Object.values(fields) as readonly Field[]).flatMap((field) => (field.class === "none" ? [] : [field]));

const strictness = ({ kind }: Retention): number => ["until-removed", "newest", "days"].indexOf(kind);

/** A record is sealed and goes as one, so the strictest of its fields decides; undefined: it is about nobody. */
export const termsOf = (fields: object): Retention | undefined => {
  const all = declared(fields).map(({ retention }) => retention);
  return all.toSorted((a, b) => strictness(b) - strictness(a) || daysOf(a) - daysOf(b))[0];
};

const daysOf = (terms: Retention): number => (terms.kind === "days" ? terms.days : Number.POSITIVE_INFINITY);

const itemsOf = <Name extends string>(
  table: { readonly [Each in Name]: { readonly fields: object } },
): readonly { readonly name: Name; readonly terms: Retention }[] =>
  (Object.keys(table) as Name[]).flatMap((name) => {
    const terms = termsOf(table[name].fields);
    return terms === undefined ? [] : [{ name, terms }];
  });

/** All that the data map declares, and nothing beside it. */
export const collectionItems: readonly CollectionItem[] = itemsOf(collections);
export const chainItems: readonly ChainItem[] = itemsOf(chains);
