import type { BleFrame, LampExample, LightTarget } from "../../hub/domain/profile.ts";
import { clamp, Kelvin, kelvinOf, miredsOf, Percent } from "../../hub/domain/units.ts";
import { filled } from "../kit/bytes.ts";
import { can, color, dims, effects, white } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp } from "../kit/define-ble-lamp.ts";
import { rgbSteps } from "../kit/rgb.ts";
import { toSteps } from "../kit/scale.ts";

const models = "dave-code-ruiz/elkbledom custom_components/elkbledom/models.json";
const duoco = "user154lt/ELK-BLEDOM-Command-Util CommandUtils.kt; epicRE/iot bluetooth-led-strip-lights.md";
const opengatt = "opengatt/registry services/led-elk/README.md";

/** Frames of a dialect: nine bytes, the second and the eighth of which most controllers ignore. None has a checksum. */
interface Dialect {
  readonly model: string;
  readonly source?: string;
  /** Beginnings of the advertised name. */
  readonly names: readonly string[];
  readonly writes?: "fff3" | "ffe1";
  readonly on: string;
  readonly off: string;
  readonly color: string;
  readonly brightness: string;
  /** Absent: its table of effects is another one, or none. */
  readonly effect?: string;
  /** Warm and cool white LEDs, mixed in percent. */
  readonly mix?: string;
}

const off = "7e0404000000ff00ef";
const on = "7e0404f00001ff00ef";
const plain = { off: "7e0004000000ff00ef", color: "7e000503RRGGBB00ef", brightness: "7e0401NNff00ff00ef" };
const effect = "7e0003NN03ffff00ef";
const still = "7e0003NN03000000ef";
const rbg = {
  writes: "ffe1",
  on: "7e040401ffffff00ef",
  off: "7e04040000000000ef",
  color: "7e070503RRBBGG00ef",
  brightness: "7e0401NNffffff00ef",
  effect: "7e0503NN03ffff00ef",
} as const;

const dialects: readonly Dialect[] = [
  {
    model: "duoCo strip",
    source: duoco,
    names: ["ELK-"],
    on: "7e0404010001ff00ef",
    off,
    color: "7e070503RRGGBB10ef",
    brightness: "7e0401NNffffff00ef",
    effect: "7e0503NN03ffff00ef",
  },
  {
    model: "BLEDW",
    source: opengatt,
    names: ["ELK-BLEDW"],
    on: "7e040401ffffff00ef",
    off: "7e040400ffffff00ef",
    color: "7e070503RRGGBB00ef",
    brightness: "7e0401NNffffff00ef",
    effect: "7e0503NN03ffff00ef",
    mix: "7e060502WWCCff08ef",
  },
  {
    model: "BLEDOM",
    names: ["ELK-BLEDOM"],
    on,
    off,
    color: "7e000503RRGGBB0aef",
    brightness: "7e0401NN01ff0201ef",
    effect,
  },
  {
    // The same name; told from the first by where its write characteristic stands.
    model: "BLEDOM other handle",
    names: ["ELK-BLEDOM"],
    ...plain,
    on: "7e0004f00001ff00ef",
    brightness: "7e0001NNff00ff00ef",
    effect: still,
  },
  { model: "BLE", names: ["ELK-BLE"], ...plain, on: "7e0004f00001ff00ef", effect: still },
  {
    model: "BTC",
    names: ["ELK-BTC"],
    ...plain,
    on: "7e0004f00001ff00ef",
    color: "7e000503RRGGBB0aef",
    brightness: "7e0401NN01ff0201ef",
    effect,
  },
  {
    model: "BLEDOB",
    names: ["ELK-BLEDOB", "ELK-BLEDOM0E"],
    on: "7e0704ff00010201ef",
    off: "7e07040000000201ef",
    color: "7e070503RRGGBB0aef",
    brightness: "7e0401NN01ff0201ef",
    effect: "7e0703NN03ffff00ef",
  },
  {
    model: "MELK-OG10",
    names: ["MELK-OG10"],
    ...plain,
    on: "7e0704ff00010201ef",
    off: "7e07040000000200ef",
  },
  { model: "BLEDDM", names: ["ELK-BLEDDM"], ...plain, on, off, effect: still },
  { model: "bulb", names: ["ELK-BULB", "ELK-LAMPL"], ...plain, on: "7e00040100000000ef", effect: still },
  { model: "LEDBLE", names: ["LEDBLE"], ...plain, writes: "ffe1", on: "7e00040100000000ef", effect: still },
  { model: "MELK", names: ["MELK"], ...plain, on: "7e00040100000000ef" },
  {
    model: "MELK-O",
    names: ["MELK-OF10", "MELK-OC10", "MELK-OA10", "MELK-OA21"],
    ...plain,
    on,
    off,
    brightness: "7e0401NN01ffff00ef",
  },
  { model: "JACKYLED", names: ["LED-", "JACKYLED"], ...rbg },
  {
    model: "XROCKER",
    names: ["XROCKER"],
    writes: "ffe1",
    on: "7bff0401ffffffffbf",
    off: "7bff0400ffffffffbf",
    color: "7bff0503RRGGBBffbf",
    brightness: "7b0401NNffffffffbf",
    effect: "7bff03NN03ffffffbf",
  },
];

/** What a mix of only warm and only cool LEDs gives, after the same table of models. */
const warmest = 1_800;
const coolest = 7_000;

/** Numbers 87 to 9c of the presets, in their order; those before are one still colour each. */
const firstEffect = 0x87;
const effectNames = [
  ...["tricolor-jump", "seven-color-jump", "tricolor-fade", "seven-color-fade"],
  ...["red-fade", "green-fade", "blue-fade", "yellow-fade", "cyan-fade", "purple-fade", "white-fade"],
  ...["red-green-fade", "red-blue-fade", "green-blue-fade", "seven-color-flash"],
  ...["red-flash", "green-flash", "blue-flash", "yellow-flash", "cyan-flash", "purple-flash", "white-flash"],
];

const shade = (dialect: Dialect, target: LightTarget): readonly Uint8Array[] => {
  const playing = effectNames.indexOf(target.effect ?? "");
  if (dialect.effect !== undefined && playing >= 0)
    return [filled(dialect.effect, { NN: firstEffect + playing })];
  if (dialect.mix !== undefined && target.colorTemperature !== undefined) {
    const share = (kelvinOf(target.colorTemperature) - warmest) / (coolest - warmest);
    const cool = clamp(Math.round(share * 100), 0, 100);
    return [filled(dialect.mix, { WW: 100 - cool, CC: cool })];
  }
  if (target.color === undefined) return [];
  const [RR, GG, BB] = rgbSteps(target.color);
  return [filled(dialect.color, { RR, GG, BB })];
};

/** What is set while it is off stays dark, and so it comes on as it should be; what it shows it never says. */
const encode =
  (dialect: Dialect) =>
  (target: LightTarget): readonly BleFrame[] => {
    const place = at(dialect.writes ?? "fff3", dialect.writes === undefined ? "fff0" : "");
    if (!target.on) return [ble(place, dialect.off)];
    const level = filled(dialect.brightness, { NN: toSteps(target.brightness, 100) });
    return [...shade(dialect, target), level]
      .map((bytes) => ble(place, bytes))
      .concat(ble(place, dialect.on));
  };

const examplesOf = (dialect: Dialect): readonly LampExample[] => {
  const place = at(dialect.writes ?? "fff3", dialect.writes === undefined ? "fff0" : "");
  const red = { RR: 0xff, GG: 0, BB: 0 };
  const source = dialect.source ?? models;
  return [
    { source, encode: { target: { on: false, brightness: Percent(10) }, frames: [ble(place, dialect.off)] } },
    {
      source,
      encode: {
        target: { on: true, brightness: Percent(10), color: { x: 0.64, y: 0.33 } },
        frames: [
          ble(place, filled(dialect.color, red)),
          ble(place, filled(dialect.brightness, { NN: 10 })),
          ble(place, dialect.on),
        ],
      },
    },
  ];
};

export const elkLamps = dialects.map((dialect) =>
  defineBleLamp({
    vendor: "ELK",
    model: dialect.model,
    description: `LED strip or bulb that advertises ${dialect.names.join(", ")}…`,
    source: dialect.source ?? models,
    signs: [{ names: dialect.names }],
    capabilities: can(
      dims(),
      color(),
      dialect.mix === undefined ? {} : white(miredsOf(Kelvin(coolest)), miredsOf(Kelvin(warmest))),
      dialect.effect === undefined ? {} : effects(...effectNames),
    ),
    encode: encode(dialect),
    examples: examplesOf(dialect),
  }),
);
