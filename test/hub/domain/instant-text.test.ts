import fc from "fast-check";
import { expect, test } from "vitest";
import { isoText, parseInstant } from "../../../hub/domain/instant-text.ts";
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

test("what is written is read again, and what is no instant in UTC is refused", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e14 }), (at) => {
      expect(parseInstant(isoText(Instant(at)))).toBe(at);
    }),
  );
  expect(parseInstant("1970-01-01T00:01Z")).toBe(60_000);
  expect(parseInstant("1970-01-01T00:00:01.5Z")).toBe(1_500);
  for (const text of ["noon", "2026-02-30T00:00:00Z", "2026-06-21T20:00:00", "2026-06-21T24:00:00Z"]) {
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  }
});
