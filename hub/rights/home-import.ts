import { holdsCardNumber } from "../domain/card-number.ts";
import { type ErrorContext, HubError, LimitExceeded } from "../domain/errors.ts";
import { parseInstant } from "../domain/instant-text.ts";
import { ImportRefused } from "../domain/rights.ts";
import type { Instant } from "../domain/units.ts";
import type { CollectionName } from "../privacy/data-map.ts";
import { collectionNames, portable } from "../privacy/declared.ts";
import type { PackedRecords } from "../privacy/home-package.ts";
import { exportSchema } from "./data-export.ts";
import { isShaped, recordShapes, type ShapedName } from "./record-shapes.ts";

/** Of a home of ten thousand lamps. */
export const mostImportBytes = 16 * 1_024 * 1_024;
const mostRecords = 50_000;
const deepest = 24;

/** Settings that say which hub this is, or what it has told to others: they are no part of a home. */
const ofTheHub: ReadonlySet<string> = new Set(["hub-id", "home-assistant", "last-backup", "clock"]);

/** What an export of a home has to say to another hub. */
export interface ImportedHome {
  readonly created: Instant;
  readonly records: PackedRecords;
}

type Json = Readonly<Record<string, unknown>>;

const refused = (reason: string, message: string, context: ErrorContext = {}): ImportRefused =>
  new ImportRefused(message, { reason, ...context });

/**
 * Reads the export of a home. Whatever in it is not as this hub writes it is refused, with everything else.
 * @throws ImportRefused, LimitExceeded
 */
export const readHomeImport = (bytes: Uint8Array): ImportedHome => {
  if (bytes.length > mostImportBytes)
    throw new LimitExceeded("the file is longer than any home", { limit: mostImportBytes });
  const file = jsonIn(bytes);
  assertPlain(file);
  const { schema, scope, created, sections, ...others } = asObject(file, "");
  if (schema !== exportSchema)
    throw refused("schema", `not an export of this version: it has to say ${exportSchema}`);
  if (scope !== "home") throw refused("schema", "not the export of a home: one of a person stays with them");
  only(others, ["books", "withheld"]);
  const records = recordsIn(asList(sections, "sections"));
  assertReferences(records);
  return { created: instantIn(created), records };
};

/** That records are such as a home has, before they come into the store. @throws ImportRefused */
export const assertHomeRecords = (records: PackedRecords): void => {
  for (const [collection, list] of Object.entries(records)) {
    if (!isShaped(collection)) continue;
    for (const [key, value] of list) assertShape(collection, key, value);
    assertUnique(collection, list);
  }
  assertReferences(records);
};

const jsonIn = (bytes: Uint8Array): unknown => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    assertDepth(text);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw refused("not-json", "the file is not JSON in UTF-8");
  }
};

/** Before a parser sees it: brackets outside of strings. */
const assertDepth = (text: string): void => {
  let [depth, isText] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c && isText) at++;
    else if (code === 0x22) isText = !isText;
    else if (!isText && (code === 0x7b || code === 0x5b)) depth++;
    else if (!isText && (code === 0x7d || code === 0x5d)) depth--;
    if (depth > deepest) throw refused("deep", "nothing in a home is so deep", { limit: deepest });
  }
};

/** No payment card, and no key that means something to a program that merges objects. */
const assertPlain = (value: unknown): void => {
  if (typeof value === "string" && holdsCardNumber(value))
    throw refused("needless", "the file holds what looks like the number of a payment card");
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype")
      throw refused("unknown", "the file has fields that no home has");
    if (holdsCardNumber(key))
      throw refused("needless", "the file holds what looks like the number of a payment card");
    assertPlain(each);
  }
};

const recordsIn = (sections: readonly unknown[]): PackedRecords => {
  const found: Record<string, readonly (readonly [string, unknown])[]> = {};
  let count = 0;
  for (const [index, each] of sections.entries()) {
    const { collection, of, about, records, ...others } = asObject(each, `sections/${index}`);
    only(others, []);
    const name = collectionNames.find((known) => known === collection);
    if (name === undefined || of !== "home")
      throw refused("unknown", "the file has a section that no home has", { at: `sections/${index}` });
    if (Object.hasOwn(found, name))
      throw refused("duplicate", "a section stands there twice", { at: `sections/${index}` });
    asList(about, `sections/${index}/about`);
    const list = asList(records, `sections/${index}/records`);
    count += list.length;
    if (count > mostRecords) throw refused("too-many", "more than any home has", { limit: mostRecords });
    // What is only of a moment, or of no use elsewhere, is left where it is; it has to be well-formed all the same.
    const read = list.map((record) => pairIn(record, `sections/${index}/records`));
    found[name] = portable.includes(name) ? takenOf(name, read) : [];
  }
  return Object.fromEntries(Object.entries(found).filter(([name]) => isPortable(name)));
};

const isPortable = (name: string): boolean => portable.some((each) => each === name);

const takenOf = (name: CollectionName, list: readonly (readonly [string, unknown])[]) => {
  if (!isShaped(name))
    throw refused("unknown", "the file has a section that this hub does not take in", { at: name });
  for (const [key, value] of list) assertShape(name, key, value);
  assertUnique(name, list);
  return name === "settings" ? list.filter(([key]) => !ofTheHub.has(key)) : list;
};

const pairIn = (record: unknown, at: string): readonly [string, unknown] => {
  const { key, value, ...others } = asObject(record, at);
  only(others, []);
  // A key is an id or a short word: never a path.
  if (typeof key !== "string" || !/^[a-z0-9][a-z0-9./-]{0,79}$/.test(key) || key.includes(".."))
    throw refused("shape", "a key is no id of a home", { at });
  return [key, asObject(value, at)];
};

const keyField: Readonly<Record<ShapedName, string>> = {
  devices: "id",
  rooms: "id",
  zones: "id",
  groups: "id",
  scenes: "id",
  settings: "name",
  rules: "id",
  circadian: "target",
};

const assertShape = (name: ShapedName, key: string, value: unknown): void => {
  const result = recordShapes[name].safeParse(value);
  const at = result.error?.issues[0]?.path.map(String).join("/");
  if (result.error !== undefined) {
    const isUnknown = result.error.issues.some(({ code }) => code === "unrecognized_keys");
    throw refused(isUnknown ? "unknown" : "shape", `a record of ${name} is not as this hub writes it`, {
      at: at === undefined || at === "" ? name : `${name}/${at}`,
    });
  }
  if ((value as Json)[keyField[name]] !== key)
    throw refused("shape", `a record of ${name} lies under another's key`, { at: name });
};

/** Two of one id, or two devices of one address: which of them is it? */
const assertUnique = (name: ShapedName, list: readonly (readonly [string, unknown])[]): void => {
  const keys = list.map(([key]) => key);
  const addresses = name === "devices" ? list.map(([, value]) => `${(value as Json)["address"]}`) : [];
  for (const each of [keys, addresses])
    if (new Set(each).size < each.length) throw refused("duplicate", `two ${name} have one id`, { at: name });
};

/** A room that a device stands in, and what belongs to a zone or group, is there. Scenes and rules outlive what they name. */
const assertReferences = (records: PackedRecords): void => {
  const known = new Set(Object.values(records).flatMap((list) => list.map(([key]) => key)));
  for (const name of ["devices", "zones", "groups"] as const)
    for (const [, value] of records[name] ?? []) {
      const { room, members } = value as {
        readonly room?: string | null;
        readonly members?: readonly string[];
      };
      if ([room ?? [], members ?? []].flat().some((id) => !known.has(id)))
        throw refused("reference", "a record names something that is not in the file", { at: name });
    }
};

const only = (others: Json, known: readonly string[]): void => {
  if (Object.keys(others).some((key) => !known.includes(key)))
    throw refused("unknown", "the file has fields that this hub does not write");
};

const asObject = (value: unknown, at: string): Json => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refused("shape", "an object has to stand there", { at });
  return value as Json;
};

const asList = (value: unknown, at: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw refused("shape", "a list has to stand there", { at });
  return value;
};

const instantIn = (value: unknown): Instant => {
  try {
    return parseInstant(typeof value === "string" ? value : "");
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    throw refused("shape", "the file does not say when it was made", { at: "created" });
  }
};
