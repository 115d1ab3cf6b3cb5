import type { LightState } from "../../hub/domain/light.ts";
import type { BleFrame, LampReport, LightTarget } from "../../hub/domain/profile.ts";
import { Kelvin, kelvinOf, Millis, miredsOf, Percent } from "../../hub/domain/units.ts";
import { filled, padded, u16be } from "../kit/bytes.ts";
import { can, color, dims, white } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp } from "../kit/define-ble-lamp.ts";
import { present } from "../kit/json.ts";
import { rgbSteps, xyOfSteps } from "../kit/rgb.ts";
import { fromSteps, miredsFromKelvin, toSteps } from "../kit/scale.ts";

const source = "Marcocanc/mi-lamp-re notes.md; hcoohb/hass-yeelightbt yeelightbt.py and light.py";
const service = "8e2f0cbd1a664b53ace6b494e25f87bd";
const to = at("aa7d3f342d4f41e0807f52fbf8cf7443", service);
const from = at("8f65073d9f574aaaafea397d19d5bbeb", service);
const frameBytes = 18;

const frame = (template: string, numbers: Readonly<Record<string, number>> = {}, place = to): BleFrame =>
  ble(place, padded(filled(template, numbers), frameBytes));

const on = frame("434001");
const off = frame("434002");
const ask = frame("434402");

const shade = ({ brightness, color: xy, colorTemperature }: LightTarget): BleFrame => {
  const NN = toSteps(brightness, 100);
  if (xy !== undefined) {
    const [RR, GG, BB] = rgbSteps(xy);
    return frame("4341RRGGBB01NN", { RR, GG, BB, NN });
  }
  return colorTemperature === undefined
    ? frame("4342NN", { NN })
    : frame("4343KKKKNN", { KKKK: Math.round(kelvinOf(colorTemperature)), NN });
};

/** What is off takes no colour, so it is switched on first; of colours it tells only when it is asked. */
const encode = (target: LightTarget): readonly BleFrame[] =>
  target.on ? [on, shade(target), ask] : [off, ask];

const levelOf = (value: number | undefined): Percent | undefined =>
  value === 0 ? undefined : fromSteps(value, 100);

type StateReader = (bytes: Uint8Array) => Partial<LightState>;
/** Modes: 1 colour, 2 white, 3 a flow of colours that is none of ours. */
const readBedside: StateReader = (bytes) => {
  const [, , , mode, red, green, blue, , brightness] = bytes;
  return present<Partial<LightState>>({
    brightness: levelOf(brightness),
    color: mode === 1 ? xyOfSteps([red, green, blue]) : undefined,
    colorTemperature: mode === 2 ? miredsFromKelvin(u16be(bytes, 9)) : undefined,
  });
};

const readCandela: StateReader = ([, , , brightness]) =>
  present<Partial<LightState>>({ brightness: levelOf(brightness) });

const words =
  (readState: StateReader) =>
  (bytes: Uint8Array): LampReport | undefined => {
    const [first, kind, value] = bytes;
    const isWord = first === 0x43 && bytes.length === frameBytes && (value === 1 || value === 2);
    if (!isWord) return undefined;
    // 1: it waits for its button, and until then obeys nobody. 2: it knows who speaks.
    if (kind === 0x63) return { online: value === 2 };
    return kind === 0x45 ? { state: { on: value === 1, ...readState(bytes) } } : undefined;
  };

const told = (words: string): BleFrame => frame(words, {}, from);

const common = {
  vendor: "Yeelight",
  encode,
  query: [ask],
  // Whom it does not know it asks to press its button.
  greeting: [frame("436702")],
  // A command during a fade stops the fade, and what has just been switched on takes no colour for half a second.
  spacing: Millis(700),
};

const candelapy = "praschak/candelapy candelapy.py";
const lit: LightState = { on: true, brightness: Percent(100) };
const daylight: LightState = { ...lit, colorTemperature: miredsOf(Kelvin(5_000)) };

export const yeelightLamps = [
  defineBleLamp({
    ...common,
    model: "Bedside",
    description: "Bedside lamp, white and colour",
    source,
    signs: [{ names: ["XMCTD_"] }],
    capabilities: can(dims(), white(miredsOf(Kelvin(6_500)), miredsOf(Kelvin(1_700))), color()),
    notifies: [{ place: from, read: words(readBedside) }],
    examples: [
      {
        source,
        encode: { target: daylight, frames: [on, frame("434313886400"), ask] },
        decode: { frame: told("43450102000000006413880000"), report: { state: daylight } },
      },
      { source, decode: { frame: told("436301"), report: { online: false } } },
    ],
  }),
  defineBleLamp({
    ...common,
    model: "Candela",
    description: "Candela, dimmable",
    source: `${source}; ${candelapy}`,
    signs: [{ names: ["yeelight_ms"] }],
    capabilities: can(dims()),
    notifies: [{ place: from, read: words(readCandela) }],
    examples: [
      {
        source: candelapy,
        encode: { target: lit, frames: [on, frame("434264"), ask] },
        decode: { frame: told("4345016401"), report: { state: lit } },
      },
      { source: candelapy, encode: { target: { ...lit, on: false }, frames: [off, ask] } },
    ],
  }),
];
