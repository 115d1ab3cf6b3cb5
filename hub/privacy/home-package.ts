import type { PersonId } from "../domain/ids.ts";
import type { Instant } from "../domain/units.ts";

/** Records of a collection: key and value. */
export type PackedRecords = Readonly<Record<string, readonly (readonly [key: string, value: unknown])[]>>;

/** What is about one person, sealed under a key that hangs on that person's own. */
export interface PackedPerson {
  readonly person: PersonId;
  /** base64 */
  readonly sealed: string;
}

/** A home on its way from one store to another. */
export interface HomePackage {
  readonly created: Instant;
  /** Whether what is there of these collections goes. */
  readonly replaces: boolean;
  readonly records: PackedRecords;
  readonly people: readonly PackedPerson[];
  /** Keys of the register (`key/…`) and secrets of shelves (`shelf/…/…`). The holder wipes them. */
  readonly secrets: ReadonlyMap<string, Buffer>;
}

/** Settings of a machine, which no home brings along: how late it was when it last ran, and what it had begun. */
export const ofMachine: ReadonlySet<string> = new Set(["clock", "erasure-open"]);

interface Head extends Omit<HomePackage, "secrets"> {
  readonly version: 1;
  readonly secrets: readonly (readonly [name: string, bytes: number])[];
}

const lengthBytes = 4;
/** The size of a home says how much there is in it. */
const sizeClassBytes = 16 * 1_024;

/** Length of the JSON u32 | JSON | secrets one after the other | zeros up to a whole number of size classes. The caller wipes it. */
export const encodePackage = ({ secrets, ...home }: HomePackage): Buffer => {
  const head: Head = {
    version: 1,
    ...home,
    secrets: [...secrets].map(([name, { length }]) => [name, length] as const),
  };
  const json = Buffer.from(JSON.stringify(head));
  const used = lengthBytes + json.length + [...secrets.values()].reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.alloc(Math.ceil(used / sizeClassBytes) * sizeClassBytes);
  bytes.writeUInt32BE(json.length);
  json.copy(bytes, lengthBytes);
  let at = lengthBytes + json.length;
  for (const secret of secrets.values()) at += secret.copy(bytes, at);
  json.fill(0);
  return bytes;
};

/** Undefined for anything that `encodePackage` did not make; its secrets are copies. */
export const decodePackage = (bytes: Buffer): HomePackage | undefined => {
  if (bytes.length < lengthBytes) return undefined;
  const end = lengthBytes + bytes.readUInt32BE();
  const head = end > bytes.length ? undefined : jsonOf(bytes.subarray(lengthBytes, end));
  if (head === undefined) return undefined;
  const secrets = new Map<string, Buffer>();
  let at = end;
  for (const [name, length] of head.secrets) {
    if (at + length > bytes.length) return undefined;
    secrets.set(name, Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  const { created, replaces, records, people } = head;
  return { created, replaces, records, people, secrets };
};

const jsonOf = (bytes: Buffer): Head | undefined => {
  try {
    const head = JSON.parse(bytes.toString()) as Head;
    return head.version === 1 ? head : undefined;
  } catch {
    return undefined;
  }
};

export const wipePackage = ({ secrets }: HomePackage): void => {
  for (const secret of secrets.values()) secret.fill(0);
};
