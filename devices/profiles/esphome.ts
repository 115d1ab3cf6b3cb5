import type { LightCapabilities, LightState } from "../../hub/domain/light.ts";
import type { LampExample, LampReport, LightTarget, MqttFrame } from "../../hub/domain/profile.ts";
import { Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, fades, white } from "../kit/capabilities.ts";
import { availability, defineLamp, mqtt } from "../kit/define-profile.ts";
import { type JsonObject, numberAt, objectAt, parseObject, present, switchAt, textAt } from "../kit/json.ts";
import { rgbSteps, xyOfSteps } from "../kit/rgb.ts";
import { fromSteps, miredsFrom, toSteps } from "../kit/scale.ts";

const source =
  "ESPHome light component, JSON schema (light_json_schema.cpp); Home Assistant MQTT light, JSON schema";
const command = "{address}/light/main/command";
const state = "{address}/light/main/state";
const full = 255;

const shade = ({ color: xy, colorTemperature }: LightState): object => {
  if (xy === undefined)
    return colorTemperature === undefined ? {} : { color_temp: Math.round(colorTemperature) };
  const [r, g, b] = rgbSteps(xy);
  return { color: { r, g, b } };
};

/** One call, applied as a whole. Transitions are whole seconds; 0 must be said, or the lamp's own default fades. */
const encode = (target: LightTarget): readonly MqttFrame[] => [
  mqtt(command, {
    state: target.on ? "ON" : "OFF",
    brightness: toSteps(target.brightness, full),
    ...shade(target),
    transition: Math.ceil((target.transition ?? 0) / 1_000),
  }),
];

const switchOnly = ({ on }: LightTarget): readonly MqttFrame[] => [
  mqtt(command, { state: on ? "ON" : "OFF" }),
];

const readShade = (said: JsonObject): Partial<LightState> => {
  if (textAt(said, "color_mode") === "color_temp") {
    const mireds = miredsFrom(numberAt(said, "color_temp"));
    return mireds === undefined ? {} : { colorTemperature: mireds };
  }
  const rgb = objectAt(said, "color");
  const xy = xyOfSteps([numberAt(rgb, "r"), numberAt(rgb, "g"), numberAt(rgb, "b")]);
  return xy === undefined ? {} : { color: xy };
};

const readState = (payload: string): LampReport | undefined => {
  const said = parseObject(payload);
  if (said === undefined) return undefined;
  const shown = {
    ...present<LightState>({
      on: switchAt(said, "state"),
      brightness: fromSteps(numberAt(said, "brightness"), full),
    }),
    ...readShade(said),
  };
  return Object.keys(shown).length === 0 ? undefined : { state: shown };
};

const lamp = (
  model: string,
  description: string,
  capabilities: LightCapabilities,
  examples: readonly LampExample[],
) =>
  defineLamp({
    vendor: "ESPHome",
    model,
    description,
    source,
    capabilities,
    listens: [command],
    reads: { [state]: readState, "{address}/status": availability("online", "offline") },
    encode: capabilities.brightness === undefined ? switchOnly : encode,
    examples,
  });

const dimmed: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(20), transition: Seconds(1.5) },
    frames: [mqtt(command, { state: "ON", brightness: 51, transition: 2 })],
  },
  decode: {
    frame: mqtt(state, { color_mode: "brightness", state: "ON", brightness: 51, color: {} }),
    report: { state: { on: true, brightness: Percent(20) } },
  },
};

const switched: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(100) },
    frames: [mqtt(command, { state: "ON" })],
  },
  decode: {
    frame: mqtt(state, { color_mode: "onoff", state: "OFF", color: {} }),
    report: { state: { on: false } },
  },
};

const warm: LampExample = {
  source,
  decode: {
    frame: mqtt(state, {
      color_mode: "color_temp",
      state: "ON",
      brightness: 255,
      color: {},
      color_temp: 370,
    }),
    report: { state: { on: true, brightness: Percent(100), colorTemperature: Mireds(370) } },
  },
};

const red: LampExample = {
  source,
  encode: {
    target: { on: false, brightness: Percent(100), color: { x: 0.64, y: 0.33 } },
    frames: [mqtt(command, { state: "OFF", brightness: 255, color: { r: 255, g: 0, b: 0 }, transition: 0 })],
  },
};

const fading = fades(65_535);

export const esphomeLamps = [
  lamp("binary-light", "Light that is on or off", can(), [switched]),
  lamp("monochromatic-light", "One channel, dimmable", can(dims(), fading), [dimmed]),
  lamp("cwww-light", "Two channels, cool to warm white", can(dims(), white(153, 500), fading), [warm]),
  lamp("rgb-light", "Three channels, colour", can(dims(), color(), fading), [dimmed, red]),
  lamp("rgbct-light", "Colour and white, interlocked", can(dims(), white(153, 500), color(), fading), [
    warm,
    red,
  ]),
];
