import type { LightState } from "../../hub/domain/light.ts";
import type { BleSign, LightTarget } from "../../hub/domain/profile.ts";
import { Percent } from "../../hub/domain/units.ts";
import { filled } from "../kit/bytes.ts";
import { can, dims, effects, scaledColor } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp, reader } from "../kit/define-ble-lamp.ts";
import { dimmedSteps, stateOfSteps } from "../kit/rgb.ts";

/** Modes 25 to 38, in their order. */
const firstMode = 0x25;
const modes = [
  "seven-color-fade",
  ...["red-fade", "green-fade", "blue-fade", "yellow-fade", "cyan-fade", "purple-fade", "white-fade"],
  ...["red-green-fade", "red-blue-fade", "green-blue-fade", "seven-color-flash"],
  ...["red-flash", "green-flash", "blue-flash", "yellow-flash", "cyan-flash", "purple-flash", "white-flash"],
  "seven-color-jump",
];
const still = 0x41;
const on = "cc2333";
const off = "cc2433";
const ask = "ef0177";

/** It has no brightness but that of its channels, and while a mode plays it tells neither: the colour goes first. */
const commands = (target: LightTarget): readonly (string | Uint8Array)[] => {
  if (!target.on) return [off, ask];
  const [RR, GG, BB] = dimmedSteps(target);
  const shade = filled("56RRGGBB00f0aa", { RR, GG, BB });
  const mode = modes.indexOf(target.effect ?? "");
  const play = mode < 0 ? [] : [filled("bbNN1044", { NN: firstMode + mode }), ask];
  return [shade, on, ask, ...play];
};

/** `66 ?? power mode ?? speed R G B W ?? 99`. */
const statusOf = (bytes: Uint8Array): Partial<LightState> | undefined => {
  const [head, , power, mode = 0, , , red, green, blue, white, , end] = bytes;
  const isSwitched = power === 0x23 || power === 0x24;
  if (head !== 0x66 || end !== 0x99 || !isSwitched) return undefined;
  const on = power === 0x23;
  const effect = modes[mode - firstMode];
  if (effect !== undefined) return { on, effect };
  if (mode !== still) return { on };
  const shown = stateOfSteps([red, green, blue]) ?? stateOfSteps([white, white, white]);
  return { on, effect: "none", ...shown };
};

const red: LightState = { on: true, brightness: Percent(100), color: { x: 0.64, y: 0.33 } };
const violet: LightState = {
  on: true,
  brightness: Percent((0x9d / 0xff) * 100),
  color: { x: 0.215518, y: 0.096102 },
};

interface Bulb {
  readonly model: string;
  readonly description: string;
  readonly source: string;
  readonly signs: readonly BleSign[];
  readonly writes: readonly [characteristic: string, service: string];
  readonly tells: string;
  readonly status: readonly [bytes: string, state: Partial<LightState>];
}

const bulb = ({ model, description, source, signs, writes, tells, status }: Bulb) => {
  const to = at(...writes);
  const from = at(tells);
  const sent = (...frames: readonly string[]) => frames.map((bytes) => ble(to, bytes));
  const [bytes, state] = status;
  return defineBleLamp({
    vendor: "Triones",
    model,
    description,
    source,
    signs,
    capabilities: can(dims(), scaledColor(), effects(...modes)),
    encode: (target) => commands(target).map((each) => ble(to, each)),
    notifies: [reader(from, 12, statusOf)],
    query: sent(ask),
    examples: [
      {
        source,
        encode: { target: red, frames: sent("56ff000000f0aa", on, ask) },
        decode: { frame: ble(from, bytes), report: { state } },
      },
      { source, encode: { target: { ...red, on: false }, frames: sent(off, ask) } },
      { source, encode: { target: violet, frames: sent("565a009d00f0aa", on, ask) } },
    ],
  });
};

export const trionesLamps = [
  bulb({
    model: "Triones",
    description: "Bulb or strip of the HappyLighting app, colour",
    source: "madhead/saberlight protocols/Triones/protocol.md; sysofwan/ha-triones triones.py",
    signs: [{ names: ["Triones-"] }, { services: ["ffd5"] }],
    writes: ["ffd9", "ffd5"],
    tells: "ffd4",
    status: ["661524342010ff0000000699", { on: false, effect: "yellow-flash" }],
  }),
  bulb({
    model: "MagicBlue",
    description: "MagicBlue or Zengge bulb, colour",
    source:
      "madhead/saberlight protocols/ZJ-MBL-RGBW (v3)/protocol.md; opengatt/registry services/led-magicblue",
    signs: [{ names: ["LEDBLE"], services: ["fff0"] }, { services: ["ffe5"] }],
    writes: ["ffe9", "ffe5"],
    tells: "ffe4",
    status: ["66142341211f5a009d000399", { ...violet, effect: "none" }],
  }),
];
