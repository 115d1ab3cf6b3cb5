import {
  displayColor,
  colorName as domainColorName,
  hueSaturationFromXy,
  xyFromHueSaturation,
  xyFromRgb,
} from "../../../hub/domain/color.ts";
import { Kelvin, type Mireds, miredsOf } from "../../../hub/domain/units.ts";
import type { Tint, Xy } from "./shapes.ts";

/** The API speaks kelvin, the hub's inside mireds. */
const inMireds = ({ color, colorTemperature }: Tint): { color?: Xy; colorTemperature?: Mireds } => ({
  ...(color === undefined ? {} : { color }),
  ...(colorTemperature === undefined ? {} : { colorTemperature: miredsOf(Kelvin(colorTemperature)) }),
});

/** The screen colour of what a lamp shows, `#rrggbb`; brightness is never in it. */
export const lampColor = (tint: Tint): string => displayColor(inMireds(tint));

/** "warm white, 2700 kelvin", "pale blue". */
export const colorWords = (tint: Tint): string => domainColorName(inMireds(tint));

/** "warm white", "pale blue". */
export const colorName = (tint: Tint): string => colorWords(tint).split(",")[0] ?? "";

/** Where a colour lies in the colour field: hue in degrees, saturation in percent, of its screen colour. */
export interface HueSaturation {
  readonly hue: number;
  readonly saturation: number;
}

export const hueSaturation = (color: Xy): HueSaturation => hueSaturationFromXy(color);
export const xyOfHue = ({ hue, saturation }: HueSaturation): Xy => xyFromHueSaturation(hue, saturation);

/** @param hex six digits behind `#`, not black */
export const xyOfHex = (hex: string): Xy => {
  const number = Number.parseInt(hex.slice(1), 16);
  return xyFromRgb({ red: number >> 16, green: (number >> 8) & 255, blue: number & 255 });
};
