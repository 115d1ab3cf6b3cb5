import { usualCurve } from "../../hub/domain/circadian.ts";
import type { CivilDate, ZoneName } from "../../hub/domain/civil.ts";
import { parseMonthDay, parseWallTime } from "../../hub/domain/civil.ts";
import type {
  CommandId,
  ConnectionId,
  DeveloperId,
  GroupId,
  HoldId,
  LampId,
  NoticeId,
  PassId,
  PersonId,
  PhoneId,
  RequestId,
  RoomId,
  RuleId,
  SceneId,
  SensorId,
  TokenId,
  ViewerId,
  ZoneId,
} from "../../hub/domain/ids.ts";
import type { HardwareAddress } from "../../hub/domain/person.ts";
import type { Degrees } from "../../hub/domain/place.ts";
import { Instant, Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import type { CollectionName, CollectionValue } from "../../hub/privacy/data-map.ts";

const lamp = "l-aaaaaaaaaaaa" as LampId;
const sensor = "s-aaaaaaaaaaaa" as SensorId;
const rule = "ru-aaaaaaaaaaaa" as RuleId;
const room = "r-aaaaaaaaaaaa" as RoomId;
/** Whose records stand here. */
export const furnishedPerson = "p-aaaaaaaaaaaa" as PersonId;
const cause = (mark: string) =>
  ({
    kind: "api",
    at: Instant(1_700_000_000_000),
    command: "c-aaaaaaaaaaaa" as CommandId,
    actor: mark,
    trigger: mark,
  }) as const;

const formWith = (mark: string) => ({
  id: "rq-aaaaaaaaaaaa" as RequestId,
  name: `${mark} requester`,
  contact: `${mark} contact`,
  relationship: "self" as const,
  request: `${mark} words`,
});

/**
 * One record in every collection, every field filled. Free text holds `mark`, so that it can be looked for wherever it
 * must not be.
 */
export const furnishedRecords = (
  mark: string,
): { readonly [Name in CollectionName]: readonly [key: string, value: CollectionValue<Name>] } => ({
  devices: [
    lamp,
    {
      id: lamp,
      kind: "lamp",
      profile: `${mark}/profile`,
      address: `${mark}-address`,
      name: `${mark} name`,
      room,
      powerOn: "previous",
    },
  ],
  rooms: [room, { id: room, name: `${mark} room` }],
  sharing: [
    "owner-broker",
    {
      recipient: `${mark} recipient`,
      preview: "0".repeat(64),
      hosts: [`tls://${mark}.example:8883`],
      since: Instant(1_700_000_000_000),
    },
  ],
  zones: [
    "z-aaaaaaaaaaaa",
    { id: "z-aaaaaaaaaaaa" as ZoneId, name: `${mark} zone`, members: [lamp, sensor] },
  ],
  groups: ["g-aaaaaaaaaaaa", { id: "g-aaaaaaaaaaaa" as GroupId, name: `${mark} group`, members: [lamp] }],
  scenes: [
    "sc-aaaaaaaaaaaa",
    {
      id: "sc-aaaaaaaaaaaa" as SceneId,
      name: `${mark} scene`,
      room,
      states: { [lamp]: { on: true, brightness: Percent(42.5), effect: `${mark} effect` } },
      palette: {
        period: Seconds(30),
        colors: [{ brightness: Percent(10), colorTemperature: Mireds(250) }],
      },
    },
  ],
  tokens: [
    "t-aaaaaaaaaaaa",
    {
      id: "t-aaaaaaaaaaaa" as TokenId,
      name: `${mark} token`,
      hash: `${mark}-hash`,
      role: "guest",
      scopes: ["lights:read"],
      lamps: [lamp],
      created: Instant(1_700_000_000_000),
      expires: Instant(1_800_000_000_000),
    },
  ],
  "sign-ins": [
    `${furnishedPerson}/000000001`,
    { person: furnishedPerson, at: Instant(1_700_000_000_000), by: "browser", seen: false },
  ],
  "guest-passes": [
    "gp-aaaaaaaaaaaa",
    {
      id: "gp-aaaaaaaaaaaa" as PassId,
      kind: "invitation",
      hash: `${mark}-hash`,
      scenes: [],
      lamps: [lamp],
      staysMs: 86_400_000,
      created: Instant(1_700_000_000_000),
      expires: Instant(1_800_000_000_000),
    },
  ],
  developers: [
    "dv-aaaaaaaaaaaa",
    {
      id: "dv-aaaaaaaaaaaa" as DeveloperId,
      label: `${mark} program`,
      publicKey: `${mark}-key`,
      terms: 1,
      created: Instant(1_700_000_000_000),
      resources: [
        {
          device: lamp,
          action: "read",
          state: "refused",
          reason: `${mark} reason`,
          since: Instant(1_700_000_000_000),
        },
      ],
    },
  ],
  "developer-calls": [
    "dv-aaaaaaaaaaaa/000000001",
    {
      developer: "dv-aaaaaaaaaaaa" as DeveloperId,
      at: Instant(1_700_000_000_000),
      route: `${mark} GET /developer`,
      outcome: 200,
      address: `${mark}-address`,
    },
  ],
  place: [
    "home",
    {
      latitude: 52.125 as Degrees,
      longitude: 13.375 as Degrees,
      zone: `${mark}/Zone` as ZoneName,
      step: 0.125 as Degrees,
      tolerance: Seconds(60),
    },
  ],
  "phone-places": [
    `${furnishedPerson}/ph-aaaaaaaaaaaa`,
    {
      person: furnishedPerson,
      phone: "ph-aaaaaaaaaaaa" as PhoneId,
      latitude: 48.375 as Degrees,
      longitude: 2.125 as Degrees,
      step: 0.125 as Degrees,
    },
  ],
  veil: [
    "home",
    { coarse: { north: 101.5, east: -20.25 }, strong: { north: -301.5, east: 111.75 }, level: "coarse" },
  ],
  settings: ["welcome", { name: "welcome", value: `${mark} value` }],
  "light-states": [
    lamp,
    {
      id: lamp,
      desired: { on: true, brightness: Percent(50), color: { x: 0.3, y: 0.4 }, effect: `${mark} effect` },
      reported: { on: false, brightness: Percent(50), effect: `${mark} effect` },
      cause: cause(mark),
    },
  ],
  "sensor-readings": [
    sensor,
    { id: sensor, reading: { occupancy: true, temperature: 21.5 }, at: Instant(1_700_000_000_000) },
  ],
  "broadcast-counters": [sensor, { id: sensor, counter: 77 }],
  occurrences: [
    "000001",
    {
      lamp,
      at: Instant(1_700_000_000_000),
      order: 0,
      cause: cause(mark),
      desired: { on: true, brightness: Percent(50) },
      clamped: [],
      notRun: "unreachable",
    },
  ],
  rules: [
    rule,
    {
      id: rule,
      name: `${mark} rule`,
      enabled: true,
      triggers: [
        { kind: "button", sensor, action: `${mark} action` },
        {
          kind: "daily",
          at: {
            kind: "sun",
            event: "sunset",
            offset: -60_000,
            notBefore: parseWallTime("16:00"),
            polar: { kind: "culmination" },
          },
          days: { weekdays: ["fri"], dates: [parseMonthDay("02-29")] },
        },
      ],
      conditions: [{ kind: "mode", is: ["home"] }],
      actions: [{ kind: "light", target: lamp, command: { on: true, effect: `${mark} effect` } }],
      endActions: [{ kind: "mode", mode: "night" }],
      catchUp: { kind: "late", within: Seconds(60) },
      pausedUntil: Instant(1_800_000_000_000),
      since: Instant(1_700_000_000_000),
    },
  ],
  requests: [
    "rq-aaaaaaaaaaaa",
    {
      id: "rq-aaaaaaaaaaaa" as RequestId,
      kind: "object",
      state: "declined",
      received: Instant(1_700_000_000_000),
      person: furnishedPerson,
      purpose: "security",
      law: "gdpr",
      due: Instant(1_702_000_000_000),
      lastDay: "2023-12-14" as CivilDate,
      jurisdiction: "DE",
      isOfDeveloper: false,
      extended: "complexity",
      identity: "session",
      agent: furnishedPerson,
      evidence: { kind: "signed-letter", sha256: `${mark}-letter` },
      isConfirmed: true,
      alarms: 1,
      outcome: "declined",
      declined: "not-eligible",
      decider: furnishedPerson,
      decided: Instant(1_701_000_000_000),
      closed: Instant(1_701_000_000_000),
      against: "rq-bbbbbbbbbbbb" as RequestId,
      message: `${mark}-message`,
    },
  ],
  "request-forms": ["rq-aaaaaaaaaaaa", formWith(mark)],
  "person-request-forms": [`${furnishedPerson}/rq-aaaaaaaaaaaa`, formWith(mark)],
  notices: [
    "no-aaaaaaaaaaaa",
    {
      id: "no-aaaaaaaaaaaa" as NoticeId,
      class: "security",
      to: furnishedPerson,
      at: Instant(1_700_000_000_000),
      title: `${mark} title`,
      steps: [`${mark} step`],
      more: 2,
      isRead: true,
    },
  ],
  "rule-journal": [
    rule,
    {
      rule,
      at: Instant(1_700_000_000_000),
      entries: [
        {
          id: `${rule}/0/2023-11-14/${mark}`,
          due: Instant(1_700_000_000_000),
          at: Instant(1_700_000_000_000),
          result: "condition-false",
          condition: 0,
        },
      ],
    },
  ],
  "rule-timers": [
    `${rule}/0`,
    {
      id: `${rule}/0`,
      rule,
      kind: "wake-up",
      since: Instant(1_700_000_000_000),
      after: Seconds(1_800),
      lamps: [lamp],
      brightness: Percent(80),
    },
  ],
  circadian: [room, { target: room, curve: usualCurve }],
  "take-overs": [lamp, { lamp, brightness: Instant(1_700_000_000_000), color: Instant(1_700_000_000_000) }],
  evenings: [room, { room, shares: [0.1, 0.2, 0.3, 0.4] }],
  people: [
    furnishedPerson,
    {
      id: furnishedPerson,
      name: `${mark} person`,
      isGuest: true,
      lamps: [lamp],
      expires: Instant(1_800_000_000_000),
      addresses: [`${mark} address` as HardwareAddress],
      pause: { reason: "by-hand", since: Instant(1_700_000_000_000) },
    },
  ],
  accounts: [
    furnishedPerson,
    {
      person: furnishedPerson,
      password: { algorithm: "scrypt", logN: 14, r: 8, p: 5, salt: `${mark}-salt`, digest: `${mark}-digest` },
      since: Instant(1_700_000_000_000),
      secondFactor: { lastStep: 7, recovery: [`${mark}-recovery`] },
    },
  ],
  "person-tokens": [
    `${furnishedPerson}/t-aaaaaaaaaaaa`,
    {
      id: "t-aaaaaaaaaaaa" as TokenId,
      person: furnishedPerson,
      name: `${mark} signed in`,
      hash: `${mark}-hash`,
      role: "guest",
      scopes: ["lights:read"],
      lamps: [lamp],
      created: Instant(1_700_000_000_000),
      expires: Instant(1_800_000_000_000),
    },
  ],
  phones: [
    `${furnishedPerson}/ph-aaaaaaaaaaaa`,
    {
      id: "ph-aaaaaaaaaaaa" as PhoneId,
      person: furnishedPerson,
      publicKey: `${mark}-key`,
      counter: 7,
      locationRefused: true,
      locationOff: true,
      added: Instant(1_700_000_000_000),
    },
  ],
  "app-colours": [furnishedPerson, { person: furnishedPerson, theme: "dark" }],
  "device-scopes": [
    lamp,
    {
      device: lamp,
      state: true,
      events: true,
      history: false,
      sharing: false,
      assistants: false,
      terms: 1,
      answer: "accepted",
      decided: Instant(1_700_000_000_000),
    },
  ],
  presence: [
    furnishedPerson,
    {
      person: furnishedPerson,
      home: true,
      since: Instant(1_700_000_000_000),
      source: "phone",
      signs: { phone: { home: true, since: Instant(1_700_000_000_000) } },
    },
  ],
  "notice-acceptances": [
    furnishedPerson,
    { person: furnishedPerson, version: 1, hash: `${mark}-notice-text`, at: Instant(1_700_000_000_000) },
  ],
  "map-reviews": [
    "home",
    { id: "home", at: Instant(1_700_000_000_000), map: `${mark}-map`, by: "t-aaaaaaaaaaaa" as TokenId },
  ],
  connections: [
    "co-aaaaaaaaaaaa",
    {
      id: "co-aaaaaaaaaaaa" as ConnectionId,
      connector: `${mark}-connector`,
      person: furnishedPerson,
      since: Instant(1_700_000_000_000),
      expires: Instant(1_800_000_000_000),
      key: `${mark}-key`,
      terms: 1,
      fields: ["lamp.alias"],
      hosts: [`${mark}.example`],
      subRecipients: [`${mark} company`],
      lamps: [{ lamp, handle: `${mark}-handle`, alias: `${mark} alias` }],
      mostPerMinute: 30,
      heard: 7,
      linked: true,
    },
  ],
  viewers: [
    "vi-aaaaaaaaaaaa",
    {
      id: "vi-aaaaaaaaaaaa" as ViewerId,
      publicKey: `${mark}-key`,
      mailbox: `${mark}-mailbox`,
      since: Instant(1_700_000_000_000),
      starts: 2,
    },
  ],
  "provider-links": [
    `${furnishedPerson}/sim-accounts`,
    {
      person: furnishedPerson,
      connector: "sim-accounts",
      subject: `${mark}-subject`,
      account: `${mark}-account`,
      email: `${mark}@mail.example`,
      since: Instant(1_700_000_000_000),
    },
  ],
  contacts: [
    `${furnishedPerson}/email`,
    {
      person: furnishedPerson,
      channel: "email",
      address: `${mark}@mail.example`,
      recipient: `${mark}-recipient`,
      marketing: "asked",
      code: `${mark}-code`,
      stop: `${mark}-stop`,
      promotional: [Instant(1_700_000_000_000)],
      service: [Instant(1_700_000_000_000)],
    },
  ],
  banners: ["breach", { kind: "breach", since: Instant(1_700_000_000_000), unreached: 2 }],
  "service-notices": [
    "co-aaaaaaaaaaaa/erase/all",
    {
      connection: "co-aaaaaaaaaaaa" as ConnectionId,
      connector: `${mark}-connector`,
      what: "erase",
      about: `${mark}-about`,
      asked: Instant(1_700_000_000_000),
      tries: 1,
      confirmed: Instant(1_700_000_000_000),
    },
  ],
  rights: [
    furnishedPerson,
    {
      person: furnishedPerson,
      confirmed: Instant(1_700_000_000_000),
      restriction: { since: Instant(1_700_000_000_000), lift: { announced: Instant(1_700_000_000_000) } },
      objections: ["security"],
    },
  ],
  "retention-time": [
    "retention",
    {
      at: Instant(1_700_000_000_000),
      eras: [{ from: Instant(1_690_000_000_000), off: 1, there: [`${mark} there`] }],
    },
  ],
  holds: [
    "lh-aaaaaaaaaaaa",
    {
      id: "lh-aaaaaaaaaaaa" as HoldId,
      item: `${mark} item`,
      reason: "claim",
      person: furnishedPerson,
      opened: Instant(1_700_000_000_000),
    },
  ],
  "history-months": ["2026-11", { month: `${mark} month`, changes: 7 }],
  "insight-counts": ["2026-11-23/scene", { week: `${mark} week`, what: "scene", count: 12, people: 3 }],
  tastes: [
    `${furnishedPerson}/${room}.evening`,
    { person: furnishedPerson, room, part: "evening", samples: 6, brightness: 40, mireds: 400, whites: 2 },
  ],
  "sim-storage": [`aaaaaaaaaaaaaaaa`, { address: `${mark}-address`, content: `${mark}-content` }],
});
