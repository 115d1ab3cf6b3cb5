import type { BleLamp } from "../../../../devices/sim/ble/lamps/ble-lamp.ts";
import type { Glow } from "../../../../devices/sim/glow.ts";
import { xyFromRgb } from "../../../../hub/domain/color.ts";
import type { LightState } from "../../../../hub/domain/light.ts";
import { Kelvin, Mireds, miredsOf, Percent } from "../../../../hub/domain/units.ts";

/** Light of channels that are all the brightness there is: dimmed by their pulses, they keep their shares of it. */
const ofChannels = (red = 0, green = 0, blue = 0, white = 0) => {
  const lit = [red, green, blue].map((each) => Math.min(255, each + white));
  const most = Math.max(...lit);
  const [r = 0, g = 0, b = 0] = lit.map((each) => (each / most) * 255);
  return {
    brightness: Percent((most / 255) * 100),
    ...(most === 0 ? {} : { color: xyFromRgb({ red: r, green: g, blue: b }) }),
  };
};

const ofRgb = ([red = 0, green = 0, blue = 0]: readonly number[]) => ({
  color: xyFromRgb({ red, green, blue }),
});

type Seen = Omit<LightState, "on">;

const eyes: Readonly<Record<string, (glow: Glow) => Seen>> = {
  hue: ({ level, mode, temperature, color: [x = 0, y = 0] }) => ({
    brightness: Percent((level / 254) * 100),
    ...(mode === "color" ? { color: { x: x / 65_535, y: y / 65_535 } } : {}),
    ...(mode === "white" ? { colorTemperature: Mireds(temperature) } : {}),
  }),
  elk: ({ level, mode, temperature, color }) => ({
    brightness: Percent(level),
    ...(mode === "color" ? ofRgb(color) : { colorTemperature: miredsOf(Kelvin(1_800 + temperature * 52)) }),
  }),
  triones: ({ color: [red, green, blue, white] }) => ofChannels(red, green, blue, white),
  playbulb: ({ color: [white, red, green, blue] }) => ofChannels(red, green, blue, white),
  lednetwf: ({ color: [red, green, blue] }) => ofChannels(red, green, blue),
  govee: ({ level, color }) => ({ brightness: Percent(level), ...ofRgb(color) }),
  yeelight: ({ level, mode, temperature, color }) => ({
    brightness: Percent(level),
    ...(mode === "color" ? ofRgb(color) : {}),
    ...(mode === "white" ? { colorTemperature: miredsOf(Kelvin(temperature)) } : {}),
  }),
};

/** What an eye sees of a lamp that has come to rest, in the words of the hub. */
export const seenOf = ({ model, goal, light }: BleLamp): LightState => {
  const { brightness = Percent(0), ...shade } = eyes[model.family]?.(goal) ?? {};
  return { on: light.on, brightness, ...shade };
};
