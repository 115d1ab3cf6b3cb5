import type { DeviceId } from "../../domain/ids.ts";
import type { LightCapabilities } from "../../domain/light.ts";
import type { SensorReading } from "../../domain/sensor.ts";
import type { SensorView } from "../../inventory/sensor-service.ts";
import type { LightView } from "../../lights/lamp.ts";

/**
 * Device based MQTT discovery of Home Assistant: one retained message describes a device with all its entities.
 *
 * Source: Home Assistant documentation, "MQTT" (discovery, device discovery payload) and "MQTT Light", JSON schema.
 */

/** The hub as its lamps' parent. */
export interface HubCard {
  /** Random, of this installation; never a name. */
  readonly id: string;
  readonly version: string;
  /** Base topic of the states. */
  readonly base: string;
}

interface Component {
  /** Platform: the one thing every component must have beside an option of its own. */
  readonly p: string;
  readonly unique_id: string;
  readonly [option: string]: unknown;
}

export interface DevicePayload {
  readonly dev: { readonly ids: readonly string[]; readonly [field: string]: unknown };
  readonly o: { readonly name: string; readonly sw: string };
  readonly availability?: readonly { readonly topic: string; readonly value_template: string }[];
  readonly availability_mode?: "all";
  readonly qos: 1;
  readonly cmps: Readonly<Record<string, Component>>;
}

const isOnline = "{{ value_json.state }}";

export const lampPayload = (light: LightView, roomName: string | undefined, hub: HubCard): DevicePayload => ({
  ...shared(light, roomName, hub),
  cmps: { light: lightComponent(light, hub), ...meters(light, hub) },
});

export const sensorPayload = (
  sensor: SensorView,
  roomName: string | undefined,
  hub: HubCard,
): DevicePayload => ({
  ...shared(sensor, roomName, hub),
  cmps: Object.fromEntries(sensor.senses.map((key) => [key, sensorComponent(key, sensor, hub)])),
});

/** The hub itself, so that its lamps have a parent and its presence is seen. */
export const hubPayload = (hub: HubCard): DevicePayload => ({
  dev: { ids: [hub.id], name: "Lampkeeper", mf: "Lampkeeper", mdl: "Hub", sw: hub.version },
  o: originOf(hub),
  // No availability: its connectivity is what must be seen while it is away.
  qos: 1,
  cmps: {
    connectivity: {
      p: "binary_sensor",
      unique_id: `${hub.id}_connectivity`,
      default_entity_id: "binary_sensor.lampkeeper_connectivity",
      device_class: "connectivity",
      entity_category: "diagnostic",
      state_topic: `${hub.base}/bridge/state`,
      value_template: isOnline,
      payload_on: "online",
      payload_off: "offline",
    },
  },
});

type Owned = Pick<LightView, "name" | "profile"> & { readonly id: DeviceId };

const shared = ({ id, name, profile }: Owned, roomName: string | undefined, hub: HubCard) => {
  const [vendor = "", ...model] = profile.split("/");
  return {
    dev: {
      ids: [id],
      name,
      mf: vendor,
      mdl: model.join("/"),
      via_device: hub.id,
      ...(roomName === undefined ? {} : { sa: roomName }),
    },
    o: originOf(hub),
    availability: [
      { topic: `${hub.base}/bridge/state`, value_template: isOnline },
      { topic: `${hub.base}/${id}/availability`, value_template: isOnline },
    ],
    availability_mode: "all",
    qos: 1,
  } as const;
};

const originOf = (hub: HubCard) => ({ name: "lampkeeper", sw: hub.version });

const lightComponent = ({ id, name, capabilities, readsBack }: LightView, { base }: HubCard): Component => ({
  p: "light",
  schema: "json",
  // The light is the main feature of the device, so it bears the device's own name.
  name: null,
  unique_id: `${id}_light`,
  default_entity_id: `light.${slugOf(name)}`,
  state_topic: `${base}/${id}`,
  command_topic: `${base}/${id}/set`,
  supported_color_modes: colorModes(capabilities),
  ...(capabilities.brightness === undefined ? {} : { brightness: true, brightness_scale: 254 }),
  ...(capabilities.colorTemperature === undefined
    ? {}
    : {
        min_mireds: Math.ceil(capabilities.colorTemperature.min),
        max_mireds: Math.floor(capabilities.colorTemperature.max),
      }),
  ...(capabilities.effects === undefined
    ? {}
    : { effect: true, effect_list: [...capabilities.effects, "none"] }),
  flash: false,
  // Nobody will ever say what it shows: Home Assistant shows what was asked for.
  ...(readsBack ? {} : { optimistic: true }),
});

/** `onoff` and `brightness` must stand alone. */
const colorModes = (can: LightCapabilities): readonly string[] => {
  const modes = [
    ...(can.color === undefined ? [] : ["xy"]),
    ...(can.colorTemperature === undefined ? [] : ["color_temp"]),
  ];
  if (modes.length > 0) return modes;
  return [can.brightness === undefined ? "onoff" : "brightness"];
};

const meters = (light: LightView, hub: HubCard): Readonly<Record<string, Component>> => ({
  ...(light.power === undefined ? {} : { power: sensorComponent("power", light, hub) }),
  ...(light.energy === undefined ? {} : { energy: sensorComponent("energy", light, hub) }),
});

const sensorComponent = (key: keyof SensorReading, { id, name }: Owned, { base }: HubCard): Component => {
  const { p, ...options } = sensed[key];
  return {
    p,
    unique_id: `${id}_${key}`,
    default_entity_id: `${p}.${slugOf(name)}_${key}`,
    state_topic: `${base}/${id}`,
    value_template: `{{ value_json.${key} }}`,
    ...options,
  };
};

const measured = (device_class: string, unit_of_measurement: string, state_class = "measurement") => ({
  p: "sensor",
  device_class,
  unit_of_measurement,
  state_class,
});

/** JSON's true and false, which templates print with a capital. */
const flag = { p: "binary_sensor", payload_on: "True", payload_off: "False" };

/** Every key a sensor can have, as Home Assistant's entity. */
const sensed: Readonly<
  Record<keyof SensorReading, Readonly<Record<string, unknown>> & { readonly p: string }>
> = {
  occupancy: { ...flag, device_class: "occupancy" },
  // `contact` is true while closed; a door's "on" is open.
  contact: { ...flag, device_class: "door", payload_on: "False", payload_off: "True" },
  illuminance: measured("illuminance", "lx"),
  temperature: measured("temperature", "°C"),
  humidity: measured("humidity", "%"),
  battery: { ...measured("battery", "%"), entity_category: "diagnostic" },
  power: measured("power", "W"),
  energy: measured("energy", "kWh", "total_increasing"),
  action: {
    p: "event",
    event_types: [
      "single",
      "double",
      "hold",
      "release",
      "on",
      "off",
      "brightness_move_up",
      "brightness_move_down",
      "brightness_stop",
    ],
    // States without an action give an empty text, which an event entity ignores.
    value_template:
      "{{ {'event_type': value_json.action} | to_json if value_json.action is defined else '' }}",
  },
};

/** A name as an entity id: lower case letters, digits and underscores; what is neither falls away. */
export const slugOf = (name: string): string => {
  const plain = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  return plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "unnamed";
};
