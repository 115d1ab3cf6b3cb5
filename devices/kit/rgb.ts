import { rgbFromXy, xyFromRgb } from "../../hub/domain/color.ts";
import type { Xy } from "../../hub/domain/light.ts";
import { clamp } from "../../hub/domain/units.ts";

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
