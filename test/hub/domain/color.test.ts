import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clipToGamut,
  colorName,
  displayColor,
  gamuts,
  hueSaturationFromXy,
  isInGamut,
  miredsFromXy,
  rgbFromXy,
  whitePoint,
  xyFromHueSaturation,
  xyFromMireds,
  xyFromRgb,
  xyOf,
} from "../../../hub/domain/color.ts";
import { RangeViolation } from "../../../hub/domain/errors.ts";
import type { Xy } from "../../../hub/domain/light.ts";
import { Kelvin, Mireds, miredsOf } from "../../../hub/domain/units.ts";
import { xys } from "./arbitraries.ts";

const rowsOf = (name: string): string[][] =>
  readFileSync(`test/vectors/${name}.csv`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(","));

const observer = rowsOf("cie-1931-observer").map(
  (row) => row.map(Number) as [number, number, number, number],
);

/** The white of a black body from first principles: Planck's law seen by the CIE 1931 observer. */
const integratedWhite = (kelvin: number): Xy => {
  const secondRadiationConstant = 1.438776877e-2;
  const sum = { x: 0, y: 0, z: 0 };
  for (const [nanometres, x, y, z] of observer) {
    const metres = nanometres * 1e-9;
    const power = metres ** -5 / (Math.exp(secondRadiationConstant / (metres * kelvin)) - 1);
    sum.x += x * power;
    sum.y += y * power;
    sum.z += z * power;
  }
  const total = sum.x + sum.y + sum.z;
  return { x: sum.x / total, y: sum.y / total };
};

const uvOf = ({ x, y }: Xy): { u: number; v: number } => ({
  u: (4 * x) / (12 * y - 2 * x + 3),
  v: (6 * y) / (12 * y - 2 * x + 3),
});

describe("white", () => {
  test("the oracle itself gives CIE standard illuminant A", () => {
    const { x, y } = integratedWhite(2855.5);
    expect(Math.abs(x - 0.44757)).toBeLessThan(1e-4);
    expect(Math.abs(y - 0.40745)).toBeLessThan(1e-4);
  });

  test("a colour temperature lies within 2e-4 of the integrated black body, 1,000 to 15,000 K", () => {
    let worst = 0;
    for (let kelvin = 1_000; kelvin <= 15_000; kelvin += 50) {
      const [ours, real] = [uvOf(xyFromMireds(Mireds(1e6 / kelvin))), uvOf(integratedWhite(kelvin))];
      worst = Math.max(worst, Math.abs(ours.u - real.u), Math.abs(ours.v - real.v));
    }
    expect(worst).toBeLessThan(2e-4);
    expect(worst).toBeGreaterThan(1e-5);
  });

  test("temperature to colour and back agrees within 1e-3 mireds", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e6 / 15_000, max: 1_000, noNaN: true }), (mireds) => {
        expect(Math.abs(miredsFromXy(xyFromMireds(Mireds(mireds))) - mireds)).toBeLessThan(1e-3);
      }),
    );
  });

  test("beyond the range the nearer end is shown", () => {
    expect(xyFromMireds(Mireds(5))).toEqual(xyFromMireds(Mireds(1e6 / 15_000)));
    expect(xyFromMireds(Mireds(5_000))).toEqual(xyFromMireds(Mireds(1_000)));
  });

  test("every colour has a nearest white inside the range", () => {
    fc.assert(
      fc.property(xys, (xy) => {
        const mireds = miredsFromXy(xy);
        expect(mireds).toBeGreaterThanOrEqual(1e6 / 15_000 - 1e-3);
        expect(mireds).toBeLessThanOrEqual(1_000 + 1e-3);
      }),
    );
  });
});

describe("gamut", () => {
  test("a colour inside stays untouched, one outside moves to the nearest point of the triangle", () => {
    fc.assert(
      fc.property(xys, fc.constantFrom(...Object.values(gamuts)), (xy, gamut) => {
        const shown = clipToGamut(xy, gamut);
        expect(isInGamut(shown, gamut)).toBe(true);
        expect(clipToGamut(shown, gamut)).toEqual(shown);
        if (isInGamut(xy, gamut)) expect(shown).toBe(xy);
        const moved = Math.hypot(shown.x - xy.x, shown.y - xy.y);
        for (const corner of Object.values(gamut)) {
          expect(moved).toBeLessThanOrEqual(Math.hypot(corner.x - xy.x, corner.y - xy.y) + 1e-12);
        }
      }),
    );
  });

  test("the order of the corners does not matter", () => {
    const { red, green, blue } = gamuts.C;
    expect(isInGamut(whitePoint, { red, green: blue, blue: green })).toBe(true);
  });
});

describe("hue and saturation", () => {
  test("hue 0 is the red of sRGB, saturation 0 is white, hues wrap", () => {
    expect(xyFromHueSaturation(0, 100).x).toBeCloseTo(0.64, 3);
    expect(xyFromHueSaturation(0, 100).y).toBeCloseTo(0.33, 3);
    expect(xyFromHueSaturation(77, 0).x).toBeCloseTo(whitePoint.x, 3);
    expect(xyFromHueSaturation(-120, 100)).toEqual(xyFromHueSaturation(240, 100));
  });

  test("hue and saturation survive the way to xy and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 359 }), fc.integer({ min: 10, max: 100 }), (hue, saturation) => {
        const back = hueSaturationFromXy(xyFromHueSaturation(hue, saturation));
        expect(Math.abs(((back.hue - hue + 540) % 360) - 180)).toBeLessThan(0.1);
        expect(back.saturation).toBeCloseTo(saturation, 1);
      }),
    );
  });

  test("an sRGB triple at full value survives the way to xy and back; black counts as white", () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(channel, channel, (green, blue) => {
        const back = rgbFromXy(xyFromRgb({ red: 255, green, blue }));
        expect(back.red).toBeCloseTo(255, 3);
        expect(back.green).toBeCloseTo(green, 1);
        expect(back.blue).toBeCloseTo(blue, 1);
      }),
    );
    expect(xyFromRgb({ red: 0, green: 0, blue: 0 })).toEqual(whitePoint);
  });

  test("white has hue 0", () => {
    expect(hueSaturationFromXy(xyFromRgb({ red: 255, green: 255, blue: 255 })).saturation).toBeCloseTo(0, 3);
  });

  test.each([
    () => xyFromHueSaturation(Number.NaN, 50),
    () => xyFromHueSaturation(10, 101),
    () => xyFromHueSaturation(10, -1),
    () => xyFromRgb({ red: 256, green: 0, blue: 0 }),
    () => rgbFromXy({ x: Number.NaN, y: 0.3 }),
    () => miredsFromXy({ x: 0.3, y: 1.5 }),
  ])("what is out of range is refused (%#)", (wrong) => {
    expect(wrong).toThrow(RangeViolation);
  });
});

describe("on a screen", () => {
  test.each(rowsOf("display-color"))("%s is shown as it should be", (_what, x, y, hex) => {
    expect(displayColor({ color: { x: Number(x), y: Number(y) } })).toBe(hex);
  });

  test("every colour gives six digits with one channel full", () => {
    fc.assert(
      fc.property(xys, (color) => {
        expect(displayColor({ color })).toMatch(/^#(?=(..)*ff)[0-9a-f]{6}$/);
      }),
    );
  });

  test("a lamp without colour is shown as a filament", () => {
    expect(displayColor({})).toBe(displayColor({ colorTemperature: miredsOf(Kelvin(2_700)) }));
    expect(xyOf({})).toEqual(xyFromMireds(miredsOf(Kelvin(2_700))));
  });
});

describe("in words", () => {
  test.each([
    [2_000, "candle white, 2000 kelvin"],
    [2_700, "warm white, 2700 kelvin"],
    [4_000, "neutral white, 4000 kelvin"],
    [6_500, "cool white, 6500 kelvin"],
  ])("%i K", (kelvin, name) => {
    expect(colorName({ colorTemperature: miredsOf(Kelvin(kelvin)) })).toBe(name);
  });

  test.each([
    [0, 100, "red"],
    [30, 100, "orange"],
    [60, 100, "yellow"],
    [80, 100, "lime"],
    [120, 100, "green"],
    [175, 100, "turquoise"],
    [240, 100, "blue"],
    [240, 30, "pale blue"],
    [240, 5, "white"],
    [275, 100, "purple"],
    [320, 100, "pink"],
    [355, 100, "red"],
  ])("hue %i, saturation %i is %s", (hue, saturation, name) => {
    expect(colorName({ color: xyFromHueSaturation(hue, saturation) })).toBe(name);
  });

  test("a lamp of one colour is a warm white", () => {
    expect(colorName({})).toBe("warm white, 2700 kelvin");
  });
});
