import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clampState, dimmest } from "../../../hub/domain/apply-command.ts";
import { gamuts, isInGamut, xyFromMireds } from "../../../hub/domain/color.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import { liesBetween, stateDuring, transitionSteps } from "../../../hub/domain/transition.ts";
import { Millis, Mireds, Percent } from "../../../hub/domain/units.ts";
import { lamps, states } from "./arbitraries.ts";

const low: LightState = { on: true, brightness: Percent(20), colorTemperature: Mireds(400) };
const high: LightState = { on: true, brightness: Percent(80), colorTemperature: Mireds(200) };
const dark: LightState = { ...low, on: false };
const red: LightState = { on: true, brightness: Percent(50), color: gamuts.C.red };
const green: LightState = { on: true, brightness: Percent(50), color: gamuts.C.green };
const shares = fc.double({ min: 0, max: 1, noNaN: true });

describe("a fade", () => {
  test("goes evenly in level and in mireds", () => {
    expect(stateDuring(low, high, 0.5)).toEqual({ on: true, brightness: 50, colorTemperature: 300 });
  });

  test("begins and ends exactly at its ends, and beyond them stays there", () => {
    fc.assert(
      fc.property(states, states, (from, to) => {
        expect(stateDuring(from, to, 0)).toBe(from);
        expect(stateDuring(from, to, -1)).toBe(from);
        expect(stateDuring(from, to, 1)).toBe(to);
        expect(stateDuring(from, to, 2)).toBe(to);
      }),
    );
  });

  test("to off stays lit in the old colour and ends off with the level kept", () => {
    const off: LightState = { ...red, on: false, brightness: Percent(80) };
    expect(stateDuring(high, off, 0.75)).toEqual({ on: true, brightness: 20, colorTemperature: 200 });
    expect(stateDuring(high, off, 0.9999).brightness).toBe(dimmest);
    expect(stateDuring(high, off, 1)).toEqual(off);
  });

  test("from off begins at the dimmest level in the new colour: no flash of the old one", () => {
    expect(stateDuring(dark, red, 0.0001)).toEqual({ ...red, brightness: dimmest });
    expect(stateDuring(dark, red, 0.5)).toEqual({ ...red, brightness: 25 });
  });

  test("between two dark states is dark", () => {
    const other: LightState = { ...high, on: false };
    expect(stateDuring(dark, other, 0.3)).toBe(other);
  });

  test("between colours, or a colour and a white, goes through the colours between", () => {
    const half = stateDuring(red, green, 0.5).color;
    expect(half && isInGamut(half, gamuts.C)).toBe(true);
    const warm = stateDuring(red, low, 0.999).color;
    expect(warm?.x).toBeCloseTo(xyFromMireds(Mireds(400)).x, 2);
    expect(stateDuring(low, red, 0.001).color?.y).toBeCloseTo(xyFromMireds(Mireds(400)).y, 2);
  });

  test("to a white of a lamp that said no colour before takes the white at once", () => {
    expect(stateDuring({ on: true, brightness: Percent(20) }, high, 0.5).colorTemperature).toBe(200);
    expect(stateDuring(high, { on: true, brightness: Percent(20) }, 0.5)).toEqual({
      on: true,
      brightness: 50,
    });
  });

  test("plays the new effect while it comes, the old one while it goes", () => {
    const candle: LightState = { ...low, effect: "candle" };
    expect(stateDuring(low, candle, 0.5).effect).toBe("candle");
    expect(stateDuring(candle, dark, 0.5).effect).toBe("candle");
    expect(stateDuring(candle, high, 0.5).effect).toBeUndefined();
  });

  test("never leaves what the lamp can show, but between a white and a colour", () => {
    fc.assert(
      fc.property(states, states, lamps, shares, (from, to, lamp, share) => {
        // A lamp's white LEDs reach whites that its colours cannot mix; on the way from there it shows the nearest.
        const ends = [clampState(from, lamp), clampState(to, lamp)];
        fc.pre(new Set(ends.map(({ color }) => color === undefined)).size === 1);
        const state = stateDuring(clampState(from, lamp), clampState(to, lamp), share);
        const shown = clampState(state, lamp);
        if (state.color && shown.color) {
          expect(shown.color.x).toBeCloseTo(state.color.x, 9);
          expect(shown.color.y).toBeCloseTo(state.color.y, 9);
        }
        expect(state.brightness).toBeGreaterThanOrEqual(dimmest);
        if (state.effect) expect(lamp.effects).toContain(state.effect);
      }),
    );
  });
});

describe("an interim report", () => {
  test("every moment of a fade lies between its ends", () => {
    fc.assert(
      fc.property(states, states, shares, (from, to, share) => {
        expect(liesBetween(from, to, stateDuring(from, to, share))).toBe(true);
      }),
    );
  });

  test.each<[string, LightState, LightState, LightState, boolean]>([
    ["a little past the end is rounding", low, high, { ...high, brightness: Percent(81) }, true],
    ["far past the end is not", low, high, { ...high, brightness: Percent(90) }, false],
    ["dark in the middle is not", low, high, dark, false],
    ["dark at the end of a fade to off is", low, dark, dark, true],
    ["dark at the start of a fade from off is", dark, low, dark, true],
    ["lit between two dark states is not", dark, dark, low, false],
    ["a white outside the way is not", low, high, { ...low, colorTemperature: Mireds(480) }, false],
    ["a colour far off the way is not", red, green, { ...red, color: gamuts.C.blue }, false],
    ["a colour on the spot is", red, red, red, true],
    [
      "a white said in xy is",
      low,
      high,
      { on: true, brightness: Percent(50), color: xyFromMireds(Mireds(300)) },
      true,
    ],
    ["no colour said is", low, high, { on: true, brightness: Percent(50) }, true],
  ])("%s", (_what, from, to, reported, expected) => {
    expect(liesBetween(from, to, reported)).toBe(expected);
  });
});

describe("the steps of a fade", () => {
  test("come one each period and end exactly at the goal", () => {
    const steps = [...transitionSteps(low, high, Millis(1_000), Millis(300))];
    expect(steps.map(({ after }) => after)).toEqual([300, 600, 900, 1_000]);
    expect(steps.at(-1)?.state).toBe(high);
    expect(steps[0]?.state.brightness).toBeCloseTo(38, 9);
  });

  test("a fade without time, or without period, is one step", () => {
    expect([...transitionSteps(low, high, Millis(0), Millis(100))]).toEqual([{ after: 0, state: high }]);
    expect([...transitionSteps(low, high, Millis(500), Millis(0))]).toEqual([{ after: 500, state: high }]);
  });

  test("levels only go one way", () => {
    const levels = [...transitionSteps(low, high, Millis(5_000), Millis(170))].map(
      ({ state }) => state.brightness,
    );
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
  });
});
