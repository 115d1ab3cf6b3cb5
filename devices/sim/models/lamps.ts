import type { Load } from "../behaviours/metering.ts";
import { esphome } from "../dialects/esphome.ts";
import { native } from "../dialects/native.ts";
import { shelly } from "../dialects/shelly.ts";
import { tasmota } from "../dialects/tasmota.ts";
import { wled } from "../dialects/wled.ts";
import { zigbee2mqtt } from "../dialects/zigbee2mqtt.ts";
import type { GlowMode } from "../glow.ts";
import type { LampDialect, LampModel } from "../sim-lamp.ts";

interface Build {
  readonly dims?: boolean;
  readonly temperature?: readonly [least: number, most: number];
  /** Its colour out of the box, in the numbers of its dialect; absent: it has no colour. */
  readonly color?: readonly number[];
  readonly effects?: readonly string[];
  readonly load?: Load;
  readonly fadeMs?: number;
}

const firstMode = ({ temperature, color }: Build): GlowMode =>
  temperature !== undefined ? "white" : color !== undefined ? "color" : "level";

/** One product from its bill of parts. */
const lamp = (id: string, dialect: LampDialect, build: Build = {}): LampModel => ({
  id,
  dialect,
  limits: {
    full: dialect.full,
    dims: build.dims ?? true,
    ...(build.temperature === undefined ? {} : { temperature: build.temperature }),
    colors: build.color !== undefined,
    effects: build.effects ?? [],
  },
  fresh: {
    on: false,
    level: dialect.full,
    mode: firstMode(build),
    temperature: build.temperature?.[1] ?? 0,
    color: build.color ?? [],
    effect: "",
  },
  boot: [1_500, 4_000],
  fadeMs: build.fadeMs ?? 0,
  ...(build.load === undefined ? {} : { load: build.load }),
});

const plug: Load = { idle: 0.4, full: 42 };
const white: readonly number[] = [0.4578, 0.41];

const nativeLamps: readonly LampModel[] = [
  lamp("lampkeeper/on-off-bulb", native, { dims: false }),
  lamp("lampkeeper/dimmable-bulb", native),
  lamp("lampkeeper/tunable-bulb", native, { temperature: [153, 454] }),
  lamp("lampkeeper/color-bulb", native, {
    temperature: [153, 500],
    color: white,
    effects: ["candle", "breathe", "color-loop"],
  }),
  lamp("lampkeeper/light-strip", native, { color: white, effects: ["candle", "breathe", "color-loop"] }),
  lamp("lampkeeper/metering-plug", native, { dims: false, load: plug }),
];

const tasmotaLamps: readonly LampModel[] = [
  lamp("tasmota/relay", tasmota, { dims: false }),
  lamp("tasmota/dimmer", tasmota),
  lamp("tasmota/cct-light", tasmota, { temperature: [153, 500] }),
  lamp("tasmota/rgb-light", tasmota, { color: [30, 60] }),
  lamp("tasmota/rgbcct-light", tasmota, { temperature: [153, 500], color: [30, 60] }),
  lamp("tasmota/metering-plug", tasmota, { dims: false, load: plug }),
];

const zigbeeLamps: readonly LampModel[] = [
  lamp("zigbee2mqtt/dimmable-light", zigbee2mqtt),
  lamp("zigbee2mqtt/white-spectrum-light", zigbee2mqtt, { temperature: [153, 454] }),
  lamp("zigbee2mqtt/color-light", zigbee2mqtt, { temperature: [153, 500], color: white }),
  lamp("zigbee2mqtt/metering-plug", zigbee2mqtt, { dims: false, load: plug }),
];

const warmBytes: readonly number[] = [255, 170, 90];

const esphomeLamps: readonly LampModel[] = [
  lamp("esphome/binary-light", esphome, { dims: false }),
  lamp("esphome/monochromatic-light", esphome, { fadeMs: 1_000 }),
  lamp("esphome/cwww-light", esphome, { temperature: [153, 500], fadeMs: 1_000 }),
  lamp("esphome/rgb-light", esphome, { color: warmBytes, fadeMs: 1_000 }),
  lamp("esphome/rgbct-light", esphome, { temperature: [153, 500], color: warmBytes, fadeMs: 1_000 }),
];

const wledEffects = ["breathe", "color-loop", "rainbow", "aurora", "fire", "candle"];

const wledLamps: readonly LampModel[] = [
  lamp("wled/rgb-strip", wled, { color: warmBytes, effects: wledEffects, fadeMs: 700 }),
  lamp("wled/rgbw-strip", wled, { color: [...warmBytes, 0], effects: wledEffects, fadeMs: 700 }),
  lamp("wled/white-strip", wled, { fadeMs: 700 }),
];

const shellyLamps: readonly LampModel[] = [
  lamp("shelly/plug-s-g3", shelly("Switch"), { dims: false, load: plug }),
  lamp("shelly/dimmer-g3", shelly("Light")),
  lamp("shelly/duo-bulb-g3", shelly("CCT"), { temperature: [2_700, 6_536] }),
  lamp("shelly/plus-rgbw-pm", shelly("RGB"), { color: warmBytes }),
  lamp("shelly/rgbcct-bulb-g3", shelly("RGBCCT"), { temperature: [2_700, 6_536], color: warmBytes }),
];

/** Every lamp the simulator can build, by the name of the product. */
export const lampModels: ReadonlyMap<string, LampModel> = new Map(
  [...nativeLamps, ...tasmotaLamps, ...zigbeeLamps, ...esphomeLamps, ...wledLamps, ...shellyLamps].map(
    (model) => [model.id, model],
  ),
);
