import type { AccessToken, PersonToken } from "../domain/access.ts";
import type { Account } from "../domain/account.ts";
import type { Theme } from "../domain/browser-signal.ts";
import type { Cause } from "../domain/cause.ts";
import type { CircadianTarget, TakeOver } from "../domain/circadian.ts";
import type { ZoneName } from "../domain/civil.ts";
import type {
  Banner,
  Connection,
  Contact,
  ProviderLink,
  ServiceNotice,
  Viewer,
} from "../domain/connection.ts";
import type { ConsentWay } from "../domain/consent.ts";
import type { Developer, DeveloperCall } from "../domain/developer.ts";
import type { ScopeSwitches } from "../domain/device-scope.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { GuestPass } from "../domain/guest-pass.ts";
import type { Device, Group, Room, Scene, Zone } from "../domain/home.ts";
import type {
  DeviceId,
  HoldId,
  LampId,
  PersonId,
  PhoneId,
  RequestId,
  RoomId,
  RuleId,
  SensorId,
  TokenId,
} from "../domain/ids.ts";
import type { IncidentEntry } from "../domain/incident.ts";
import type { Clamped, LightState } from "../domain/light.ts";
import type { Notice } from "../domain/notice.ts";
import type { Person, Phone } from "../domain/person.ts";
import type { Degrees } from "../domain/place.ts";
import type { PresenceSource } from "../domain/presence.ts";
import type { LegalBasis, OptionalPurpose, Purpose } from "../domain/purpose.ts";
import type { RequestEntry, RequestForm, StoredRequest } from "../domain/request.ts";
import type { Objectionable, StoredRestriction } from "../domain/rights.ts";
import type { Rule } from "../domain/rule.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { SignInNotice } from "../domain/sign-in-notice.ts";
import type { Duration, Instant, Percent } from "../domain/units.ts";
import type { EveningShares } from "../domain/vacation.ts";
import type { VeilLevel, VeilSecret } from "../domain/veil.ts";
import type {
  ChainDeclaration,
  CollectionDeclaration,
  Declaration,
  Field,
  SecretDeclaration,
} from "./declaration.ts";

/** What a lamp should show and last showed, and why. */
export interface StoredLight {
  readonly id: LampId;
  readonly desired: LightState;
  readonly reported: LightState | null;
  readonly cause: Cause;
}

/** The newest a sensor said. */
export interface StoredReading {
  readonly id: SensorId;
  readonly reading: SensorReading;
  readonly at: Instant;
}

/** Something that changed a lamp, or was due and did not: the answer to "why". */
export interface Occurrence {
  readonly lamp: LampId;
  readonly at: Instant;
  /** Counts the lamp's changes. */
  readonly order: number;
  readonly cause: Cause;
  readonly desired: LightState;
  readonly clamped: readonly Clamped[];
  readonly confirmedAt?: Instant | undefined;
  readonly acceptedAt?: Instant | undefined;
  readonly notRun?: NotRunReason | undefined;
}

/** A rule, and since when it is in force as it is now: what was due before is none of its business. */
export interface StoredRule extends Rule {
  readonly since: Instant;
}

/** What became of what was due by clock or sun: by occurrence. That none is done twice, whatever the clock does. */
export interface StoredJournal {
  readonly rule: RuleId;
  /** The newest decision. */
  readonly at: Instant;
  readonly entries: readonly JournalEntry[];
}

export interface JournalEntry {
  /** Of the occurrence. */
  readonly id: string;
  readonly due: Instant;
  /** When it was decided. */
  readonly at: Instant;
  /** `begun`: it was about to act; what it did may be lost with the power. */
  readonly result: "begun" | "fired" | NotRunReason;
  readonly condition?: number;
}

/** Something that a rule has begun and that ends by itself. */
export interface StoredTimer {
  readonly id: string;
  readonly rule: RuleId;
  readonly kind: "hold" | "off" | "wake-up" | "timer";
  readonly since: Instant;
  readonly after: Duration;
  readonly lamps: readonly LampId[];
  /** Of a wake-up: where it ends. */
  readonly brightness?: Percent;
}

/** How much of its evenings a room is lit; nothing finer. */
export interface RoomEvenings {
  readonly room: RoomId;
  readonly shares: EveningShares;
}

/** Where the home is, no finer than its owner's tolerance needs. */
export interface StoredPosition {
  readonly latitude: Degrees;
  readonly longitude: Degrees;
  /** Of the grid that it was rounded to. */
  readonly step: Degrees;
}

/** The home's clocks; and where it is, if somebody said that by hand. */
export interface StoredPlace extends Partial<StoredPosition> {
  readonly zone: ZoneName;
  /** By how much an event of the sun may be off because the position is rounded. */
  readonly tolerance: Duration;
}

/** Where the home is, as a phone gave it. */
export interface StoredPhonePlace extends StoredPosition {
  readonly person: PersonId;
  readonly phone: PhoneId;
}

/** By how much, and how far, what can be observed is moved away from the home. */
export interface StoredVeil extends VeilSecret {
  /** Absent: nobody chose, and nothing has left this machine yet. */
  readonly level?: VeilLevel;
}

/** A choice of the owner, by the setting's name. */
export interface Setting {
  readonly name: string;
  readonly value: string | number | boolean;
}

/** What a source last said of a person; never where they were. */
export interface StoredSign {
  readonly home: boolean;
  readonly since: Instant;
}

/** Whether a person is home, as far as the hub knows: the newest only. */
export interface StoredPresence {
  readonly person: PersonId;
  readonly home: boolean;
  readonly since: Instant;
  readonly source?: PresenceSource | "silence";
  readonly signs: { readonly [Source in PresenceSource]?: StoredSign };
}

/** How somebody has used their rights; absent fields: not at all. */
export interface StoredRights {
  readonly person: PersonId;
  /** Since when they were known, or when they last said that what is held of them is right. */
  readonly confirmed: Instant;
  readonly restriction?: StoredRestriction;
  /** That they object, and to what; why is nobody's business. */
  readonly objections?: readonly Objectionable[];
}

/** How far a sensor that seals its readings has counted: what was said before is not believed again. */
export interface StoredBroadcastCounter {
  readonly id: SensorId;
  readonly counter: number;
}

/** Which version of the notice a person has accepted; the newest only. */
export interface StoredAcceptance {
  readonly person: PersonId;
  readonly version: number;
  /** Of the notice as it was shown. */
  readonly hash: string;
  readonly at: Instant;
}

/** When the owner last looked through the data map, and which one that was. */
export interface StoredReview {
  readonly id: string;
  readonly at: Instant;
  /** Its hash. */
  readonly map: string;
  /** The credential that it was signed with. */
  readonly by: TokenId;
}

/** How somebody who signs in likes the app, wherever they sign in. */
export interface StoredColours {
  readonly person: PersonId;
  readonly theme: Theme;
}

/** What may be done with what a device says, and what was answered to its terms. */
export interface StoredScope extends ScopeSwitches {
  readonly device: DeviceId;
  /** Version of the terms that were answered. Absent: none were. */
  readonly terms?: number;
  readonly answer?: "accepted" | "declined";
  readonly decided: Instant;
}

/** What a simulated device keeps inside itself; base64. Part of the simulated world, kept here so that it survives. */
export interface StoredFlash {
  readonly address: string;
  readonly content: string;
}

/** That a recipient was switched on, and what its owner had been shown then. */
export interface StoredSharing {
  readonly recipient: string;
  /** SHA-256 of the preview, hex. What is declared otherwise since was not agreed to. */
  readonly preview: string;
  readonly hosts: readonly string[];
  readonly since: Instant;
}

/** What somebody wrote who asks for something. */
export interface StoredForm extends RequestForm {
  readonly id: RequestId;
}

/** A time during which the hub's clock was not believed. */
export interface StoredEra {
  /** As it was believed. */
  readonly from: Instant;
  /** Absent: it goes on. */
  readonly to?: Instant;
  /** How many milliseconds the clock was ahead of what was believed. */
  readonly off: number;
  /** It did not end there: the hub was started anew. */
  readonly goesOn?: true;
  /** It was believed then, and turned out to be wrong. */
  readonly wasVouchedFor?: true;
  /** Until it is over: what was there before, of that which has a date that comes a second time. */
  readonly there?: readonly string[];
  /** Once it is over: what is left of that which it dated. */
  readonly own?: readonly string[];
}

/** The time that retention goes by. */
export interface StoredRetentionTime {
  readonly at: Instant;
  readonly eras: readonly StoredEra[];
}

/** Somebody needs something for a claim or a court: it survives its end, and nothing reads it. */
export interface StoredHold {
  readonly id: HoldId;
  /** A collection or a chain of the data map. */
  readonly item: string;
  readonly reason: "claim" | "litigation" | "authority";
  /** Absent: of everybody. */
  readonly person?: PersonId;
  readonly opened: Instant;
}

/** What is left of the light of a month once its days are forgotten: numbers, and of nobody. */
export interface StoredMonth {
  /** `2026-11` */
  readonly month: string;
  readonly changes: number;
}

/** How often something was done in a week, by people who agreed to be counted. */
export interface StoredCount {
  /** Its Monday. */
  readonly week: string;
  readonly what: InsightCounter;
  readonly count: number;
  /** How many people it was at least. */
  readonly people: number;
}

/** Every counter there is, for those who agree to be counted; all that is counted is how often. */
export const insightCounters = ["light-by-hand", "scene", "schedule-change"] as const;
export type InsightCounter = (typeof insightCounters)[number];

/** How somebody usually likes the light of a room at a time of day. */
export interface StoredTaste {
  readonly person: PersonId;
  readonly room: RoomId;
  readonly part: DayPart;
  /** Of how many choices this is the mean. */
  readonly samples: number;
  readonly brightness: number;
  /** Absent: they never chose a white. */
  readonly mireds?: number;
  readonly whites: number;
}

export const dayParts = ["night", "morning", "day", "evening"] as const;
export type DayPart = (typeof dayParts)[number];

/** Every collection there is, and what a record in it is. A field is added here and in the map below, or nowhere. */
interface Stored {
  readonly devices: Device;
  readonly rooms: Room;
  readonly zones: Zone;
  readonly groups: Group;
  readonly scenes: Scene;
  readonly tokens: AccessToken;
  readonly accounts: Account;
  readonly "person-tokens": PersonToken;
  readonly "sign-ins": SignInNotice;
  readonly "guest-passes": GuestPass;
  readonly developers: Developer;
  readonly "developer-calls": DeveloperCall;
  readonly settings: Setting;
  readonly sharing: StoredSharing;
  readonly place: StoredPlace;
  readonly "phone-places": StoredPhonePlace;
  readonly veil: StoredVeil;
  readonly "light-states": StoredLight;
  readonly "sensor-readings": StoredReading;
  readonly "broadcast-counters": StoredBroadcastCounter;
  readonly occurrences: Occurrence;
  readonly rules: StoredRule;
  readonly "rule-journal": StoredJournal;
  readonly "rule-timers": StoredTimer;
  readonly people: Person;
  readonly phones: Phone;
  readonly presence: StoredPresence;
  readonly "notice-acceptances": StoredAcceptance;
  readonly "map-reviews": StoredReview;
  readonly "device-scopes": StoredScope;
  readonly "app-colours": StoredColours;
  readonly rights: StoredRights;
  readonly "sim-storage": StoredFlash;
  readonly connections: Connection;
  readonly viewers: Viewer;
  readonly "provider-links": ProviderLink;
  readonly contacts: Contact;
  readonly banners: Banner;
  readonly "service-notices": ServiceNotice;
  readonly circadian: CircadianTarget;
  readonly "take-overs": TakeOver;
  readonly evenings: RoomEvenings;
  readonly requests: StoredRequest;
  readonly "request-forms": StoredForm;
  readonly "person-request-forms": StoredForm;
  readonly notices: Notice;
  readonly "retention-time": StoredRetentionTime;
  readonly holds: StoredHold;
  readonly "history-months": StoredMonth;
  readonly "insight-counts": StoredCount;
  readonly tastes: StoredTaste;
}

/** Somebody changed a setting, a name or a permission; of nothing else is there such a record. */
export interface ChangeEntry {
  readonly what: "setting" | "name" | "permission";
  /** Which one, as a field of the API is called. */
  readonly field: string;
  /** Of what; absent: of the home. */
  readonly id?: string;
  /** Null: there was none, or is none any more. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the credential that it was asked with. */
  readonly by?: string;
}

/** Something left the hub for somebody else, was let go, or was asked for. */
export interface LedgerEntry {
  /**
   * `began`: a connection on which more will follow; `sent`: what left on it since then, an hour at most; `disclosed`: one
   * thing that left by itself. After `began` without `sent` the power failed, and how much left is not known.
   */
  readonly act: "switched-on" | "switched-off" | "began" | "sent" | "disclosed" | "legal-request";
  /** As the table of recipients names them; `authority` asks and gets what the owner gives. */
  readonly recipient: string;
  readonly purpose: Purpose;
  readonly basis: LegalBasis;
  readonly fields: readonly string[];
  readonly people: readonly PersonId[];
  readonly messages: number;
  readonly bytes: number;
  /** Of a switching: the preview, or `start`. Of a request: what its owner wrote down. */
  readonly detail?: string;
}

/** Somebody decided what their data, or the home's, may be used for. */
export interface ConsentEntry {
  /** `limited`: no use but for what the hub is for, until `unlimited`. `opted-out`: their browser asked for that. */
  readonly decision: "given" | "withdrawn" | "limited" | "unlimited" | "opted-out";
  /** Of `given` and `withdrawn`. */
  readonly purpose?: OptionalPurpose;
  /** Of the purpose, when it was decided. */
  readonly version?: number;
  /** SHA-256 of the text that was shown, hex. */
  readonly text?: string;
  /** SHA-256 of what the notice said then, hex. */
  readonly notice: string;
  readonly way: ConsentWay;
  /** Of the credential that it was said with, or of the phone. */
  readonly by?: string;
}

/** Who was given a way in, or took a duty on. */
export interface AccessEntry {
  readonly what: "acknowledgement" | "guardian" | "resource" | "developer-removed";
  /** Of an acknowledgement: the role, and the version of its words. */
  readonly role?: string;
  readonly version?: number;
  /** Null: they are not any more. */
  readonly guardian?: string | null;
  readonly developer?: string;
  readonly device?: string;
  readonly action?: string;
  readonly state?: string;
  readonly reason?: string;
}

/** Something has come to its end. */
export interface DisposalEntry {
  /** A collection or a chain of the data map. */
  readonly item: string;
  /** `withheld`: kept where nothing reads it. */
  readonly action: "deleted" | "anonymised" | "withheld";
  /** `age`: its rule. `unused`: the feature that needed it is not wanted any more. `lapsed`: no claim can come from it. */
  readonly reason: "age" | "unused" | "hold" | "lapsed" | "released" | "relationship-ended";
  readonly records: number;
}

/** Every chain there is, and what an entry in it says. */
interface Chained {
  readonly access: AccessEntry;
  readonly changes: ChangeEntry;
  readonly ledger: LedgerEntry;
  readonly requests: RequestEntry;
  readonly incidents: IncidentEntry;
  readonly consents: ConsentEntry;
  readonly disposals: DisposalEntry;
}

export type ChainName = keyof Chained;
export type ChainContent<Name extends ChainName> = Chained[Name];

export type CollectionName = keyof Stored;
export type CollectionValue<Name extends CollectionName> = Stored[Name];

/** Two characters of a random id are left: a thousand pages, each of ten lamps in a home of ten thousand and of one in others. */
const idPageCharacters = 10;

/**
 * Collections whose records lie together where only so many last characters of their keys differ: coalesced ones of which many
 * change at once. They take no part in batches.
 */
export const pageCharacters = {
  "light-states": idPageCharacters,
  occurrences: idPageCharacters,
  "sim-storage": 1,
} as const satisfies Partial<Record<CollectionName, number>>;

/**
 * Collections of free text: their records are padded to no less than this, so that their size does not tell who writes a line and
 * who writes a page. Bytes; a whole kilobyte each.
 */
export const leastBytes: Partial<Readonly<Record<CollectionName, number>>> = {
  // 4,000 characters of Latin script, a name and an address.
  "person-request-forms": 6_144,
};

export type PagedName = keyof typeof pageCharacters;
export const isPaged = (name: CollectionName): name is PagedName => Object.hasOwn(pageCharacters, name);

/** Random ids, kinds of product, format numbers: the same words in every home, or words that mean nothing. */
const none = { class: "none" } as const satisfies Field;

/** How the home is laid out and what its people call things. */
const structure = {
  class: "household",
  category: "user.content.home_structure",
  purposes: ["lighting"],
  source: "you",
  need: "essential",
  atEnd: "delete",
  transfer: "none",
  purpose: "show and command the lamps of the home by the names its people gave them",
  legalBasis: "contract",
  subject: "household",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "events", "mqtt", "export", "backup"],
  key: "household",
  survives: ["network", "hand-over"],
  stopsIfRefused: "the home cannot be set up",
} as const satisfies Declaration;

/** The address by which a device is spoken to; it says which device of which maker stands in this home. */
const deviceAddress = {
  ...structure,
  category: "user.device.identifier",
  source: "device",
  purpose: "reach the device",
  recipients: ["holders of a token with devices:write", "the device itself"],
  egress: ["api", "mqtt", "export", "backup"],
  stopsIfRefused: "the device cannot be reached",
} as const satisfies Declaration;

/** When which lamp is on says when somebody is at home and awake. */
const light = {
  class: "household",
  category: "user.behavior.light_use",
  purposes: ["lighting"],
  source: "you",
  need: "essential",
  atEnd: "delete",
  transfer: "none",
  purpose: "bring every lamp to the state that was asked for, also after a power cut",
  legalBasis: "contract",
  subject: "household",
  retention: { kind: "newest" },
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "events", "mqtt", "export"],
  key: "household",
  survives: ["network"],
  stopsIfRefused: "lamps forget their state when the hub restarts",
} as const satisfies Declaration;

/** What a lamp was told by hand while it follows the sun. */
const takenOver = {
  ...light,
  purposes: ["automation"],
  purpose: "leave a lamp alone that somebody has set by hand while it follows the sun",
  need: "optional",
  stopsIfRefused: "a lamp that follows the sun takes back what somebody set by hand",
} as const satisfies Declaration;

/** Presence, sleep and habits can be read from sensors. */
const sensed = {
  ...light,
  category: "user.sensor.home",
  purposes: ["automation"],
  source: "device",
  need: "optional",
  purpose: "show the newest reading, also after a restart",
  stopsIfRefused: "readings are unknown after a restart until the sensor speaks again",
} as const satisfies Declaration;

/** It rises with everything the sensor says, so it tells how often that was. */
const broadcastCounter = {
  ...sensed,
  purposes: ["security"],
  legalBasis: "legitimate-interest",
  purpose: "tell what a sensor says from a recording of it, also after a restart",
  recipients: [],
  egress: [],
  stopsIfRefused: "a recording of what a sensor once said passes for news after a restart",
} as const satisfies Declaration;

/** How far back the question why is answered. */
export const historyDays = 7;

const history = {
  ...light,
  category: "user.behavior.light_use_history",
  purposes: ["history"],
  source: "derived",
  need: "optional",
  purpose: "answer why a lamp changed, and why something due did not happen",
  retention: { kind: "days", days: historyDays, while: "history", endsAsChosen: true },
  egress: ["api", "export"],
  stopsIfRefused: "the question why is answered for the present state only",
} as const satisfies Declaration;

/** When people come home, sleep and wake can be read from the rules they make. */
const rule = {
  ...structure,
  category: "user.behavior.light_schedule",
  purposes: ["automation"],
  need: "optional",
  purpose: "switch lamps by clock, sun, sensors and people as the owner wrote down",
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "export", "backup"],
  stopsIfRefused: "nothing happens by itself",
} as const satisfies Declaration;

/** How far back it is known what became of what was due. Longer than anything that is caught up with. */
export const journalDays = 10;

const ruleJournal = {
  ...light,
  category: "user.behavior.light_use_history",
  purposes: ["automation"],
  source: "derived",
  need: "optional",
  purpose: "do what is due exactly once, also when the power fails or the clock is set",
  retention: { kind: "days", days: journalDays },
  egress: ["api", "export"],
  stopsIfRefused: "what was due may be done twice, or not at all",
} as const satisfies Declaration;

const ruleTimer = {
  ...light,
  purposes: ["automation"],
  source: "derived",
  need: "optional",
  purpose: "end what a rule began, also after a power cut",
  egress: ["export"],
  stopsIfRefused: "lamps stay on that should go off by themselves",
} as const satisfies Declaration;

/** Who lives here. Under the person's own key, which dies with their removal. */
const resident = {
  class: "person",
  category: "user.name",
  purposes: ["presence"],
  source: "you",
  need: "optional",
  atEnd: "delete",
  transfer: "none",
  purpose: "tell people apart in rules and in the app",
  legalBasis: "consent",
  subject: "person",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with people:read"],
  egress: ["api", "export", "backup"],
  key: "person",
  survives: ["network"],
  stopsIfRefused: "rules cannot be about this person",
} as const satisfies Declaration;

/** A phone's public key and how many tokens it has sent; its name and number are not asked for. */
const phone = {
  ...resident,
  category: "user.device.identifier",
  source: "device",
  purpose: "know a token of this phone from a forged or repeated one",
  stopsIfRefused: "the phone cannot say that its owner has come home",
} as const satisfies Declaration;

/** By which the home's own network tells that a phone is there; only of people who gave it for that. */
const networkAddress = {
  ...phone,
  source: "you",
  purpose: "notice on the home's network that this person's phone is there",
  recipients: [],
  egress: ["export", "backup"],
  stopsIfRefused: "the home's network is not asked about this person",
} as const satisfies Declaration;

/** That a permission was taken away, kept so that it counts after a restart, too. */
const permission = {
  ...phone,
  category: "user.content.preference",
  purposes: ["location"],
  source: "you",
  purpose: "not use a place that came from a phone while its owner does not permit it to know where it is",
  egress: ["export", "backup"],
  stopsIfRefused: "the phone cannot give the home's place",
} as const satisfies Declaration;

/** Home or away, since when, and who said so. No history, and never a position: phones keep that to themselves. */
const whereabouts = {
  ...resident,
  category: "user.location.presence",
  source: "device",
  purpose: "light for those who come home, and none for those who have left",
  retention: { kind: "newest" },
  egress: ["api", "events", "export"],
  stopsIfRefused: "rules about this person's coming and going are paused",
} as const satisfies Declaration;

/** A choice, and one that a restored home keeps to. */
const pauseChoice = {
  ...whereabouts,
  egress: ["api", "events", "export", "backup"],
} as const satisfies Declaration;

/** What the hub owes to people it can only do if it remembers what they asked for (GDPR Art. 12(3)). */
const rightsUse = {
  ...resident,
  purposes: ["rights"],
  category: "user.content.preference",
  purpose:
    "keep to what this person has asked for: restriction, objection, and being asked whether it is still right",
  legalBasis: "legal-obligation",
  recipients: ["this person", "holders of a token with privacy"],
  stopsIfRefused: "what somebody has asked for is forgotten",
} as const satisfies Declaration;

const tokenHolder = {
  class: "household",
  category: "user.account",
  purposes: ["access"],
  source: "you",
  need: "optional",
  atEnd: "delete",
  transfer: "none",
  purpose: "let the owner tell programs apart and take their access away",
  legalBasis: "contract",
  subject: "token-holder",
  retention: { kind: "until-removed", afterwards: "developer" },
  recipients: ["holders of a token with admin"],
  egress: ["api", "export"],
  key: "household",
  survives: ["network"],
  stopsIfRefused: "programs cannot be given access",
} as const satisfies Declaration;

const tokenSecret = {
  ...tokenHolder,
  class: "secret",
  category: "user.account.credential",
  purpose: "check a credential",
  recipients: [],
  egress: [],
} as const satisfies Declaration;

/** Of a home that has accounts at all: none is needed to command lamps. */
const account = {
  ...resident,
  category: "user.account",
  purposes: ["access"],
  purpose: "let this person sign in, and do what their role allows",
  legalBasis: "contract",
  egress: ["api", "export", "backup"],
  stopsIfRefused: "this person cannot sign in; whoever has a token or the printed link still can",
} as const satisfies Declaration;

const accountSecret = {
  ...account,
  class: "secret",
  category: "user.account.credential",
  purpose: "check who signs in",
  recipients: [],
  egress: [],
} as const satisfies Declaration;

/** How long it stays on record that somebody came in. */
export const signInDays = 90;

const signInRecord = {
  ...account,
  purposes: ["security"],
  category: "user.behavior.sign_in",
  purpose: "tell this person of every sign-in under their name",
  legalBasis: "legitimate-interest",
  retention: { kind: "days", days: signInDays },
  recipients: ["the person"],
  stopsIfRefused: "nobody notices that somebody else signs in under this name",
} as const satisfies Declaration;

/** The band alone, and of which line it speaks: when somebody was born is asked nowhere. */
const ageBand = {
  ...account,
  purposes: ["rights"],
  category: "user.demographic.age_range",
  purpose: "have a guardian confirm the account of somebody under age",
  legalBasis: "legal-obligation",
  stopsIfRefused: "this person counts as of age, on the word of whoever gives them the account",
} as const satisfies Declaration;

/** Says nothing of whom it is meant for. */
const guestPass = {
  ...tokenHolder,
  purposes: ["access"],
  purpose: "let guests in by a code that is shown or printed",
  recipients: ["holders of a token with people:write"],
  stopsIfRefused: "guests are let in by hand, one by one",
} as const satisfies Declaration;

/** A key and a word: who stands behind it is not asked. */
const developer = {
  ...tokenHolder,
  purposes: ["access"],
  purpose: "let the owner decide what a program of somebody else may do",
  recipients: ["holders of a token with privacy", "the program itself"],
  stopsIfRefused: "programs of others cannot be let in piece by piece",
} as const satisfies Declaration;

/** How long it stays on record what a program has called. */
export const developerCallDays = 90;

const developerCall = {
  ...developer,
  purposes: ["security"],
  category: "user.account.access_log",
  purpose: "show the owner what a program has called",
  legalBasis: "legitimate-interest",
  retention: { kind: "days", days: developerCallDays },
  recipients: ["holders of a token with privacy"],
  stopsIfRefused: "nobody can look up what a program did",
} as const satisfies Declaration;

/** There instead of a mark in their browser, which then would hold one. */
const appColours = {
  ...account,
  purposes: ["access"],
  category: "user.content.preference",
  purpose: "show the app in the colours this person chose, in every browser they sign in with",
  stopsIfRefused: "the app follows the system's colours",
} as const satisfies Declaration;

const choice = {
  ...structure,
  category: "user.content.preference",
  purposes: ["setup", "automation"],
  need: "optional",
  purpose: "do as the owner chose",
  egress: ["api", "export", "backup"],
  survives: ["network", "hand-over"],
  stopsIfRefused: "the hub runs with its defaults",
} as const satisfies Declaration;

/** Of an empty home nobody shall see that it is empty: how its evenings usually look, as coarsely as that can be said. */
const habit = {
  ...light,
  category: "user.behavior.light_use_summary",
  purposes: ["automation"],
  source: "derived",
  need: "optional",
  purpose: "make the home look lived in while its people are away",
  retention: { kind: "newest" },
  recipients: [],
  egress: [],
  stopsIfRefused: "evenings of an empty home are drawn from what is usual in any home",
} as const satisfies Declaration;

/** How long it can be shown that a request was answered, and in time. */
export const requestDays = 1_095;

/** That somebody asked for something and what became of it, without a word of theirs. */
const requestRecord = {
  class: "household",
  purposes: ["rights"],
  source: "you",
  need: "essential",
  atEnd: "delete",
  transfer: "none",
  category: "user.behavior.rights_request",
  purpose: "answer what people ask of this home in time, and be able to show it",
  legalBasis: "legal-obligation",
  subject: "household",
  retention: { kind: "days", days: requestDays },
  recipients: ["whoever asked", "holders of a token with privacy"],
  egress: ["api", "export"],
  key: "household",
  survives: ["network"],
  stopsIfRefused: "requests cannot be taken",
} as const satisfies Declaration;

/** Goes some time after the request is closed. */
const requestForm = {
  ...requestRecord,
  category: "user.content.rights_request",
  purpose: "know what is asked for, and by whom",
  retention: { kind: "days", days: 60 },
} as const satisfies Declaration;

/** The same, of somebody of this home: under their own key, so that it goes with them. */
const personForm = {
  ...requestForm,
  class: "person",
  subject: "person",
  key: "person",
} as const satisfies Declaration;

/** How long what people were told can be read again. */
export const noticeDays = 90;

const told = {
  ...requestRecord,
  category: "user.content.notice",
  purpose: "tell people what concerns their safety or their rights, with what they can do",
  retention: { kind: "days", days: noticeDays },
  recipients: ["whom it is for"],
  stopsIfRefused: "nobody is warned",
} as const satisfies Declaration;

/** A key of its own: it can be destroyed alone. */
const homePlace = {
  ...structure,
  category: "user.location.precise",
  purposes: ["location"],
  legalBasis: "consent",
  need: "optional",
  purpose: "compute when the sun rises and sets at the home",
  recipients: ["the owner", "holders of a token with admin"],
  egress: ["api", "backup"],
  key: "place",
  survives: ["network"],
  stopsIfRefused: "rules that follow the sun rest",
} as const satisfies Declaration;

/** Under the key of the person whose phone gave it: it goes with them. What stays is the zone of the home's clocks. */
const givenPlace = {
  ...resident,
  category: "user.location.precise",
  purposes: ["location"],
  source: "device",
  purpose: homePlace.purpose,
  recipients: homePlace.recipients,
  egress: ["api", "export"],
  stopsIfRefused: "rules that follow the sun rest until somebody says the place by hand",
} as const satisfies Declaration;

/** Who knows it can undo the veil for all that was ever observed. It is drawn anew only when the home is another. */
const veilSecret = {
  ...homePlace,
  class: "secret",
  category: "user.location.veil",
  purposes: ["security"],
  legalBasis: "legitimate-interest",
  source: "derived",
  purpose: "keep the home's place out of the times at which its lamps follow the sun",
  recipients: [],
  egress: ["backup"],
  key: "veil",
  stopsIfRefused: "who sees when lamps follow the sun can compute where the home is",
} as const satisfies Declaration;

const veilChoice = {
  ...veilSecret,
  class: "household",
  category: "user.content.preference",
  source: "you",
  purpose: "do as the owner chose",
  recipients: ["the owner", "holders of a token with admin"],
  egress: ["api", "backup"],
} as const satisfies Declaration;

/** What the home owes: to show that somebody was told, and what. */
const acceptance = {
  ...resident,
  category: "user.content.acceptance",
  purposes: ["rights"],
  purpose: "know which version of the notice counts for this person",
  legalBasis: "legal-obligation",
  retention: { kind: "newest" },
  recipients: ["the person themselves"],
  stopsIfRefused: "the first version of the notice counts for this person",
} as const satisfies Declaration;

/** That the yearly look was taken. */
const review = {
  ...choice,
  category: "user.content.acceptance",
  purposes: ["rights"],
  purpose: "remind the owner once a year to look through what is kept",
  legalBasis: "legal-obligation",
  retention: { kind: "newest" },
  recipients: ["holders of a token with privacy"],
  egress: ["api", "export"],
  survives: ["network"],
  stopsIfRefused: "nobody is reminded",
} as const satisfies Declaration;

/** Its own, and not the hub's: it lives as long as the hub can reach the device, to make it forget. */
const deviceStorage = {
  ...light,
  purposes: ["simulation"],
  source: "device",
  need: "optional",
  purpose: "be the flash of a simulated lamp, with what a lamp keeps: its light, its name, its login",
  recipients: [],
  egress: [],
  key: "device-link",
  survives: ["network", "hand-over"],
  stopsIfRefused: "simulated lamps forget everything when the hub restarts",
} as const satisfies Declaration;

/** Which services of others were let in, and with how much. The key goes with the household: whoever takes over lets in anew. */
const connection = {
  ...choice,
  purposes: ["assistant", "remote-view", "identity-provider", "newsletter"],
  category: "user.content.connection",
  purpose: "let services of others have what was agreed to, and no more",
  legalBasis: "consent",
  recipients: ["holders of a token with privacy"],
  egress: ["api", "export"],
  survives: ["network"],
  stopsIfRefused: "no service of others works with this home",
} as const satisfies Declaration;

/** The name of a lamp for one service goes to that service. */
const sharedLamps = {
  ...connection,
  category: "user.content.home_structure",
  recipients: [...connection.recipients, "the service that it was made for"],
} as const satisfies Declaration;

const serviceNotice = {
  ...connection,
  purposes: ["rights"],
  purpose: "make services of others correct or forget what they have, and show which have said that they did",
  legalBasis: "legal-obligation",
  stopsIfRefused: "what services of others still have is not followed up",
} as const satisfies Declaration;

const providerLink = {
  ...account,
  purposes: ["identity-provider"],
  category: "user.account.contact",
  purpose: "sign in with an account of another provider",
  legalBasis: "consent",
  recipients: [],
  egress: ["api", "export"],
  stopsIfRefused: "people sign in with a password of this home",
} as const satisfies Declaration;

const contact = {
  ...account,
  purposes: ["newsletter"],
  category: "user.contact.address",
  purpose: "write to this person what they have to know, and news only if they have asked for it twice",
  legalBasis: "consent",
  recipients: ["the mail service, of each message where it goes"],
  egress: ["api", "export"],
  stopsIfRefused: "what this person has to know is shown in the app alone",
} as const satisfies Declaration;

/** It says when the hub ran, and nothing about its home. */
const retentionTime = {
  ...choice,
  purposes: ["rights"],
  category: "user.device.clock",
  purpose: "forget things in time and not before, also when the clock is wrong",
  legalBasis: "legal-obligation",
  retention: { kind: "newest" },
  recipients: ["holders of a token with privacy"],
  egress: ["api"],
  survives: ["network"],
  stopsIfRefused: "a wrong clock makes the hub forget too early or too late",
} as const satisfies Declaration;

const hold = {
  ...retentionTime,
  purposes: ["rights"],
  category: "user.content.preference",
  purpose: "keep what is needed for a claim or a court, and know that it is kept",
  retention: { kind: "until-removed" },
  stopsIfRefused: "nothing outlives its end, whoever needs it",
} as const satisfies Declaration;

/** Of a week or a month and of nobody: it is what is left when all that could tell people apart is gone. */
const total = {
  ...light,
  category: "user.behavior.aggregate",
  purposes: ["history"],
  purpose: "show how much the lamps are used, without a word about when and by whom",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with privacy"],
  egress: ["api"],
  stopsIfRefused: "nothing stays of the history when it ends",
} as const satisfies Declaration;

const insight = {
  ...total,
  purposes: ["insights"],
  purpose: "show which parts of the hub are used, by people who agree to be counted",
  legalBasis: "consent",
  retention: { kind: "until-removed", while: "insights" },
  stopsIfRefused: "nothing is counted",
} as const satisfies Declaration;

const taste = {
  ...resident,
  purposes: ["learned-scenes"],
  category: "user.behavior.light_taste",
  purpose: "offer this person the light they usually choose",
  retention: { kind: "newest", while: "learned-scenes" },
  recipients: ["this person"],
  egress: ["api", "export"],
  stopsIfRefused: "no light is suggested; scenes made by hand are there as ever",
} as const satisfies Declaration;

type Collections = { readonly [Name in CollectionName]: CollectionDeclaration<Stored[Name]> };

/**
 * Every collection and every field. What is about a person or a home is sealed before it reaches the store; the notice,
 * the record of processing, export, erasure and retention read this table and no other.
 */
const declared = {
  devices: {
    durability: "immediate",
    fields: {
      id: none,
      kind: none,
      profile: structure,
      address: deviceAddress,
      name: structure,
      room: structure,
      powerOn: structure,
      isolated: structure,
      via: structure,
      bluetooth: deviceAddress,
    },
  },
  rooms: { durability: "immediate", fields: { id: none, name: structure } },
  zones: { durability: "immediate", fields: { id: none, name: structure, members: structure } },
  groups: { durability: "immediate", fields: { id: none, name: structure, members: structure } },
  scenes: {
    durability: "immediate",
    fields: { id: none, name: structure, room: structure, states: structure, palette: structure },
  },
  tokens: {
    durability: "immediate",
    fields: {
      id: none,
      name: tokenHolder,
      hash: tokenSecret,
      role: tokenHolder,
      scopes: tokenHolder,
      lamps: tokenHolder,
      created: tokenHolder,
      expires: tokenHolder,
      used: tokenHolder,
      asked: tokenHolder,
    },
  },
  accounts: {
    durability: "immediate",
    fields: { person: none, password: accountSecret, since: account, secondFactor: accountSecret },
  },
  "person-tokens": {
    durability: "immediate",
    fields: {
      id: none,
      person: none,
      name: account,
      hash: accountSecret,
      role: account,
      scopes: account,
      lamps: account,
      created: account,
      expires: account,
      used: account,
      asked: account,
    },
  },
  "sign-ins": {
    durability: "immediate",
    fields: { person: none, at: signInRecord, by: signInRecord, seen: signInRecord },
  },
  "guest-passes": {
    durability: "immediate",
    fields: {
      id: none,
      kind: guestPass,
      hash: {
        ...guestPass,
        class: "secret",
        category: "user.account.credential",
        recipients: [],
        egress: [],
      },
      scenes: guestPass,
      lamps: guestPass,
      staysMs: guestPass,
      created: guestPass,
      expires: guestPass,
    },
  },
  developers: {
    durability: "immediate",
    fields: {
      id: none,
      label: developer,
      publicKey: developer,
      terms: developer,
      created: developer,
      resources: developer,
    },
  },
  "developer-calls": {
    durability: "coalesced",
    fields: {
      developer: none,
      at: developerCall,
      route: developerCall,
      outcome: developerCall,
      address: developerCall,
    },
  },
  settings: { durability: "immediate", fields: { name: none, value: choice } },
  sharing: {
    durability: "immediate",
    fields: { recipient: choice, preview: none, hosts: choice, since: choice },
  },
  place: {
    durability: "immediate",
    fields: {
      latitude: homePlace,
      longitude: homePlace,
      zone: homePlace,
      step: homePlace,
      tolerance: homePlace,
    },
  },
  "phone-places": {
    durability: "immediate",
    fields: {
      person: none,
      phone: none,
      latitude: givenPlace,
      longitude: givenPlace,
      step: givenPlace,
    },
  },
  veil: {
    durability: "immediate",
    fields: { coarse: veilSecret, strong: veilSecret, level: veilChoice },
  },
  "light-states": {
    durability: "coalesced",
    fields: { id: none, desired: light, reported: light, cause: light },
  },
  "sensor-readings": { durability: "coalesced", fields: { id: none, reading: sensed, at: sensed } },
  "broadcast-counters": { durability: "coalesced", fields: { id: none, counter: broadcastCounter } },
  occurrences: {
    durability: "coalesced",
    fields: {
      lamp: history,
      at: history,
      order: history,
      cause: history,
      desired: history,
      clamped: history,
      confirmedAt: history,
      acceptedAt: history,
      notRun: history,
    },
  },
  rules: {
    durability: "immediate",
    fields: {
      id: none,
      name: rule,
      enabled: rule,
      triggers: rule,
      conditions: rule,
      actions: rule,
      endActions: rule,
      catchUp: rule,
      pausedUntil: rule,
      since: rule,
    },
  },
  "rule-journal": {
    durability: "immediate",
    fields: { rule: none, at: ruleJournal, entries: ruleJournal },
  },
  "rule-timers": {
    durability: "coalesced",
    fields: {
      id: ruleTimer,
      rule: ruleTimer,
      kind: ruleTimer,
      since: ruleTimer,
      after: ruleTimer,
      lamps: ruleTimer,
      brightness: ruleTimer,
    },
  },
  connections: {
    durability: "immediate",
    fields: {
      id: none,
      connector: connection,
      person: none,
      since: connection,
      expires: connection,
      key: connection,
      terms: connection,
      fields: connection,
      hosts: connection,
      subRecipients: connection,
      lamps: sharedLamps,
      mostPerMinute: connection,
      heard: connection,
      linked: connection,
    },
  },
  viewers: {
    durability: "immediate",
    fields: { id: none, publicKey: connection, mailbox: connection, since: connection, starts: connection },
  },
  "provider-links": {
    durability: "immediate",
    fields: {
      person: none,
      connector: providerLink,
      subject: providerLink,
      account: providerLink,
      email: providerLink,
      since: providerLink,
    },
  },
  contacts: {
    durability: "immediate",
    fields: {
      person: none,
      channel: contact,
      address: contact,
      recipient: contact,
      marketing: contact,
      code: contact,
      stop: contact,
      promotional: contact,
      service: contact,
    },
  },
  banners: {
    durability: "immediate",
    fields: { kind: connection, since: connection, unreached: connection },
  },
  "service-notices": {
    durability: "immediate",
    fields: {
      connection: none,
      connector: serviceNotice,
      what: serviceNotice,
      about: serviceNotice,
      asked: serviceNotice,
      tries: serviceNotice,
      confirmed: serviceNotice,
    },
  },
  circadian: { durability: "immediate", fields: { target: none, curve: choice } },
  "take-overs": { durability: "coalesced", fields: { lamp: none, brightness: takenOver, color: takenOver } },
  evenings: { durability: "coalesced", fields: { room: none, shares: habit } },
  people: {
    durability: "immediate",
    fields: {
      id: none,
      name: resident,
      isGuest: resident,
      role: account,
      lamps: account,
      scopes: account,
      expires: resident,
      addresses: networkAddress,
      pause: pauseChoice,
      age: ageBand,
      guardian: account,
      acknowledged: account,
    },
  },
  phones: {
    durability: "immediate",
    fields: {
      id: none,
      person: none,
      publicKey: phone,
      counter: phone,
      added: phone,
      locationRefused: permission,
      locationOff: permission,
    },
  },
  presence: {
    // What a token says is written together with its counter, at once.
    durability: "coalesced",
    fields: {
      person: none,
      home: whereabouts,
      since: whereabouts,
      source: whereabouts,
      signs: whereabouts,
    },
  },
  "notice-acceptances": {
    durability: "immediate",
    fields: { person: none, version: acceptance, hash: acceptance, at: acceptance },
  },
  "map-reviews": {
    durability: "immediate",
    fields: { id: none, at: review, map: review, by: none },
  },
  requests: {
    durability: "immediate",
    fields: {
      id: none,
      kind: requestRecord,
      state: requestRecord,
      received: requestRecord,
      person: none,
      purpose: requestRecord,
      law: requestRecord,
      due: requestRecord,
      lastDay: requestRecord,
      jurisdiction: requestRecord,
      isOfDeveloper: requestRecord,
      extended: requestRecord,
      identity: requestRecord,
      agent: none,
      evidence: requestRecord,
      isConfirmed: requestRecord,
      alarms: requestRecord,
      outcome: requestRecord,
      declined: requestRecord,
      decider: none,
      decided: requestRecord,
      closed: requestRecord,
      against: none,
      message: requestRecord,
    },
  },
  "request-forms": {
    durability: "immediate",
    fields: {
      id: none,
      name: requestForm,
      contact: requestForm,
      relationship: requestForm,
      request: requestForm,
    },
  },
  "person-request-forms": {
    durability: "immediate",
    fields: {
      id: none,
      name: personForm,
      contact: personForm,
      relationship: personForm,
      request: personForm,
    },
  },
  notices: {
    durability: "immediate",
    fields: {
      id: none,
      class: told,
      to: none,
      at: told,
      title: told,
      steps: told,
      more: told,
      isRead: told,
    },
  },
  "app-colours": { durability: "immediate", fields: { person: none, theme: appColours } },
  "device-scopes": {
    durability: "immediate",
    fields: {
      device: none,
      state: choice,
      events: choice,
      history: choice,
      sharing: choice,
      assistants: choice,
      terms: choice,
      answer: choice,
      decided: choice,
    },
  },
  rights: {
    durability: "immediate",
    fields: { person: none, confirmed: rightsUse, restriction: rightsUse, objections: rightsUse },
  },
  // A simulated device's address is a number of the simulated house; no real device has a record here.
  "sim-storage": {
    durability: "coalesced",
    fields: { address: none, content: deviceStorage },
  },
  "retention-time": { durability: "immediate", fields: { at: retentionTime, eras: retentionTime } },
  holds: {
    durability: "immediate",
    // It outlives whom it is about, and so has their bare id: what it stands for is under their own key, and goes with it.
    fields: { id: none, item: hold, reason: hold, person: none, opened: hold },
  },
  "history-months": { durability: "coalesced", fields: { month: total, changes: total } },
  "insight-counts": {
    durability: "coalesced",
    fields: { week: insight, what: insight, count: insight, people: insight },
  },
  tastes: {
    durability: "coalesced",
    fields: {
      person: none,
      room: taste,
      part: taste,
      samples: taste,
      brightness: taste,
      mireds: taste,
      whites: taste,
    },
  },
} as const satisfies Collections;

export const collections: Collections = declared;

type Chains = { readonly [Name in ChainName]: ChainDeclaration<ChainContent<Name>> };

/** How long a change of a setting, a name or a permission stays on record. */
export const changeDays = 365;

const changeRecord = {
  ...choice,
  category: "user.behavior.change_log",
  purposes: ["security"],
  source: "derived",
  purpose: "show who changed a setting, a name or a permission, and when",
  legalBasis: "legitimate-interest",
  retention: { kind: "days", days: changeDays },
  recipients: ["holders of a token with privacy"],
  egress: ["api", "export"],
  survives: ["network"],
  stopsIfRefused: "nobody can look up what was changed in the home",
} as const satisfies Declaration;

/** Two whole calendar years and the present one: what a yearly report is made of. */
export const ledgerDays = 3 * 366;

const disclosureRecord = {
  ...changeRecord,
  category: "user.behavior.disclosure_log",
  purposes: ["rights"],
  purpose: "show who got what from this hub, when and why",
  legalBasis: "legal-obligation",
  retention: { kind: "days", days: ledgerDays },
  stopsIfRefused: "nobody can look up what has left the home",
} as const satisfies Declaration;

const accessRecord = {
  ...changeRecord,
  purposes: ["rights"],
  purpose:
    "prove who agreed to the words of a role, who answers for whom, and what the owner allowed a program",
  legalBasis: "legal-obligation",
  stopsIfRefused: "nobody can prove afterwards who was given a way in",
} as const satisfies Declaration;

/** How long what went wrong stays on record (GDPR Art. 33(5)). */
export const incidentDays = 1_825;

const incidentRecord = {
  ...requestRecord,
  category: "system.security_incident",
  purpose: "notice attacks, answer them, and be able to show what was done and when",
  retention: { kind: "days", days: incidentDays },
  recipients: ["holders of a token with privacy"],
  stopsIfRefused: "attacks go unnoticed",
} as const satisfies Declaration;

/** Under the person's own key where it is theirs; kept as long as they are known, for the hub has to show it (GDPR Art. 7(1)). */
const consentRecord = {
  ...resident,
  purposes: ["rights"],
  category: "user.consent",
  purpose:
    "show who agreed to what, when, and what they were shown; and do nothing that they did not agree to",
  legalBasis: "legal-obligation",
  recipients: ["the person", "the owner", "holders of a token with privacy"],
  stopsIfRefused: "nothing is done that needs consent",
} as const satisfies Declaration;

/** How long it stays on record that something has come to its end. */
export const disposalDays = 365;

const disposal = {
  ...changeRecord,
  purposes: ["rights"],
  category: "user.behavior.disposal_log",
  purpose: "show that what is kept for a time is gone after it, and how",
  legalBasis: "legal-obligation",
  retention: { kind: "days", days: disposalDays },
  stopsIfRefused: "nobody can see that things are forgotten as promised",
} as const satisfies Declaration;

/** Chains of entries, each under the key of whoever it is about: hash-chained, signed, and gone for reading with that key. */
const declaredChains = {
  access: {
    key: "household",
    fields: {
      what: accessRecord,
      role: accessRecord,
      version: accessRecord,
      guardian: accessRecord,
      developer: none,
      device: none,
      action: accessRecord,
      state: accessRecord,
      reason: accessRecord,
    },
  },
  changes: {
    key: "household",
    fields: {
      what: changeRecord,
      field: changeRecord,
      id: none,
      before: changeRecord,
      after: changeRecord,
      by: none,
    },
  },
  ledger: {
    key: "household",
    fields: {
      act: disclosureRecord,
      recipient: disclosureRecord,
      purpose: disclosureRecord,
      basis: disclosureRecord,
      fields: disclosureRecord,
      people: disclosureRecord,
      messages: disclosureRecord,
      bytes: disclosureRecord,
      detail: disclosureRecord,
    },
  },
  requests: {
    key: "household",
    fields: {
      request: none,
      step: requestRecord,
      identity: requestRecord,
      reason: requestRecord,
      daysLeft: requestRecord,
      by: none,
    },
  },
  incidents: {
    key: "household",
    fields: {
      incident: none,
      step: incidentRecord,
      detector: incidentRecord,
      entrance: incidentRecord,
      isDrill: incidentRecord,
      count: incidentRecord,
      people: incidentRecord,
      hoursLeft: incidentRecord,
      notice: incidentRecord,
      banner: incidentRecord,
      by: none,
      subject: none,
    },
  },
  consents: {
    key: "household",
    fields: {
      decision: consentRecord,
      purpose: consentRecord,
      version: consentRecord,
      text: consentRecord,
      notice: consentRecord,
      way: consentRecord,
      by: none,
    },
  },
  disposals: {
    key: "household",
    // Written twice a day, in nobody's words: larger, each would take a page of the file for itself.
    leastBytes: 256,
    fields: { item: none, action: disposal, reason: disposal, records: disposal },
  },
} as const satisfies Chains;

export const chains: Chains = declaredChains;

/**
 * Secrets, each under a key of its own, which is made with it and dies with it. They are in no export and in no backup,
 * and the store shows them to nobody but through the door that the roof hands to their one purpose.
 */
export const secrets = {
  wifi: {
    // The longest name with the longest password takes 98 bytes, and so does every other.
    sizeClassBytes: 128,
    declaration: {
      class: "secret",
      category: "user.device.network_credential",
      purposes: ["provisioning"],
      source: "you",
      need: "optional",
      atEnd: "delete",
      transfer: "none",
      purpose: "join the home's network, and hand it to a lamp inside a window that its owner has opened",
      legalBasis: "contract",
      subject: "household",
      retention: { kind: "until-removed" },
      recipients: [
        "the radio of this hub",
        "a lamp whose printed code its owner has given",
        "a lamp that knows no better, and whoever is near, where the owner has said so for that one",
      ],
      egress: [],
      key: "wifi",
      survives: [],
      stopsIfRefused: "the hub is reached by cable only, and lamps are told the network by hand",
    },
  },
} as const satisfies Readonly<Record<string, SecretDeclaration>>;

export type SecretName = keyof typeof secrets;

/**
 * Secrets of which there is one for each device, each person, or each thing of theirs. As those above: in no export and no backup, and
 * shown to their one purpose alone.
 */
export const secretShelves = {
  "bind-keys": {
    sizeClassBytes: 32,
    declaration: {
      class: "secret",
      category: "user.device.credential",
      purposes: ["security"],
      source: "you",
      need: "optional",
      atEnd: "delete",
      transfer: "none",
      purpose: "read what a sensor says that seals its readings, and believe nobody else",
      legalBasis: "legitimate-interest",
      subject: "household",
      retention: { kind: "until-removed" },
      recipients: [],
      egress: [],
      key: "device-link",
      survives: ["network"],
      stopsIfRefused: "what such a sensor says stays unread",
    },
  },
  "beacon-identities": {
    // Kind, date and the longest identity take 27 bytes.
    sizeClassBytes: 32,
    declaration: {
      class: "secret",
      category: "user.device.identifier",
      purposes: ["presence"],
      source: "you",
      need: "optional",
      atEnd: "delete",
      transfer: "none",
      purpose: "know this person's beacon or phone among all that are heard",
      legalBasis: "consent",
      subject: "person",
      retention: { kind: "until-removed" },
      recipients: [],
      egress: [],
      key: "person",
      survives: ["network"],
      stopsIfRefused: "the hub does not notice on the air that this person is there",
    },
  },
  "connection-keys": {
    // Two keys of 32 bytes.
    sizeClassBytes: 128,
    declaration: {
      class: "secret",
      category: "user.device.credential",
      purposes: ["assistant", "remote-view"],
      source: "assistant",
      need: "optional",
      atEnd: "delete",
      transfer: "none",
      purpose: "know the commands of a service from forged or recorded ones, and seal what goes to it",
      legalBasis: "consent",
      subject: "household",
      retention: { kind: "until-removed" },
      recipients: ["the service, of the key of its own commands, once"],
      egress: [],
      key: "household",
      survives: ["network"],
      stopsIfRefused: "no service of others works with this home",
    },
  },
  withheld: {
    sizeClassBytes: 256,
    declaration: {
      ...hold,
      class: "secret",
      egress: [],
      category: "user.content.withheld",
      purpose: "be there if a claim or a court needs it, and be read by nothing until then",
      recipients: [],
    },
  },
  totp: {
    // 20 bytes are all there is.
    sizeClassBytes: 32,
    declaration: {
      ...accountSecret,
      class: "secret",
      egress: [],
      purpose: "check the codes of an authenticator",
    },
  },
} as const satisfies Readonly<Record<string, SecretDeclaration>>;

export type ShelfName = keyof typeof secretShelves;

type Uses<Item> = Item extends { readonly purposes: readonly (infer Use)[] } ? Use : never;
type FieldsIn<Table, Name extends keyof Table> = Table[Name] extends { readonly fields: infer Fields }
  ? Uses<Fields[keyof Fields]>
  : never;
type Bound<Of, Use extends Purpose, Name> = Extract<Of, Use> extends never ? never : Name;

/** What holds something for a purpose; all else is closed to it. */
export type CollectionFor<Use extends Purpose> = {
  [Name in CollectionName]: Bound<FieldsIn<typeof declared, Name>, Use, Name>;
}[CollectionName];
export type ChainFor<Use extends Purpose> = {
  [Name in ChainName]: Bound<FieldsIn<typeof declaredChains, Name>, Use, Name>;
}[ChainName];
export type SecretFor<Use extends Purpose> = {
  [Name in SecretName]: Bound<Uses<(typeof secrets)[Name]["declaration"]>, Use, Name>;
}[SecretName];
export type ShelfFor<Use extends Purpose> = {
  [Name in ShelfName]: Bound<Uses<(typeof secretShelves)[Name]["declaration"]>, Use, Name>;
}[ShelfName];
