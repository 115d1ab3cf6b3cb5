import { canonicalJson, type Json } from "../../codec/canonical-json.ts";
import { sha256 } from "../../crypto/digest.ts";
import { InvariantBroken } from "../../domain/errors.ts";
import type { Profile } from "../../domain/profile.ts";
import { isPurpose, type LegalBasis, type Purpose, purposes } from "../../domain/purpose.ts";
import type { ResetLevel } from "../../domain/reset.ts";
import {
  type CanaryPattern,
  type CategoryFacts,
  type CcpaRow,
  categories,
  ccpaRows,
  type InEachLanguage,
  languages,
} from "../categories.ts";
import { chains, collections, secretShelves, secrets } from "../data-map.ts";
import type { Declaration, Egress, Field, KeyName, Retention, Source, Transfer } from "../declaration.ts";
import { notCollected } from "../not-collected.ts";
import { logFields, outboundHosts, routeFields, topics } from "../outlets.ts";
import { type RecipientFacts, recipients } from "../recipients.ts";
import { rights } from "../rights.ts";
import { sensed } from "../sensed.ts";
import { type DeviceType, deviceTypeOf } from "./device-type.ts";
import { vietnamese } from "./vietnamese.ts";

/** A declaration misses something that the documents are made from, or contradicts itself. `context` names item and gap. */
export class MapIncomplete extends InvariantBroken {}

/** One kind of data for one use: everything that the map says of it, and where it is kept. */
export interface MapItem {
  /** Of its first place: `data.devices.name`. */
  readonly id: string;
  /** `collections/devices/name`, `chains/changes/before`, `secrets/wifi`, `shelves/totp`. */
  readonly places: readonly string[];
  readonly category: string;
  readonly label: InEachLanguage;
  readonly examples: InEachLanguage;
  readonly class: Declaration["class"];
  readonly purposes: readonly Purpose[];
  readonly whatFor: string;
  readonly legalBasis: LegalBasis;
  readonly source: Source;
  readonly need: Declaration["need"];
  readonly stopsIfRefused: string;
  readonly subject: Declaration["subject"];
  readonly retention: Retention;
  readonly atEnd: Declaration["atEnd"];
  readonly recipients: readonly string[];
  readonly transfer: Transfer;
  readonly egress: readonly Egress[];
  readonly isExportable: boolean;
  /** Whose destruction erases it. */
  readonly key: KeyName;
  readonly survives: readonly ResetLevel[];
  readonly canary: CanaryPattern;
  readonly ccpa: CcpaRow;
  readonly dpv: readonly string[];
  readonly rows: readonly string[];
  readonly standards: readonly string[];
}

export interface MapRecipient extends RecipientFacts {
  readonly id: string;
}

/** The whole of the data map as data: the only thing that documents are written from. */
export interface PrivacyMap {
  readonly schema: 1;
  readonly items: readonly MapItem[];
  readonly purposes: Readonly<Record<string, { readonly basis: LegalBasis; readonly version: number }>>;
  readonly recipients: readonly MapRecipient[];
  readonly devices: readonly DeviceType[];
  readonly sensed: Readonly<Record<string, InEachLanguage>>;
  readonly notCollected: Readonly<
    Record<
      string,
      { readonly label: InEachLanguage; readonly rows: readonly string[]; readonly proof: string }
    >
  >;
  readonly rights: Readonly<
    Record<
      string,
      { readonly label: InEachLanguage; readonly says: InEachLanguage; readonly rows: readonly string[] }
    >
  >;
  readonly topics: Readonly<Record<string, { readonly class: string; readonly says: string }>>;
  readonly answers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly logFields: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

/** Something declared, and where. */
export interface Placed {
  readonly place: string;
  readonly field: Field;
}

const fieldsAt = (table: string, name: string, fields: object): readonly Placed[] =>
  (Object.entries(fields) as [string, Field][]).map(([field, declared]) => ({
    place: `${table}/${name}/${field}`,
    field: declared,
  }));

/** Every field of every collection and chain, and every secret. */
export const declared = (): readonly Placed[] => [
  ...Object.entries(collections).flatMap(([name, { fields }]) => fieldsAt("collections", name, fields)),
  ...Object.entries(chains).flatMap(([name, { fields }]) => fieldsAt("chains", name, fields)),
  ...Object.entries(secrets).map(([name, { declaration }]) => ({
    place: `secrets/${name}`,
    field: declaration,
  })),
  ...Object.entries(secretShelves).map(([name, { declaration }]) => ({
    place: `shelves/${name}`,
    field: declaration,
  })),
];

const classes = ["household", "person", "secret"];

/** What is wrong with a declaration; nothing, when it is whole. For whoever came past the compiler. */
export const gapsIn = (declaration: Partial<Declaration>): readonly string[] => {
  const facts = Object.hasOwn(categories, `${declaration.category}`)
    ? (categories[declaration.category as keyof typeof categories] as Partial<CategoryFacts>)
    : undefined;
  const uses = declaration.purposes ?? [];
  const known = uses.filter((use) => isPurpose(use));
  const sentences = [declaration.purpose, declaration.stopsIfRefused, ...(declaration.recipients ?? [])];
  return [
    ...(classes.includes(`${declaration.class}`) ? [] : ["class"]),
    ...(facts === undefined
      ? ["category"]
      : languages.flatMap((each) => (facts.label?.[each] ? [] : [`label-${each}`]))),
    ...(facts === undefined || ccpaRows.includes(facts.ccpa as CcpaRow) ? [] : ["ccpa"]),
    ...(uses.length > 0 && known.length === uses.length ? [] : ["purpose"]),
    ...(known.some((use) => purposes[use].basis === declaration.legalBasis) ? [] : ["legal-basis"]),
    ...(declaration.key === undefined ? ["key"] : []),
    ...(declaration.retention === undefined || declaration.atEnd === undefined ? ["retention"] : []),
    ...(declaration.source === undefined ? ["source"] : []),
    ...(declaration.transfer === undefined ? ["transfer"] : []),
    ...sentences.flatMap((sentence) =>
      sentence === undefined
        ? ["sentence"]
        : vietnamese[sentence] === undefined
          ? [`vietnamese: ${sentence}`]
          : [],
    ),
  ];
};

/** What is wrong with a recipient: without all of this nobody is told anything. */
export const gapsInRecipient = (recipient: Partial<RecipientFacts>): readonly string[] => {
  const { label, purpose, categories: kinds = [], fields = [], place, transfer, isOffByDefault } = recipient;
  const isHere = transfer === "none";
  const hasSafeguard =
    typeof transfer === "object" && Boolean(transfer.country) && Boolean(transfer.safeguard);
  return [
    ...languages.flatMap((each) => (label?.[each] ? [] : [`label-${each}`])),
    ...(isPurpose(`${purpose}`) ? [] : ["purpose"]),
    ...(kinds.length > 0 && kinds.every((kind) => Object.hasOwn(categories, kind)) ? [] : ["category"]),
    ...(fields.length > 0 ? [] : ["fields"]),
    ...(place === "local" || place === "chosen" ? [] : ["place"]),
    ...(isHere || hasSafeguard ? [] : ["safeguard"]),
    ...(isOffByDefault === true ? [] : ["off-by-default"]),
  ];
};

/** @throws MapIncomplete */
const assertRecipients = (known: Readonly<Record<string, RecipientFacts>>): void => {
  const gaps = Object.entries(known).flatMap(([id, facts]) =>
    gapsInRecipient(facts).map((gap) => `recipients/${id}: ${gap}`),
  );
  if (gaps.length > 0)
    throw new MapIncomplete(`a recipient is not declared whole: ${gaps.join("; ")}`, { gaps });
};

/** @throws MapIncomplete names all that is missing at once */
export const assertWhole = (placed: readonly Placed[]): void => {
  const gaps = placed.flatMap(({ place, field }) =>
    field.class === "none" ? [] : gapsIn(field).map((gap) => `${place}: ${gap}`),
  );
  if (gaps.length > 0)
    throw new MapIncomplete(`the data map is not whole: ${[...new Set(gaps)].join("; ")}`, { gaps });
};

/** @param placed what is declared @param profiles every product that the hub can drive */
export const privacyMap = (
  profiles: Iterable<Profile>,
  placed: readonly Placed[] = declared(),
  known: Readonly<Record<string, RecipientFacts>> = recipients,
): PrivacyMap => {
  assertWhole(placed);
  assertRecipients(known);
  return {
    schema: 1,
    items: itemsOf(placed),
    purposes: Object.fromEntries(
      Object.entries(purposes).map(([name, { basis, version }]) => [name, { basis, version }]),
    ),
    recipients: Object.entries(known).map(([id, facts]) => ({ id, ...facts })),
    devices: [...profiles].map(deviceTypeOf),
    sensed,
    notCollected: Object.fromEntries(
      Object.entries(notCollected).map(([id, { label, rows, proof }]) => [id, { label, rows, proof }]),
    ),
    rights: Object.fromEntries(
      Object.entries(rights).map(([id, { label, says, rows }]) => [id, { label, says, rows }]),
    ),
    topics: Object.fromEntries(
      Object.entries(topics).map(([name, topic]) => [name, { class: topic.class, says: topic.says }]),
    ),
    answers: routeFields,
    logFields,
    hosts: Object.keys(outboundHosts),
  };
};

/** Fields that are declared alike are one item. */
const itemsOf = (placed: readonly Placed[]): readonly MapItem[] => {
  const alike = new Map<string, { readonly declaration: Declaration; readonly places: string[] }>();
  for (const { place, field } of placed) {
    if (field.class === "none") continue;
    const key = canonicalJson(field as unknown as Json);
    const found = alike.get(key) ?? { declaration: field, places: [] };
    found.places.push(place);
    alike.set(key, found);
  }
  return [...alike.values()].map(({ declaration, places }) => itemOf(declaration, places));
};

const itemOf = (declaration: Declaration, places: readonly string[]): MapItem => {
  const { label, examples, ccpa, dpv, canary, rows, standards } = categories[declaration.category];
  const { purpose, egress, ...facts } = declaration;
  const [, ...path] = places[0]?.split("/") ?? [];
  return {
    id: `data.${path.join(".")}`,
    places,
    category: facts.category,
    label,
    examples,
    class: facts.class,
    purposes: facts.purposes,
    whatFor: purpose,
    legalBasis: facts.legalBasis,
    source: facts.source,
    need: facts.need,
    stopsIfRefused: facts.stopsIfRefused,
    subject: facts.subject,
    retention: facts.retention,
    atEnd: facts.atEnd,
    recipients: facts.recipients,
    transfer: facts.transfer,
    egress,
    isExportable: egress.includes("export"),
    key: facts.key,
    survives: facts.survives,
    canary,
    ccpa,
    dpv,
    rows,
    standards,
  };
};

/** SHA-256 over the map in one spelling: what every document carries, to say what it was made from. */
export const mapHash = (map: PrivacyMap): string =>
  sha256(Buffer.from(canonicalJson(map as unknown as Json))).toString("hex");
