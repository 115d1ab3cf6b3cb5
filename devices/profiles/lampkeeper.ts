import type { LightCapabilities, LightState, PowerOnBehaviour } from "../../hub/domain/light.ts";
import {
  type FirmwareReport,
  firmwarePhases,
  type GroupLink,
  type LampExample,
  type LampReport,
  type LightTarget,
  type MqttFrame,
  type SensorProfile,
  type SensorReport,
  type WipeDialect,
} from "../../hub/domain/profile.ts";
import type { SensorReading } from "../../hub/domain/sensor.ts";
import { Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, effects, fades, white, wideGamut } from "../kit/capabilities.ts";
import { availability, defineLamp, defineSensor, mqtt } from "../kit/define-profile.ts";
import {
  booleanAt,
  numberAt,
  numbersAt,
  objectAt,
  parseObject,
  present,
  textAt,
  textsAt,
} from "../kit/json.ts";
import { fromSteps, miredsFrom, rounded } from "../kit/scale.ts";

/*
 * Lampkeeper's own dialect, spoken by the simulated lamps. One JSON object each way, applied as a whole:
 *   command  {"groups"?, "powerOn"?, "id"?, "on"?, "brightness"? (percent), "mireds"? | "xy"?, "effect"?, "transition"? (ms)}, {} asks
 *            or {"update": base64}, alone: a firmware of its maker
 *            or {"wipe": nonce}, alone, answered by {"wiped": {"nonce", "digest"}}
 *   state    {"on", "brightness", "mireds" | "xy", "effect"?, "id"? (of the command it answers), "power"?, "energy"?,
 *            "signal"? (dBm: how it hears its access point)}
 *            or {"firmware", "update": "idle" | "trial" | "reverted" | "refused", "reason"?}, alone
 */
const source = "docs/native-dialect.md";
const command = "device/{address}/command";
const state = "device/{address}/state";
const availabilityTopic = "device/{address}/availability";
const event = "device/{address}/event";

/** What is absent the lamp keeps. */
const part = (target: Partial<LightTarget>, effect = target.effect): readonly MqttFrame[] => [
  mqtt(command, {
    id: target.command,
    on: target.on,
    brightness: target.brightness === undefined ? undefined : rounded(target.brightness, 2),
    mireds: target.colorTemperature && rounded(target.colorTemperature, 2),
    xy: target.color && [rounded(target.color.x, 4), rounded(target.color.y, 4)],
    effect,
    transition: target.transition && Math.round(target.transition),
  }),
];

const encode = (target: LightTarget): readonly MqttFrame[] => part(target, target.effect ?? "none");

const readShown = (said: ReturnType<typeof parseObject>, on: boolean): Partial<LightState> => {
  const [x, y] = numbersAt(said, "xy", 2, 0, 1) ?? [];
  const xy = x === undefined || y === undefined ? undefined : { x, y };
  return present<LightState>({
    on,
    brightness: fromSteps(numberAt(said, "brightness"), 100),
    effect: textAt(said, "effect") ?? "none",
    color: xy,
    colorTemperature: xy === undefined ? miredsFrom(numberAt(said, "mireds")) : undefined,
  });
};

const readFirmware = (said: ReturnType<typeof parseObject>): FirmwareReport | undefined => {
  const version = textAt(said, "firmware");
  const update = firmwarePhases.find((phase) => phase === textAt(said, "update"));
  if (version === undefined || version.length > 64 || update === undefined) return undefined;
  const reason = /^[a-z_]{1,32}$/.exec(textAt(said, "reason") ?? "")?.[0];
  return { version, update, ...(reason === undefined ? {} : { reason }) };
};

const readState = (payload: string): LampReport | undefined => {
  const said = parseObject(payload);
  if (said === undefined) return undefined;
  const on = booleanAt(said, "on");
  return present<LampReport>({
    power: numberAt(said, "power", 0),
    energy: numberAt(said, "energy", 0),
    signal: numberAt(said, "signal", -127, 20),
    command: textAt(said, "id"),
    groups: textsAt(said, "groups"),
    firmware: readFirmware(said),
    state: on === undefined ? undefined : readShown(said, on),
  });
};

const group: GroupLink = {
  address: "group/{group}",
  subscribes: ["device/group/{group}/command"],
  most: 8,
  part,
  join: (groups) => [mqtt(command, { groups })],
};

const wakes = (powerOn: PowerOnBehaviour): readonly MqttFrame[] => [mqtt(command, { powerOn })];

/** Erased, the storage of these lamps reads 1,280 bytes of 0xff. */
const wipe: WipeDialect = {
  source,
  frames: (nonce) => [mqtt(command, { wipe: nonce })],
  proof: {
    storageBytes: 1_280,
    read: (frame) => {
      const said = frame.kind === "mqtt" && frame.topic === state ? parseObject(frame.payload) : undefined;
      const wiped = objectAt(said, "wiped");
      const [nonce, digest] = [textAt(wiped, "nonce"), textAt(wiped, "digest")];
      return nonce === undefined || digest === undefined ? undefined : { nonce, digest };
    },
  },
};

const reads = { [state]: readState, [availabilityTopic]: availability("online", "offline") };

const lamp = (
  model: string,
  description: string,
  capabilities: LightCapabilities,
  more: LampExample[] = [],
) =>
  defineLamp({
    vendor: "Lampkeeper",
    model,
    description,
    source,
    capabilities,
    listens: [command],
    group,
    reads,
    encode,
    query: [mqtt(command, {})],
    update: (image) => [mqtt(command, { update: image })],
    wipe,
    powerOn: { on: wakes("on"), off: wakes("off"), previous: wakes("previous"), toggle: wakes("toggle") },
    examples: [switchedOff, updated, ...more],
  });

const switchedOff: LampExample = {
  source,
  encode: {
    target: { on: false, brightness: Percent(40), command: "c-1" },
    frames: [mqtt(command, { id: "c-1", on: false, brightness: 40, effect: "none" })],
  },
  decode: {
    frame: mqtt(state, { on: false, brightness: 40, id: "c-1" }),
    report: { command: "c-1", state: { on: false, brightness: Percent(40), effect: "none" } },
  },
};

const updated: LampExample = {
  source,
  decode: {
    frame: mqtt(state, { firmware: "1.1.0", update: "reverted", reason: "crashed" }),
    report: { firmware: { version: "1.1.0", update: "reverted", reason: "crashed" } },
  },
};

const red: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(50), color: { x: 0.69, y: 0.308 }, transition: Seconds(2) },
    frames: [
      mqtt(command, { on: true, brightness: 50, xy: [0.69, 0.308], effect: "none", transition: 2_000 }),
    ],
  },
};

const warm: LampExample = {
  source,
  decode: {
    frame: mqtt(state, { on: true, brightness: 80.5, mireds: 370 }),
    report: {
      state: { on: true, brightness: Percent(80.5), colorTemperature: Mireds(370), effect: "none" },
    },
  },
};

const fading = fades(600);
const shows = effects("candle", "breathe", "color-loop");

export const lampkeeperLamps = [
  lamp("on-off-bulb", "Bulb that is on or off", can()),
  lamp("dimmable-bulb", "Dimmable white bulb", can(dims(), fading)),
  lamp("tunable-bulb", "Bulb from cool to warm white", can(dims(), white(153, 454), fading), [warm]),
  lamp(
    "color-bulb",
    "Bulb in white and colour",
    can(dims(), white(153, 500), color(wideGamut), fading, shows),
    [warm, red],
  ),
  lamp("light-strip", "Strip of coloured light", can(dims(), color(wideGamut), fading, shows), [red]),
  lamp("metering-plug", "Plug that measures power and energy", can(), [
    {
      source,
      decode: {
        frame: mqtt(state, { on: true, brightness: 100, power: 12.5, energy: 3.25 }),
        report: { power: 12.5, energy: 3.25, state: { on: true, brightness: Percent(100), effect: "none" } },
      },
    },
  ]),
];

const readReading =
  (...keys: readonly (keyof SensorReading)[]) =>
  (payload: string): SensorReport | undefined => {
    const said = parseObject(payload);
    if (said === undefined) return undefined;
    const reading = present<SensorReading>({
      occupancy: booleanAt(said, "occupancy"),
      illuminance: numberAt(said, "illuminance", 0),
      contact: booleanAt(said, "contact"),
      temperature: numberAt(said, "temperature", -273.15, 1_000),
      humidity: numberAt(said, "humidity", 0, 100),
      action: textAt(said, "action"),
      battery: numberAt(said, "battery", 0, 100),
    });
    return keys.some((key) => reading[key] !== undefined) ? { reading } : undefined;
  };

const sensor = (model: string, description: string, example: SensorReading): SensorProfile => {
  const senses = Object.keys(example) as (keyof SensorReading)[];
  const isButton = "action" in example;
  return defineSensor({
    vendor: "Lampkeeper",
    model,
    description,
    source,
    senses,
    reads: {
      [state]: readReading(...senses.filter((key) => key !== "action")),
      ...(isButton ? { [event]: readReading("action") } : {}),
      [availabilityTopic]: availability("online", "offline"),
    },
    examples: [{ source, frame: mqtt(isButton ? event : state, example), report: { reading: example } }],
  });
};

export const lampkeeperSensors = [
  sensor("motion-sensor", "Notices people moving", { occupancy: true, battery: 97 }),
  sensor("light-sensor", "Measures daylight", { illuminance: 320, battery: 97 }),
  sensor("contact-sensor", "Tells whether a door or window is closed", { contact: true, battery: 97 }),
  sensor("climate-sensor", "Temperature and humidity", { temperature: 21.4, humidity: 45.5, battery: 97 }),
  sensor("wall-switch", "Switch with one rocker", { action: "on", battery: 97 }),
  sensor("dimmer-button", "Button to press, hold and turn", { action: "single", battery: 97 }),
];
