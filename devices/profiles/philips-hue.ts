import type { LightState } from "../../hub/domain/light.ts";
import type { BleFrame, LampExample, LampReport, LightTarget } from "../../hub/domain/profile.ts";
import { Mireds, Percent } from "../../hub/domain/units.ts";
import { littleEndian, recordsIn, u16le } from "../kit/bytes.ts";
import { can, color, dims, effects, white, wideGamut } from "../kit/capabilities.ts";
import { at, type BleReader, ble, defineBleLamp, reader } from "../kit/define-ble-lamp.ts";
import { present } from "../kit/json.ts";
import { fromSteps, miredsFrom, toSteps } from "../kit/scale.ts";

const source = "flip-dots/HueBLE HueBLE.py and tests/test_HueBLE.py; evan-brass/huecontrol README.md";
const place = (number: string) =>
  at(`932c32bd${number}47a2835aa8d455b859dd`, "932c32bd000047a2835aa8d455b859dd");
const power = place("0002");
const level = place("0003");
const temperature = place("0004");
const chroma = place("0005");
const combined = place("0007");
const mainsBack = place("1005");

const full = 254;
const unit = 0xffff;
/** Of a white in the place of a colour, and of a colour in the place of a white. */
const unset = 0xffff;

/** By their numbers, 1 to 11; a gap: none has this one. */
const played = "candle fireplace prism       sparkle opal glisten  underwater cosmos sunbeam enchant".split(
  " ",
);
const speed = 117;

/** Types of the records of the combined characteristic, each followed by the length of its value. */
const record = { power: 1, level: 2, mireds: 3, xy: 4, effect: 6, speed: 8 } as const;

const shade = ({ color: xy, colorTemperature }: LightState): readonly number[] => {
  if (xy !== undefined) {
    const [x, y] = [Math.trunc(xy.x * unit), Math.trunc(xy.y * unit)];
    return [record.xy, 4, ...littleEndian(x), ...littleEndian(y)];
  }
  return colorTemperature === undefined
    ? []
    : [record.mireds, 2, ...littleEndian(Math.round(colorTemperature))];
};

const motion = (effect = "none"): readonly number[] => {
  const number = played.indexOf(effect) + 1;
  return number === 0 ? [] : [record.effect, 1, number, record.speed, 1, speed];
};

/** One write, applied as a whole. */
const encode = (target: LightTarget): readonly BleFrame[] => {
  const { on, brightness, effect } = target;
  if (!on) return [ble(combined, Uint8Array.of(record.power, 1, 0))];
  const lit = [record.power, 1, 1, record.level, 1, toSteps(brightness, full)];
  return [ble(combined, Uint8Array.of(...lit, ...shade(target), ...motion(effect)))];
};

/** Bulbs of one white have the first two characteristics only. */
const encodeWhite = ({ on, brightness }: LightTarget): readonly BleFrame[] => [
  ...(on ? [ble(level, Uint8Array.of(toSteps(brightness, full)))] : []),
  ble(power, Uint8Array.of(Number(on))),
];

const switched = (value: number | undefined): boolean | undefined =>
  value === 0 || value === 1 ? value === 1 : undefined;

const brightnessOf = (value: number | undefined): Percent | undefined =>
  value === 0 ? undefined : fromSteps(value, full);

const temperatureOf = (value: number | undefined): Mireds | undefined =>
  value === unset ? undefined : miredsFrom(value);

const colorOf = (x: number | undefined, y: number | undefined): LightState["color"] =>
  x === undefined || y === undefined || (x === unset && y === unset)
    ? undefined
    : { x: x / unit, y: y / unit };

/** In white and in colour, each without an effect and with one. */
const lengths = [10, 12, 16, 18];

const readCombined = (bytes: Uint8Array): LampReport | undefined => {
  const records = lengths.includes(bytes.length) ? recordsIn(bytes) : undefined;
  const value = (type: number) => records?.get(type) ?? new Uint8Array(0);
  const on = switched(value(record.power)[0]);
  if (on === undefined) return undefined;
  const shown = present<Partial<LightState>>({
    brightness: brightnessOf(value(record.level)[0]),
    colorTemperature: temperatureOf(u16le(value(record.mireds), 0)),
    color: colorOf(u16le(value(record.xy), 0), u16le(value(record.xy), 2)),
  });
  return { state: { on, ...shown, effect: played[(value(record.effect)[0] ?? 0) - 1] || "none" } };
};

type Part = Partial<LightState>;
const readPower = reader(power, 1, ([value]) => present<Part>({ on: switched(value) }));
const readLevel = reader(level, 1, ([value]) => present<Part>({ brightness: brightnessOf(value) }));
const readWhite = reader(temperature, 2, (bytes) =>
  present<Part>({ colorTemperature: temperatureOf(u16le(bytes, 0)) }),
);
const readColor = reader(chroma, 4, (bytes) =>
  present<Part>({ color: colorOf(u16le(bytes, 0), u16le(bytes, 2)) }),
);
const whole: BleReader = { place: combined, read: readCombined };

/** As it leaves the factory, lit in warm white; and as it was. */
const powerOn = {
  on: [ble(mainsBack, "0101010201fe03026e010404ffffffff")],
  previous: [ble(mainsBack, "0101ff0201ff0302ffff0404ffffffff")],
};

const common = { vendor: "Philips Hue", source, signs: [{ services: ["fe0f"] }], bonded: true };
const tunes = { ...common, encode, reads: [whole], powerOn };
const whites = can(dims(), white(153, 500));

const told = (frame: BleFrame, state: Part): LampExample => ({
  source,
  decode: { frame, report: { state } },
});

const sets = (target: LightTarget, ...frames: readonly BleFrame[]): LampExample => ({
  source,
  encode: { target, frames },
});

const warmest: LightState = { on: true, brightness: Percent(100), colorTemperature: Mireds(500) };
const warmestFrame = ble(combined, "0101010201fe0302f401");

const tunable: LampExample[] = [
  told(ble(temperature, "2c01"), { colorTemperature: Mireds(300) }),
  told(ble(temperature, "5e01"), { colorTemperature: Mireds(350) }),
  told(warmestFrame, { ...warmest, effect: "none" }),
  sets(warmest, warmestFrame),
  sets({ ...warmest, on: false }, ble(combined, "010100")),
];

const colored: LampExample[] = [
  told(ble(chroma, "32b3ff7f"), { color: { x: 0xb332 / unit, y: 0x7fff / unit } }),
  sets(
    { on: true, brightness: Percent(100), color: { x: 0.7, y: 0.5 } },
    ble(combined, "0101010201fe040432b3ff7f"),
  ),
];

const single: LampExample[] = [
  told(ble(power, "01"), { on: true }),
  told(ble(power, "00"), { on: false }),
  told(ble(level, "05"), { brightness: Percent((5 / full) * 100) }),
  sets({ on: true, brightness: Percent(2) }, ble(level, "05"), ble(power, "01")),
  sets({ on: false, brightness: Percent(2) }, ble(power, "00")),
];

export const hueLamps = [
  defineBleLamp({
    ...tunes,
    model: "Color",
    description: "Bluetooth bulb, white and colour",
    capabilities: can(whites, color(wideGamut), effects(...played.filter((name) => name !== ""))),
    notifies: [readPower, readLevel, readWhite, readColor, whole],
    examples: [...tunable, ...colored],
  }),
  defineBleLamp({
    ...tunes,
    model: "White Ambiance",
    description: "Bluetooth bulb, cool to warm white",
    capabilities: whites,
    notifies: [readPower, readLevel, readWhite, whole],
    examples: tunable,
  }),
  defineBleLamp({
    ...common,
    model: "White",
    description: "Bluetooth bulb, one white",
    capabilities: can(dims()),
    encode: encodeWhite,
    notifies: [readPower, readLevel],
    reads: [readPower, readLevel],
    examples: single,
  }),
];
