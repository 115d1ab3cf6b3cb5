import type { StoreWrite } from "../ports/store.ts";
import type { SchemaStep } from "../store/schema.ts";

/** As the collections were cut at that version: the key of a record without its last so many characters. */
const cuts = { "light-states": 10, occurrences: 10 } as const;

const ofItsOwn: Readonly<Record<string, number>> = {};

/**
 * To version 2: states and histories, a record each until then, lie in pages (ADR 16). The storage of simulated lamps is
 * flash page by page now, under another key and elsewhere: they begin anew.
 */
export const inPages: SchemaStep = (records, codec) => {
  const writes = new Map<string, StoreWrite>();
  const write = (collection: string, key: string, value: Uint8Array | undefined) =>
    writes.set(`${collection}/${key}`, { collection, key, value });
  for (const [collection, cut] of Object.entries(cuts)) {
    const pages = new Map<string, Map<string, unknown>>();
    for (const [key, record] of records.entries(collection)) {
      const value = codec.decode(collection, key, record);
      if (value === undefined) continue;
      const page = key.length > cut ? key.slice(0, -cut) : key;
      pages.set(page, (pages.get(page) ?? new Map()).set(key, [value, ofItsOwn]));
      write(collection, key, undefined);
    }
    for (const [page, content] of pages)
      write(
        collection,
        page,
        codec.encode(collection, page, { parts: [], records: Object.fromEntries(content) }),
      );
  }
  for (const [key] of records.entries("sim-flash")) write("sim-flash", key, undefined);
  return [...writes.values()];
};
