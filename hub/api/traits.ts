import type { CircadianService } from "../automation/circadian-service.ts";
import type { ScheduleService } from "../automation/schedule-service.ts";
import type { VacationService } from "../automation/vacation-service.ts";
import type { Device } from "../domain/home.ts";
import type { DeviceId, LampId, PersonId, SensorId } from "../domain/ids.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Duration, Instant } from "../domain/units.ts";
import type { SignedCertificate } from "../domain/wipe-certificate.ts";
import type { Inventory, NewDevice } from "../inventory/inventory.ts";
import type { PlaceService } from "../inventory/place-service.ts";
import type { SensorService } from "../inventory/sensor-service.ts";
import type { ClockWatch } from "../lifecycle/clock-watch.ts";
import type { ResetService } from "../lifecycle/reset-service.ts";
import type { LightService } from "../lights/light-service.ts";
import type { SceneService } from "../lights/scene-service.ts";
import type { PersonService } from "../people/person-service.ts";
import type { PresenceService } from "../people/presence-service.ts";
import type { SessionService } from "../people/session-service.ts";
import type { TokenService } from "../people/token-service.ts";

/** What the door needs of the rooms: the roof plugs the rooms in, a test whatever it likes. */

export type Lights = Pick<LightService, "list" | "get" | "command" | "settled" | "why">;
export type Scenes = Pick<SceneService, "list" | "get" | "add" | "change" | "remove" | "recall">;
export type Home = Pick<
  Inventory,
  | "devices"
  | "device"
  | "changeDevice"
  | "removeDevice"
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
export type Places = Pick<
  PlaceService,
  | "stated"
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
export interface Enrolment {
  enrol(wanted: NewDevice): {
    readonly device: Device;
    /** Absent for a device on the owner's own broker. */
    readonly credentials?: { readonly username: string; readonly password: Buffer } | undefined;
  };
}

export type Circadian = Pick<CircadianService, "list" | "follow" | "leave" | "giveBack" | "stateOf">;
export type Vacation = Pick<VacationService, "plan" | "isActive">;

export type Tokens = Pick<TokenService, "list" | "get" | "issue" | "rename" | "revoke" | "authenticate">;
export type Sessions = Pick<SessionService, "sessionLives" | "issueCode" | "signIn" | "callerOf" | "signOut">;

export type People = Pick<
  PersonService,
  "list" | "get" | "add" | "change" | "remove" | "phonesOf" | "addPhone" | "removePhone"
>;
export type WhoIsHome = Pick<PresenceService, "of" | "set" | "pause" | "resume" | "receive">;
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
  | "compare"
  | "mode"
  | "setMode"
>;
/** Asks for a reset, and begins it. */
export type Resets = Pick<ResetService, "request" | "confirm">;
/** How far civil time may be believed, and whoever can say more. */
export type Timekeeper = Pick<ClockWatch, "trust" | "vouch">;

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
  /** Absent: nobody lives here. Somebody it does not simulate is refused with NotFound. */
  readonly people?: SimPeople | undefined;
}

/** The people of a simulated home and their phones. */
export interface SimPeople {
  list(): readonly SimPersonView[];
  /** Neither: back to a life of their own. @throws InvalidInput: no GPX track */
  put(id: PersonId, where: { readonly to?: "home" | "away"; readonly gpx?: string }): void;
  change(
    id: PersonId,
    phone: { readonly location?: boolean; readonly flightMode?: boolean; readonly battery?: number },
  ): void;
}

/** A simulated phone, with what its owner set. */
export interface SimPersonView {
  readonly id: PersonId;
  /** Metres from home. */
  readonly distance: number;
  readonly location: boolean;
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
}

/** Everything behind the door. */
export interface Services {
  readonly lights: Lights;
  readonly scenes: Scenes;
  readonly home: Home;
  readonly sensors: Sensors;
  readonly circadian: Circadian;
  readonly vacation: Vacation;
  readonly places: Places;
  readonly schedules: Schedules;
  readonly watch: Timekeeper;
  readonly enrolment: Enrolment;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly people: People;
  readonly presence: WhoIsHome;
  readonly resets: Resets;
  /** Of the last reset; undefined: there was none. */
  readonly certificate: () => SignedCertificate | undefined;
  readonly sim?: SimControl;
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
