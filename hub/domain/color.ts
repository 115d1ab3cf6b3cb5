import {
  convertHsvToRgb,
  convertLrgbToRgb,
  convertRgbToHsv,
  convertRgbToLrgb,
  convertRgbToXyz65,
  convertXyz65ToRgb,
  formatHex,
} from "culori/fn";
import { RangeViolation } from "./errors.ts";
import type { Gamut, LightState, Xy } from "./light.ts";
import { clamp, Kelvin, kelvinOf, Mireds, miredsOf } from "./units.ts";

/** Triangles of the common RGB lamps, as the Hue developer pages print them. A: Living Colors, B: first bulbs, C: today. */
export const gamuts = {
  A: { red: { x: 0.704, y: 0.296 }, green: { x: 0.2151, y: 0.7106 }, blue: { x: 0.138, y: 0.08 } },
  B: { red: { x: 0.675, y: 0.322 }, green: { x: 0.409, y: 0.518 }, blue: { x: 0.167, y: 0.04 } },
  C: { red: { x: 0.6915, y: 0.3083 }, green: { x: 0.17, y: 0.7 }, blue: { x: 0.1532, y: 0.0475 } },
} as const satisfies Record<string, Gamut>;

/** sRGB channels, each 0..255, real numbers. */
export interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** CIE standard illuminant D65: what sRGB calls white. */
export const whitePoint: Xy = { x: 0.3127, y: 0.329 };

/** What a lamp without colour is taken to show: the filament lamp it replaces. */
const filament = miredsOf(Kelvin(2700));

/** Chromaticities below this height have no finite tristimulus values. */
const lowestY = 1e-6;

/** @throws RangeViolation when a coordinate is not a number in 0..1 */
export const checkXy = (xy: Xy): Xy => {
  if (![xy.x, xy.y].every((part) => part >= 0 && part <= 1)) {
    throw new RangeViolation("x and y of a colour must be between 0 and 1", { what: "xy", min: 0, max: 1 });
  }
  return xy;
};

/** The colour of an sRGB triple, its brightness left out; black counts as white. @throws RangeViolation outside 0..255 */
export const xyFromRgb = ({ red, green, blue }: Rgb): Xy => {
  if (![red, green, blue].every((channel) => channel >= 0 && channel <= 255)) {
    throw new RangeViolation("red, green and blue must be between 0 and 255", {
      what: "rgb",
      min: 0,
      max: 255,
    });
  }
  const { x, y, z } = convertRgbToXyz65({ r: red / 255, g: green / 255, b: blue / 255 });
  const sum = x + y + z;
  return sum === 0 ? whitePoint : { x: x / sum, y: y / sum };
};

/**
 * The brightest sRGB triple of a colour: linear sRGB at Y = 1, negative channels cut, divided by the largest channel.
 * At constant luminance instead, a saturated red lamp would look pale pink.
 */
export const rgbFromXy = (xy: Xy): Rgb => {
  const y = Math.max(checkXy(xy).y, lowestY);
  const rgb = convertXyz65ToRgb({ x: xy.x / y, y: 1, z: Math.max(0, 1 - xy.x - y) / y });
  const linear = convertRgbToLrgb(rgb);
  const largest = Math.max(linear.r, linear.g, linear.b);
  const channel = (value: number): number => Math.max(0, value) / largest;
  const { r, g, b } = convertLrgbToRgb({
    r: channel(linear.r),
    g: channel(linear.g),
    b: channel(linear.b),
  });
  return { red: r * 255, green: g * 255, blue: b * 255 };
};

/** @param hueDegrees any turn, 0 = red, 120 = green. @param saturationPercent 0 = white, 100 = pure. @throws RangeViolation */
export const xyFromHueSaturation = (hueDegrees: number, saturationPercent: number): Xy => {
  if (!Number.isFinite(hueDegrees)) {
    throw new RangeViolation("hue must be a number of degrees", { what: "hue" });
  }
  if (!(saturationPercent >= 0 && saturationPercent <= 100)) {
    throw new RangeViolation("saturation must be between 0 and 100", {
      what: "saturation",
      min: 0,
      max: 100,
    });
  }
  const h = ((hueDegrees % 360) + 360) % 360;
  const { r, g, b } = convertHsvToRgb({ h, s: saturationPercent / 100, v: 1 });
  return xyFromRgb({ red: r * 255, green: g * 255, blue: b * 255 });
};

/** Hue 0..360 degrees and saturation 0..100 percent (HSV of sRGB); white has hue 0. */
export const hueSaturationFromXy = (xy: Xy): { readonly hue: number; readonly saturation: number } => {
  const { red, green, blue } = rgbFromXy(xy);
  const { h = 0, s } = convertRgbToHsv({ r: red / 255, g: green / 255, b: blue / 255 });
  return { hue: h, saturation: s * 100 };
};

/** CIE 1960 UCS, the space in which correlated colour temperature is defined. */
interface Uv {
  readonly u: number;
  readonly v: number;
}

const uvOf = ({ x, y }: Xy): Uv => {
  const d = 12 * y - 2 * x + 3;
  return { u: (4 * x) / d, v: (6 * y) / d };
};

/** The black body at 1,000..15,000 K: Krystek's range, wider than any lamp's. */
const hottest = Mireds(1e6 / 15_000);
const coolest = Mireds(1_000);

/**
 * The Planckian locus in CIE 1960 UCS.
 *
 * Source: M. Krystek, "An algorithm to calculate correlated colour temperature", Color Research & Application 10 (1985).
 * Within 2e-4 in u and v of the integrated spectrum, 1,000..15,000 K (test/hub/domain/color.test.ts): a fifth of what
 * an eye can tell apart.
 */
const planckian = (mireds: number): Uv => {
  const t = 1e6 / mireds;
  return {
    u:
      (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t * t) /
      (1 + 8.42420235e-4 * t + 7.08145163e-7 * t * t),
    v:
      (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t * t) /
      (1 - 2.89741816e-5 * t + 1.61456053e-7 * t * t),
  };
};

/** The white of a colour temperature; beyond 1,000..15,000 K the nearer end. Error bound: `planckian`. */
export const xyFromMireds = (mireds: Mireds): Xy => {
  const { u, v } = planckian(clamp(mireds, hottest, coolest));
  const d = 2 * u - 8 * v + 4;
  return { x: (3 * u) / d, y: (2 * v) / d };
};

const coarse = 48;

/** Width at which the search for a temperature stops, in mireds: a hundred-thousandth of what an eye can tell. */
const fine = 1e-5;

/**
 * Correlated colour temperature: the black body nearest in CIE 1960 UCS (CIE 15, 9.5), found on the same curve that
 * `xyFromMireds` uses, so there and back agree within 1e-3 mireds. For saturated colours it is only "the nearest white".
 */
export const miredsFromXy = (xy: Xy): Mireds => {
  const { u, v } = uvOf(checkXy(xy));
  const away = (mireds: number): number => {
    const white = planckian(mireds);
    return (white.u - u) ** 2 + (white.v - v) ** 2;
  };
  const width = (coolest - hottest) / coarse;
  let best = 0;
  for (let i = 1; i <= coarse; i++) {
    if (away(hottest + i * width) < away(hottest + best * width)) best = i;
  }
  let low = Math.max(hottest, hottest + (best - 1) * width);
  let high = Math.min(coolest, hottest + (best + 1) * width);
  while (high - low > fine) {
    const third = (high - low) / 3;
    if (away(low + third) <= away(high - third)) high -= third;
    else low += third;
  }
  return Mireds((low + high) / 2);
};

const cross = (from: Xy, to: Xy, point: Xy): number =>
  (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);

const distance = (a: Xy, b: Xy): number => Math.hypot(a.x - b.x, a.y - b.y);

/** The point of the line `from`..`to` that lies nearest. */
const nearestOn = (from: Xy, to: Xy, point: Xy): Xy => {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const t = clamp(share, 0, 1);
  return { x: from.x + t * dx, y: from.y + t * dy };
};

/** Rounding on an edge is not outside. */
const edge = 1e-12;

export const isInGamut = (xy: Xy, { red, green, blue }: Gamut): boolean => {
  const sides = [cross(red, green, xy), cross(green, blue, xy), cross(blue, red, xy)];
  return sides.every((side) => side >= -edge) || sides.every((side) => side <= edge);
};

/** The colour itself when the lamp can show it, else the nearest point of its triangle. */
export const clipToGamut = (xy: Xy, gamut: Gamut): Xy => {
  if (isInGamut(xy, gamut)) return xy;
  const { red, green, blue } = gamut;
  const candidates = [nearestOn(red, green, xy), nearestOn(green, blue, xy), nearestOn(blue, red, xy)];
  return candidates.reduce((best, next) => (distance(next, xy) < distance(best, xy) ? next : best));
};

/** The chromaticity of whatever a lamp shows; a lamp without colour counts as a 2,700 K filament. */
export const xyOf = ({ color, colorTemperature }: Pick<LightState, "color" | "colorTemperature">): Xy =>
  color ?? xyFromMireds(colorTemperature ?? filament);

/** The colour of a lamp on a screen, `#rrggbb`. Brightness is shown beside it (glow), never by a darker colour. */
export const displayColor = (state: Pick<LightState, "color" | "colorTemperature">): string => {
  const { red, green, blue } = rgbFromXy(xyOf(state));
  return formatHex({ mode: "rgb", r: red / 255, g: green / 255, b: blue / 255 });
};

/** EN 12464-1: warm below 3,300 K, intermediate to 5,300 K, cool above. */
const whiteName = (mireds: Mireds): string => {
  const kelvin = kelvinOf(mireds);
  const name =
    kelvin < 2_300
      ? "candle white"
      : kelvin < 3_300
        ? "warm white"
        : kelvin <= 5_300
          ? "neutral white"
          : "cool white";
  return `${name}, ${Math.round(kelvin / 10) * 10} kelvin`;
};

/** Upper ends, in degrees of HSV hue, of the names people give to colours. */
const hueNames: readonly (readonly [below: number, name: string])[] = [
  [15, "red"],
  [45, "orange"],
  [70, "yellow"],
  [95, "lime"],
  [150, "green"],
  [190, "turquoise"],
  [255, "blue"],
  [290, "purple"],
  [345, "pink"],
];

/** Below this saturation people say white, below the next one pale. */
const whiteBelow = 12;
const paleBelow = 45;

/** What a lamp shows in words, for people who do not see it: "warm white, 2700 kelvin", "pale blue". */
export const colorName = (state: Pick<LightState, "color" | "colorTemperature">): string => {
  if (state.color === undefined) return whiteName(state.colorTemperature ?? filament);
  const { hue, saturation } = hueSaturationFromXy(state.color);
  if (saturation < whiteBelow) return "white";
  const name = hueNames.find(([below]) => hue < below)?.[1] ?? "red";
  return saturation < paleBelow ? `pale ${name}` : name;
};
