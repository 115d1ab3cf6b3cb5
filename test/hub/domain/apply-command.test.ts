import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyCommand, clampState, confirms, dimmest } from "../../../hub/domain/apply-command.ts";
import { gamuts, isInGamut, xyFromMireds } from "../../../hub/domain/color.ts";
import { InvalidInput, RangeViolation } from "../../../hub/domain/errors.ts";
import type { LightCapabilities, LightState } from "../../../hub/domain/light.ts";
import { Mireds, Percent, Seconds } from "../../../hub/domain/units.ts";
import { commands, lamps, states } from "./arbitraries.ts";

const plug: LightCapabilities = {};
const dimmable: LightCapabilities = { brightness: { min: Percent(1) } };
const tunable: LightCapabilities = {
  ...dimmable,
  colorTemperature: { min: Mireds(153), max: Mireds(454) },
};
const colorOnly: LightCapabilities = { ...dimmable, color: { gamut: gamuts.C } };
const full: LightCapabilities = {
  ...tunable,
  ...colorOnly,
  effects: ["candle"],
  transition: { max: Seconds(6) },
};

const on: LightState = { on: true, brightness: Percent(40), colorTemperature: Mireds(300) };
const off: LightState = { ...on, on: false };
const red = gamuts.C.red;

describe("on and off", () => {
  test.each([
    ["a brightness switches on", off, { brightness: Percent(20) }, true, 20],
    ["a brightness beside on: false is only stored", off, { on: false, brightness: Percent(20) }, false, 20],
    ["brightness 0 switches off and keeps the level", on, { brightness: Percent(0) }, false, 40],
    ["brightness 0 wins over on", on, { on: true, brightness: Percent(0) }, false, 40],
    ["a step up from off begins in the dark", off, { brightnessStep: 15 }, true, 15],
    ["a step down while off changes nothing", off, { brightnessStep: -15 }, false, 40],
    ["a step adds", on, { brightnessStep: 15 }, true, 55],
    ["a step ends at the full level", on, { brightnessStep: 90 }, true, 100],
    ["a step down ends at the dimmest level, lit", on, { brightnessStep: -90 }, true, 1],
    ["a step beside a brightness is ignored", on, { brightness: Percent(10), brightnessStep: 50 }, true, 10],
    ["toggle switches off", on, { on: "toggle" }, false, 40],
    ["toggle switches on", off, { on: "toggle" }, true, 40],
    ["nothing keeps everything", on, {}, true, 40],
    ["an absent brightness keeps the level", off, { on: true }, true, 40],
    ["a colour while off waits for the next on", off, { color: red }, false, 40],
  ] as const)("%s", (_what, current, command, isOn, brightness) => {
    const { state, clamped } = applyCommand(current, command, full);
    expect(state.on).toBe(isOn);
    expect(state.brightness).toBeCloseTo(brightness, 9);
    expect(clamped).toEqual([]);
  });
});

describe("what a lamp cannot do", () => {
  test("a plug stays at full level and says so", () => {
    expect(applyCommand(off, { brightness: Percent(20) }, plug)).toEqual({
      state: { on: true, brightness: 100 },
      clamped: ["brightness"],
    });
    expect(applyCommand(off, { brightness: Percent(100) }, plug).clamped).toEqual([]);
    expect(applyCommand(on, { brightness: Percent(0) }, plug)).toEqual({
      state: { on: false, brightness: 100 },
      clamped: [],
    });
    expect(applyCommand(on, { brightnessStep: 5 }, plug).clamped).toEqual(["brightness"]);
    expect(applyCommand(on, { color: red }, plug).clamped).toEqual(["color"]);
    expect(applyCommand(on, { colorTemperature: Mireds(200) }, plug).clamped).toEqual(["colorTemperature"]);
  });

  test("a level below the dimmest becomes the dimmest", () => {
    expect(applyCommand(on, { brightness: Percent(0.5) }, dimmable)).toMatchObject({
      state: { brightness: 1 },
      clamped: ["brightness"],
    });
    const bottomless: LightCapabilities = { brightness: { min: Percent(0) } };
    expect(applyCommand(on, { brightness: Percent(0.1) }, bottomless).state.brightness).toBe(dimmest);
  });

  test("a colour on a tunable white becomes the nearest white", () => {
    const { state, clamped } = applyCommand(on, { color: xyFromMireds(Mireds(250)) }, tunable);
    expect(state.colorTemperature).toBeCloseTo(250, 2);
    expect(state.color).toBeUndefined();
    expect(clamped).toEqual(["color"]);
  });

  test("a white on a lamp of colours becomes its colour", () => {
    const { state, clamped } = applyCommand(on, { colorTemperature: Mireds(300) }, colorOnly);
    expect(state.color).toEqual(xyFromMireds(Mireds(300)));
    expect(state.colorTemperature).toBeUndefined();
    expect(clamped).toEqual([]);
    const narrow: LightCapabilities = {
      color: { gamut: { red: { x: 0.6, y: 0.3 }, green: { x: 0.6, y: 0.31 }, blue: { x: 0.5, y: 0.3 } } },
    };
    expect(applyCommand(on, { colorTemperature: Mireds(300) }, narrow).clamped).toEqual(["colorTemperature"]);
  });

  test("whites end at the lamp's range, colours at its triangle", () => {
    expect(applyCommand(on, { colorTemperature: Mireds(900) }, full)).toMatchObject({
      state: { colorTemperature: 454 },
      clamped: ["colorTemperature"],
    });
    const { state, clamped } = applyCommand(on, { color: { x: 0.9, y: 0.05 } }, full);
    expect(state.color && isInGamut(state.color, gamuts.C)).toBe(true);
    expect(clamped).toEqual(["color"]);
    expect(applyCommand(on, { color: red }, full)).toMatchObject({ state: { color: red }, clamped: [] });
  });

  test("a fade longer than the lamp's longest is shortened; where the hub leads it, it is not", () => {
    expect(applyCommand(on, { transition: Seconds(9) }, full)).toMatchObject({
      transition: 6_000,
      clamped: ["transition"],
    });
    expect(applyCommand(on, { transition: Seconds(9) }, dimmable)).toMatchObject({
      transition: 9_000,
      clamped: [],
    });
    expect(applyCommand(on, {}, full)).not.toHaveProperty("transition");
  });
});

describe("effects", () => {
  const candle: LightState = { ...on, effect: "candle" };

  test("a known one plays, an unknown one is marked and leaves things as they are", () => {
    expect(applyCommand(on, { effect: "candle" }, full)).toMatchObject({
      state: { effect: "candle" },
      clamped: [],
    });
    expect(applyCommand(on, { effect: "candle" }, tunable)).toEqual({ state: on, clamped: ["effect"] });
    expect(applyCommand(candle, { effect: "disco" }, full)).toEqual({ state: candle, clamped: ["effect"] });
  });

  test("none ends it, so does a colour; a level does not", () => {
    expect(applyCommand(candle, { effect: "none" }, full)).toEqual({ state: on, clamped: [] });
    expect(applyCommand(on, { effect: "none" }, tunable).clamped).toEqual([]);
    expect(applyCommand(candle, { color: red }, full).state.effect).toBeUndefined();
    expect(applyCommand(candle, { colorTemperature: Mireds(200) }, full).state.effect).toBeUndefined();
    expect(applyCommand(candle, { brightness: Percent(10) }, full).state.effect).toBe("candle");
  });
});

describe("what no lamp could mean is refused", () => {
  test("a colour and a white together", () => {
    expect(() => applyCommand(on, { color: red, colorTemperature: Mireds(200) }, full)).toThrow(InvalidInput);
  });

  test.each([
    { color: { x: Number.NaN, y: 0.3 } },
    { color: { x: 0.3, y: -0.1 } },
    { brightnessStep: Number.NaN },
    { brightnessStep: 101 },
  ])("%j", (command) => {
    expect(() => applyCommand(on, command, full)).toThrow(RangeViolation);
  });
});

describe("for every lamp, state and command", () => {
  const cases = (
    check: (state: LightState, command: Parameters<typeof applyCommand>[1], lamp: LightCapabilities) => void,
  ) => fc.assert(fc.property(states, commands, lamps, check), { numRuns: 500 });

  test("the result lies within what the lamp can show", () => {
    cases((current, command, lamp) => {
      const { state, clamped, transition } = applyCommand(current, command, lamp);
      const lowest = lamp.brightness === undefined ? 100 : Math.max(lamp.brightness.min, dimmest);
      expect(state.brightness).toBeGreaterThanOrEqual(lowest);
      expect(state.brightness).toBeLessThanOrEqual(100);
      expect(state.color === undefined || state.colorTemperature === undefined).toBe(true);
      if (state.color) expect(lamp.color && isInGamut(state.color, lamp.color.gamut)).toBe(true);
      if (state.colorTemperature) {
        expect(state.colorTemperature).toBeGreaterThanOrEqual(lamp.colorTemperature?.min ?? Infinity);
        expect(state.colorTemperature).toBeLessThanOrEqual(lamp.colorTemperature?.max ?? 0);
      }
      if (state.effect) expect(lamp.effects).toContain(state.effect);
      expect(transition ?? 0).toBeLessThanOrEqual(lamp.transition?.max ?? Infinity);
      expect(new Set(clamped).size).toBe(clamped.length);
      expect(clampState(state, lamp)).toEqual(state);
    });
  });

  test("the same command twice gives the same state, steps and toggles apart", () => {
    cases((current, command, lamp) => {
      const { brightnessStep: _steps, on, ...steady } = command;
      const again = { ...steady, ...(on === undefined || on === "toggle" ? {} : { on }) };
      const once = applyCommand(current, again, lamp).state;
      expect(applyCommand(once, again, lamp).state).toEqual(once);
    });
  });

  test("what is not asked for is kept", () => {
    cases((current, command, lamp) => {
      const before = clampState(current, lamp);
      expect(applyCommand(before, {}, lamp)).toEqual({ state: before, clamped: [] });
      const { state } = applyCommand(before, { on: command.on ?? true }, lamp);
      expect({ ...state, on: before.on }).toEqual(before);
      if (command.brightness) {
        const {
          brightness: _level,
          on: _on,
          ...rest
        } = applyCommand(before, { brightness: command.brightness }, lamp).state;
        const { brightness: _before, on: _was, ...kept } = before;
        expect(rest).toEqual(kept);
      }
    });
  });

  test("a lamp that reports the very state it was asked for confirms it", () => {
    cases((current, command, lamp) => {
      const { state } = applyCommand(current, command, lamp);
      expect(confirms(state, state, lamp)).toBe(true);
    });
  });
});

describe("confirmed", () => {
  const stepped: LightCapabilities = { ...full, color: { gamut: gamuts.C, steps: 255 } };
  const color: LightState = { on: true, brightness: Percent(50), color: red };

  test.each<[string, LightState, LightState, LightCapabilities, boolean]>([
    ["one of 254 levels off", on, { ...on, brightness: Percent(40 + 100 / 254) }, full, true],
    ["two levels off", on, { ...on, brightness: Percent(40 + 200 / 254) }, full, false],
    ["a plug has no level", on, { ...on, brightness: Percent(100) }, plug, true],
    ["off is off, whatever else is said", off, { on: false, brightness: Percent(100) }, full, true],
    ["still on", off, on, full, false],
    ["one mired off", on, { ...on, colorTemperature: Mireds(301) }, full, true],
    ["two mireds off", on, { ...on, colorTemperature: Mireds(302) }, full, false],
    ["a colour nearly there", color, { ...color, color: { x: red.x - 0.005, y: red.y } }, full, true],
    ["another colour", color, { ...color, color: gamuts.C.blue }, full, false],
    [
      "a white answered in xy",
      on,
      { ...color, brightness: on.brightness, color: xyFromMireds(Mireds(300)) },
      full,
      true,
    ],
    ["no colour said", on, { on: true, brightness: Percent(40) }, full, false],
    ["a white where a colour should be", color, { ...on, brightness: Percent(50) }, full, false],
    [
      "an effect plays in its own colour",
      { ...on, effect: "candle" },
      { ...color, brightness: Percent(40), effect: "candle" },
      full,
      true,
    ],
    [
      "a dim colour of few steps, as near as they are",
      { ...color, brightness: Percent(5) },
      { ...color, brightness: Percent(5), color: { x: red.x - 0.02, y: red.y } },
      stepped,
      true,
    ],
    [
      "the same, of a lamp whose colours are as fine when they are dim",
      { ...color, brightness: Percent(5) },
      { ...color, brightness: Percent(5), color: { x: red.x - 0.02, y: red.y } },
      full,
      false,
    ],
    [
      "a bright colour of many steps",
      color,
      { ...color, color: { x: red.x - 0.02, y: red.y } },
      stepped,
      false,
    ],
    ["the effect does not play", { ...on, effect: "candle" }, on, full, false],
    ["an effect still plays", on, { ...on, effect: "candle" }, full, false],
  ])("%s", (_what, desired, reported, lamp, expected) => {
    expect(confirms(desired, reported, lamp)).toBe(expected);
  });
});
