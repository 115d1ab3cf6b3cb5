import type { DataClass } from "./declaration.ts";

/** What a payload on a topic may say. `{id}` stands for a random id, `{address}` for a device's address. */
export interface TopicDeclaration {
  readonly direction: "out" | "in";
  readonly retained: boolean;
  readonly class: DataClass;
  /** Who may read or write it, besides the hub. */
  readonly open: "lights:read" | "lights:write" | "devices:write" | "admin" | "own-device";
  readonly says: string;
}

/** Every topic of the hub's own. Names of people, rooms and devices stand in none. */
export const topics = {
  "lampkeeper/{id}": {
    direction: "out",
    retained: true,
    class: "household",
    open: "lights:read",
    says: "the state of a lamp or sensor",
  },
  "lampkeeper/{id}/set": {
    direction: "in",
    retained: false,
    class: "household",
    open: "lights:write",
    says: "a command to a lamp, room, zone or group",
  },
  "lampkeeper/{id}/get": {
    direction: "in",
    retained: false,
    class: "none",
    open: "lights:read",
    says: "the wish to hear a state again",
  },
  "lampkeeper/{id}/availability": {
    direction: "out",
    retained: true,
    class: "household",
    open: "lights:read",
    says: "whether a device is reachable",
  },
  "lampkeeper/{id}/error": {
    direction: "out",
    retained: false,
    class: "none",
    open: "lights:read",
    says: "that a command was malformed",
  },
  "lampkeeper/bridge/state": {
    direction: "out",
    retained: true,
    class: "none",
    open: "lights:read",
    says: "whether the hub runs",
  },
  "lampkeeper/bridge/reset": {
    direction: "out",
    retained: false,
    class: "none",
    open: "admin",
    says: "that everything was taken back; only on the owner's own broker, when the hub is reset",
  },
  "lampkeeper/bridge/request/{what}": {
    direction: "in",
    retained: false,
    class: "household",
    open: "devices:write",
    says: "a request to the hub",
  },
  "lampkeeper/bridge/response/{what}": {
    direction: "out",
    retained: false,
    class: "household",
    open: "lights:read",
    says: "the answer to a request",
  },
  "homeassistant/device/{id}/config": {
    direction: "out",
    retained: true,
    class: "household",
    open: "admin",
    says: "what Home Assistant shows of a device; only on the owner's own broker, only when switched on",
  },
  "device/{address}/command": {
    direction: "out",
    retained: false,
    class: "household",
    open: "own-device",
    says: "what a device should show",
  },
  "device/{address}/state": {
    direction: "in",
    retained: true,
    class: "household",
    open: "own-device",
    says: "what a device shows",
  },
  "device/{address}/availability": {
    direction: "in",
    retained: true,
    class: "household",
    open: "own-device",
    says: "whether a device is there",
  },
  "device/{address}/event": {
    direction: "in",
    retained: false,
    class: "household",
    open: "own-device",
    says: "that a button was pressed",
  },
} as const satisfies Readonly<Record<string, TopicDeclaration>>;

export type Topic = keyof typeof topics;

const lampFields = {
  id: "none",
  name: "household",
  room: "household",
  profile: "household",
  reachable: "household",
  capabilities: "none",
  desired: "household",
  reported: "household",
  readsBack: "none",
  cause: "household",
  powerOn: "household",
  power: "household",
  energy: "household",
  circadian: "household",
} as const;

const deviceFields = {
  id: "none",
  kind: "none",
  name: "household",
  room: "household",
  profile: "household",
  reachable: "household",
  via: "household",
  powerOn: "household",
  reading: "household",
  readAt: "household",
  sealed: "household",
  notBelieved: "household",
} as const;

const tokenFields = {
  id: "none",
  name: "household",
  role: "household",
  scopes: "household",
  lamps: "household",
  created: "household",
  expires: "household",
} as const;

const callerFields = {
  id: "none",
  role: "household",
  scopes: "household",
  lamps: "household",
  person: "none",
} as const;

/** When a home is lit, and by whose coming and going, says how its people live. */
const scheduleFields = {
  id: "none",
  name: "household",
  enabled: "household",
  triggers: "household",
  conditions: "household",
  actions: "household",
  endActions: "household",
  catchUp: "household",
  pausedUntil: "household",
  held: "household",
  text: "household",
} as const;

/** One event of the stream, whatever its kind. */
const eventFields = {
  kind: "none",
  lamp: "none",
  device: "none",
  sensor: "none",
  scene: "none",
  command: "none",
  what: "none",
  id: "none",
  change: "none",
  clamped: "none",
  reason: "none",
  at: "household",
  desired: "household",
  reported: "household",
  settled: "household",
  cause: "household",
  online: "household",
  reading: "household",
  power: "household",
  energy: "household",
  version: "household",
  update: "household",
  person: "person",
  home: "person",
  wasKnown: "person",
  isAlone: "person",
  anybodyHome: "person",
  eta: "person",
  rule: "none",
  occurrence: "household",
  trigger: "none",
  isCatchUp: "none",
  condition: "none",
  brightness: "household",
  color: "household",
  mode: "household",
  trust: "none",
  step: "none",
  pairing: "none",
} as const;

/**
 * Fields that answers of the HTTP API may hold, by the name of the answer in the contract (`Lights` is many `Light`),
 * with the class of what stands in them. A handler whose answer holds any other field does not compile.
 */
export const routeFields = {
  Light: lampFields,
  CommandedLight: { ...lampFields, command: "none", clamped: "none" },
  CommandOutcome: { command: "none", lamps: "household" },
  Why: {
    lamp: "none",
    reachable: "household",
    settled: "household",
    cause: "household",
    entries: "household",
    rules: "household",
  },
  Room: { id: "none", name: "household", devices: "household" },
  Zone: { id: "none", name: "household", members: "household" },
  Scene: { id: "none", name: "household", room: "household", states: "household", palette: "household" },
  Schedule: scheduleFields,
  UpcomingRun: {
    id: "household",
    rule: "none",
    trigger: "none",
    edge: "none",
    date: "household",
    at: "household",
    name: "household",
    held: "household",
    result: "household",
    movedOnPurpose: "household",
    because: "household",
    who: "household",
    does: "household",
  },
  ScheduleExplanation: {
    rule: "household",
    next: "household",
    last: "household",
    conditions: "household",
    held: "household",
    heldText: "household",
    movedOnPurpose: "household",
  },
  ScheduleDifference: {
    rule: "none",
    name: "household",
    date: "household",
    before: "household",
    after: "household",
  },
  Mode: { mode: "household" },
  Device: deviceFields,
  /** The credentials once, in the answer that enrols the device. */
  EnrolledDevice: { ...deviceFields, credentials: "secret" },
  DeviceFirmware: { device: "none", version: "household", update: "household", reason: "household" },
  Token: tokenFields,
  /** The secrets once, in the answer that issues the token. */
  IssuedToken: { ...tokenFields, token: "secret", mqtt: "secret" },
  Caller: callerFields,
  /** The secrets once, in the answer to who signs in for a token. */
  SignedIn: { ...callerFields, token: "secret", mqtt: "secret" },
  Session: {
    id: "none",
    person: "none",
    kind: "household",
    role: "household",
    created: "household",
    expires: "household",
  },
  Account: {
    person: "none",
    name: "person",
    role: "person",
    since: "person",
    totp: "person",
    recoveryCodes: "person",
    expires: "person",
  },
  /** Both once, to the person themselves. */
  TotpSetUp: { uri: "secret" },
  RecoveryCodes: { codes: "secret" },
  IssuedCode: { code: "secret", expires: "none" },
  Circadian: {
    target: "none",
    curve: "household",
    light: "household",
    held: "none",
    takenOver: "household",
  },
  Vacation: { active: "household", evening: "household", held: "household" },
  Person: {
    id: "none",
    name: "person",
    guest: "person",
    role: "person",
    lamps: "person",
    scopes: "person",
    account: "person",
    expires: "person",
    presence: "person",
    since: "person",
    source: "person",
    confidence: "person",
    paused: "person",
    phones: "person",
    beacons: "person",
    onNetwork: "person",
  },
  Phone: { id: "none", added: "person" },
  /** By what it is known is in no answer. */
  Beacon: { id: "none", kind: "person", added: "person" },
  Event: eventFields,
  /** The last five for the owner alone; a zone says no more than the hours that the home keeps. */
  Place: {
    set: "none",
    zone: "household",
    latitude: "household",
    longitude: "household",
    step: "household",
    tolerance: "household",
    veil: "household",
    phone: "household",
    held: "household",
    doubt: "household",
  },
  Rounding: {
    step: "none",
    latitude: "household",
    longitude: "household",
    withinKm: "household",
    worst: "household",
  },
  /** The same in every home. */
  Cities: { data: "none" },
  /** Of the veiled sun for everybody but the owner. */
  SunDay: { date: "none", zone: "household", moved: "none", events: "household", curve: "household" },
  /** Keys go by ids; how many people have one says how many live here. */
  Vault: {
    protector: "none",
    sanitization: "none",
    moved: "none",
    rootWaiting: "none",
    epoch: "none",
    keys: "household",
  },
  Check: { check: "none", state: "none", found: "none", repair: "none" },
  Wifi: { set: "household", link: "household", since: "household", outcome: "household", openUntil: "none" },
  JoinOutcome: { outcome: "household" },
  /** Strangers' devices in range, as they were heard in these minutes: to who may add devices, and kept nowhere. */
  Pairing: {
    id: "none",
    step: "none",
    expiresIn: "none",
    candidates: "household",
    trouble: "none",
    device: "none",
  },
  /** Numbers of entries and digests. */
  BookVerdict: {
    book: "none",
    sound: "none",
    entries: "none",
    erased: "none",
    head: "none",
    broken: "none",
    reason: "none",
  },
  /** Names of what is kept are those of the data map; how much of it there is says how the home is used. */
  RetentionItem: {
    item: "none",
    kind: "none",
    days: "none",
    while: "none",
    end: "household",
    records: "household",
    lapsing: "household",
    held: "household",
    oldest: "household",
  },
  Disposal: {
    order: "none",
    at: "household",
    item: "none",
    action: "household",
    reason: "household",
    records: "household",
  },
  RetentionClock: { state: "none", clock: "none", believed: "none", off: "none" },
  TimeKey: { key: "none" },
  TimeQuestion: { nonce: "none" },
  Hold: { id: "none", item: "household", reason: "household", person: "household", opened: "household" },
  EndOfHistory: { end: "household" },
  Change: {
    order: "none",
    at: "household",
    what: "household",
    field: "household",
    id: "none",
    before: "person",
    after: "person",
    by: "none",
  },
  Recording: { history: "household", changes: "household", log: "household" },
  Insights: { counters: "none", counts: "household", months: "household", developers: "household" },
  SupportBundle: { schema: "none", made: "none", facts: "none", parts: "person" },
  Taste: {
    room: "person",
    part: "person",
    samples: "person",
    brightness: "person",
    colorTemperature: "person",
    enough: "person",
  },
  Clock: { now: "none", trust: "none", source: "none", since: "none" },
  /** Which software runs says nothing about a home. */
  System: { version: "none", image: "none", stages: "none" },
  Update: {
    supervised: "none",
    image: "none",
    version: "none",
    images: "none",
    confirmed: "none",
    previous: "none",
    trial: "none",
    last: "none",
  },
  /** Random words, and which key will sign: nothing about anybody. */
  ResetOffer: {
    id: "none",
    level: "none",
    challenge: "none",
    expiresIn: "none",
    needsButton: "none",
    device: "none",
  },
  BegunReset: { id: "none", level: "none" },
  /** Read by strangers. How many records there were of a kind is all it says of a home. */
  WipeCertificate: {
    schema: "none",
    reset: "none",
    device: "none",
    media: "none",
    sanitization: "none",
    items: "none",
    devices: "none",
    retainedMessages: "none",
    verification: "none",
    confidentiality: "none",
    signature: "none",
  },
  /** What a simulated home is told to do says nothing about anybody's. */
  SimClock: { now: "none", paused: "none", speed: "none" },
  SimDevice: { id: "none", plugged: "none", misbehaviours: "none", label: "none" },
  SimAccessPoint: { plugged: "none", stations: "none" },
  SimPhoneTold: { outcome: "none", states: "none" },
  SimShelvedLamp: { address: "none", label: "none" },
  SimPerson: {
    id: "none",
    distance: "none",
    location: "none",
    flightMode: "none",
    battery: "none",
    waiting: "none",
    refusal: "none",
  },
  SimPanel: { signal: "none", lit: "none", pressed: "none" },
  SimFaults: { known: "none", active: "none" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, DataClass>>>>;

export type Resource = keyof typeof routeFields;

/** `Shown` where each of its fields is declared for the answer of that name; else nothing could be answered. */
export type Answer<Name extends string, Shown> = Name extends Resource
  ? [Exclude<keyof Shown, keyof (typeof routeFields)[Name]>] extends [never]
    ? Shown
    : never
  : Name extends `${infer One}s`
    ? Shown extends { readonly data: readonly (infer Item)[] }
      ? [Answer<One, Item>] extends [never]
        ? never
        : Shown
      : never
    : never;

/**
 * What a log line may hold. All of it is class `none`: a log is read by strangers. `id`: a random id of this hub.
 * `code`: a word from a fixed list in the code. `count` and `flag`: numbers and yes or no.
 */
export const logFields = {
  address: "id",
  client: "id",
  device: "id",
  id: "id",
  key: "id",
  lamp: "id",
  sensor: "id",
  token: "id",
  code: "code",
  collection: "code",
  entrance: "code",
  file: "code",
  keyName: "code",
  kind: "code",
  path: "code",
  protector: "code",
  reason: "code",
  system: "code",
  version: "code",
  what: "code",
  attempt: "count",
  bytes: "count",
  clients: "count",
  connects: "count",
  devices: "count",
  dropped: "count",
  found: "count",
  /** MQTT 5 subscription identifier (3.8.2.1.2): a number of ours. */
  identifier: "count",
  known: "count",
  lamps: "count",
  length: "count",
  limit: "count",
  max: "count",
  min: "count",
  ms: "count",
  port: "count",
  records: "count",
  status: "count",
  ok: "flag",
} as const satisfies Readonly<Record<string, "id" | "code" | "count" | "flag">>;

/** Machines the hub may ever speak to by itself. None: it starts, runs and updates its time without any of ours. */
export const outboundHosts = {} as const satisfies Readonly<
  Record<string, { readonly purpose: string; readonly when: string; readonly class: DataClass }>
>;

export type OutboundHost = keyof typeof outboundHosts;
