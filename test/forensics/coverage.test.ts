import { expect, test } from "vitest";
import {
  type CollectionName,
  collections,
  type SecretName,
  type ShelfName,
  secretShelves,
  secrets,
} from "../../hub/privacy/data-map.ts";
import type { Field } from "../../hub/privacy/declaration.ts";
import { type CanaryKind, drawCanaries } from "./support/canaries.ts";

/** Why a field holds nothing that somebody typed or sent: there is no text of anybody's in it to look for. */
type NoText =
  | "ids of this hub"
  | "a choice from a list"
  /** Named when a recipient is switched on, which no simulated home does. */
  | "a host of the owner's"
  | "numbers and times"
  /** Twelve hexadecimal digits, which is looked at when it comes in: no word fits. */
  | "an address of the radio"
  /** Only its digest is kept; the secret itself is among the words that are looked for. */
  | "derived from a secret"
  | "drawn by the hub"
  /** Nothing but what services of others are given; these go through it there. */
  | "canaries of test/hub/connections";

/** Each field that the data map calls personal, and the canaries that go through it. */
const covered: Readonly<Record<CollectionName, Readonly<Record<string, CanaryKind | NoText>>>> = {
  devices: {
    profile: "a choice from a list",
    address: "lamp address",
    name: "lamp",
    room: "ids of this hub",
    powerOn: "a choice from a list",
    via: "a choice from a list",
    bluetooth: "an address of the radio",
    isolated: "a choice from a list",
  },
  rooms: { name: "room" },
  zones: { name: "zone", members: "ids of this hub" },
  groups: { name: "group", members: "ids of this hub" },
  scenes: { name: "scene", room: "ids of this hub", states: "effect", palette: "numbers and times" },
  tokens: {
    name: "token",
    hash: "derived from a secret",
    role: "a choice from a list",
    scopes: "a choice from a list",
    lamps: "ids of this hub",
    created: "numbers and times",
    expires: "numbers and times",
    used: "numbers and times",
    asked: "numbers and times",
  },
  "sign-ins": { at: "numbers and times", by: "a choice from a list", seen: "a choice from a list" },
  "guest-passes": {
    kind: "a choice from a list",
    hash: "derived from a secret",
    scenes: "ids of this hub",
    lamps: "ids of this hub",
    staysMs: "numbers and times",
    created: "numbers and times",
    expires: "numbers and times",
  },
  developers: {
    label: "token",
    publicKey: "derived from a secret",
    terms: "numbers and times",
    created: "numbers and times",
    resources: "ids of this hub",
  },
  "developer-calls": {
    at: "numbers and times",
    route: "a choice from a list",
    outcome: "numbers and times",
    address: "derived from a secret",
  },
  settings: { value: "a choice from a list" },
  sharing: {
    recipient: "a choice from a list",
    hosts: "a host of the owner's",
    since: "numbers and times",
  },
  place: {
    latitude: "latitude",
    longitude: "longitude",
    zone: "a choice from a list",
    step: "numbers and times",
    tolerance: "numbers and times",
  },
  "phone-places": { latitude: "latitude", longitude: "longitude", step: "numbers and times" },
  veil: { coarse: "drawn by the hub", strong: "drawn by the hub", level: "a choice from a list" },
  "light-states": { desired: "a choice from a list", reported: "effect", cause: "ids of this hub" },
  "sensor-readings": { reading: "numbers and times", at: "numbers and times" },
  "broadcast-counters": { counter: "numbers and times" },
  occurrences: {
    lamp: "ids of this hub",
    at: "numbers and times",
    order: "numbers and times",
    cause: "ids of this hub",
    desired: "a choice from a list",
    clamped: "a choice from a list",
    confirmedAt: "numbers and times",
    acceptedAt: "numbers and times",
    notRun: "a choice from a list",
  },
  rules: {
    name: "rule",
    enabled: "a choice from a list",
    triggers: "button action",
    conditions: "ids of this hub",
    actions: "ids of this hub",
    endActions: "ids of this hub",
    catchUp: "a choice from a list",
    pausedUntil: "numbers and times",
    since: "numbers and times",
  },
  "rule-journal": { at: "numbers and times", entries: "ids of this hub" },
  "rule-timers": {
    id: "ids of this hub",
    rule: "ids of this hub",
    kind: "a choice from a list",
    since: "numbers and times",
    after: "numbers and times",
    lamps: "ids of this hub",
    brightness: "numbers and times",
  },
  accounts: {
    password: "account password",
    since: "numbers and times",
    secondFactor: "derived from a secret",
  },
  "person-tokens": {
    name: "a choice from a list",
    hash: "derived from a secret",
    role: "a choice from a list",
    scopes: "a choice from a list",
    lamps: "ids of this hub",
    created: "numbers and times",
    expires: "numbers and times",
    used: "numbers and times",
    asked: "numbers and times",
  },
  requests: {
    kind: "a choice from a list",
    state: "a choice from a list",
    received: "numbers and times",
    purpose: "a choice from a list",
    law: "a choice from a list",
    due: "numbers and times",
    lastDay: "numbers and times",
    jurisdiction: "a choice from a list",
    isOfDeveloper: "a choice from a list",
    extended: "a choice from a list",
    identity: "a choice from a list",
    evidence: "derived from a secret",
    isConfirmed: "a choice from a list",
    alarms: "numbers and times",
    outcome: "a choice from a list",
    declined: "a choice from a list",
    decided: "numbers and times",
    closed: "numbers and times",
    message: "derived from a secret",
  },
  // Of who is not of this home only the subject line is kept, and that is one of two.
  "request-forms": {
    name: "a choice from a list",
    contact: "a choice from a list",
    relationship: "a choice from a list",
    request: "a choice from a list",
  },
  "person-request-forms": {
    name: "request words",
    contact: "request words",
    relationship: "a choice from a list",
    request: "request words",
  },
  notices: {
    class: "a choice from a list",
    at: "numbers and times",
    title: "a choice from a list",
    steps: "a choice from a list",
    more: "numbers and times",
    isRead: "a choice from a list",
  },
  people: {
    name: "person",
    isGuest: "a choice from a list",
    role: "a choice from a list",
    lamps: "ids of this hub",
    scopes: "a choice from a list",
    expires: "numbers and times",
    addresses: "hardware address",
    pause: "a choice from a list",
    age: "a choice from a list",
    guardian: "ids of this hub",
    acknowledged: "numbers and times",
  },
  phones: {
    publicKey: "phone key",
    counter: "numbers and times",
    added: "numbers and times",
    locationRefused: "a choice from a list",
    locationOff: "a choice from a list",
  },
  presence: {
    home: "a choice from a list",
    since: "numbers and times",
    source: "a choice from a list",
    signs: "numbers and times",
  },
  "notice-acceptances": {
    version: "numbers and times",
    hash: "a choice from a list",
    at: "numbers and times",
  },
  "map-reviews": { at: "numbers and times", map: "a choice from a list" },
  "app-colours": { theme: "a choice from a list" },
  "device-scopes": {
    state: "a choice from a list",
    events: "a choice from a list",
    history: "a choice from a list",
    sharing: "a choice from a list",
    assistants: "a choice from a list",
    terms: "numbers and times",
    answer: "a choice from a list",
    decided: "numbers and times",
  },
  rights: {
    confirmed: "numbers and times",
    restriction: "numbers and times",
    objections: "a choice from a list",
  },
  "sim-storage": { content: "numbers and times" },
  connections: {
    connector: "a choice from a list",
    since: "numbers and times",
    expires: "numbers and times",
    key: "a choice from a list",
    terms: "numbers and times",
    fields: "a choice from a list",
    hosts: "a choice from a list",
    subRecipients: "a choice from a list",
    lamps: "canaries of test/hub/connections",
    mostPerMinute: "numbers and times",
    heard: "numbers and times",
    linked: "a choice from a list",
  },
  viewers: {
    publicKey: "canaries of test/hub/connections",
    mailbox: "drawn by the hub",
    since: "numbers and times",
    starts: "numbers and times",
  },
  "provider-links": {
    connector: "a choice from a list",
    subject: "derived from a secret",
    account: "canaries of test/hub/connections",
    email: "canaries of test/hub/connections",
    since: "numbers and times",
  },
  contacts: {
    channel: "a choice from a list",
    address: "canaries of test/hub/connections",
    recipient: "drawn by the hub",
    marketing: "a choice from a list",
    code: "drawn by the hub",
    stop: "drawn by the hub",
    promotional: "numbers and times",
    service: "numbers and times",
  },
  banners: { kind: "a choice from a list", since: "numbers and times", unreached: "numbers and times" },
  "service-notices": {
    connector: "a choice from a list",
    what: "a choice from a list",
    about: "drawn by the hub",
    asked: "numbers and times",
    tries: "numbers and times",
    confirmed: "numbers and times",
  },
  circadian: { curve: "numbers and times" },
  "take-overs": { brightness: "numbers and times", color: "numbers and times" },
  evenings: { shares: "numbers and times" },
  "retention-time": { at: "numbers and times", eras: "numbers and times" },
  holds: {
    item: "a choice from a list",
    reason: "a choice from a list",
    opened: "numbers and times",
  },
  "history-months": { month: "numbers and times", changes: "numbers and times" },
  "insight-counts": {
    week: "numbers and times",
    what: "a choice from a list",
    count: "numbers and times",
    people: "numbers and times",
  },
  tastes: {
    room: "ids of this hub",
    part: "a choice from a list",
    samples: "numbers and times",
    brightness: "numbers and times",
    mireds: "numbers and times",
    whites: "numbers and times",
  },
};

/** What a secret is made of: it has no fields. */
const coveredSecrets: Readonly<Record<SecretName, readonly CanaryKind[]>> = { wifi: ["ssid", "password"] };

const coveredShelves: Readonly<Record<ShelfName, CanaryKind | NoText>> = {
  "bind-keys": "bind key",
  "beacon-identities": "beacon identity",
  "connection-keys": "drawn by the hub",
  // What is withheld was in one of the collections above before.
  withheld: "token",
  totp: "drawn by the hub",
};

const personalFields = Object.entries(collections).flatMap(([name, { fields }]) =>
  Object.entries(fields as Readonly<Record<string, Field>>).flatMap(([field, declaration]) =>
    declaration.class === "none" ? [] : [`${name}.${field}`],
  ),
);

test("for every personal field of the data map it is said which canaries go through it, or why none can", () => {
  const said = Object.entries(covered).flatMap(([name, fields]) =>
    Object.keys(fields).map((field) => `${name}.${field}`),
  );
  expect(said.sort()).toEqual([...personalFields].sort());
});

test("for every secret of the data map it is said which canaries go through it", () => {
  expect(Object.keys(coveredSecrets)).toEqual(Object.keys(secrets));
});

test("for every sort of secrets of the data map it is said which canaries go through it", () => {
  expect(Object.keys(coveredShelves)).toEqual(Object.keys(secretShelves));
});

test("every kind of canary that is named is drawn", () => {
  const drawn = new Set<string>(drawCanaries(1).map(({ kind }) => kind));
  const named = [
    ...Object.values(covered).flatMap((fields) => Object.values(fields)),
    ...Object.values(coveredSecrets).flat(),
    ...Object.values(coveredShelves),
  ];
  const reasons =
    /^(?:ids of|a choice|a host of|numbers and|an address of|derived from|drawn by|canaries of)/;
  expect(named.filter((kind) => !reasons.test(kind) && !drawn.has(kind))).toEqual([]);
});
