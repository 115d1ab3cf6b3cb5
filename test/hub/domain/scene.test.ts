import { describe, expect, test } from "vitest";
import { gamuts } from "../../../hub/domain/color.ts";
import type { Palette, Scene } from "../../../hub/domain/home.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import type { LightCapabilities, LightState } from "../../../hub/domain/light.ts";
import {
  captureScene,
  matchesScene,
  paletteOffset,
  paletteState,
  sceneState,
} from "../../../hub/domain/scene.ts";
import { Mireds, Percent, Seconds } from "../../../hub/domain/units.ts";

const hall = "l-aaaaaaaaaaaa" as LampId;
const desk = "l-bbbbbbbbbbbb" as LampId;
const dimmable: LightCapabilities = { brightness: { min: Percent(1) } };
const colorful: LightCapabilities = { ...dimmable, color: { gamut: gamuts.C } };
const dim: LightState = { on: true, brightness: Percent(10) };
const red: LightState = { on: true, brightness: Percent(50), color: gamuts.C.red };
const scene: Scene = {
  id: "sc-aaaaaaaaaaaa" as Scene["id"],
  name: "evening",
  room: null,
  states: captureScene([
    [hall, dim],
    [desk, red],
  ]),
};

describe("a scene", () => {
  test("keeps the lamps as they are when it is captured", () => {
    expect(scene.states).toEqual({ [hall]: dim, [desk]: red });
    expect(scene.states[hall]).not.toBe(dim);
  });

  test("gives each lamp what it can show, and leaves others alone", () => {
    expect(sceneState(scene, desk, dimmable)).toEqual({ on: true, brightness: 50 });
    expect(sceneState(scene, "l-cccccccccccc" as LampId, dimmable)).toBeUndefined();
  });

  test("is active when every lamp of it that still exists shows it", () => {
    const showing = (lamps: [LampId, LightState][]) =>
      matchesScene(scene, new Map(lamps.map(([id, state]) => [id, { state, capabilities: colorful }])));
    expect(
      showing([
        [hall, dim],
        [desk, red],
      ]),
    ).toBe(true);
    expect(showing([[hall, dim]])).toBe(true);
    expect(
      showing([
        [hall, dim],
        [desk, dim],
      ]),
    ).toBe(false);
    expect(showing([])).toBe(false);
  });
});

describe("a palette", () => {
  const palette: Palette = {
    colors: [
      { brightness: Percent(20), colorTemperature: Mireds(400) },
      { brightness: Percent(60), colorTemperature: Mireds(200) },
      { brightness: Percent(40), color: gamuts.C.red },
    ],
    period: Seconds(60),
  };

  test("shows each stop in turn and comes back to the first", () => {
    expect(paletteState(palette, 0)).toEqual({ on: true, brightness: 20, colorTemperature: 400 });
    expect(paletteState(palette, 1 / 6)).toEqual({ on: true, brightness: 40, colorTemperature: 300 });
    expect(paletteState(palette, 2 / 3)).toEqual({ on: true, brightness: 40, color: gamuts.C.red });
    expect(paletteState(palette, 1)).toEqual(paletteState(palette, 0));
    expect(paletteState(palette, -1 / 3)).toEqual(paletteState(palette, 2 / 3));
  });

  test("moves without jumps", () => {
    for (let phase = 0; phase < 1; phase += 0.001) {
      const step = paletteState(palette, phase + 0.001).brightness - paletteState(palette, phase).brightness;
      expect(Math.abs(step)).toBeLessThan(0.2);
    }
  });

  test("a colour wins over a white beside it, a bare stop is its level, no stop is plain light", () => {
    const both = { brightness: Percent(10), color: gamuts.C.red, colorTemperature: Mireds(300) };
    expect(paletteState({ ...palette, colors: [both] }, 0.5)).toEqual({
      on: true,
      brightness: 10,
      color: expect.anything(),
    });
    expect(paletteState({ ...palette, colors: [{ brightness: Percent(10) }] }, 0.5)).toEqual({
      on: true,
      brightness: 10,
    });
    expect(paletteState({ ...palette, colors: [] }, 0.5)).toEqual({ on: true, brightness: 100 });
  });

  test("lamps are spread over it evenly", () => {
    expect([0, 1, 2, 3].map((index) => paletteOffset(index, 4))).toEqual([0, 0.25, 0.5, 0.75]);
    expect(paletteOffset(5, 4)).toBe(0.25);
    expect(paletteOffset(0, 0)).toBe(0);
  });
});
