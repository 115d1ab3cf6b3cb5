import { StoreTooNew, StoreUnreadable } from "../domain/store-errors.ts";
import type { RecordStore, StoreWrite } from "../ports/store.ts";

/** Reads and makes record values as the rest of the hub sees them; filled by whoever seals. */
export interface RecordCodec {
  /** Undefined: the record cannot be opened; a step leaves it alone. */
  decode(collection: string, key: string, record: Uint8Array): unknown;
  encode(collection: string, key: string, value: unknown): Uint8Array;
}

/**
 * One step from a version of the stored values to the next: the writes that make it. Released steps are never changed:
 * there are homes that have yet to go through them.
 */
export type SchemaStep = (records: RecordStore, codec: RecordCodec) => readonly StoreWrite[];

/** Where the version stands; it says nothing about the home and lies in clear inside the encrypted file. */
const place = { collection: "schema", key: "version" } as const;

const versionOf = (records: RecordStore): number | undefined => {
  const found = records.get(place.collection, place.key);
  return found === undefined ? undefined : Number(Buffer.from(found).toString());
};

/**
 * Brings stored values to version `steps.length + 1`. Each step is one batch together with its version, so a power cut
 * leaves a home between two steps, never inside one. A new store starts at the newest version.
 * @throws StoreTooNew when a newer hub has written here; StoreUnreadable when the version is damaged; StoreFailed.
 */
export const upgrade = (records: RecordStore, codec: RecordCodec, steps: readonly SchemaStep[]): void => {
  const newest = steps.length + 1;
  const found = versionOf(records) ?? newest;
  if (!Number.isInteger(found) || found < 1) {
    throw new StoreUnreadable("the version of the data is damaged; restore a backup", { reason: "damaged" });
  }
  if (found > newest) {
    throw new StoreTooNew("the data is of a newer version; install that version", { found, known: newest });
  }
  const stamp = (version: number): StoreWrite => ({ ...place, value: Buffer.from(String(version)) });
  if (versionOf(records) === undefined) records.write([stamp(newest)], "immediate");
  steps.slice(found - 1).forEach((step, index) => {
    records.write([...step(records, codec), stamp(found + index + 1)], "immediate");
  });
};
