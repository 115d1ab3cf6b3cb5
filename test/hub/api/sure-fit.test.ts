import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { type SchemaName, schemas } from "../../../hub/api/schemas/schemas.ts";
import { surelyFits } from "../../../hub/api/sure-fit.ts";

const names = Object.keys(schemas) as SchemaName[];

const values = [
  ...[true, false, null, undefined, "", "toggle", "reported", "on", "seen", "2026-01-01T00:00:00.000Z"],
  ...[-1e300, -101, -1, 0, 0.5, 1, 20, 100, 100.1, 6_553, 20_000, 1e6, 1e300],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5n, {}, [], [1], { x: 0.3, y: 0.3 }],
];

/** Any of the schema's own fields, and at times one of nobody's, each with any of the values. */
const valuesFor = (name: SchemaName): fc.Arbitrary<unknown> => {
  const { def } = (schemas[name]() as z.core.$ZodTypes)._zod;
  const fields = def.type === "object" ? Object.keys(def.shape) : [];
  const value = fc.oneof(fc.constantFrom<unknown>(...values), fc.double());
  const own = fc.dictionary(fc.constantFrom(...fields, "nobodys"), value, { noNullPrototype: true });
  return fc.oneof({ weight: 9, arbitrary: own }, { weight: 1, arbitrary: value });
};

describe("what surely fits, the schema takes as it is", () => {
  test.each(names)("%s", (name) => {
    fc.assert(
      fc.property(valuesFor(name), (value) => {
        if (!surelyFits(name, value)) return;
        expect(schemas[name]().safeParse(value)).toEqual({ success: true, data: value });
      }),
      { numRuns: name === "LightCommand" || name === "Wait" ? 5_000 : 200 },
    );
  });
});

test.each([
  ["LightCommand", { on: true, brightness: 50, transition: 0 }, true],
  ["LightCommand", { on: "toggle" }, true],
  ["LightCommand", { hue: 120, saturation: 100 }, true],
  ["LightCommand", {}, true],
  ["LightCommand", { hue: 120 }, false],
  ["LightCommand", { brightness: 100.1 }, false],
  ["LightCommand", { on: true, wish: 1 }, false],
  ["LightCommand", [], false],
  ["LightCommand", { effect: "rainbow" }, false],
  ["Wait", { wait: "reported", timeout: 2 }, true],
  ["Wait", { wait: "forever" }, false],
  ["LightState", { brightness: 50 }, false],
  ["LightState", { on: true, brightness: 50 }, true],
] as const)("%s: %j is seen at a glance: %s", (name, value, isSure) => {
  expect(surelyFits(name, value)).toBe(isSure);
});
