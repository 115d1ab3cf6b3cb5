import type { Tint, Xy } from "./shapes.ts";

type Rgb = readonly [number, number, number];

const rgbOf = ({ x, y }: Xy): Rgb => {
  const X = x / y;
  const Z = (1 - x - y) / y;
  const rgb: Rgb = [
    3.2404542 * X - 1.5371385 - 0.4985314 * Z,
    -0.969266 * X + 1.8760108 + 0.041556 * Z,
    0.0556434 * X - 0.2040259 + 1.0572252 * Z,
  ];
  const cut = rgb.map((v) => Math.max(0, v));
  const top = Math.max(...cut);
  return cut.map((v) => v / top) as unknown as Rgb;
};
const encode = (v: number): number => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
const decode = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

const xyOfKelvin = (kelvin: number): Xy => {
  const t = Math.min(25_000, Math.max(1_667, kelvin));
  const x =
    t <= 4_000
      ? -0.2661239e9 / t ** 3 - 0.2343589e6 / t ** 2 + 0.8776956e3 / t + 0.17991
      : -3.0258469e9 / t ** 3 + 2.1070379e6 / t ** 2 + 0.2226347e3 / t + 0.24039;
  const y =
    t <= 2_222
      ? -1.1063814 * x ** 3 - 1.3481102 * x ** 2 + 2.18555832 * x - 0.20219683
      : t <= 4_000
        ? -0.9549476 * x ** 3 - 1.37418593 * x ** 2 + 2.09137015 * x - 0.16748867
        : 3.081758 * x ** 3 - 5.8733867 * x ** 2 + 3.75112997 * x - 0.37001483;
  return { x, y };
};

const hexOf = (rgb: Rgb): string =>
  `#${rgb
    .map((v) =>
      Math.round(encode(v) * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
const srgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;

/** A plain bulb without a tint of its own: what an ordinary warm LED shows. */
const plainKelvin = 2_700;

/** The screen colour of what a lamp shows, `#rrggbb`; brightness is never in it. */
export const lampColor = (state: Tint): string =>
  hexOf(rgbOf(state.color ?? xyOfKelvin(state.colorTemperature ?? plainKelvin)));

export const xyOfHex = (hex: string): Xy => {
  const [r, g, b] = srgbOf(hex).map(decode) as unknown as Rgb;
  const X = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b;
  const Y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b;
  const Z = 0.0193339 * r + 0.119192 * g + 0.9503041 * b;
  const sum = X + Y + Z;
  return sum === 0 ? { x: 0.3127, y: 0.329 } : { x: X / sum, y: Y / sum };
};

export interface HueSaturation {
  /** Degrees, 0..360. */
  readonly hue: number;
  /** Percent. */
  readonly saturation: number;
}

/** Where a colour lies in the colour field: hue and saturation of its screen colour. */
export const hueSaturation = (color: Xy): HueSaturation => {
  const [r, g, b] = srgbOf(hexOf(rgbOf(color)));
  const max = Math.max(r, g, b);
  const span = max - Math.min(r, g, b);
  const sector =
    span === 0
      ? 0
      : max === r
        ? ((g - b) / span + 6) % 6
        : max === g
          ? (b - r) / span + 2
          : (r - g) / span + 4;
  return { hue: sector * 60, saturation: max === 0 ? 0 : (span / max) * 100 };
};

export const hexOfHue = ({ hue, saturation }: HueSaturation): string => {
  const channel = (n: number): number => {
    const k = (n + hue / 60) % 6;
    return 1 - (saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return `#${[5, 3, 1]
    .map((n) =>
      Math.round(channel(n) * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
};

export const isWhite = (color: Xy): boolean => hueSaturation(color).saturation < 8;
