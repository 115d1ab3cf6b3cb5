import type { Json } from "../../codec/canonical-json.ts";
import { declared, mapHash, type Placed, type PrivacyMap } from "./privacy-map.ts";

/** JSON Schema 2020-12 of what can be taken along: each collection and book, with the fields that may leave. */
export const exportSchema = (map: PrivacyMap, placed: readonly Placed[] = declared()): Json => {
  const tables = new Map<string, Record<string, Json>>();
  for (const { place, field } of placed) {
    const [table = "", name = "", column = ""] = place.split("/");
    const item = map.items.find(({ places }) => places.includes(place));
    if (column === "" || (field.class !== "none" && item?.isExportable !== true)) continue;
    const holder = `${table}/${name}`;
    const columns = tables.get(holder) ?? {};
    columns[column] =
      item === undefined
        ? { description: "a random id or a word of the hub's own" }
        : {
            title: item.label.en,
            description: item.whatFor,
            "x-class": item.class,
            "x-source": item.source,
          };
    tables.set(holder, columns);
  }
  const kept = [...tables].filter(([, columns]) =>
    Object.values(columns).some((column) => Object.hasOwn(column as object, "x-class")),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:lampkeeper:export",
    $comment: mapHash(map),
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      kept.map(([holder, properties]) => [
        holder,
        { type: "array", items: { type: "object", properties, additionalProperties: false } },
      ]),
    ),
  };
};
