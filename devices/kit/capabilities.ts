import type { Gamut, LightCapabilities } from "../../hub/domain/light.ts";
import { Millis, Mireds, Percent } from "../../hub/domain/units.ts";

/** The triangle of sRGB primaries (IEC 61966-2-1): what a dialect that speaks RGB can name. */
export const srgbGamut: Gamut = {
  red: { x: 0.64, y: 0.33 },
  green: { x: 0.3, y: 0.6 },
  blue: { x: 0.15, y: 0.06 },
};

/** Dims down to `min` percent. */
export const dims = (min = 1): LightCapabilities => ({ brightness: { min: Percent(min) } });

/** White between two colour temperatures, in mireds: coolest and warmest. */
export const white = (min: number, max: number): LightCapabilities => ({
  colorTemperature: { min: Mireds(min), max: Mireds(max) },
});

/** Any colour of a gamut. */
export const color = (gamut: Gamut = srgbGamut): LightCapabilities => ({ color: { gamut } });

/** Any colour of the sRGB gamut, dimmed by its channels: the darker, the coarser. @param steps its levels */
export const scaledColor = (steps = 255): LightCapabilities => ({ color: { gamut: srgbGamut, steps } });

/** Fades by itself for up to `seconds`. */
export const fades = (seconds: number): LightCapabilities => ({
  transition: { max: Millis(seconds * 1_000) },
});

export const effects = (...names: readonly string[]): LightCapabilities => ({ effects: names });

/** Capabilities put together. */
export const can = (...parts: readonly LightCapabilities[]): LightCapabilities => Object.assign({}, ...parts);

/** The triangle of a good colour lamp with lime LEDs (Hue's gamut C, as its developer pages give it). */
export const wideGamut: Gamut = {
  red: { x: 0.6915, y: 0.3083 },
  green: { x: 0.17, y: 0.7 },
  blue: { x: 0.1532, y: 0.0475 },
};
