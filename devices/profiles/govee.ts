import type { BleFrame, LampExample, LightTarget } from "../../hub/domain/profile.ts";
import { Percent, Seconds } from "../../hub/domain/units.ts";
import { closed, filled, padded, xorOf } from "../kit/bytes.ts";
import { can, color, dims, effects } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp } from "../kit/define-ble-lamp.ts";
import { rgbSteps } from "../kit/rgb.ts";
import { toSteps } from "../kit/scale.ts";

const service = "000102030405060708090a0b0c0d1910";
const place = at("000102030405060708090a0b0c0d2b11", service);
const frameBytes = 20;

/** A command, zeros, and the exclusive or of it all. */
const frame = (template: string, numbers: Readonly<Record<string, number>> = {}): BleFrame =>
  ble(place, closed(padded(filled(template, numbers), frameBytes - 1), xorOf));

/** Numbers of the scenes, the low byte first. */
const scenes = {
  sunrise: 0x00,
  sunset: 0x01,
  movie: 0x04,
  dating: 0x05,
  romantic: 0x07,
  blinking: 0x08,
  candle: 0x09,
  snowflake: 0x0f,
} as const;

interface Strip {
  readonly model: string;
  readonly source: string;
  readonly on: string;
  readonly off: string;
  readonly color: string;
  readonly brightness: string;
  readonly level: (brightness: Percent) => number;
  readonly alive: string;
  readonly scenes?: typeof scenes;
}

/** 14 is 1 %, fe is 100 %: what is below lights nothing. */
const fromDimmest = (brightness: Percent): number => {
  const [dimmest, full] = [0x14, 0xfe];
  return Math.round(dimmest + ((Math.max(brightness, 1) - 1) / 99) * (full - dimmest));
};

const usual = {
  on: "330101",
  off: "330100",
  color: "330502RRGGBB",
  brightness: "3304NN",
  level: fromDimmest,
  alive: "aa01",
};

const strips: readonly Strip[] = [
  { ...usual, model: "H6127", source: "egold555/Govee-Reverse-Engineering Products/H6127.md", scenes },
  { ...usual, model: "H6113", source: "egold555/Govee-Reverse-Engineering Products/H6113.md" },
  {
    ...usual,
    model: "H6117",
    source: "Jim23135/Govee-H6117-BLE README.md",
    color: "33050bRRGGBBffff",
    level: (brightness) => toSteps(brightness, 255),
  },
  {
    // Two bars of twelve segments: both, and all of them.
    model: "H6053",
    source: "egold555/Govee-Reverse-Engineering Products/H6053.md",
    on: "333311",
    off: "333300",
    color: "33051501RRGGBB0000000000ff0f",
    brightness: "33051502NNff0f",
    level: (brightness) => toSteps(brightness, 100),
    alive: "aa33",
  },
];

const shade = (strip: Strip, { color: xy, effect }: LightTarget): readonly BleFrame[] => {
  const scene = strip.scenes?.[effect as keyof typeof scenes];
  if (scene !== undefined) return [frame("330504NN00", { NN: scene })];
  if (xy === undefined) return [];
  const [RR, GG, BB] = rgbSteps(xy);
  return [frame(strip.color, { RR, GG, BB })];
};

const encode =
  (strip: Strip) =>
  (target: LightTarget): readonly BleFrame[] => {
    if (!target.on) return [frame(strip.off)];
    const level = frame(strip.brightness, { NN: strip.level(target.brightness) });
    return [...shade(strip, target), level, frame(strip.on)];
  };

const examplesOf = (strip: Strip): readonly LampExample[] => [
  {
    source: strip.source,
    encode: { target: { on: false, brightness: Percent(50) }, frames: [frame(strip.off)] },
  },
  {
    source: strip.source,
    encode: {
      target: { on: true, brightness: Percent(100), color: { x: 0.64, y: 0.33 } },
      frames: [
        frame(strip.color, { RR: 0xff, GG: 0, BB: 0 }),
        frame(strip.brightness, { NN: strip.level(Percent(100)) }),
        frame(strip.on),
      ],
    },
  },
];

/** What it shows it says in words that nobody has confirmed: it is taken not to say. */
export const goveeLamps = strips.map((strip) =>
  defineBleLamp({
    vendor: "Govee",
    model: strip.model,
    description: "LED strip or light bar, colour",
    source: strip.source,
    signs: [{ names: [`ihoment_${strip.model}`, `Govee_${strip.model}`] }],
    capabilities: can(
      dims(),
      color(),
      strip.scenes === undefined ? {} : effects(...Object.keys(strip.scenes)),
    ),
    encode: encode(strip),
    // It hangs up on whoever is silent for long.
    keepAlive: { every: Seconds(2), frame: frame(strip.alive) },
    examples: examplesOf(strip),
  }),
);
