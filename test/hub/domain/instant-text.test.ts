import fc from "fast-check";
import { expect, test } from "vitest";
import { isoText } from "../../../hub/domain/instant-text.ts";
import { Instant } from "../../../hub/domain/units.ts";

test("an instant is written as ECMAScript writes dates, in every year there is", () => {
  fc.assert(
    fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (at) => {
      expect(isoText(Instant(at))).toBe(new Date(at).toISOString());
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
      expect(isoText(Instant(at))).toBe(new Date(at).toISOString());
    }),
  );
});
