import fc from "fast-check";
import { expect, test } from "vitest";
import { circadianLight, usualCurve } from "../../../hub/domain/circadian.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import { kelvinOf } from "../../../hub/domain/units.ts";

const at = (elevation: number) => circadianLight(elevation as Degrees, usualCurve);

test("below the low end the light is the warmest and dimmest, above the high end the coolest and brightest", () => {
  expect(at(-90)).toEqual({ brightness: usualCurve.dimmest, colorTemperature: usualCurve.warmest });
  expect(at(usualCurve.low)).toEqual(at(-90));
  expect(at(90)).toEqual({ brightness: usualCurve.brightest, colorTemperature: usualCurve.coolest });
  expect(at(usualCurve.high)).toEqual(at(90));
});

test("a rising sun never makes light warmer or dimmer, and never jumps", () => {
  const height = fc.double({ min: -90, max: 90, noNaN: true });
  fc.assert(
    fc.property(height, fc.double({ min: 0, max: 1, noNaN: true }), (elevation, step) => {
      const [now, higher] = [at(elevation), at(Math.min(90, elevation + step))];
      expect(higher.brightness).toBeGreaterThanOrEqual(now.brightness);
      expect(higher.colorTemperature).toBeLessThanOrEqual(now.colorTemperature + 1e-9);
      // A degree takes the sun about four minutes at least: 60 % over 26 degrees, eased, is 3.5 % a degree at most.
      expect(higher.brightness - now.brightness).toBeLessThan(3.6);
    }),
  );
});

test("at sunset the light is a warm white, at mid-morning a neutral one", () => {
  expect(kelvinOf(at(-5 / 6).colorTemperature)).toBeLessThan(2_500);
  expect(kelvinOf(at(15).colorTemperature)).toBeGreaterThan(4_000);
});
