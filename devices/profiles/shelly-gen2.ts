import type { LightCapabilities, LightState } from "../../hub/domain/light.ts";
import type { LampExample, LampReport, LightTarget, MqttFrame } from "../../hub/domain/profile.ts";
import { kelvinOf, Mireds, Percent, Seconds } from "../../hub/domain/units.ts";
import { can, color, dims, fades, white } from "../kit/capabilities.ts";
import { availability, defineLamp, mqtt } from "../kit/define-profile.ts";
import {
  booleanAt,
  type JsonObject,
  numberAt,
  numbersAt,
  objectAt,
  parseObject,
  present,
  textAt,
} from "../kit/json.ts";
import { rgbSteps, xyOfSteps } from "../kit/rgb.ts";
import { fromSteps, miredsFromKelvin, rounded, toSteps } from "../kit/scale.ts";

const source = "Shelly Gen2+ API documentation: RPC protocol, MQTT, Switch, Light, CCT, RGB, RGBCCT";
const rpc = "{address}/rpc";
const full = 100;

type Component = "Switch" | "Light" | "CCT" | "RGB" | "RGBCCT";

/** `src` names where the answer goes: below the device's own address, the only place where it may publish. */
const call = (id: number, method: string, params: object): MqttFrame =>
  mqtt(rpc, { id, src: "{address}/hub", method, params });

/** A device notifies of changes only, so every call asks how it ended: a repeated one is answered too. */
const set = (component: Component, params: object): readonly MqttFrame[] => [
  call(1, `${component}.Set`, { id: 0, ...params }),
  call(2, `${component}.GetStatus`, { id: 0 }),
];

const shade = (component: Component, { color: xy, colorTemperature }: LightState): object => {
  const mode = (name: string) => (component === "RGBCCT" ? { mode: name } : {});
  if (xy !== undefined) return { ...mode("rgb"), rgb: rgbSteps(xy) };
  return colorTemperature === undefined ? {} : { ...mode("cct"), ct: Math.round(kelvinOf(colorTemperature)) };
};

/** One call, applied as a whole. Fades shorter than half a second are refused by the device. */
const encode =
  (component: Component) =>
  (target: LightTarget): readonly MqttFrame[] => {
    const { on, transition = 0 } = target;
    if (component === "Switch") return set("Switch", { on });
    const fade = transition > 0 ? { transition_duration: Math.max(0.5, rounded(transition / 1_000, 1)) } : {};
    const brightness = toSteps(target.brightness, full);
    return set(component, { on, brightness, ...shade(component, target), ...fade });
  };

const readShade = (said: JsonObject): Partial<LightState> => {
  const mode = textAt(said, "mode");
  const xy = mode === "cct" ? undefined : xyOfSteps(numbersAt(said, "rgb", 3, 0, 255));
  if (xy !== undefined) return { color: xy };
  const mireds = mode === "rgb" ? undefined : miredsFromKelvin(numberAt(said, "ct"));
  return mireds === undefined ? {} : { colorTemperature: mireds };
};

/** The status of a component. While it fades `brightness` is where it is; `aenergy` counts watt hours. */
const readStatus = (said: JsonObject | undefined): LampReport | undefined => {
  if (said === undefined) return undefined;
  const watthours = numberAt(objectAt(said, "aenergy"), "total", 0);
  const state = {
    ...present<LightState>({
      on: booleanAt(said, "output"),
      brightness: fromSteps(numberAt(said, "brightness"), full),
    }),
    ...readShade(said),
  };
  const report = present<LampReport>({
    power: numberAt(said, "apower", 0),
    energy: watthours === undefined ? undefined : watthours / 1_000,
    state: Object.keys(state).length === 0 ? undefined : state,
  });
  return Object.keys(report).length === 0 ? undefined : report;
};

const wakes = (component: Component, state: string): readonly MqttFrame[] => [
  call(3, `${component}.SetConfig`, { id: 0, config: { initial_state: state } }),
];

const lamp = (
  model: string,
  component: Component,
  description: string,
  capabilities: LightCapabilities,
  examples: readonly LampExample[],
) => {
  const key = `${component.toLowerCase()}:0`;
  return defineLamp({
    vendor: "Shelly",
    model,
    description,
    source,
    capabilities,
    listens: [rpc, "{address}/command"],
    reads: {
      "{address}/events/rpc": (payload) =>
        readStatus(objectAt(objectAt(parseObject(payload), "params"), key)),
      [`{address}/status/${key}`]: (payload) => readStatus(parseObject(payload)),
      "{address}/hub/rpc": (payload) => readStatus(objectAt(parseObject(payload), "result")),
      "{address}/online": availability("true", "false"),
    },
    encode: encode(component),
    wipe: {
      source: "Shelly Gen2+ API documentation: Shelly.FactoryReset",
      frames: () => [call(4, "Shelly.FactoryReset", {})],
    },
    query: [call(2, `${component}.GetStatus`, { id: 0 })],
    powerOn: {
      on: wakes(component, "on"),
      off: wakes(component, "off"),
      previous: wakes(component, "restore_last"),
    },
    examples,
  });
};

/** A notification as a device sends it. */
const notified = (key: string, status: object): MqttFrame =>
  mqtt("{address}/events/rpc", {
    src: "shelly-123456",
    dst: "{address}/events",
    method: "NotifyStatus",
    params: { ts: 1736603810.49, [key]: { id: 0, ...status } },
  });

const switched: LampExample = {
  source: "Shelly NotifyStatus of a Plug, as published on events/rpc (2023)",
  encode: {
    target: { on: true, brightness: Percent(100) },
    frames: set("Switch", { on: true }),
  },
  decode: {
    frame: notified("switch:0", { output: false, apower: 0, aenergy: { total: 1_250 }, source: "HTTP_in" }),
    report: { power: 0, energy: 1.25, state: { on: false } },
  },
};

const dimmed: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(50), transition: Seconds(2) },
    frames: set("Light", { on: true, brightness: 50, transition_duration: 2 }),
  },
  decode: {
    frame: notified("light:0", { output: true, brightness: 50, source: "MQTT" }),
    report: { state: { on: true, brightness: Percent(50) } },
  },
};

const warm: LampExample = {
  source,
  encode: {
    target: { on: false, brightness: Percent(80), colorTemperature: Mireds(250) },
    frames: set("CCT", { on: false, brightness: 80, ct: 4_000 }),
  },
  decode: {
    frame: mqtt("{address}/status/cct:0", { id: 0, output: true, brightness: 80, ct: 4_000 }),
    report: { state: { on: true, brightness: Percent(80), colorTemperature: Mireds(250) } },
  },
};

const red: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(20), color: { x: 0.64, y: 0.33 } },
    frames: set("RGBCCT", { on: true, brightness: 20, mode: "rgb", rgb: [255, 0, 0] }),
  },
  decode: {
    frame: notified("rgbcct:0", { output: true, mode: "cct", brightness: 80, ct: 4_000, rgb: [1, 2, 3] }),
    report: { state: { on: true, brightness: Percent(80), colorTemperature: Mireds(250) } },
  },
};

const blue: LampExample = {
  source,
  encode: {
    target: { on: true, brightness: Percent(20), color: { x: 0.15, y: 0.06 } },
    frames: set("RGB", { on: true, brightness: 20, rgb: [0, 0, 255] }),
  },
};

const fading = fades(10);

export const shellyLamps = [
  lamp("plug-s-g3", "Switch", "Plug that measures power and energy", can(), [switched]),
  lamp("dimmer-g3", "Light", "Dimmer behind a wall switch", can(dims(), fading), [dimmed]),
  lamp("duo-bulb-g3", "CCT", "Bulb, cool to warm white", can(dims(), white(153, 370), fading), [warm]),
  lamp("plus-rgbw-pm", "RGB", "Strip controller, colour", can(dims(), color(), fading), [blue]),
  lamp("rgbcct-bulb-g3", "RGBCCT", "Bulb, white and colour", can(dims(), white(153, 370), color(), fading), [
    red,
  ]),
];
