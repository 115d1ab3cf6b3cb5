import type { CollectionName } from "../privacy/data-map.ts";
import type { Field } from "../privacy/declaration.ts";
import {
  chainNames,
  chains,
  collectionNames,
  declaredIn,
  fieldsOf,
  inBackup,
  leavesBy,
  ofHome,
  personal,
  portable,
  shelfNames,
} from "../privacy/declared.ts";
import { exportSchema } from "./data-export.ts";

type Json = Readonly<Record<string, unknown>>;

const text = { type: "string" } as const;
const texts = { type: "array", items: text } as const;
const object = (properties: Json, optional: readonly string[] = []): Json => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

/** Fields that an export shows, each with what it is. */
const shownFields = (fields: Readonly<Record<string, Field>>): Json => {
  const shown = Object.entries(fields).filter(([, field]) => leavesBy(field, "export"));
  return object(
    Object.fromEntries(
      shown.map(([name, field]) => [
        name,
        field.class === "none"
          ? { description: "an id or a word of this hub" }
          : {
              description: `${field.category}: ${field.purpose}`,
              "x-class": field.class,
              "x-source": field.source,
            },
      ]),
    ),
    shown.map(([name]) => name),
  );
};

const about = object({
  fields: texts,
  category: text,
  purpose: text,
  legalBasis: { enum: ["contract", "consent", "legitimate-interest", "legal-obligation"] },
  source: text,
  retention: text,
  recipients: texts,
});

const section = (name: CollectionName): Json =>
  object({
    collection: { const: name },
    of: { const: personal.includes(name) ? "own" : "home" },
    about: { type: "array", items: about },
    records: { type: "array", items: object({ key: text, value: shownFields(fieldsOf(name)) }) },
  });

const book = (name: (typeof chainNames)[number]): Json =>
  object({
    book: { const: name },
    entries: {
      type: "array",
      items: object({
        order: { type: "integer" },
        at: { type: "number" },
        content: shownFields(chains[name].fields),
      }),
    },
  });

/** Collections of which an export shows anything. */
const shown = collectionNames.filter((name) =>
  [...declaredIn(name).keys()].some(({ egress }) => egress.includes("export")),
);

/** What an export looks like, as JSON Schema: made from the data map, as the export is. @param mapHash says from which */
export const exportJsonSchema = (mapHash: string): Json => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `urn:${exportSchema.replaceAll(/[./]/g, ":")}`,
  $comment: mapHash,
  title: "Export of a person's data or of a home",
  description: `Collections of people: ${personal.join(", ")}. Of the home: ${ofHome.join(", ")}. Another hub takes in: ${portable.join(", ")}. In a backup: ${inBackup.join(", ")}.`,
  ...object(
    {
      schema: { const: exportSchema },
      scope: { enum: ["home", "person"] },
      person: { type: "string", pattern: "^p-[a-z2-7]{12}$" },
      created: { type: "string", format: "date-time" },
      sections: { type: "array", items: { oneOf: shown.map(section) } },
      books: { type: "array", items: { oneOf: chainNames.map(book) } },
      withheld: {
        type: "array",
        items: object({
          collection: { enum: [...collectionNames, ...shelfNames] },
          fields: texts,
          records: { type: "integer" },
        }),
      },
    },
    ["person"],
  ),
});
