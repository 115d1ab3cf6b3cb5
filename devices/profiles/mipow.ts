import type { LightCapabilities, LightState } from "../../hub/domain/light.ts";
import type { BleFrame, LampExample, LightTarget } from "../../hub/domain/profile.ts";
import { Percent } from "../../hub/domain/units.ts";
import { can, dims, effects, scaledColor } from "../kit/capabilities.ts";
import { at, ble, defineBleLamp, reader } from "../kit/define-ble-lamp.ts";
import { dimmedSteps, stateOfSteps, withWhite } from "../kit/rgb.ts";

const source =
  "Heckie75/Mipow-Playbulb-BTL201 mipow-playbulb-btl201-bt-api.md; opengatt/registry services/led-playbulb";
const shade = at("fffc");
const motion = at("fffb");
const halted = 0xff;

/** Numbers of the effects, and a pace that is neither restless nor asleep: of a blink in 10 ms, of a pulse in ms a step. */
const moves = {
  blink: [0x00, 100],
  breathe: [0x01, 10],
  "color-jump": [0x02, 100],
  rainbow: [0x03, 20],
  candle: [0x04, 10],
} as const;
const nameOf = new Map<number, string>(Object.entries(moves).map(([name, [number]]) => [number, name]));

/** White, red, green, blue: the white LED takes what the three have in common. It has no other brightness than theirs. */
const channelsOf = (target: LightTarget): readonly number[] => {
  const [red, green, blue, white] = withWhite(dimmedSteps(target));
  return [white, red, green, blue];
};

/** A colour ends an effect, and all dark is off. */
const encode = (target: LightTarget): readonly BleFrame[] => {
  if (!target.on) return [ble(shade, "00000000")];
  const channels = channelsOf(target);
  const move = moves[target.effect as keyof typeof moves];
  if (move === undefined) return [ble(shade, Uint8Array.from(channels))];
  return [ble(motion, Uint8Array.of(...channels, move[0], 0, move[1], 0))];
};

const stateOf = ([white = 0, red = 0, green = 0, blue = 0]: Uint8Array): Partial<LightState> => {
  const shown = stateOfSteps([red, green, blue].map((each) => Math.min(255, each + white)));
  return shown === undefined ? { on: false } : { on: true, ...shown };
};

/** While it is halted its colour is one of before. */
const moving = (bytes: Uint8Array): Partial<LightState> | undefined => {
  const number = bytes[4] ?? halted;
  if (number === halted) return { effect: "none" };
  const effect = nameOf.get(number);
  return effect === undefined ? undefined : { ...stateOf(bytes), on: true, effect };
};

const white: LightState = { on: true, brightness: Percent(100), color: { x: 0.3127, y: 0.329 } };
const yellow: LightState = { ...white, color: { x: 0.4193, y: 0.5053 } };
const blue: LightState = { ...white, color: { x: 0.15, y: 0.06 } };

const examples: readonly LampExample[] = [
  { source, encode: { target: white, frames: [ble(shade, "ff000000")] } },
  { source, encode: { target: yellow, frames: [ble(shade, "00ffff00")] } },
  { source, encode: { target: blue, frames: [ble(shade, "000000ff")] } },
  { source, encode: { target: { ...blue, on: false }, frames: [ble(shade, "00000000")] } },
  {
    source,
    decode: { frame: ble(motion, "00000000ff000000"), report: { state: { effect: "none" } } },
  },
];

const bulb = (model: string, description: string, name: string, capabilities: LightCapabilities) =>
  defineBleLamp({
    vendor: "MiPow",
    model,
    description,
    source,
    signs: [{ names: [name] }],
    capabilities,
    encode,
    reads: [reader(shade, 4, stateOf), reader(motion, 8, moving)],
    examples,
  });

const color = can(dims(), scaledColor());

export const mipowLamps = [
  bulb(
    "Playbulb",
    "Playbulb Rainbow, Smart or Spot (BTL2xx)",
    "MIPOW",
    can(color, effects("blink", "breathe", "color-jump", "rainbow")),
  ),
  bulb(
    "Playbulb Candle",
    "Playbulb Candle and others (BTL3xx and up)",
    "PLAYBULB",
    can(color, effects(...Object.keys(moves))),
  ),
];
