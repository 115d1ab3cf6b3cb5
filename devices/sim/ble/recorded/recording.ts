import { InvalidInput } from "../../../../hub/domain/errors.ts";
import type { GattEntry, GattProperty } from "../../../../hub/ports/ble.ts";

export const recordingSchema = "lampkeeper.ble-twin/1";

/** A characteristic and bytes of it, in hex. */
export interface RecordedValue {
  readonly service: string;
  readonly characteristic: string;
  readonly value: string;
}

/** A write, and what the lamp did until the next one. */
export interface Exchange {
  readonly written: RecordedValue;
  /** Notifications, so many milliseconds after the write. */
  readonly notified: readonly (RecordedValue & { readonly afterMs: number })[];
  /** What could be read meanwhile. */
  readonly read: readonly RecordedValue[];
}

/** A session with a lamp: enough to play the lamp to whoever does the same again. Holds no address of the lamp. */
export interface Recording {
  readonly schema: typeof recordingSchema;
  /** The driver it was recorded with. */
  readonly profile: string;
  readonly bonded: boolean;
  /** Hex. */
  readonly advertisement: string;
  readonly scanResponse?: string;
  readonly entries: readonly GattEntry[];
  /** What could be read before the first write. */
  readonly read: readonly RecordedValue[];
  readonly exchanges: readonly Exchange[];
}

const properties: readonly GattProperty[] = ["read", "write", "write-command", "notify", "indicate"];
const mostExchanges = 100_000;

type Check = (value: unknown) => boolean;

const isHex: Check = (value) => typeof value === "string" && /^([0-9a-f]{2})*$/.test(value);
const isUuid: Check = (value) => typeof value === "string" && /^([0-9a-f]{4}|[0-9a-f]{32})$/.test(value);
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isDelay: Check = (value) => typeof value === "number" && value >= 0 && value < 600_000;
const isProperty: Check = (value) => properties.some((each) => each === value);

const listOf =
  (check: Check, most = 1_000): Check =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(check);

const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const place = { service: isUuid, characteristic: isUuid };
const recorded = shape({ ...place, value: isHex });

const isRecording = shape({
  schema: (value) => value === recordingSchema,
  profile: isText,
  bonded: isFlag,
  advertisement: isHex,
  scanResponse: optional(isHex),
  entries: listOf(shape({ ...place, properties: listOf(isProperty) })),
  read: listOf(recorded),
  exchanges: listOf(
    shape({
      written: recorded,
      notified: listOf(shape({ ...place, value: isHex, afterMs: isDelay })),
      read: listOf(recorded),
    }),
    mostExchanges,
  ),
});

/** @throws InvalidInput for anything that is no whole recording */
export const readRecording = (text: string): Recording => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInput("a recording is a JSON document", { path: "" });
  }
  if (!isRecording(value)) throw new InvalidInput(`this is no recording of a lamp (${recordingSchema})`);
  return value as Recording;
};
