import fc from "fast-check";
import { gamuts } from "../../../hub/domain/color.ts";
import type { LightCapabilities, LightCommand, LightState, Xy } from "../../../hub/domain/light.ts";
import { Millis, Mireds, Percent } from "../../../hub/domain/units.ts";

const unit = (min: number, max: number) => fc.double({ min, max, noNaN: true });

export const xys: fc.Arbitrary<Xy> = fc.record({ x: unit(0, 1), y: unit(0, 1) });
const levels = unit(0, 100).map(Percent);
const whites = unit(50, 1_200).map(Mireds);

/** Lamps of every kind: plug, dimmable, tunable white, colour, both, with and without effects and own fades. */
export const lamps: fc.Arbitrary<LightCapabilities> = fc.record(
  {
    brightness: unit(0, 20).map((min) => ({ min: Percent(min) })),
    colorTemperature: fc
      .tuple(unit(100, 250), unit(251, 600))
      .map(([min, max]) => ({ min: Mireds(min), max: Mireds(max) })),
    color: fc.constantFrom(...Object.values(gamuts)).map((gamut) => ({ gamut })),
    effects: fc.constant(["candle", "party"]),
    transition: unit(0, 10_000).map((max) => ({ max: Millis(max) })),
  },
  { requiredKeys: [] },
);

const chromas = fc.oneof(
  fc.constant({}),
  xys.map((color) => ({ color })),
  whites.map((colorTemperature) => ({ colorTemperature })),
);

export const states: fc.Arbitrary<LightState> = fc
  .tuple(
    fc.record({ on: fc.boolean(), brightness: levels }),
    chromas,
    fc.constantFrom({}, { effect: "candle" }, { effect: "disco" }),
  )
  .map(([base, chroma, effect]) => ({ ...base, ...chroma, ...effect }));

export const commands: fc.Arbitrary<LightCommand> = fc
  .tuple(
    fc.record(
      {
        on: fc.constantFrom(true, false, "toggle" as const),
        brightness: fc.oneof(levels, fc.constant(Percent(0))),
        brightnessStep: unit(-100, 100),
        effect: fc.constantFrom("candle", "party", "disco", "none"),
        transition: unit(0, 20_000).map(Millis),
      },
      { requiredKeys: [] },
    ),
    chromas,
  )
  .map(([base, chroma]) => ({ ...base, ...chroma }));
