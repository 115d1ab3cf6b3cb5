import { expect, test } from "vitest";
import type { CollectionName } from "../../../../hub/privacy/data-map.ts";
import { collections } from "../../../../hub/privacy/data-map.ts";
import type { Field } from "../../../../hub/privacy/declaration.ts";
import { erasurePlan } from "../../../../hub/privacy/documents/erasure-plan.ts";
import { mapHash } from "../../../../hub/privacy/documents/privacy-map.ts";
import { exportJsonSchema } from "../../../../hub/rights/export-schema.ts";
import { furnishedPerson, furnishedRecords } from "../../../support/furnished-records.ts";
import { thisMap } from "../../../support/privacy-map.ts";
import { proves } from "../../../support/proves.ts";
import { startStore } from "../../../support/started-store.ts";
import { storeRigs } from "../../../support/store-rigs.ts";

const plan = erasurePlan(thisMap);
const names = Object.keys(collections) as CollectionName[];

test(`erasing a person takes exactly the collections that the plan names, and leaves all others as they were ${proves("GDPR:17")}`, () => {
  const rig = storeRigs[0]?.[1]();
  if (rig === undefined) throw new RangeError("no store");
  try {
    const { store } = startStore(rig);
    store.admit(furnishedPerson);
    const records = furnishedRecords("plan");
    for (const name of names) {
      const [key, value] = records[name];
      store.collection(name).put(key, value as never);
    }
    const held = () => names.filter((name) => [...store.collection(name).entries()].length > 0);
    expect(held()).toEqual(names);
    store.erase(furnishedPerson);
    const gone = names.filter((name) => !held().includes(name)).map((name) => `collections/${name}`);
    expect(gone.sort()).toEqual(plan.person.gone.filter((each) => each.startsWith("collections/")));
    expect(plan.person.keys).toEqual(["person"]);
  } finally {
    rig.dispose();
  }
});

test("each reset takes what the map does not say survives it, and the deepest takes all", () => {
  expect(plan.mapHash).toBe(mapHash(thisMap));
  expect(plan.reset.factory.gone).toEqual(plan.household.gone);
  for (const holder of plan.reset.network.gone) expect(plan.reset["hand-over"].gone).toContain(holder);
  expect(plan.reset.network).toEqual({ keys: ["wifi"], gone: ["secrets/wifi"] });
  const staying = names.filter((name) =>
    (Object.values(collections[name].fields) as Field[]).every(
      (field) => field.class === "none" || field.survives.includes("hand-over"),
    ),
  );
  for (const name of staying) expect(plan.reset["hand-over"].gone).not.toContain(`collections/${name}`);
  expect(plan.reset["hand-over"].keys).toContain("person");
  expect(plan.reset["hand-over"].keys).not.toContain("household");
});

test(`the export schema has every field that may leave, where it comes from, and no secret ${proves("Z10")}`, () => {
  const schema = exportJsonSchema(mapHash(thisMap));
  const tables = columnsIn(schema as unknown as ExportShape);
  for (const item of thisMap.items) {
    for (const place of item.places) {
      const [table, name, field = ""] = place.split("/");
      const columns = tables[`${table}/${name}`] ?? {};
      expect(Object.hasOwn(columns, field), place).toBe(item.isExportable);
      if (item.isExportable)
        expect((columns[field] as Record<string, string>)["x-source"], place).toBe(item.source);
    }
  }
  expect(JSON.stringify(tables)).not.toContain('"x-class":"secret"');
  expect(schema["$comment"]).toBe(mapHash(thisMap));
});

type Columns = Readonly<Record<string, object>>;
interface OneOf<Part> {
  readonly items: { readonly oneOf: readonly { readonly properties: Part }[] };
}
interface ExportShape {
  readonly properties: {
    readonly sections: OneOf<{
      readonly collection: { readonly const: string };
      readonly records: {
        readonly items: { readonly properties: { readonly value: { readonly properties: Columns } } };
      };
    }>;
    readonly books: OneOf<{
      readonly book: { readonly const: string };
      readonly entries: {
        readonly items: { readonly properties: { readonly content: { readonly properties: Columns } } };
      };
    }>;
  };
}

/** The columns of each table, by the place at which the map has it. */
const columnsIn = ({ properties: { sections, books } }: ExportShape): Readonly<Record<string, Columns>> =>
  Object.fromEntries([
    ...sections.items.oneOf.map(({ properties: { collection, records } }) => [
      `collections/${collection.const}`,
      records.items.properties.value.properties,
    ]),
    ...books.items.oneOf.map(({ properties: { book, entries } }) => [
      `chains/${book.const}`,
      entries.items.properties.content.properties,
    ]),
  ]);
