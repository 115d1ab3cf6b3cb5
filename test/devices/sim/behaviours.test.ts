import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { glowOfEffect } from "../../../devices/sim/behaviours/effects.ts";
import { glowDuring } from "../../../devices/sim/behaviours/fade.ts";
import { packed, unpacked } from "../../../devices/sim/behaviours/flash.ts";
import { kilowattHours, wattsOf } from "../../../devices/sim/behaviours/metering.ts";
import { hourOf, noticed } from "../../../devices/sim/behaviours/routine.ts";
import type { Glow, GlowMode } from "../../../devices/sim/glow.ts";
import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";

const number = fc.double({ min: 0, max: 500, noNaN: true });
const glows = fc.record({
  on: fc.boolean(),
  level: number,
  mode: fc.constantFrom<GlowMode>("level", "white", "color"),
  temperature: number,
  color: fc.tuple(number, number),
  effect: fc.constantFrom("", "candle", "fäde"),
});

const behaviours = fc.constantFrom<PowerOnBehaviour>("on", "off", "previous", "toggle");

describe("flash", () => {
  test("what is packed is unpacked again", () => {
    fc.assert(
      fc.property(glows, number, behaviours, (glow, energy, powerOn) => {
        expect(unpacked(packed({ glow, energy, powerOn }))).toEqual({ glow, energy, powerOn });
      }),
    );
  });

  test("any bytes at all are read or refused, never half", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const kept = unpacked(bytes);
        if (kept !== undefined) expect(Number.isFinite(kept.glow.level)).toBe(true);
      }),
    );
  });
});

describe("a fade", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  test("ends exactly where it should and never leaves the way between", () => {
    fc.assert(
      fc.property(glows, glows, share, (from, to, part) => {
        const fade = { from, to, since: 0, lasts: 1_000 };
        expect(glowDuring(fade, 1_000)).toEqual(to);
        const { level } = glowDuring(fade, part * 999);
        const [start, end] = [from, to].map((glow) => (glow.on ? glow.level : 0));
        expect(level).toBeGreaterThanOrEqual(Math.min(start ?? 0, end ?? 0) - 1e-9);
        expect(level).toBeLessThanOrEqual(Math.max(start ?? 0, end ?? 0) + 1e-9);
      }),
    );
  });

  test("from the dark begins in the new colour, into the dark keeps the old one", () => {
    const red: Glow = { on: true, level: 80, mode: "color", temperature: 0, color: [0.6, 0.3], effect: "" };
    const blue = { ...red, color: [0.1, 0.1] };
    const middle = (from: Glow, to: Glow) => glowDuring({ from, to, since: 0, lasts: 2 }, 1).color;
    expect(middle({ ...red, on: false }, blue)).toEqual(blue.color);
    expect(middle(red, { ...blue, on: false })).toEqual(red.color);
  });
});

test("an effect stays within the level it plays at, and a candle is not steady", () => {
  const glow: Glow = { on: true, level: 50, mode: "white", temperature: 400, color: [], effect: "candle" };
  const levels = Array.from({ length: 200 }, (_, at) => glowOfEffect(glow, at * 37).level);
  expect(Math.max(...levels)).toBeLessThanOrEqual(50);
  expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(5);
  const plain = { ...glow, effect: "" };
  expect(glowOfEffect(plain, 500)).toEqual(plain);
});

test("a load draws between idle and full, and a kilowatt for an hour is a kilowatt hour", () => {
  const glow: Glow = { on: true, level: 50, mode: "level", temperature: 0, color: [], effect: "" };
  expect(wattsOf({ idle: 1, full: 11 }, glow, 100)).toBe(6);
  expect(wattsOf({ idle: 1, full: 11 }, { ...glow, on: false }, 100)).toBe(1);
  expect(kilowattHours(1_000, 3_600_000)).toBe(1);
});

describe("the routine of a home", () => {
  const moves = (hour: number) => {
    const random = new SeededRandom(hour);
    const chance = { draw: () => random.next() };
    const at = Instant(Date.UTC(2026, 2, 1, hour));
    return Array.from({ length: 500 }, () => noticed({ occupancy: false }, at, 1, chance)).filter(Boolean)
      .length;
  };

  test("people move in the evening and hardly at night", () => {
    expect(moves(19)).toBeGreaterThan(50);
    expect(moves(3)).toBeLessThan(20);
  });

  test("hours are counted before 1970 too", () => {
    expect(hourOf(Instant(-3_600_000))).toBe(23);
    expect(hourOf(Instant(Date.UTC(2026, 0, 1, 6, 30)))).toBe(6.5);
  });
});
