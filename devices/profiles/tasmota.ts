import { hueSaturationFromXy, xyFromHueSaturation } from "../../hub/domain/color.ts";
import type { LightCapabilities, LightState, Xy } from "../../hub/domain/light.ts";
import type { GroupLink, LampExample, LampReport, LightTarget, MqttFrame } from "../../hub/domain/profile.ts";
import { clamp, Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, fades, white } from "../kit/capabilities.ts";
import { availability, defineLamp, mqtt } from "../kit/define-profile.ts";
import { type JsonObject, numberAt, objectAt, parseObject, present, switchAt, textAt } from "../kit/json.ts";
import { fromSteps, miredsFrom, toSteps } from "../kit/scale.ts";

const source = "Tasmota documentation, Commands: Light; MQTT";
const full = 100;
const command = "cmnd/{address}/Backlog0";
const query = "cmnd/{address}/STATE";
const result = "stat/{address}/RESULT";

const hsb = (xy: Xy, level: number): string => {
  const { hue, saturation } = hueSaturationFromXy(xy);
  return `HSBColor ${Math.round(hue) % 360},${Math.round(saturation)},${level}`;
};

const shade = ({ color: xy, colorTemperature }: LightState, level: number): readonly string[] => {
  if (xy !== undefined) return [hsb(xy, level)];
  const dimmer = `Dimmer ${level}`;
  return colorTemperature === undefined ? [dimmer] : [`CT ${Math.round(colorTemperature)}`, dimmer];
};

const power = (on: boolean): string => `POWER ${on ? "ON" : "OFF"}`;

/**
 * One Backlog0, so that nothing comes between. SetOption20 keeps colours from switching the lamp on: it is dressed in
 * the dark, or switched off first. Speed2 is the fade of the next change only, in half seconds from dark to full.
 */
const encode = (target: LightTarget): readonly MqttFrame[] => {
  const speed = clamp(Math.round((target.transition ?? 0) / 500), 0, 40);
  const dress = shade(target, toSteps(target.brightness, full));
  const acts = target.on ? [...dress, power(true)] : [power(false), ...dress];
  return [mqtt(command, ["SetOption20 1", `Speed2 ${speed}`, ...acts].join(";"))];
};

const switchOnly = ({ on }: LightTarget): readonly MqttFrame[] => [mqtt(command, power(on))];

/** In white mode the colour channels are dark and `White` is the level; in colour mode `White` is 0. */
const readShade = (said: JsonObject): Partial<LightState> => {
  const mireds = miredsFrom(numberAt(said, "CT"));
  const [hue = Number.NaN, saturation = Number.NaN, lit = Number.NaN] =
    textAt(said, "HSBColor")?.split(",").map(Number) ?? [];
  const isWhite = (numberAt(said, "White") ?? 0) > 0 || !(lit > 0);
  if (mireds !== undefined && isWhite) return { colorTemperature: mireds };
  if (!(hue >= 0 && hue <= 360 && saturation >= 0 && saturation <= 100)) return {};
  return isWhite ? {} : { color: xyFromHueSaturation(hue, saturation) };
};

const readState = (payload: string): LampReport | undefined => {
  const said = parseObject(payload);
  if (said === undefined) return undefined;
  const state = {
    ...present<LightState>({
      on: switchAt(said, "POWER") ?? switchAt(said, "POWER1"),
      brightness: fromSteps(numberAt(said, "Dimmer"), full),
    }),
    ...readShade(said),
  };
  const signal = numberAt(objectAt(said, "Wifi"), "Signal", -127, 20);
  return Object.keys(state).length === 0 ? undefined : { state, ...present<LampReport>({ signal }) };
};

const readEnergy = (payload: string): LampReport | undefined => {
  const said = objectAt(parseObject(payload), "ENERGY");
  const report = present<LampReport>({
    power: numberAt(said, "Power", 0),
    energy: numberAt(said, "Total", 0),
  });
  return Object.keys(report).length === 0 ? undefined : report;
};

/** The first of four group topics. A Tasmota begins anew when it is set, so it is asked first; 1 is as it was bought. */
const groupTopic = "cmnd/{address}/GroupTopic1";
const group: GroupLink = {
  address: "{group}",
  subscribes: ["cmnd/{group}/#"],
  most: 1,
  ask: [mqtt(groupTopic, "")],
  join: ([name = "1"]) => [mqtt(groupTopic, name)],
};

const readGroup = (payload: string): LampReport | undefined => {
  const name = textAt(parseObject(payload), "GroupTopic1");
  return name === undefined ? undefined : { groups: name === "tasmotas" ? [] : [name] };
};

/** PowerOnState: 2 is the opposite of what was saved, 3 what was saved. */
const wakes = (state: number): readonly MqttFrame[] => [mqtt(command, `PowerOnState ${state}`)];

const lamp = (
  model: string,
  description: string,
  capabilities: LightCapabilities,
  examples: readonly LampExample[],
) =>
  defineLamp({
    vendor: "Tasmota",
    model,
    description,
    source,
    capabilities,
    listens: ["cmnd/{address}/#"],
    group,
    reads: {
      [result]: (payload) => readState(payload) ?? readGroup(payload),
      "tele/{address}/STATE": readState,
      "tele/{address}/SENSOR": readEnergy,
      "tele/{address}/LWT": availability("Online", "Offline"),
      "stat/{address}/POWER": () => undefined,
    },
    encode: capabilities.brightness === undefined ? switchOnly : encode,
    query: [mqtt(query, "")],
    // 1 would leave the old flash as it is; it answers before it has begun, so that proves nothing.
    wipe: {
      source: "Tasmota documentation, Commands: Reset",
      frames: () => [mqtt("cmnd/{address}/Reset", "2")],
    },
    powerOn: { off: wakes(0), on: wakes(1), toggle: wakes(2), previous: wakes(3) },
    examples,
  });

const dimmed: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(50), transition: Seconds(2) },
    frames: [mqtt(command, "SetOption20 1;Speed2 4;Dimmer 50;POWER ON")],
  },
  decode: {
    frame: mqtt(result, { POWER: "ON", Dimmer: 50 }),
    report: { state: { on: true, brightness: Percent(50) } },
  },
};

const green: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(50), color: { x: 0.3, y: 0.6 } },
    frames: [mqtt(command, "SetOption20 1;Speed2 0;HSBColor 120,100,50;POWER ON")],
  },
};

const warm: LampExample = {
  source: "Tasmota STATE of an RGB+CW+WW light, as quoted in a driver's comment (26 Jan 2020)",
  encode: {
    target: { on: false, brightness: Percent(100), colorTemperature: Mireds(250) },
    frames: [mqtt(command, "SetOption20 1;Speed2 0;POWER OFF;CT 250;Dimmer 100")],
  },
  decode: {
    frame: mqtt("tele/{address}/STATE", {
      POWER: "ON",
      Dimmer: 100,
      Color: "000000FF62",
      HSBColor: "0,0,0",
      Channel: [0, 0, 0, 100, 38],
      CT: 250,
    }),
    report: { state: { on: true, brightness: Percent(100), colorTemperature: Mireds(250) } },
  },
};

const telemetry: LampExample = {
  source:
    "Tasmota STATE of a switched device, from a published log (24 Feb 2024); Signal since arendst/Tasmota#7145",
  decode: {
    frame: mqtt("tele/{address}/STATE", {
      POWER: "OFF",
      Wifi: { AP: 1, Channel: 3, Mode: "11n", RSSI: 44, Signal: -78, LinkCount: 1 },
    }),
    report: { state: { on: false }, signal: -78 },
  },
};

const metered: LampExample = {
  source: "Tasmota documentation, MQTT: tele SENSOR of a Sonoff POW",
  encode: {
    target: { on: false, brightness: Percent(100) },
    frames: [mqtt(command, "POWER OFF")],
  },
  decode: {
    frame: mqtt("tele/{address}/SENSOR", {
      Time: "2026-03-01T12:00:00",
      ENERGY: { Total: 3.185, Yesterday: 3.058, Today: 0.127, Power: 12, Voltage: 230 },
    }),
    report: { power: 12, energy: 3.185 },
  },
};

const fading = fades(20);

export const tasmotaLamps = [
  lamp("relay", "Relay: on or off", can(), [metered, telemetry]),
  lamp("dimmer", "One channel, dimmable", can(dims(), fading), [dimmed]),
  lamp("cct-light", "Two channels, cool to warm white", can(dims(), white(153, 500), fading), [dimmed]),
  lamp("rgb-light", "Three channels, colour", can(dims(), color(), fading), [dimmed, green]),
  lamp("rgbcct-light", "Five channels, colour and white", can(dims(), white(153, 500), color(), fading), [
    green,
    warm,
  ]),
  lamp("metering-plug", "Plug that measures power and energy", can(), [metered]),
];
