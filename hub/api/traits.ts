import type { CircadianService } from "../automation/circadian-service.ts";
import type { ScheduleService } from "../automation/schedule-service.ts";
import type { VacationService } from "../automation/vacation-service.ts";
import type { ConnectorKind } from "../domain/connector.ts";
import type { Device } from "../domain/home.ts";
import type { DeviceId, LampId, PersonId, PhoneId, SensorId } from "../domain/ids.ts";
import type { PanelSignal } from "../domain/led-pattern.ts";
import type { PhonePermission } from "../domain/phone-permission.ts";
import type { Position } from "../domain/place.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { StartCheck } from "../domain/start-check.ts";
import type { Duration, Instant } from "../domain/units.ts";
import type { VaultStatus } from "../domain/vault.ts";
import type { WifiCredentials } from "../domain/wifi.ts";
import type { SignedCertificate } from "../domain/wipe-certificate.ts";
import type { BroadcastGate } from "../inventory/broadcast-gate.ts";
import type { Inventory, NewDevice, Successor } from "../inventory/inventory.ts";
import type { PairingService } from "../inventory/pairing-service.ts";
import type { PlaceService } from "../inventory/place-service.ts";
import type { SensorService } from "../inventory/sensor-service.ts";
import type { Stage } from "../lifecycle/boot-stages.ts";
import type { ClockWatch } from "../lifecycle/clock-watch.ts";
import type { DeviceUpdates } from "../lifecycle/device-updates.ts";
import type { ImprovProvisioning } from "../lifecycle/improv-provisioning.ts";
import type { LampProvisioning } from "../lifecycle/lamp-provisioning.ts";
import type { ResetService } from "../lifecycle/reset-service.ts";
import type { UpdateService } from "../lifecycle/update-service.ts";
import type { UpdateWatch } from "../lifecycle/update-watch.ts";
import type { WifiService } from "../lifecycle/wifi-service.ts";
import type { LightService } from "../lights/light-service.ts";
import type { SceneService } from "../lights/scene-service.ts";
import type { AccountService } from "../people/account-service.ts";
import type { BeaconService } from "../people/beacon-service.ts";
import type { CredentialWatch } from "../people/credential-watch.ts";
import type { GuessGate } from "../people/guess-gate.ts";
import type { PersonService } from "../people/person-service.ts";
import type { PresenceService } from "../people/presence-service.ts";
import type { SessionService } from "../people/session-service.ts";
import type { StepUp } from "../people/step-up.ts";
import type { TokenService } from "../people/token-service.ts";

import type { PrivacyServices } from "./privacy-traits.ts";

/** What the door needs of the rooms: the roof plugs the rooms in, a test whatever it likes. */

export type Lights = Pick<LightService, "list" | "get" | "links" | "command" | "settled" | "why">;
export type Scenes = Pick<SceneService, "list" | "get" | "add" | "change" | "remove" | "recall">;
export type Home = Pick<
  Inventory,
  | "devices"
  | "device"
  | "changeDevice"
  | "removeDevice"
  | "addBluetooth"
  | "removeBluetooth"
  | "rooms"
  | "room"
  | "addRoom"
  | "renameRoom"
  | "removeRoom"
  | "zones"
  | "zone"
  | "addZone"
  | "changeZone"
  | "removeZone"
  | "groups"
  | "group"
  | "addGroup"
  | "changeGroup"
  | "removeGroup"
>;
export type Sensors = Pick<SensorService, "get">;
/** What sensors that only advertise are believed. There is no way to read a key back. */
export type Broadcasts = Pick<BroadcastGate, "seals" | "setKey" | "refusedOf">;
export type Places = Pick<
  PlaceService,
  | "stated"
  | "held"
  | "phone"
  | "statedSun"
  | "sun"
  | "isMoved"
  | "zone"
  | "level"
  | "setLevel"
  | "set"
  | "forget"
  | "roundings"
  | "doubtAbout"
  | "findCities"
  | "city"
>;
/** Adds a device together with its identity at the broker. */
export interface Enrolled {
  readonly device: Device;
  /** Absent for a device on the owner's own broker. */
  readonly credentials?: { readonly username: string; readonly password: Buffer } | undefined;
}

export interface Enrolment {
  enrol(wanted: NewDevice): Enrolled;
  replace(id: LampId, wanted: Successor): Enrolled;
}

export type Circadian = Pick<CircadianService, "list" | "follow" | "leave" | "giveBack" | "stateOf">;
export type Vacation = Pick<VacationService, "plan" | "held" | "isActive">;

export type Tokens = Pick<
  TokenService,
  "list" | "ofPeople" | "issueFor" | "get" | "issue" | "rename" | "revoke" | "keep" | "authenticate"
>;
/** Who guesses, and from how many places a credential is used. */
export interface DoorWatching {
  readonly guesses: Pick<GuessGate, "assertOpen" | "wrong">;
  readonly uses: Pick<CredentialWatch, "used">;
}
export type Sessions = Pick<
  SessionService,
  "sessionLives" | "list" | "open" | "issueCode" | "signIn" | "callerOf" | "isLive" | "signOut"
>;

export type People = Pick<
  PersonService,
  "list" | "get" | "need" | "phonesOf" | "addPhone" | "removePhone" | "allowLocation"
>;
/** Who may sign in, and what they may do then. */
export type Accounts = Pick<
  AccountService,
  | "of"
  | "need"
  | "addPerson"
  | "changePerson"
  | "removePerson"
  | "setPassword"
  | "remove"
  | "signIn"
  | "prove"
  | "beginTotp"
  | "confirmTotp"
  | "endTotp"
  | "endOf"
>;
export type WhoIsHome = Pick<PresenceService, "of" | "set" | "pause" | "resume" | "receive">;
/** What people carry. There is no way to read back by what it is known. */
export type Beacons = Pick<BeaconService, "of" | "add" | "remove">;
/** The home's network: there is no way to read it back. */
export type Wifi = Pick<WifiService, "status" | "set" | "test" | "forget">;
/** The window in which lamps are told the network. */
export type Provisioning = Pick<LampProvisioning, "openUntil" | "open" | "shut" | "share">;
/** Lamps that are told it over Bluetooth. */
export type Improv = Pick<ImprovProvisioning, "share">;
/** Adds lamps and sensors of the air, step by step. */
export type Pairings = Pick<PairingService, "begin" | "view" | "end" | "identify" | "add">;
/** Rules, when they run, and why not. */
export type Schedules = Pick<
  ScheduleService,
  | "list"
  | "get"
  | "add"
  | "change"
  | "remove"
  | "pause"
  | "resume"
  | "run"
  | "runs"
  | "explain"
  | "held"
  | "compare"
  | "mode"
  | "setMode"
>;
/** Asks for a reset, and begins it. */
export type Resets = Pick<ResetService, "request" | "confirm">;
/** How far civil time may be believed, and whoever can say more. */
export type Timekeeper = Pick<ClockWatch, "trust" | "vouch">;

/** The hub's own software. */
export type UpdateWatching = Pick<UpdateWatch, "view" | "notices" | "choose" | "lookNow">;
export type Updates = Pick<UpdateService, "status" | "install" | "confirm" | "revert" | "postpone">;

/** The world of a simulated home: there in `sim` only. Devices it does not simulate are refused with NotFound. */
export interface SimControl {
  clock(): { readonly now: Instant; readonly paused: boolean; readonly speed: number };
  pause(): void;
  resume(): void;
  /** Resolves when everything due has run. @throws Conflict where this clock cannot. */
  advance(by: Duration): Promise<void>;
  /** Steps civil time by so many milliseconds, either way. @throws Conflict where this clock cannot. */
  jump(byMs: number): void;
  devices(): readonly SimDeviceView[];
  unplug(id: DeviceId): void;
  plug(id: DeviceId): void;
  /** Replaces a device's misbehaviours; none: it behaves. @throws InvalidInput unknown misbehaviour */
  misbehave(id: DeviceId, misbehaviours: readonly string[]): void;
  touch(id: LampId, state: { readonly on?: boolean; readonly brightness?: number }): void;
  press(id: SensorId, action: string): void;
  sense(id: SensorId, reading: SensorReading): void;
  readonly misbehaviours: readonly string[];
  readonly accessPoint: SimAccessPoint;
  readonly panel: SimPanelControl;
  readonly phone: SimImprovPhone;
  /** New lamps within reach of the hub's Bluetooth, that wait to be told a network. */
  readonly shelf: SimShelf;
  /** Absent: nobody lives here. Somebody it does not simulate is refused with NotFound. */
  readonly people?: SimPeople | undefined;
  /** Services of others. Absent: there are none. */
  readonly services?: SimServices | undefined;
}

/** Services of others of a simulated world. */
export interface SimServices {
  list(): readonly SimServiceView[];
  /** @throws NotFound no such service; InvalidInput no such act */
  act(
    service: string,
    act: string,
    words: Readonly<Record<string, string>>,
  ): { readonly done: boolean; readonly said: string };
}

export interface SimServiceView {
  readonly name: string;
  readonly kind: ConnectorKind;
  readonly host: string;
  readonly received: number;
  /** What it was told last, as it read it; null: nothing yet. */
  readonly newest: string | null;
  readonly offline: boolean;
  readonly acts: readonly string[];
}

/** The access point of a simulated home. */
export interface SimAccessPoint {
  readonly isOn: boolean;
  /** How many radios are in its network. */
  readonly stations: number;
  unplug(): void;
  plugIn(): void;
  /** Another name and password. @throws InvalidSsid, InvalidWifiPassword */
  configure(network: WifiCredentials): void;
}

/** The button and the light of a simulated case. */
export interface SimPanelControl {
  look(): SimPanelView;
  /** Presses the button now and lets it go then. @throws Conflict while it is held */
  press(heldFor: Duration): void;
}

/** A phone near the case, with an app that speaks Improv. */
export interface SimImprovPhone {
  /** @param network stays the caller's, who wipes it */
  tell(network: WifiCredentials, mayUseBluetooth: boolean): Promise<SimPhoneTold>;
}

export interface SimPhoneTold {
  readonly outcome:
    | "provisioned"
    | "no-hub"
    | "busy"
    | "not-authorized"
    | "cannot-connect"
    | "refused"
    | "no-answer"
    | "not-permitted";
  /** What the hub said it was, one after the other. */
  readonly states: readonly string[];
}

export interface SimShelf {
  /** @returns address and, where there is one, label as printed on each */
  list(): readonly { readonly address: string; readonly label?: string }[];
}

export interface SimPanelView {
  readonly signal: PanelSignal;
  readonly lit: boolean;
  readonly pressed: boolean;
}

/** The people of a simulated home and their phones. */
export interface SimPeople {
  list(): readonly SimPersonView[];
  /** Neither: back to a life of their own. @throws InvalidInput: no GPX track */
  put(id: PersonId, where: { readonly to?: "home" | "away"; readonly gpx?: string }): void;
  change(
    id: PersonId,
    phone: Readonly<Partial<Record<PhonePermission, boolean>>> & {
      readonly flightMode?: boolean;
      readonly battery?: number;
    },
  ): void;
  /** On their phone. @param proof stays the caller's, who wipes it @throws Conflict: they are not let in */
  signIn(id: PersonId, proof: Uint8Array): Promise<void>;
  /** What somebody's phone was told by its owner; it tells nobody but who sets it up. */
  homeOf(id: PersonId): { readonly phone: PhoneId; readonly position: Position };
}

/** A simulated phone, with what its owner set. */
export interface SimPersonView extends Readonly<Record<PhonePermission, boolean>> {
  readonly id: PersonId;
  /** Metres from home. */
  readonly distance: number;
  /** In the home's network. */
  readonly address: string;
  /** What its iBeacon sends, hexadecimal. */
  readonly beacon: string;
  /** Whether its owner has. */
  readonly signedIn: boolean;
  /** Unread ones that it shows. */
  readonly messages: number;
  readonly flightMode: boolean;
  readonly battery: number;
  /** Words it has not got rid of. */
  readonly waiting: number;
  /** Code of the newest refusal by the hub. */
  readonly refusal?: string;
}

export interface SimDeviceView {
  readonly id: DeviceId;
  readonly plugged: boolean;
  readonly misbehaviours: readonly string[];
  /** Of a lamp that can be told a network: the code printed on it. */
  readonly label?: string | undefined;
}

/** The keys of the hub: how they are kept, never what they are. */
export interface Keys {
  status(): VaultStatus;
  rotate(): void;
}

/** Everything behind the door. */
export interface Services {
  readonly lights: Lights;
  readonly scenes: Scenes;
  readonly home: Home;
  readonly sensors: Sensors;
  readonly gate: Broadcasts;
  readonly circadian: Circadian;
  readonly vacation: Vacation;
  readonly places: Places;
  readonly schedules: Schedules;
  readonly watch: Timekeeper;
  readonly enrolment: Enrolment;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly people: People;
  readonly accounts: Accounts;
  readonly stepUp: Pick<StepUp, "show" | "assert" | "hasCode">;
  readonly doorWatch: DoorWatching;
  readonly presence: WhoIsHome;
  readonly beacons: Beacons;
  readonly vault: Keys;
  /** What the start found. */
  readonly checks: () => readonly StartCheck[];
  readonly wifi: Wifi;
  readonly provisioning: Provisioning;
  readonly improv: Improv;
  readonly pairing: Pairings;
  readonly resets: Resets;
  readonly privacy: PrivacyServices;
  /** Of the last reset; undefined: there was none. */
  readonly certificate: () => SignedCertificate | undefined;
  readonly sim?: SimControl;
  /** Absent: nobody would start another version. */
  readonly update?: Updates;
  /** There where `update` is. */
  readonly updateWatch?: UpdateWatching;
  readonly deviceUpdates: Pick<DeviceUpdates, "status" | "update" | "forget">;
  /** How the start went. */
  readonly stages: () => readonly Stage[];
  /** Broker, lamps and schedules are live. */
  readonly isReady: () => boolean;
  /** Samples of other rooms for `/metrics`, beside those the door takes itself. */
  readonly metrics?: () => readonly Metric[];
}

/** One family of Prometheus samples. Labels hold ids, never names; nothing about people. */
export interface Metric {
  readonly name: `lampkeeper_${string}`;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

/** One number of a family. `suffix` names the parts of a histogram. */
export interface Sample {
  readonly suffix?: "_bucket" | "_sum" | "_count";
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
