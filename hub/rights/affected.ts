import type { PersonId } from "../domain/ids.ts";
import type { Detector } from "../domain/incident.ts";
import { type CollectionName, collections } from "../privacy/data-map.ts";
import type { Declaration, Field } from "../privacy/declaration.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import { personIn } from "../privacy/record-codec.ts";

/** Whom an incident may concern, and with what, as the data map has it. */
export interface Affected {
  readonly people: readonly PersonId[];
  /** Records about them. */
  readonly records: number;
  /** In the words of the data map. */
  readonly categories: readonly string[];
}

/** What of the map each kind of incident may have shown or changed. */
const concerns: Readonly<Record<Detector, (field: Declaration) => boolean>> = {
  guessing: () => false,
  "malformed-flood": () => false,
  clone: () => false,
  replay: ({ category }) => category === "user.location.presence",
  "tampered-book": ({ class: kind }) => kind === "person",
  "leaked-token": ({ class: kind, egress }) => kind === "person" && egress.includes("api"),
  "not-me": ({ class: kind, egress }) => kind === "person" && egress.includes("api"),
  report: ({ class: kind }) => kind === "person",
};

const declared = (name: CollectionName): readonly Declaration[] =>
  (Object.values(collections[name].fields) as Field[]).flatMap((field) =>
    field.class === "none" ? [] : [field],
  );

/** Walks the map: each collection of people's with a field that is concerned, and whose records are in it. */
export const affectedBy = (detector: Detector, store: GuardedStore): Affected => {
  const people = new Set<PersonId>();
  const categories = new Set<string>();
  let records = 0;
  for (const name of Object.keys(collections) as CollectionName[]) {
    const fields = declared(name).filter((field) => field.key === "person" && concerns[detector](field));
    if (fields.length === 0) continue;
    const found = [...store.collection(name).entries()].flatMap(([key]) => personIn(key) ?? []);
    if (found.length === 0) continue;
    records += found.length;
    for (const person of found) people.add(person);
    for (const { category } of fields) categories.add(category);
  }
  return { people: [...people].sort(), records, categories: [...categories].sort() };
};
