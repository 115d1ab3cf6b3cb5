/**
 * Compiled, never run: each line marked as an error has to be one, or `tsc` fails. So what the data map does not
 * declare cannot be stored, logged or answered.
 */
import type { Broadcasts, Wifi } from "../../hub/api/traits.ts";
import type { Device, Room } from "../../hub/domain/home.ts";
import type { RoomId } from "../../hub/domain/ids.ts";
import type { Purpose } from "../../hub/domain/purpose.ts";
import type { AuditedLog } from "../../hub/privacy/audited-log.ts";
import type { CategoryFacts } from "../../hub/privacy/categories.ts";
import { collections, secrets } from "../../hub/privacy/data-map.ts";
import type {
  CollectionDeclaration,
  Declaration,
  Field,
  FieldsOf,
  SecretDeclaration,
} from "../../hub/privacy/declaration.ts";
import type { GuardedStore, RoofPurposeStore } from "../../hub/privacy/guarded-store.ts";
import type { Answer, OutboundHost, Topic } from "../../hub/privacy/outlets.ts";
import type { RecipientFacts } from "../../hub/privacy/recipients.ts";
import type { SealedStore } from "../../hub/privacy/sealed-store.ts";

const none: Field = { class: "none" };
const declared = collections.rooms.fields.name;

export const storing = (store: GuardedStore, room: Room, id: RoomId): void => {
  store.collection("rooms").put(id, room);
  // @ts-expect-error a collection that the map does not declare
  store.collection("diaries");
  // @ts-expect-error a field that no room has
  store.collection("rooms").put(id, { ...room, id, name: "hall", owner: "Ana" });
  // @ts-expect-error the value of another collection
  store.collection("zones").put(id, room);
  // @ts-expect-error a secret is in no collection
  store.collection("wifi");
  // @ts-expect-error nor is there a way from the store that rooms hold to the door of one
  store.secret("wifi");
  // @ts-expect-error nor to those of which there are many
  store.shelf("bind-keys");
};

/** Whoever is told about the network or a sensor's key, or may change it, cannot read it. */
export const reading = (sealed: SealedStore, wifi: Wifi, gate: Broadcasts): readonly unknown[] => {
  sealed.secret("wifi").isSet();
  // @ts-expect-error a secret that the map does not declare
  sealed.secret("diary");
  // @ts-expect-error the door of the API has no way to read it back
  wifi.read(String);
  // @ts-expect-error nor a sensor's key
  gate.keyOf("s-aaaaaaaaaaaa");
  const declaration = { ...secrets.wifi.declaration, egress: ["api"] } as const;
  // @ts-expect-error a secret leaves the hub by no way
  const leaking: SecretDeclaration = { declaration, sizeClassBytes: 128 };
  return [leaking];
};

export const declaring = (): readonly unknown[] => {
  const whole: FieldsOf<Room> = { id: none, name: declared };
  // @ts-expect-error a field of the value is not declared
  const missing: FieldsOf<Room> = { id: none };
  // @ts-expect-error a field is declared that the value does not have
  const foreign: FieldsOf<Room> = { id: none, name: declared, owner: declared };
  // @ts-expect-error a field that is sometimes absent has to be declared too
  const optional: FieldsOf<Pick<Device, "id" | "powerOn">> = { id: none };
  // @ts-expect-error so has one that only some values of a union have
  const union: FieldsOf<{ a: 1 } | { b: 2 }> = { a: none };
  // @ts-expect-error a class beside the four
  const classless: Field = { class: "anonymous" };
  // @ts-expect-error what is about the household has to say why it is kept, for how long and who sees it
  const bare: Declaration = { class: "household", category: "user.content" };
  // @ts-expect-error a collection says whether a crash may cost it
  const durable: CollectionDeclaration<Room> = { fields: whole };
  return [whole, missing, foreign, optional, union, classless, bare, durable];
};

const whole = {
  class: "household",
  category: "user.content.preference",
  purposes: ["setup"],
  purpose: "do as the owner chose",
  legalBasis: "contract",
  source: "you",
  need: "optional",
  subject: "household",
  retention: { kind: "until-removed" },
  atEnd: "delete",
  transfer: "none",
  recipients: [],
  egress: [],
  key: "household",
  survives: [],
  stopsIfRefused: "the hub runs with its defaults",
} as const satisfies Declaration;

/** `[H40]`: no legal basis, no program. The same for each of what the documents are made from. */
export const describing = (): readonly unknown[] => {
  const { class: _1, ...classless } = whole;
  const { category: _2, ...kindless } = whole;
  const { purposes: _3, ...purposeless } = whole;
  const { legalBasis: _4, ...baseless } = whole;
  const { key: _5, ...keyless } = whole;
  const { retention: _6, ...endless } = whole;
  const { source: _7, ...sourceless } = whole;
  const { transfer: _8, ...placeless } = whole;
  // @ts-expect-error without a class
  const a: Declaration = classless;
  // @ts-expect-error without a kind of data
  const b: Declaration = kindless;
  // @ts-expect-error without a purpose
  const c: Declaration = purposeless;
  // @ts-expect-error without a legal basis
  const d: Declaration = baseless;
  // @ts-expect-error without a key
  const e: Declaration = keyless;
  // @ts-expect-error without an end
  const f: Declaration = endless;
  // @ts-expect-error without a source
  const g: Declaration = sourceless;
  // @ts-expect-error without saying whether it is carried abroad
  const h: Declaration = placeless;
  // @ts-expect-error for no purpose at all
  const i: Declaration = { ...whole, purposes: [] };
  // @ts-expect-error for a purpose that is not in the registry
  const j: Declaration = { ...whole, purposes: ["advertising"] };
  // @ts-expect-error of a kind that has no label, no CCPA row and no DPV term
  const k: Declaration = { ...whole, category: "user.shoe_size" };
  return [a, b, c, d, e, f, g, h, i, j, k];
};

export const labelling = (facts: CategoryFacts): readonly unknown[] => {
  const { ccpa: _1, ...rowless } = facts;
  // @ts-expect-error without its row of the CCPA table
  const a: CategoryFacts = rowless;
  // @ts-expect-error in one language only
  const b: CategoryFacts = { ...facts, label: { en: "Names" } };
  // @ts-expect-error without a DPV term
  const c: CategoryFacts = { ...facts, dpv: [] };
  return [a, b, c];
};

/** Nobody is told anything who is not declared whole. */
export const telling = (facts: RecipientFacts): readonly unknown[] => {
  const { transfer: _1, ...placeless } = facts;
  const { fields: _2, ...vague } = facts;
  // @ts-expect-error without saying whether it is carried abroad
  const a: RecipientFacts = placeless;
  // @ts-expect-error without saying what exactly
  const b: RecipientFacts = vague;
  // @ts-expect-error on by itself
  const c: RecipientFacts = { ...facts, isOffByDefault: false };
  // @ts-expect-error abroad without a safeguard
  const d: RecipientFacts = { ...facts, transfer: { country: "US" } };
  // @ts-expect-error for a purpose that is not in the registry
  const e: RecipientFacts = { ...facts, purpose: "advertising" };
  return [a, b, c, d, e];
};

/** A room has what its purposes are bound to. */
export const asking = (
  presence: RoofPurposeStore<"presence">,
  provisioning: RoofPurposeStore<"provisioning">,
  sealed: SealedStore,
  some: Purpose,
): readonly unknown[] => [
  presence.collection("people"),
  presence.shelf("beacon-identities"),
  provisioning.secret("wifi"),
  // @ts-expect-error the place is not there for presence
  presence.collection("place"),
  // @ts-expect-error nor is the network
  presence.secret("wifi"),
  // @ts-expect-error nor the book of changes
  presence.chain("changes"),
  // @ts-expect-error and a network's room sees nobody
  provisioning.collection("people"),
  // @ts-expect-error a purpose that is not in the registry
  sealed.for("advertising"),
  sealed.for(some),
];

export const logging = (log: AuditedLog): void => {
  log.write("info", "api.failed", { code: "not_found", status: 404, ok: true });
  // @ts-expect-error a field that is not on the list
  log.write("info", "room.renamed", { name: "Ana's room" });
  // @ts-expect-error a field of another kind
  log.write("info", "api.failed", { status: "four hundred and four" });
};

export const answering = (): readonly unknown[] => {
  const whole: Answer<"Room", { id: string; name: string }> = { id: "r-aaaaaaaaaaaa", name: "Hall" };
  // @ts-expect-error a field that this answer does not declare
  const leaking: Answer<"Token", { id: string; hash: string }> = { id: "t-aaaaaaaaaaaa", hash: "00" };
  // @ts-expect-error nor may one of many hold it
  const many: Answer<"Tokens", { data: readonly { hash: string }[] }> = { data: [{ hash: "00" }] };
  const topic: Topic = "lampkeeper/{id}/set";
  // @ts-expect-error a topic that is not declared
  const undeclared: Topic = "lampkeeper/{id}/owner";
  // @ts-expect-error no host is declared, so none can be named
  const host: OutboundHost = "example.org";
  return [whole, leaking, many, topic, undeclared, host];
};
