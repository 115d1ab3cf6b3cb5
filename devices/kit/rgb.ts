import { rgbFromXy, whitePoint, xyFromRgb } from "../../hub/domain/color.ts";
import type { LightState, Xy } from "../../hub/domain/light.ts";
import { clamp, Percent } from "../../hub/domain/units.ts";
import { toSteps } from "./scale.ts";

/** Red, green and blue of a lamp, each 0..255. */
export type RgbSteps = readonly [red: number, green: number, blue: number];

const step = (value: number): number => clamp(Math.round(value), 0, 255);

/** A colour at its brightest: the largest channel is 255. Brightness travels beside it. */
export const rgbSteps = (xy: Xy): RgbSteps => {
  const { red, green, blue } = rgbFromXy(xy);
  return [step(red), step(green), step(blue)];
};

/** The colour of three channels, however bright; undefined for noise and for black, which has no colour. */
export const xyOfSteps = (channels: readonly (number | undefined)[] | undefined): Xy | undefined => {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = channels ?? [];
  const all = [red, green, blue];
  if (!all.every((each) => each >= 0 && each <= 255) || all.every((each) => each === 0)) return undefined;
  return xyFromRgb({ red, green, blue });
};

/** Of a lamp with no other brightness than that of its channels. */
export const channelSteps = 255;

/** A colour, white if none was ever asked for, at a level: for lamps that dim by their channels. What is lit is never all dark. */
export const dimmedSteps = ({ color, brightness }: Pick<LightState, "brightness" | "color">): RgbSteps => {
  const level = toSteps(brightness, channelSteps) / channelSteps;
  const [red, green, blue] = rgbSteps(color ?? whitePoint).map((each) => step(each * level));
  return [red ?? 0, green ?? 0, blue ?? 0];
};

/**
 * What the channels of such a lamp say: its level, and a colour unless it is dark. undefined for noise. Dimmed by their
 * pulses, channels keep their shares of the light: the colour is that of the same shares at the brightest.
 */
export const stateOfSteps = (
  channels: readonly (number | undefined)[],
): { readonly brightness: Percent; readonly color: Xy } | undefined => {
  const brightest = Math.max(...channels.map((each) => each ?? Number.NaN));
  const color = xyOfSteps(channels.map((each = 0) => (each / brightest) * channelSteps));
  return color === undefined ? undefined : { brightness: Percent((brightest / channelSteps) * 100), color };
};

/** Red, green, blue and what a white LED takes of them: what all three have in common. */
export const withWhite = ([red, green, blue]: RgbSteps): readonly [number, number, number, number] => {
  const white = Math.min(red, green, blue);
  return [red - white, green - white, blue - white, white];
};
