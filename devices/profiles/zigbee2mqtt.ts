import type { LightCapabilities, LightState } from "../../hub/domain/light.ts";
import type {
  LampExample,
  LampReport,
  LightTarget,
  MqttFrame,
  SensorProfile,
  SensorReport,
} from "../../hub/domain/profile.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";
import { Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, fades, white, wideGamut } from "../kit/capabilities.ts";
import { defineLamp, defineSensor, mqtt } from "../kit/define-profile.ts";
import {
  booleanAt,
  type JsonObject,
  numberAt,
  objectAt,
  parseObject,
  present,
  switchAt,
  textAt,
} from "../kit/json.ts";
import { fromSteps, miredsFrom, rounded, toSteps } from "../kit/scale.ts";

const source = "Zigbee2MQTT documentation, MQTT topics and messages; exposes: light";
const vendor = "Zigbee2MQTT";
const topic = "zigbee2mqtt/{address}";
const full = 254;

const availability = (payload: string): { readonly online: boolean } | undefined => {
  const online = switchAt(parseObject(payload), "state", "online", "offline");
  return online === undefined ? undefined : { online };
};

const shade = ({ color: xy, colorTemperature }: Partial<LightState>): object | undefined => {
  if (xy !== undefined) return { color: { x: rounded(xy.x, 4), y: rounded(xy.y, 4) } };
  return colorTemperature === undefined ? undefined : { color_temp: Math.round(colorTemperature) };
};

const encode = ({ on, brightness, transition, ...rest }: LightTarget): readonly MqttFrame[] => {
  const fade = transition === undefined ? {} : { transition: rounded(transition / 1_000, 1) };
  const set = (what: object): MqttFrame => mqtt(`${topic}/set`, { ...what, ...fade });
  // Most bulbs refuse colours while off, so a lamp that goes off is sent nothing else.
  if (!on) return [set({ state: "OFF" })];
  const color = shade(rest);
  const all = set({ state: "ON", brightness: toSteps(brightness, full), ...color });
  // Zigbee2MQTT switches on before it sends the colour. Sent ahead, bulbs that execute while off take it in the dark.
  return color === undefined ? [all] : [set(color), all];
};

const switchOnly = ({ on }: LightTarget): readonly MqttFrame[] => [
  mqtt(`${topic}/set`, { state: on ? "ON" : "OFF" }),
];

/** `color_mode` says which of the two reported shades counts; Zigbee2MQTT keeps the other in step with it. */
const readShade = (said: JsonObject): Partial<LightState> => {
  const mode = textAt(said, "color_mode");
  const xy = objectAt(said, "color");
  const [x, y] = [numberAt(xy, "x", 0, 1), numberAt(xy, "y", 0, 1)];
  const mireds = miredsFrom(numberAt(said, "color_temp"));
  if (mode !== "color_temp" && x !== undefined && y !== undefined) return { color: { x, y } };
  return mireds === undefined || mode === "xy" ? {} : { colorTemperature: mireds };
};

const readLamp = (payload: string): LampReport | undefined => {
  const said = parseObject(payload);
  if (said === undefined) return undefined;
  const state = {
    ...present<LightState>({
      on: switchAt(said, "state"),
      brightness: fromSteps(numberAt(said, "brightness"), full),
    }),
    ...readShade(said),
  };
  return {
    ...present<LampReport>({ power: numberAt(said, "power", 0), energy: numberAt(said, "energy", 0) }),
    ...(Object.keys(state).length === 0 ? {} : { state }),
  };
};

const wakes = (behaviour: string): readonly MqttFrame[] => [
  mqtt(`${topic}/set`, { power_on_behavior: behaviour }),
];

const lamp = (
  model: string,
  description: string,
  capabilities: LightCapabilities,
  examples: readonly LampExample[],
) =>
  defineLamp({
    vendor,
    model,
    description,
    source,
    capabilities,
    listens: [`${topic}/set`, `${topic}/get`],
    reads: { [topic]: readLamp, [`${topic}/availability`]: availability },
    encode: capabilities.brightness === undefined ? switchOnly : encode,
    query: [mqtt(`${topic}/get`, { state: "" })],
    // The bridge has it leave the network, with which it loses its keys; what the bridge answers is a return code.
    wipe: {
      source: "Zigbee2MQTT documentation, MQTT topics and messages: bridge/request/device/remove",
      frames: () => [mqtt("zigbee2mqtt/bridge/request/device/remove", { id: "{address}" })],
    },
    powerOn: { on: wakes("on"), off: wakes("off"), previous: wakes("previous"), toggle: wakes("toggle") },
    examples,
  });

const dimmed: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(50), transition: Seconds(2) },
    frames: [mqtt(`${topic}/set`, { state: "ON", brightness: 127, transition: 2 })],
  },
  decode: {
    frame: mqtt(topic, { state: "ON", brightness: 127, linkquality: 120 }),
    report: { state: { on: true, brightness: Percent(50) } },
  },
};

const warm: LampExample = {
  source,
  decode: {
    frame: mqtt(topic, { state: "ON", brightness: 254, color_mode: "color_temp", color_temp: 370 }),
    report: { state: { on: true, brightness: Percent(100), colorTemperature: Mireds(370) } },
  },
};

const red: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(100), color: { x: 0.68, y: 0.31 } },
    frames: [
      mqtt(`${topic}/set`, { color: { x: 0.68, y: 0.31 } }),
      mqtt(`${topic}/set`, { state: "ON", brightness: 254, color: { x: 0.68, y: 0.31 } }),
    ],
  },
  decode: {
    frame: mqtt(topic, { state: "ON", color_mode: "xy", color: { x: 0.68, y: 0.31 }, color_temp: 500 }),
    report: { state: { on: true, color: { x: 0.68, y: 0.31 } } },
  },
};

const metered: LampExample = {
  source: "Zigbee2MQTT documentation, exposes: switch, power, energy",
  encode: {
    target: { on: false, brightness: Percent(100) },
    frames: [mqtt(`${topic}/set`, { state: "OFF" })],
  },
  decode: {
    frame: mqtt(topic, { state: "ON", power: 41.7, energy: 12.31, voltage: 230 }),
    report: { power: 41.7, energy: 12.31, state: { on: true } },
  },
};

const fading = fades(6_553);

export const zigbee2mqttLamps = [
  lamp("dimmable-light", "Zigbee bulb, dimmable", can(dims(), fading), [dimmed]),
  lamp("white-spectrum-light", "Zigbee bulb, cool to warm white", can(dims(), white(153, 454), fading), [
    dimmed,
    warm,
  ]),
  lamp(
    "color-light",
    "Zigbee bulb, white and colour",
    can(dims(), white(153, 500), color(wideGamut), fading),
    [warm, red],
  ),
  lamp("metering-plug", "Zigbee plug that measures", can(), [metered]),
];

const readSensor = (payload: string): SensorReport | undefined => {
  const said = parseObject(payload);
  const action = textAt(said, "action");
  const reading = present<SensorReading>({
    occupancy: booleanAt(said, "occupancy"),
    illuminance: numberAt(said, "illuminance", 0),
    contact: booleanAt(said, "contact"),
    temperature: numberAt(said, "temperature", -273.15, 1_000),
    humidity: numberAt(said, "humidity", 0, 100),
    // Older versions follow every action with an empty one.
    action: action === "" ? undefined : action,
    battery: numberAt(said, "battery", 0, 100),
  });
  return Object.keys(reading).length === 0 ? undefined : { reading };
};

const sensor = (model: string, description: string, reading: SensorReading): SensorProfile =>
  defineSensor({
    vendor,
    model,
    description,
    source: "Zigbee2MQTT documentation, exposes: binary and numeric",
    senses: Object.keys(reading) as (keyof SensorReading)[],
    reads: { [topic]: readSensor, [`${topic}/availability`]: availability },
    examples: [{ source, frame: mqtt(topic, { ...reading, linkquality: 98 }), report: { reading } }],
  });

export const zigbee2mqttSensors = [
  sensor("motion-sensor", "Zigbee motion sensor", { occupancy: true, illuminance: 41, battery: 91 }),
  sensor("contact-sensor", "Zigbee door and window sensor", { contact: false, battery: 88 }),
  sensor("climate-sensor", "Zigbee climate sensor", { temperature: 21.37, humidity: 48.6, battery: 100 }),
  sensor("button", "Zigbee button", { action: "single", battery: 74 }),
];
