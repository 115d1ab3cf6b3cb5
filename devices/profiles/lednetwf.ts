import { hueSaturationFromXy, whitePoint } from "../../hub/domain/color.ts";
import type { BleFrame, BleSign, LampExample, LampReport, LightTarget } from "../../hub/domain/profile.ts";
import { Percent } from "../../hub/domain/units.ts";
import { closed, filled, hex, sumOf } from "../kit/bytes.ts";
import { can, dims, scaledColor } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp } from "../kit/define-ble-lamp.ts";
import { parseObject, textAt } from "../kit/json.ts";
import { channelSteps, dimmedSteps, stateOfSteps } from "../kit/rgb.ts";
import { rounded, toSteps } from "../kit/scale.ts";

const source = "8none1/lednetwf_ble protocol_docs 02 to 05 and 08; 8none1/zengge_lednetwf readme.md";
const to = at("ff01", "ffff");
const from = at("ff02", "ffff");

/** Commands that are answered, and those that are not. */
type Kind = "0a" | "0b";

/** Whole in one packet, numbered 1: the number only ties the parts of a longer command together. */
const enveloped = (kind: Kind, command: Uint8Array): BleFrame =>
  ble(
    to,
    Uint8Array.of(0x00, 0x01, 0x80, 0x00, 0x00, command.length, command.length + 1, ...hex(kind), ...command),
  );

const command = (template: string, numbers: Readonly<Record<string, number>> = {}): BleFrame =>
  enveloped("0b", closed(filled(template, numbers), sumOf));

/** Its last byte is a constant, and not the sum. */
const ask = enveloped("0a", hex("818a8b40"));

interface Product {
  readonly model: string;
  readonly description: string;
  readonly data: readonly string[];
  readonly on: string;
  readonly off: string;
  readonly shade: (target: LightTarget) => BleFrame;
  readonly levels: number;
  readonly examples: readonly LampExample[];
}

/** The byte behind the mode is 0f: not to be kept in flash, which each change would wear. */
const byChannels = (target: LightTarget): BleFrame => {
  const [RR, GG, BB] = dimmedSteps(target);
  return command("31RRGGBB00005a0f", { RR, GG, BB });
};

const percents = 100;

const hsvOf = ({ color, brightness }: LightTarget) => {
  const { hue, saturation } = hueSaturationFromXy(color ?? whitePoint);
  return { hue, saturation: Math.round(saturation), level: toSteps(brightness, percents) };
};

/** Half the hue, saturation and level, a byte each. */
const byHalvedHue = (target: LightTarget): BleFrame => {
  const { hue, saturation: SS, level: VV } = hsvOf(target);
  return command("3ba1HHSSVV00000000000000", { HH: Math.round(hue / 2) % 180, SS, VV });
};

/** The hue times 128 and the saturation, in two bytes. */
const byPackedHue = (target: LightTarget): BleFrame => {
  const { hue, saturation, level: VV } = hsvOf(target);
  return command("3ba1HHHHVV00000000000000", { HHHH: (Math.round(hue) % 360) * 128 + saturation, VV });
};

const answerBytes = 14;
const longestText = 128;

/** What is in the envelope: the answer, or a JSON text with the answer in hex. */
const answerIn = (bytes: Uint8Array): Uint8Array => {
  const content = bytes[0] === 0x81 ? bytes : bytes.subarray(8);
  if (content[0] !== 0x7b || content.length > longestText) return content;
  const digits = textAt(parseObject(String.fromCharCode(...content)), "payload") ?? "";
  return /^[0-9a-f]+$/i.test(digits) ? hex(digits) : content;
};

/** `81 ?? power mode ?? ?? R G B WW ?? CW ?? sum`; while an effect plays, its own numbers are in the place of the colour. */
const readStatus = (bytes: Uint8Array): LampReport | undefined => {
  const answer = answerIn(bytes);
  const [head, , power, mode, kind, , red, green, blue] = answer;
  const isWhole = answer.length === answerBytes && sumOf(answer.subarray(0, -1)) === answer.at(-1);
  if (!isWhole || head !== 0x81 || (power !== 0x23 && power !== 0x24)) return undefined;
  const state = { on: power === 0x23 };
  if (mode !== 0x61 || kind === 0x0f) return { state };
  return { state: { ...state, ...stateOfSteps([red, green, blue]) } };
};

/** Levels of whole percent, told by the brightest channel. */
const readPercent = (bytes: Uint8Array): LampReport | undefined => {
  const report = readStatus(bytes);
  const brightness = report?.state?.brightness;
  return brightness === undefined
    ? report
    : { state: { ...report?.state, brightness: Percent(rounded(brightness)) } };
};

const red: LightTarget = { on: true, brightness: Percent(100), color: { x: 0.64, y: 0.33 } };

const modern = { on: "3b2300000000000000320000", off: "3b2400000000000000320000" };

/** Captured, but for the number of the packet. */
const power: LampExample = {
  source: "8none1/zengge_lednetwf readme.md",
  encode: {
    target: { ...red, on: false },
    frames: [ble(to, "00018000000d0e0b3b240000000000000032000091"), ask],
  },
};

const products: readonly Product[] = [
  {
    model: "legacy",
    description: "Controller of version 4 or less, colour",
    data: ["..01", "..02", "..03", "..04"],
    on: "71230f",
    off: "71240f",
    shade: byChannels,
    levels: channelSteps,
    examples: [
      {
        source: "8none1/lednetwf_ble protocol_docs/05_basic_commands.md",
        encode: {
          target: red,
          frames: [ble(to, "0001800000090a0b31ff000000005a0f99"), ble(to, "000180000004050b71230fa3"), ask],
        },
      },
    ],
  },
  {
    model: "ring light",
    description: "Ring light, colour (product 1d)",
    data: ["................001d"],
    ...modern,
    shade: byHalvedHue,
    levels: percents,
    examples: [power],
  },
  {
    model: "symphony",
    description: "Strip of version 5 or more, colour (products a2 to ad)",
    data: ["a2", "a3", "a4", "a6", "a7", "a9", "aa", "ab", "ac", "ad"].map((id) => `................00${id}`),
    ...modern,
    shade: byPackedHue,
    levels: percents,
    examples: [power],
  },
];

const status: LampExample = {
  source: "8none1/zengge_lednetwf readme.md, Response data",
  decode: {
    frame: ble(from, "00018000000e0f0a811d2361f000ff000000020030" + "43"),
    report: { state: { on: true, brightness: Percent(100), color: { x: 0.64, y: 0.33 } } },
  },
};

const signOf = (data: readonly string[]): BleSign => ({ names: ["LEDnetWF", "IOTWF"], data });

export const lednetwfLamps = products.map(({ model, description, data, on, off, shade, levels, examples }) =>
  defineBleLamp({
    vendor: "Magic Home",
    model,
    description,
    source,
    signs: [signOf(data), { names: ["LEDnetWF", "IOTWF"] }],
    capabilities: can(dims(), scaledColor(levels)),
    encode: (target) => (target.on ? [shade(target), command(on), ask] : [command(off), ask]),
    notifies: [{ place: from, read: levels === percents ? readPercent : readStatus }],
    query: [ask],
    examples: [...examples, status],
  }),
);
