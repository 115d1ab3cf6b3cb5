import { isoText } from "../domain/instant-text.ts";
import type { Instant } from "../domain/units.ts";
import type { DataExport, ExportAbout, ExportSection } from "./data-export.ts";
import type { Fields } from "./held-data.ts";

const words = (name: string): string =>
  name
    .replaceAll(/[-_.]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

const shown = (value: unknown): string => {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : `${value}`;
};

const isTime = (field: string, value: unknown): value is number =>
  typeof value === "number" && value > 1e11 && value < 8.64e15 && field !== "id";

const lineOf = ([field, value]: readonly [string, unknown]): string =>
  `  ${words(field)}: ${isTime(field, value) ? isoText(value as Instant) : shown(value)}`;

const recordText = ({ value }: { readonly value: Fields }): readonly string[] => [
  "",
  ...Object.entries(value).map(lineOf),
];

const aboutText = (each: ExportAbout): readonly string[] => [
  `What: ${each.fields.map(words).join(", ")} (${each.category})`,
  `Why: ${each.purpose} (${words(each.legalBasis)})`,
  `From: ${each.source}`,
  `Kept: ${each.retention}`,
  `Seen by: ${each.recipients.length === 0 ? "the hub alone" : each.recipients.join("; ")}`,
];

const heading = (text: string, line: string): readonly string[] => [text, line.repeat(text.length)];

const sectionText = ({ collection, of, about, records }: ExportSection): readonly string[] => [
  "",
  ...heading(`${words(collection)}${of === "home" ? " of the home" : ""} (${records.length})`, "-"),
  ...about.flatMap(aboutText),
  ...records.flatMap(recordText),
];

/** A copy of what is held as people read it: plain text, one thing under the other. */
export const readableReport = (copy: DataExport): string =>
  [
    ...heading(
      copy.scope === "person" ? "What this hub holds of you" : "What this hub holds of the home",
      "=",
    ),
    `Made ${copy.created}. Nothing of it has been sent anywhere.`,
    ...copy.sections.flatMap(sectionText),
    ...copy.books.flatMap(({ book, entries }) => [
      "",
      ...heading(`book of ${words(book)} (${entries.length})`, "-"),
      ...entries.flatMap(({ order, at, content }) => recordText({ value: { order, at, ...content } })),
    ]),
    ...(copy.withheld.length === 0 ? [] : ["", ...heading("Held, and not shown", "-")]),
    ...copy.withheld.map(
      ({ collection, fields, records }) =>
        `${words(collection)}: ${records} (${fields.length === 0 ? "a secret" : fields.map(words).join(", ")})`,
    ),
    "",
  ].join("\n");
