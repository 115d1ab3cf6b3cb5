import { generateKeyPairSync } from "node:crypto";
import type { RouteName, Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { type AccountHouse, bytes, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";

/** What somebody does about what is kept of people, and what comes of it; written by hand, and by nothing that the hub reads. */
export interface RightRow {
  readonly right: string;
  readonly route: RouteName;
  /** `own`: the asker's; `another's`: of somebody else with an account; `nobody's`: of somebody without; `the home's`. */
  readonly whose: "own" | "another's" | "somebody's without account" | "the home's";
  /** `self`: everybody with an account; `keeper`: the owner, and a program with everything; `everybody`: also who is nobody. */
  readonly who: "self" | "keeper" | "everybody";
  /** Status, and of a refusal its code. Everybody else is refused. */
  readonly outcome: string;
  /** Only just after having shown who they are. */
  readonly step?: true;
  readonly but?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly sent?: (house: AccountHouse) => SendInit;
  /** What the path's `{id}` is, made for this cell. */
  readonly thing?: (house: AccountHouse, kind: string, other: string) => Promise<string> | string;
}

export const form = { name: "Somebody", relationship: "self", request: "What is kept of me?" };

type Sent = NonNullable<RightRow["sent"]>;
type Thing = NonNullable<RightRow["thing"]>;
type More = Pick<RightRow, "query" | "sent" | "thing" | "but">;

const json =
  (body: object): Sent =>
  () => ({ body });
const raw =
  (text: string | Uint8Array<ArrayBuffer>): Sent =>
  () => {
    const { status: _, ...init } = bytes(text);
    return init;
  };

const self = (right: string, route: RouteName, outcome: string, more: More = {}): RightRow => ({
  right,
  route,
  whose: "own",
  who: "self",
  outcome,
  ...more,
});
const others = (right: string, route: RouteName, outcome: string, more: More): RightRow => ({
  ...self(right, route, outcome, more),
  whose: "another's",
});
const home = (right: string, route: RouteName, outcome: string, more: More = {}): RightRow => ({
  ...self(right, route, outcome, more),
  whose: "the home's",
  who: "keeper",
});
const person = (right: string, route: RouteName, outcome: string, more: More = {}): RightRow => ({
  ...home(right, route, outcome, { thing: withAccount, ...more }),
  whose: "another's",
});
const unable = (right: string, route: RouteName, outcome: string, more: More = {}): RightRow => ({
  ...home(right, route, outcome, { thing: without, ...more }),
  whose: "somebody's without account",
});
const open = (right: string, route: RouteName, outcome = "200", more: More = {}): RightRow => ({
  ...self(right, route, outcome, more),
  whose: "the home's",
  who: "everybody",
});
const stepped = (row: RightRow): RightRow => ({ ...row, step: true });

const withAccount: Thing = async (house, kind, other) => (await house.settled(`${other} ${kind}`)).id;
const without: Thing = async (house, kind, other) => (await house.added(`${other} ${kind}`)).id;

const idOf = async (house: AccountHouse, name: string): Promise<string> => {
  const { data } = await house.ask<Shape<"Persons">>("GET", "/people");
  return data.find((each) => each.name === name)?.id ?? "";
};
const isPerson = (kind: string): boolean => !["program", "token", "anonymous"].includes(kind);

/** Nobody asks the same twice. */
let asked = 0;

/** A request of this person, in their own words; of a kind that has no person, somebody else's. */
const requestOf = async (house: AccountHouse, name: string, kind = "support"): Promise<string> => {
  const who = await house.terminal(name);
  const body = { kind, ...form, request: `${name} asks ${++asked}` };
  return (await house.ask<Shape<"Request">>("POST", "/account/requests", { ...who, body, status: 201 })).id;
};
const ownRequest =
  (of = "support"): Thing =>
  (house, kind, other) =>
    requestOf(house, isPerson(kind) ? kind : other, of);
const othersRequest =
  (of = "support"): Thing =>
  (house, _kind, other) =>
    requestOf(house, other, of);
/** Refused by somebody who signed in, so that it can be appealed. */
const refused =
  (made: Thing): Thing =>
  async (house, kind, other) => {
    const id = await made(house, kind, other);
    const body = { outcome: "declined", code: "identity" };
    await house.ask("POST", `/requests/${id}/decide`, { ...(await house.terminal("owner")), body });
    return id;
  };
/** Granted after its person came to the button. */
const granted =
  (who: (kind: string, other: string) => string): Thing =>
  async (house, kind, other) => {
    const name = who(kind, other);
    const id = await requestOf(house, name, "copy");
    const asking = await house.terminal(name);
    await house.send("POST", `/account/requests/${id}/identify`, asking);
    house.panel.work("pressed");
    house.panel.work("released");
    await house.ask("POST", `/account/requests/${id}/identify`, asking);
    await house.ask("POST", `/requests/${id}/decide`, { body: { outcome: "granted" } });
    return id;
  };

const phoneOf = async (house: AccountHouse, name: string): Promise<string> => {
  const { publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  const person = (await idOf(house, name)) as PersonId;
  return (house.people.phonesOf(person)[0] ?? house.people.addPhone(person, x)).id;
};

const messageTo = async (house: AccountHouse, name: string): Promise<string> => {
  const to = (await idOf(house, name)) as PersonId;
  const [known] = house.privacy.board.list(to);
  const message = known ?? house.privacy.board.post({ class: "security", to, title: name, steps: [] });
  if (message === undefined) throw new RangeError(name);
  return message.id;
};

const restricted: Thing = async (house, kind) => {
  if (isPerson(kind)) await house.ask("POST", "/account/restriction", await house.terminal(kind));
  return "";
};
const announced: Thing = async (house, kind, other) => {
  await restricted(house, kind, other);
  if (isPerson(kind)) await house.ask("POST", "/account/restriction/notice", await house.terminal(kind));
  return "";
};
/** Nobody but they can see the notice of its end. */
const restrictedOther: Thing = async (house, kind, other) => {
  const id = await withAccount(house, kind, other);
  await house.ask("POST", `/people/${id}/restriction`);
  await house.ask("POST", `/people/${id}/restriction/notice`);
  return id;
};

const programs = (outcome: string) => ({ program: outcome, token: outcome });

const nothing = json({});
const sure = json({ sure: true });
const withdrawn = json({ purpose: "presence", allowed: false });

export const rightRows: readonly RightRow[] = [
  stepped(self("access", "readOwnData", "200")),
  stepped(self("access", "readOwnReport", "200")),
  stepped(self("access", "readRightToKnow", "200")),
  self("access", "readOwnRights", "200"),
  self("access", "listTastes", "200"),
  self("access", "listSignIns", "200"),
  self("access", "seeSignIns", "204"),
  self("access", "listMessages", "200", { but: programs("200") }),
  self("access", "readMessage", "200", {
    thing: (house, kind, other) => messageTo(house, isPerson(kind) ? kind : other),
    but: programs("404 not_found"),
  }),
  others("access", "readMessage", "404 not_found", {
    thing: (house, _, other) => messageTo(house, other),
    but: programs("404 not_found"),
  }),
  person("access", "readPersonRights", "200"),
  unable("access", "readPersonRights", "200"),
  stepped(person("portability", "exportPerson", "409 asks_themselves")),
  stepped(unable("portability", "exportPerson", "200")),
  stepped(home("portability", "exportHome", "200")),
  stepped(home("portability", "exportCalendar", "200")),
  stepped(home("portability", "importHome", "409 home_not_empty", { sent: raw("no export") })),
  open("portability", "readExportSchema"),
  self("rectification", "correctOwnData", "200", { sent: json({ name: "Renamed" }) }),
  self("rectification", "confirmOwnData", "200"),
  self("rectification", "unlinkOwnPhone", "204", {
    thing: (house, kind, other) => phoneOf(house, isPerson(kind) ? kind : other),
  }),
  others("rectification", "unlinkOwnPhone", "404 not_found", {
    thing: (house, _, other) => phoneOf(house, other),
  }),
  self("restriction", "restrictOwnData", "200"),
  self("restriction", "announceOwnLift", "200", { thing: restricted }),
  self("restriction", "announceOwnLift", "404 not_found"),
  self("restriction", "liftOwnRestriction", "200", { thing: announced }),
  self("restriction", "liftOwnRestriction", "409 notice_not_delivered", { thing: restricted }),
  self("restriction", "limitOwnUse", "200", { sent: json({ limited: true }) }),
  person("restriction", "restrictPerson", "200"),
  person("restriction", "announceLift", "200", { thing: restrictedOther }),
  person("restriction", "liftRestriction", "409 notice_not_delivered", { thing: restrictedOther }),
  home("restriction", "limitHomeUse", "200", { sent: json({ limited: true }) }),
  self("objection", "setOwnObjection", "200", { sent: json({ purpose: "security", objects: true }) }),
  self("objection", "optOut", "204", { sent: json({ law: "california" }) }),
  self("objection", "stopNews", "204"),
  stepped(self("erasure", "eraseOwnAccount", "200", { sent: sure, but: { owner: "409 last_owner" } })),
  stepped(
    self("erasure", "declineInvitation", "204", {
      sent: json({ erase: true }),
      but: { owner: "409 last_owner" },
    }),
  ),
  self("erasure", "forgetTastes", "204"),
  stepped(person("erasure", "erasePerson", "200")),
  stepped(unable("erasure", "erasePerson", "200")),
  stepped(person("erasure", "purgePerson", "200")),
  self("consent", "listOwnConsents", "200"),
  self("consent", "decideOwnConsent", "200", { sent: withdrawn }),
  self("consent", "listOwnConsentHistory", "200"),
  self("consent", "listOwnReceipts", "200"),
  self("consent", "readBrowser", "200", { but: programs("200") }),
  self("consent", "setTheme", "200", { sent: json({ theme: "dark" }), but: programs("200") }),
  home("consent", "listHomeConsents", "200"),
  home("consent", "decideHomeConsent", "200", { sent: json({ purpose: "remote-view", allowed: false }) }),
  home("consent", "listHomeConsentHistory", "200"),
  home("consent", "listHomeReceipts", "200"),
  person("consent", "witnessPresence", "200", { sent: json({ agreed: false }) }),
  stepped(unable("consent", "invitePerson", "201")),
  open("consent", "readInvitation", "401 not_authenticated", { sent: raw("no such code") }),
  open("consent", "answerInvitation", "401 not_authenticated", { sent: raw(new Uint8Array(45)) }),
  self("requests", "addRequest", "201", { sent: json({ kind: "access", ...form }) }),
  self("requests", "listOwnRequests", "200"),
  self("requests", "getOwnRequest", "200", { thing: ownRequest() }),
  others("requests", "getOwnRequest", "404 not_found", { thing: othersRequest() }),
  self("requests", "identifyForRequest", "200", { thing: ownRequest() }),
  others("requests", "identifyForRequest", "404 not_found", { thing: othersRequest() }),
  stepped(
    self("requests", "fetchRequestCopy", "200", {
      thing: granted((kind, other) => (isPerson(kind) ? kind : other)),
    }),
  ),
  stepped(others("requests", "fetchRequestCopy", "404 not_found", { thing: granted((_, other) => other) })),
  self("requests", "closeOwnRequest", "200", { thing: refused(ownRequest()) }),
  others("requests", "closeOwnRequest", "404 not_found", { thing: refused(othersRequest()) }),
  self("requests", "removeOwnRequest", "204", { thing: ownRequest() }),
  others("requests", "removeOwnRequest", "404 not_found", { thing: othersRequest() }),
  self("appeal", "appealRequest", "201", { sent: json(form), thing: refused(ownRequest("restrict")) }),
  others("appeal", "appealRequest", "404 not_found", {
    sent: json(form),
    thing: refused(othersRequest("restrict")),
  }),
  home("requests", "listRequests", "200"),
  home("requests", "getRequest", "200", { thing: othersRequest() }),
  home("requests", "investigateRequest", "200", { thing: othersRequest() }),
  home("requests", "extendRequest", "200", { sent: json({ reason: "complexity" }), thing: othersRequest() }),
  stepped(
    home("requests", "decideRequest", "200", { sent: json({ outcome: "granted" }), thing: othersRequest() }),
  ),
  home("requests", "readJurisdiction", "200"),
  home("requests", "setJurisdiction", "200", { sent: json({ jurisdiction: "VN" }) }),
  open("complaint", "listAuthorities"),
  stepped(self("complaint", "wasNotMe", "201", { sent: raw("another three keys") })),
  open("transparency", "readNotice"),
  home("transparency", "readHomeNotice", "200", {
    but: { resident: "200", minor: "200", installer: "200", developer: "200", token: "200" },
  }),
  open("transparency", "listNotices"),
  open("transparency", "compareNotices", "200", { query: "?from=1&to=1" }),
  self("transparency", "getOwnNotice", "200"),
  self("transparency", "acceptNotice", "200", { sent: json({ version: 1 }) }),
  open("transparency", "readPrivacyMap"),
  open("transparency", "readRecordOfProcessing"),
  open("transparency", "readCcpa"),
  open("transparency", "readImpactAssessment"),
  open("transparency", "readErasurePlan"),
  open("transparency", "readSupport"),
  open("transparency", "readUsageDescription"),
  open("transparency", "readDpv"),
  home("transparency", "readMapReview", "200"),
  home("transparency", "signMapReview", "200"),
  home("transparency", "verifyBooks", "200"),
  home("transparency", "checkUpSecurity", "200"),
  home("disclosure", "listRecipients", "200"),
  home("disclosure", "previewRecipient", "400 invalid_input", { sent: nothing }),
  stepped(home("disclosure", "shareWith", "400 invalid_input", { sent: nothing })),
  home("disclosure", "stopSharing", "400 invalid_input", { sent: nothing }),
  home("disclosure", "listDisclosures", "200"),
  home("disclosure", "reportDisclosures", "200"),
  stepped(home("disclosure", "addLegalRequest", "400 invalid_input", { sent: nothing })),
  home("retention", "listRetention", "200"),
  home("retention", "listDisposals", "200"),
  home("retention", "readRetentionClock", "200"),
  stepped(home("retention", "confirmDate", "400 invalid_input", { sent: nothing })),
  stepped(home("retention", "setTimeKey", "200", { sent: json({ key: null }) })),
  home("retention", "askTime", "201"),
  home("retention", "giveSignedTime", "400 invalid_input", { sent: nothing }),
  home("retention", "listHolds", "200"),
  stepped(home("retention", "openHold", "400 invalid_input", { sent: nothing })),
  stepped(home("retention", "closeHold", "404 not_found", { thing: () => "h-aaaaaaaaaaaa" })),
  home("retention", "chooseEnd", "200", { sent: json({ end: "delete" }) }),
  home("retention", "listChanges", "200"),
  home("retention", "readRecording", "200"),
  stepped(home("retention", "setRecording", "200", { sent: nothing })),
  home("retention", "readInsights", "200"),
  stepped(home("retention", "makeSupportBundle", "200", { sent: nothing })),
  self("account", "getAccount", "200"),
  stepped(self("account", "changeOwnPassword", "204", { sent: raw(password) })),
  self("account", "endOwnSessions", "204"),
  stepped(self("account", "beginTotp", "200")),
  self("account", "confirmTotp", "401 sign_in_refused", { sent: raw("123456") }),
  stepped(self("account", "endTotp", "204")),
  self("account", "readRoleTerms", "200"),
  self("account", "acknowledgeRole", "409 conflict", {
    sent: json({ version: 1 }),
    but: { installer: "200", developer: "200" },
  }),
  self("account", "listContacts", "200"),
  stepped(
    self("account", "setContact", "200", {
      sent: json({ channel: "email", address: "somebody@mail.example" }),
    }),
  ),
  self("account", "removeContact", "204", { sent: json({ channel: "email" }) }),
  self("account", "askForNews", "404 not_found", { sent: json({ channel: "email" }) }),
  self("account", "listProviderLinks", "200"),
  stepped(self("account", "beginProviderLink", "404 not_found", { sent: json({ connector: "nobody" }) })),
  self("account", "finishProviderLink", "401 not_authenticated", {
    sent: json({ state: "none", code: "none" }),
  }),
  self("account", "removeProviderLinks", "204"),
];
