import type { AccessToken, Caller } from "../domain/access.ts";
import type { Cause, CauseKind } from "../domain/cause.ts";
import type { NotRunReason } from "../domain/event.ts";
import type { Device, Group, LightTargetId, Palette, Room, Scene, Zone } from "../domain/home.ts";
import type {
  CommandId,
  DeviceId,
  GroupId,
  LampId,
  RoomId,
  SceneId,
  SensorId,
  TokenId,
  ZoneId,
} from "../domain/ids.ts";
import type {
  Clamped,
  LightCapabilities,
  LightCommand,
  LightState,
  PowerOnBehaviour,
} from "../domain/light.ts";
import type { SensorReading } from "../domain/sensor.ts";
import type { Duration, Instant } from "../domain/units.ts";

export interface LightView {
  readonly id: LampId;
  readonly name: string;
  readonly room: RoomId | null;
  readonly profile: string;
  readonly reachable: boolean;
  readonly capabilities: LightCapabilities;
  readonly desired: LightState;
  readonly reported: LightState | null;
  readonly cause: Cause;
  readonly powerOn?: PowerOnBehaviour | undefined;
  readonly power?: number;
  readonly energy?: number;
}

export interface CauseSource {
  readonly kind: CauseKind;
  readonly actor?: string;
}

export interface CommandOutcome {
  readonly command: CommandId;
  readonly lamps: readonly {
    readonly lamp: LampId;
    readonly desired: LightState;
    readonly clamped: readonly Clamped[];
  }[];
}

export interface WhyChain {
  readonly lamp: LampId;
  readonly reachable: boolean;
  readonly settled: boolean;
  readonly cause: Cause;
  readonly entries: readonly {
    readonly cause: Cause;
    readonly desired: LightState;
    readonly clamped: readonly Clamped[];
    readonly confirmedAt?: Instant;
    readonly notRun?: NotRunReason;
  }[];
}

export interface Lights {
  list(): readonly LightView[];
  get(id: LampId): LightView | undefined;
  command(target: LightTargetId, command: LightCommand, source: CauseSource): CommandOutcome;
  settled(
    command: CommandId,
    lamp: LampId,
    timeout: Duration,
  ): Promise<"confirmed" | "timeout" | "superseded">;
  why(id: LampId): WhyChain;
}

export interface SceneChange {
  readonly name?: string;
  readonly states?: Readonly<Record<LampId, LightState>>;
  /** Null removes it. */
  readonly palette?: Palette | null;
}

export interface Scenes {
  list(): readonly Scene[];
  get(id: SceneId): Scene | undefined;
  /** `states`, or `capture` to take them from how things are. */
  add(scene: {
    readonly name: string;
    readonly room?: RoomId | null;
    readonly states?: Readonly<Record<LampId, LightState>>;
    readonly capture?: LightTargetId;
    readonly palette?: Palette;
  }): Scene;
  change(id: SceneId, change: SceneChange): Scene;
  remove(id: SceneId): void;
  /** The cause is the scene; `trigger` is the id of who recalled it. */
  recall(id: SceneId, source: { readonly trigger: string }, transition?: Duration): CommandOutcome;
}

export interface DeviceChange {
  readonly name?: string;
  readonly room?: RoomId | null;
  readonly powerOn?: PowerOnBehaviour;
}

export interface Home {
  devices(): readonly Device[];
  device(id: DeviceId): Device | undefined;
  changeDevice(id: DeviceId, change: DeviceChange): Device;
  removeDevice(id: DeviceId): void;
  rooms(): readonly Room[];
  room(id: RoomId): Room | undefined;
  addRoom(name: string): Room;
  renameRoom(id: RoomId, name: string): Room;
  removeRoom(id: RoomId): void;
  zones(): readonly Zone[];
  zone(id: ZoneId): Zone | undefined;
  addZone(name: string, members: readonly DeviceId[]): Zone;
  changeZone(id: ZoneId, change: { readonly name?: string; readonly members?: readonly DeviceId[] }): Zone;
  removeZone(id: ZoneId): void;
  groups(): readonly Group[];
  group(id: GroupId): Group | undefined;
  addGroup(name: string, members: readonly LampId[]): Group;
  changeGroup(id: GroupId, change: { readonly name?: string; readonly members?: readonly LampId[] }): Group;
  removeGroup(id: GroupId): void;
}

export interface Sensors {
  get(
    id: SensorId,
  ):
    | { readonly reachable: boolean; readonly reading: SensorReading; readonly at: Instant | null }
    | undefined;
}

/** Adds a device together with its identity at the broker. */
export interface Enrolment {
  enrol(wanted: {
    readonly profile: string;
    readonly name: string;
    readonly room?: RoomId | null;
    readonly address?: string;
  }): {
    readonly device: Device;
    readonly credentials: { readonly username: string; readonly password: Buffer };
  };
}

export interface Tokens {
  list(): readonly AccessToken[];
  get(id: TokenId): AccessToken | undefined;
  issue(
    wanted: {
      readonly name: string;
      readonly role: AccessToken["role"];
      readonly scopes?: AccessToken["scopes"];
      readonly lamps?: readonly LampId[];
      readonly expiresIn?: Duration;
    },
    by: Caller,
  ): { readonly token: AccessToken; readonly secret: Buffer };
  rename(id: TokenId, name: string): AccessToken;
  revoke(id: TokenId): void;
  authenticate(id: string, secret: Uint8Array): Caller | undefined;
}

export interface Sessions {
  readonly sessionLives: Duration;
  issueCode(caller: Omit<Caller, "id">): { readonly code: string; readonly expires: Instant };
  signIn(code: string): { readonly secret: string; readonly caller: Caller } | undefined;
  callerOf(secret: string): Caller | undefined;
  signOut(secret: string): void;
}

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
  readonly misbehaviours: readonly string[];
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
  readonly enrolment: Enrolment;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
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
  readonly type: "counter" | "gauge";
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}
