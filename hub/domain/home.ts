import type { DeviceId, GroupId, LampId, RoomId, SceneId, ZoneId } from "./ids.ts";
import type { LightState, PowerOnBehaviour, Xy } from "./light.ts";
import type { Duration, Mireds, Percent } from "./units.ts";

/** By what a device is reached: the broker inside the hub, one of the owner's own, or the hub's radio. */
export const vias = ["hub", "owner", "ble"] as const;
export type Via = (typeof vias)[number];

/** A lamp or sensor that belongs to the home. `address` is what its link calls it; random, never a name. */
export interface Device {
  readonly id: DeviceId;
  readonly kind: "lamp" | "sensor";
  readonly profile: string;
  readonly address: string;
  readonly name: string;
  readonly room: RoomId | null;
  readonly powerOn?: PowerOnBehaviour;
  /** Absent: `hub`. */
  readonly via?: Via;
  /** It stays in the home and in its rules, and nothing passes between it and the hub (ETSI EN 303 645, 5.3-15). */
  readonly isolated?: boolean;
  /** Of a lamp that is reached over MQTT: that it can be reached by the hub's radio, too. */
  readonly bluetooth?: BluetoothWay;
}

/** The second way to a lamp. `profile` is a driver of its own; `address` what the radio calls the lamp. */
export interface BluetoothWay {
  readonly profile: string;
  readonly address: string;
}

/** A place with lamps; a device is in at most one. */
export interface Room {
  readonly id: RoomId;
  readonly name: string;
}

/** Any set of devices; zones overlap each other and cross rooms ("upstairs", "reading corner"). */
export interface Zone {
  readonly id: ZoneId;
  readonly name: string;
  readonly members: readonly DeviceId[];
}

/** Lamps that are always commanded together ("ceiling"). */
export interface Group {
  readonly id: GroupId;
  readonly name: string;
  readonly members: readonly LampId[];
}

/** Colours a dynamic scene moves through; each lamp starts at another place of it. */
export interface Palette {
  readonly colors: readonly PaletteColor[];
  /** Time for one lamp to go once through the palette. */
  readonly period: Duration;
}

/** One stop of a palette: `color` or `colorTemperature`, never both. */
export interface PaletteColor {
  readonly brightness: Percent;
  readonly color?: Xy;
  readonly colorTemperature?: Mireds;
}

/** What chosen lamps should show together. */
export interface Scene {
  readonly id: SceneId;
  readonly name: string;
  readonly room: RoomId | null;
  readonly states: Readonly<Record<LampId, LightState>>;
  readonly palette?: Palette;
}

/** Whatever a command can be sent to. */
export type LightTargetId = LampId | RoomId | ZoneId | GroupId;
