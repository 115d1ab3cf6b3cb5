import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { applyCommand, confirms } from "../../../hub/domain/apply-command.ts";
import type { LightCommand, LightState } from "../../../hub/domain/light.ts";
import { isReported, mergeReport, sameState } from "../../../hub/domain/report.ts";
import { Mireds, Percent } from "../../../hub/domain/units.ts";
import { isPartOf, partOf, suffices } from "../../../hub/lights/light-part.ts";

const bulb = profiles.find(({ id }) => id === "lampkeeper/color-bulb");
if (bulb?.kind !== "lamp") throw new Error("no bulb");
const { capabilities } = bulb;

const brightness = fc.constantFrom(Percent(10), Percent(40), Percent(80));
const colors = fc.constantFrom(
  {},
  { colorTemperature: Mireds(200) },
  { colorTemperature: Mireds(400) },
  { color: { x: 0.5, y: 0.4 } },
);
const effects = fc.constantFrom({}, { effect: "candle" });
const states: fc.Arbitrary<LightState> = fc
  .tuple(fc.boolean(), brightness, colors, effects)
  .map(([on, level, color, effect]) => ({ on, brightness: level, ...color, ...effect }));
const commands: fc.Arbitrary<LightCommand> = fc
  .tuple(
    fc.constantFrom({}, { on: true }, { on: false }),
    fc.oneof(fc.constant({}), fc.record({ brightness }), fc.constant({ brightnessStep: 10 })),
    colors,
    fc.constantFrom({}, { effect: "candle" }, { effect: "none" }),
  )
  .map((parts) => Object.assign({}, ...parts) as LightCommand);

describe("a part", () => {
  test("is part of the state it was taken from", () => {
    fc.assert(fc.property(states, commands, (state, asked) => isPartOf(partOf(state, asked), state)));
  });

  test("is enough for a lamp that showed what was desired before", () => {
    fc.assert(
      fc.property(states, commands, (before, asked) => {
        const { state } = applyCommand(before, asked, capabilities);
        expect(suffices(partOf(state, asked), before, state, capabilities)).toBe(true);
      }),
    );
  });

  test("is only called enough where the lamp then shows what is desired", () => {
    fc.assert(
      fc.property(states, states, commands, (before, shown, asked) => {
        const { state } = applyCommand(before, asked, capabilities);
        const part = partOf(state, asked);
        if (!suffices(part, shown, state, capabilities)) return;
        expect(confirms(state, mergeReport(shown, part), capabilities)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a report says a state where putting it together gives that state", () => {
  const parts = fc.tuple(
    states,
    fc.subarray(["on", "brightness", "color", "colorTemperature", "effect"] as const),
  );
  fc.assert(
    fc.property(states, parts, states, (known, [said, fields], state) => {
      const part = Object.fromEntries(
        Object.entries(said).filter(([field]) => fields.includes(field as "on")),
      );
      expect(isReported(known, part, state)).toBe(sameState(mergeReport(known, part), state));
    }),
    { numRuns: 5_000 },
  );
});
