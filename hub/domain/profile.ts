import type { LightCapabilities, LightState, PowerOnBehaviour } from "./light.ts";
import type { SensorReading } from "./sensor.ts";
import type { Duration } from "./units.ts";

/**
 * One MQTT message to or from a device. `topic` is a template in which `{address}` stands for the device's own
 * address, so a profile knows no device: `cmnd/{address}/POWER`. `payload` may hold it too, where a dialect has to name
 * its own topic inside. `hub/domain/frame.ts` fills it in and takes it out.
 */
export interface MqttFrame {
  readonly kind: "mqtt";
  readonly topic: string;
  readonly payload: string;
}

/**
 * One GATT write to, or value from, a device; of one that only advertises, `service` is its service data's UUID, or empty for
 * manufacturer data, whose company identifier is then in front of the bytes. UUIDs in lower case without dashes, those of the Bluetooth SIG as their four digits.
 */
export interface BleFrame {
  readonly kind: "ble";
  readonly service: string;
  readonly characteristic: string;
  readonly bytes: Uint8Array;
}

export type Frame = MqttFrame | BleFrame;

/** What a lamp should show, and how: the argument of `encode`. Inside the lamp's capabilities already. */
export interface LightTarget extends LightState {
  readonly transition?: Duration;
  /** Which command this is, for dialects whose answers can carry it back. */
  readonly command?: string;
}

/** What one frame says about a lamp. Dialects report in parts, so every part may be absent. */
export interface LampReport {
  readonly state?: Partial<LightState> | undefined;
  readonly online?: boolean | undefined;
  /** Watts now and kilowatt hours in total, from plugs that measure. */
  readonly power?: number | undefined;
  readonly energy?: number | undefined;
  /** The command this answers, where the dialect says it; absent: unknown or unasked. */
  readonly command?: string | undefined;
  /** What it says of its own firmware. */
  readonly firmware?: FirmwareReport | undefined;
  /** The groups it listens to, where it says so. */
  readonly groups?: readonly string[] | undefined;
  /** How it hears its access point, dBm, where it says so. */
  readonly signal?: number | undefined;
}

/** What a device can be up to with its firmware: nothing, trying a new one, gone back to the one before, said no. */
export const firmwarePhases = ["idle", "trial", "reverted", "refused"] as const;

/** Which firmware a device runs, and what became of the newest update. */
export interface FirmwareReport {
  /** By its maker's count. */
  readonly version: string;
  readonly update: (typeof firmwarePhases)[number];
  /** Why it went back or said no: a word of a few letters. */
  readonly reason?: string;
}

/** Of a device's firmware: as many as one message takes in base64. */
export const mostImageBytes = 40 * 1024;

/** How one message reaches many lamps of a dialect: a name that each of them listens to beside its own address. */
export interface GroupLink {
  /** What stands in the place of `{address}` in a frame to all: a template with `{group}`. */
  readonly address: string;
  /** Topics a member listens to. Templates with `{group}`. */
  readonly subscribes: readonly string[];
  /** How many groups a lamp can listen to. */
  readonly most: number;
  /** Frames that ask a lamp for its groups, where it keeps them and is better not told twice; absent: it is told. */
  readonly ask?: readonly MqttFrame[];
  /**
   * Frames that change a part of what a lamp shows and leave the rest as it is, so that lamps of different colours can
   * be dimmed as one. Absent: the dialect, or what its lamps say of themselves, is not exact enough for that.
   */
  readonly part?: (part: Partial<LightTarget>) => readonly MqttFrame[];
  /** Frames that make a lamp listen to these groups and no others. */
  readonly join: (groups: readonly string[]) => readonly MqttFrame[];
}

/** How a device is reached over MQTT, and so the only topics it may touch. Templates with `{address}`. */
export interface MqttLink {
  readonly kind: "mqtt";
  /** Topics the device publishes on. */
  readonly publishes: readonly string[];
  /** Topics the device listens to. */
  readonly subscribes: readonly string[];
  /** Smallest gap between two frames to one device; absent: none. */
  readonly spacing?: Duration | undefined;
  /** Absent: every lamp gets its own message. */
  readonly group?: GroupLink | undefined;
}

/** A characteristic of a device. UUIDs as in `BleFrame`; an empty service: whichever has this characteristic, as makers differ. */
export type BlePlace = Pick<BleFrame, "service" | "characteristic">;

/** By what a device of a product can be told among all that advertise. What is given has to fit, each. */
export interface BleSign {
  /** Beginnings of the name it advertises, any of them. */
  readonly names?: readonly string[];
  /** A service it lists, or has data for, any of them. */
  readonly services?: readonly string[];
  /** Company identifiers of its manufacturer data, any of them. */
  readonly companies?: readonly number[];
  /** Beginnings of its manufacturer data behind the identifier, any of them: in hex, with a dot for any digit. */
  readonly data?: readonly string[];
}

/** How a device is reached over BLE. */
export interface BleLink {
  readonly kind: "ble";
  /** Any of these; a device of which none is heard has to be chosen by hand. */
  readonly signs: readonly BleSign[];
  /** `gatt`: by a connection. `broadcast`: it only advertises; each advertisement is a frame. */
  readonly over: "gatt" | "broadcast";
  /** Characteristics whose notifications are frames, asked for when the link is made. */
  readonly notifies: readonly BlePlace[];
  /** Characteristics that are read for the lamp's state; each value is a frame. Empty: it tells by notification, or not at all. */
  readonly reads: readonly BlePlace[];
  /** Sent when the link is made, before anything else. */
  readonly greeting?: readonly BleFrame[];
  /** Sent so often while the link is wanted, by devices that hang up on whoever is silent. */
  readonly keepAlive?: { readonly every: Duration; readonly frame: BleFrame };
  readonly spacing?: Duration;
  /** It has to be paired with, and the keys kept. */
  readonly bonded: boolean;
  /** False: it never says what it shows. What was written stays asked for, and is never called reported. */
  readonly readsBack: boolean;
}

export type DeviceLink = MqttLink | BleLink;

interface ProfileBase {
  /** `vendor/model` in lower case: stable, stored with the device. */
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly description: string;
  /** Where the frames come from: a document or a capture. */
  readonly source: string;
  readonly link: DeviceLink;
  /** Absent: it cannot be made to forget over its link; its owner does that by hand. */
  readonly wipe?: WipeDialect | undefined;
}

/** What a device says it reads where its storage was. */
export interface WipeProof {
  /** Which request it answers. */
  readonly nonce: string;
  /** SHA-256 of the nonce's bytes followed by the whole storage, hex. */
  readonly digest: string;
}

/** How a device is made to forget everything it was ever told: its home, its network, its credentials. */
export interface WipeDialect {
  /** @param nonce 16 bytes as hex, drawn for this one request */
  readonly frames: (nonce: string) => readonly MqttFrame[];
  /** Absent: it does as it is told, or not; nobody can tell. */
  readonly proof?: {
    /** Size of its storage: so many bytes have to read as erased, 0xff. */
    readonly storageBytes: number;
    readonly read: (frame: Frame) => WipeProof | undefined;
  };
  /** Where it is documented. */
  readonly source: string;
}

/** A captured or documented exchange: `frames` is what `encode(state)` gives, or what `decode` reads as `state`. */
export interface LampExample {
  readonly source: string;
  readonly encode?: { readonly target: LightTarget; readonly frames: readonly Frame[] };
  readonly decode?: { readonly frame: Frame; readonly report: LampReport };
}

/**
 * A lamp driver: data plus two pure functions. It never waits, connects or keeps state.
 * `decode` returns undefined for frames it does not know and never throws on noise.
 */
export interface LampProfile extends ProfileBase {
  readonly kind: "lamp";
  readonly capabilities: LightCapabilities;
  readonly encode: (target: LightTarget) => readonly Frame[];
  readonly decode: (frame: Frame) => LampReport | undefined;
  /** Frames that make the lamp keep a behaviour of `capabilities.powerOn`, for every time its mains comes back. */
  readonly powerOn?: ((behaviour: PowerOnBehaviour) => readonly Frame[]) | undefined;
  /** Frames that hand the lamp a firmware of its maker, in base64; absent: it is not updated over this link. */
  readonly update?: ((image: string) => readonly Frame[]) | undefined;
  /** Frames that ask the lamp for its state; empty when it tells by itself. */
  readonly query: readonly Frame[];
  readonly examples: readonly LampExample[];
}

export interface SensorExample {
  readonly source: string;
  readonly frame: Frame;
  readonly report: SensorReport;
}

export interface SensorReport {
  readonly reading?: SensorReading;
  readonly online?: boolean;
}

/** A sensor, switch or button driver: one pure function. */
export interface SensorProfile extends ProfileBase {
  readonly kind: "sensor";
  /** Keys this sensor reports. */
  readonly senses: readonly (keyof SensorReading)[];
  readonly decode: (frame: Frame) => SensorReport | undefined;
  readonly examples: readonly SensorExample[];
}

export type Profile = LampProfile | SensorProfile;
