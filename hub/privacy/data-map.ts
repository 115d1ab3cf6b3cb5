import type { AccessToken, PersonToken } from "../domain/access.ts";
import type { Account } from "../domain/account.ts";
import type { Cause } from "../domain/cause.ts";
import type { CircadianTarget, TakeOver } from "../domain/circadian.ts";
import type { ZoneName } from "../domain/civil.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { Device, Group, Room, Scene, Zone } from "../domain/home.ts";
import type { HoldId, LampId, PersonId, PhoneId, RoomId, RuleId, SensorId } from "../domain/ids.ts";
import type { Clamped, LightState } from "../domain/light.ts";
import type { Person, Phone } from "../domain/person.ts";
import type { Degrees } from "../domain/place.ts";
import type { PresenceSource } from "../domain/presence.ts";
import type { Rule } from "../domain/rule.ts";
import type { SensorReading } from "../domain/sensor.ts";
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

/** How far a sensor that seals its readings has counted: what was said before is not believed again. */
export interface StoredBroadcastCounter {
  readonly id: SensorId;
  readonly counter: number;
}

/** What a simulated device keeps inside itself; base64. Part of the simulated world, kept here so that it survives. */
export interface StoredFlash {
  readonly address: string;
  readonly content: string;
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
  /** What was there before, of that which has a date that came a second time. */
  readonly before?: readonly string[];
  /** What was there when it was over, and has a date that was still to come. */
  readonly ahead?: readonly string[];
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
  readonly settings: Setting;
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
  readonly "sim-storage": StoredFlash;
  readonly circadian: CircadianTarget;
  readonly "take-overs": TakeOver;
  readonly evenings: RoomEvenings;
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
  readonly changes: ChangeEntry;
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

export type PagedName = keyof typeof pageCharacters;
export const isPaged = (name: CollectionName): name is PagedName => Object.hasOwn(pageCharacters, name);

/** Random ids, kinds of product, format numbers: the same words in every home, or words that mean nothing. */
const none: Field = { class: "none" };

/** How the home is laid out and what its people call things. */
const structure: Declaration = {
  class: "household",
  category: "user.content.home_structure",
  purpose: "show and command the lamps of the home by the names its people gave them",
  legalBasis: "contract",
  subject: "household",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "events", "mqtt", "export", "backup"],
  key: "household",
  survives: ["network", "hand-over"],
  stopsIfRefused: "the home cannot be set up",
};

/** The address by which a device is spoken to; it says which device of which maker stands in this home. */
const deviceAddress: Declaration = {
  ...structure,
  category: "user.device.identifier",
  purpose: "reach the device",
  recipients: ["holders of a token with devices:write", "the device itself"],
  egress: ["api", "mqtt", "backup"],
  stopsIfRefused: "the device cannot be reached",
};

/** When which lamp is on says when somebody is at home and awake. */
const light: Declaration = {
  class: "household",
  category: "user.behavior.light_use",
  purpose: "bring every lamp to the state that was asked for, also after a power cut",
  legalBasis: "contract",
  subject: "household",
  retention: { kind: "newest" },
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "events", "mqtt", "export"],
  key: "household",
  survives: ["network"],
  stopsIfRefused: "lamps forget their state when the hub restarts",
};

/** Presence, sleep and habits can be read from sensors. */
const sensed: Declaration = {
  ...light,
  category: "user.sensor.home",
  purpose: "show the newest reading, also after a restart",
  stopsIfRefused: "readings are unknown after a restart until the sensor speaks again",
};

/** It rises with everything the sensor says, so it tells how often that was. */
const broadcastCounter: Declaration = {
  ...sensed,
  purpose: "tell what a sensor says from a recording of it, also after a restart",
  recipients: [],
  egress: [],
  stopsIfRefused: "a recording of what a sensor once said passes for news after a restart",
};

/** How far back the question why is answered. */
export const historyDays = 7;

const history: Declaration = {
  ...light,
  category: "user.behavior.light_use_history",
  purpose: "answer why a lamp changed, and why something due did not happen",
  retention: { kind: "days", days: historyDays, while: "history", endsAsChosen: true },
  egress: ["api", "export"],
  stopsIfRefused: "the question why is answered for the present state only",
};

/** When people come home, sleep and wake can be read from the rules they make. */
const rule: Declaration = {
  ...structure,
  category: "user.behavior.light_schedule",
  purpose: "switch lamps by clock, sun, sensors and people as the owner wrote down",
  recipients: ["holders of a token with lights:read"],
  egress: ["api", "export", "backup"],
  stopsIfRefused: "nothing happens by itself",
};

/** How far back it is known what became of what was due. Longer than anything that is caught up with. */
export const journalDays = 10;

const ruleJournal: Declaration = {
  ...light,
  category: "user.behavior.light_use_history",
  purpose: "do what is due exactly once, also when the power fails or the clock is set",
  retention: { kind: "days", days: journalDays },
  egress: ["api", "export"],
  stopsIfRefused: "what was due may be done twice, or not at all",
};

const ruleTimer: Declaration = {
  ...light,
  purpose: "end what a rule began, also after a power cut",
  egress: ["export"],
  stopsIfRefused: "lamps stay on that should go off by themselves",
};

/** Who lives here. Under the person's own key, which dies with their removal. */
const resident: Declaration = {
  class: "person",
  category: "user.name",
  purpose: "tell people apart in rules and in the app",
  legalBasis: "consent",
  subject: "person",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with people:read"],
  egress: ["api", "export"],
  key: "person",
  survives: ["network"],
  stopsIfRefused: "rules cannot be about this person",
};

/** A phone's public key and how many tokens it has sent; its name and number are not asked for. */
const phone: Declaration = {
  ...resident,
  category: "user.device.identifier",
  purpose: "know a token of this phone from a forged or repeated one",
  stopsIfRefused: "the phone cannot say that its owner has come home",
};

/** By which the home's own network tells that a phone is there; only of people who gave it for that. */
const networkAddress: Declaration = {
  ...phone,
  purpose: "notice on the home's network that this person's phone is there",
  recipients: [],
  egress: ["export"],
  stopsIfRefused: "the home's network is not asked about this person",
};

/** That a permission was taken away, kept so that it counts after a restart, too. */
const permission: Declaration = {
  ...phone,
  category: "user.content.preference",
  purpose: "not use a place that came from a phone while its owner does not permit it to know where it is",
  egress: ["export"],
  stopsIfRefused: "the phone cannot give the home's place",
};

/** Home or away, since when, and who said so. No history, and never a position: phones keep that to themselves. */
const whereabouts: Declaration = {
  ...resident,
  category: "user.location.presence",
  purpose: "light for those who come home, and none for those who have left",
  retention: { kind: "newest" },
  egress: ["api", "events", "export"],
  stopsIfRefused: "rules about this person's coming and going are paused",
};

const tokenHolder: Declaration = {
  class: "household",
  category: "user.account",
  purpose: "let the owner tell programs apart and take their access away",
  legalBasis: "contract",
  subject: "token-holder",
  retention: { kind: "until-removed", afterwards: "developer" },
  recipients: ["holders of a token with admin"],
  egress: ["api", "export"],
  key: "household",
  survives: ["network"],
  stopsIfRefused: "programs cannot be given access",
};

const tokenSecret: Declaration = {
  ...tokenHolder,
  class: "secret",
  category: "user.account.credential",
  purpose: "check a credential",
  recipients: [],
  egress: [],
};

/** Of a home that has accounts at all: none is needed to command lamps. */
const account: Declaration = {
  ...resident,
  category: "user.account",
  purpose: "let this person sign in, and do what their role allows",
  legalBasis: "contract",
  egress: ["api", "export"],
  stopsIfRefused: "this person cannot sign in; whoever has a token or the printed link still can",
};

const accountSecret: Declaration = {
  ...account,
  class: "secret",
  category: "user.account.credential",
  purpose: "check who signs in",
  recipients: [],
  egress: [],
};

const choice: Declaration = {
  ...structure,
  category: "user.content.preference",
  purpose: "do as the owner chose",
  egress: ["api", "export", "backup"],
  survives: ["network", "hand-over"],
  stopsIfRefused: "the hub runs with its defaults",
};

/** Of an empty home nobody shall see that it is empty: how its evenings usually look, as coarsely as that can be said. */
const habit: Declaration = {
  ...light,
  category: "user.behavior.light_use_summary",
  purpose: "make the home look lived in while its people are away",
  retention: { kind: "newest" },
  recipients: [],
  egress: [],
  stopsIfRefused: "evenings of an empty home are drawn from what is usual in any home",
};

/** A key of its own: it can be destroyed alone. */
const homePlace: Declaration = {
  ...structure,
  category: "user.location.precise",
  purpose: "compute when the sun rises and sets at the home",
  recipients: ["the owner", "holders of a token with admin"],
  egress: ["api", "backup"],
  key: "place",
  survives: ["network"],
  stopsIfRefused: "rules that follow the sun rest",
};

/** Under the key of the person whose phone gave it: it goes with them. What stays is the zone of the home's clocks. */
const givenPlace: Declaration = {
  ...resident,
  category: "user.location.precise",
  purpose: homePlace.purpose,
  recipients: homePlace.recipients,
  egress: ["api"],
  stopsIfRefused: "rules that follow the sun rest until somebody says the place by hand",
};

/** Who knows it can undo the veil for all that was ever observed. It is drawn anew only when the home is another. */
const veilSecret: Declaration = {
  ...homePlace,
  class: "secret",
  category: "user.location.veil",
  purpose: "keep the home's place out of the times at which its lamps follow the sun",
  recipients: [],
  egress: ["backup"],
  key: "veil",
  stopsIfRefused: "who sees when lamps follow the sun can compute where the home is",
};

const veilChoice: Declaration = {
  ...veilSecret,
  class: "household",
  category: "user.content.preference",
  purpose: "do as the owner chose",
  recipients: ["the owner", "holders of a token with admin"],
  egress: ["api", "backup"],
};

/** Its own, and not the hub's: it lives as long as the hub can reach the device, to make it forget. */
const deviceStorage: Declaration = {
  ...light,
  purpose: "be the flash of a simulated lamp, with what a lamp keeps: its light, its name, its login",
  recipients: [],
  egress: [],
  key: "device-link",
  survives: ["network", "hand-over"],
  stopsIfRefused: "simulated lamps forget everything when the hub restarts",
};

/** It says when the hub ran, and nothing about its home. */
const retentionTime: Declaration = {
  ...choice,
  category: "user.device.clock",
  purpose: "forget things in time and not before, also when the clock is wrong",
  legalBasis: "legal-obligation",
  retention: { kind: "newest" },
  recipients: ["holders of a token with privacy"],
  egress: ["api"],
  survives: ["network"],
  stopsIfRefused: "a wrong clock makes the hub forget too early or too late",
};

const hold: Declaration = {
  ...retentionTime,
  category: "user.content.preference",
  purpose: "keep what is needed for a claim or a court, and know that it is kept",
  retention: { kind: "until-removed" },
  stopsIfRefused: "nothing outlives its end, whoever needs it",
};

/** Of a week or a month and of nobody: it is what is left when all that could tell people apart is gone. */
const total: Declaration = {
  ...light,
  category: "user.behavior.aggregate",
  purpose: "show how much the lamps are used, without a word about when and by whom",
  retention: { kind: "until-removed" },
  recipients: ["holders of a token with privacy"],
  egress: ["api"],
  stopsIfRefused: "nothing stays of the history when it ends",
};

const insight: Declaration = {
  ...total,
  purpose: "show which parts of the hub are used, by people who agree to be counted",
  legalBasis: "consent",
  retention: { kind: "until-removed", while: "insights" },
  stopsIfRefused: "nothing is counted",
};

const taste: Declaration = {
  ...resident,
  category: "user.behavior.light_taste",
  purpose: "offer this person the light they usually choose",
  retention: { kind: "newest", while: "learned-scenes" },
  recipients: ["this person"],
  egress: ["api", "export"],
  stopsIfRefused: "no light is suggested; scenes made by hand are there as ever",
};

type Collections = { readonly [Name in CollectionName]: CollectionDeclaration<Stored[Name]> };

/**
 * Every collection and every field. What is about a person or a home is sealed before it reaches the store; the notice,
 * the record of processing, export, erasure and retention read this table and no other.
 */
export const collections: Collections = {
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
      via: structure,
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
    },
  },
  settings: { durability: "immediate", fields: { name: none, value: choice } },
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
  circadian: { durability: "immediate", fields: { target: none, curve: choice } },
  "take-overs": { durability: "coalesced", fields: { lamp: none, brightness: light, color: light } },
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
      pause: whereabouts,
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
  // A simulated device's address is a number of the simulated house; no real device has a record here.
  "sim-storage": {
    durability: "coalesced",
    fields: { address: none, content: deviceStorage },
  },
  "retention-time": { durability: "immediate", fields: { at: retentionTime, eras: retentionTime } },
  holds: {
    durability: "immediate",
    fields: { id: none, item: hold, reason: hold, person: hold, opened: hold },
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
};

/** How long a change of a setting, a name or a permission stays on record. */
export const changeDays = 365;

const changeRecord: Declaration = {
  ...choice,
  category: "user.behavior.change_log",
  purpose: "show who changed a setting, a name or a permission, and when",
  legalBasis: "legitimate-interest",
  retention: { kind: "days", days: changeDays },
  recipients: ["holders of a token with privacy"],
  egress: ["api", "export"],
  survives: ["network"],
  stopsIfRefused: "nobody can look up what was changed in the home",
};

/** How long it stays on record that something has come to its end. */
export const disposalDays = 365;

const disposal: Declaration = {
  ...changeRecord,
  category: "user.behavior.disposal_log",
  purpose: "show that what is kept for a time is gone after it, and how",
  legalBasis: "legal-obligation",
  retention: { kind: "days", days: disposalDays },
  stopsIfRefused: "nobody can see that things are forgotten as promised",
};

/** Chains of entries, each under the key of whoever it is about: hash-chained, signed, and gone for reading with that key. */
export const chains: { readonly [Name in ChainName]: ChainDeclaration<ChainContent<Name>> } = {
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
  disposals: {
    key: "household",
    fields: { item: none, action: disposal, reason: disposal, records: disposal },
  },
};

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
      purpose: "read what a sensor says that seals its readings, and believe nobody else",
      legalBasis: "contract",
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
