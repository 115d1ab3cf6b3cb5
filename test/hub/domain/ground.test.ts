import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as errors from "../../../hub/domain/errors.ts";
import {
  type IdKind,
  idEntropyBytes,
  idFrom,
  idPrefixes,
  isDeviceId,
  isId,
  parseId,
} from "../../../hub/domain/ids.ts";
import * as units from "../../../hub/domain/units.ts";

const kinds = Object.keys(idPrefixes) as IdKind[];

describe("errors", () => {
  type Thrown = new (message: string, context?: errors.ErrorContext) => errors.HubError;
  const concrete = Object.entries(errors).filter(
    ([name]) => !["HubError", "CallerError", "WorldError"].includes(name),
  ) as unknown as [string, Thrown][];
  const thrown = concrete.map(([name, Kind]) => [name, new Kind("say what to do", { count: 3 })] as const);

  test("each has its own code, in snake case", () => {
    const codes = thrown.map(([, error]) => error.code);
    expect(codes.length).toBeGreaterThan(8);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test.each(thrown)("%s names itself, its family and the status an API answers with", (name, error) => {
    expect(error.name).toBe(name);
    expect(error.context).toEqual({ count: 3 });
    const [least, most] = error.family === "caller" ? [400, 499] : [500, 599];
    expect(error.status).toBeGreaterThanOrEqual(least);
    expect(error.status).toBeLessThanOrEqual(most);
  });

  test("a cause is kept and a context is optional", () => {
    const cause = new RangeError("disk");
    expect(new errors.TimedOut("again", {}, { cause }).cause).toBe(cause);
    expect(new errors.NotFound("nothing").context).toEqual({});
  });
});

describe("units", () => {
  test.each([
    ["Percent", units.Percent, 0, 100],
    ["Mireds", units.Mireds, 1, 1e6],
    ["Kelvin", units.Kelvin, 1, 1e6],
    ["Instant", units.Instant, -8.64e15, 8.64e15],
    ["Millis", units.Millis, 0, Number.MAX_SAFE_INTEGER],
  ])("%s takes its range and nothing else", (_name, make, min, max) => {
    expect(make(min)).toBe(min);
    expect(make(max)).toBe(max);
    const beyond = Math.max(1, Math.abs(max) * 1e-3);
    for (const wrong of [min - beyond, max + beyond, Number.NaN, Infinity, -Infinity]) {
      expect(() => make(wrong)).toThrow(errors.RangeViolation);
    }
  });

  test("durations add up", () => {
    expect(units.Days(1)).toBe(units.Hours(24));
    expect(units.Hours(1)).toBe(units.Minutes(60));
    expect(units.Minutes(1)).toBe(units.Seconds(60));
    expect(units.toSeconds(units.Seconds(2.5))).toBe(2.5);
    expect(units.later(units.Instant(10), units.Seconds(1))).toBe(1_010);
  });

  test("kelvin and mireds are each other's inverse", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), (kelvin) => {
        const mireds = units.miredsOf(units.Kelvin(kelvin));
        expect(units.kelvinOf(mireds) / kelvin).toBeCloseTo(1, 9);
      }),
    );
  });

  test("clamp gives the nearest value inside", () => {
    expect([-1, 5, 11].map((value) => units.clamp(value, 0, 10))).toEqual([0, 5, 10]);
  });
});

describe("ids", () => {
  const bytes = fc.uint8Array({ minLength: idEntropyBytes, maxLength: 32 });

  test("say what they name, and only that", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), bytes, (kind, random) => {
        const id = idFrom(kind, random);
        expect(id).toMatch(/^[a-z]{1,2}-[a-z2-7]{12}$/);
        expect(kinds.filter((other) => isId(other, id))).toEqual([kind]);
        expect(parseId(kind, id)).toBe(id);
        expect(isDeviceId(id)).toBe(kind === "lamp" || kind === "sensor");
      }),
    );
  });

  test("five bits of each byte count", () => {
    const ids = Array.from({ length: 32 }, (_, low) => idFrom("lamp", new Uint8Array(12).fill(low)));
    expect(new Set(ids).size).toBe(32);
  });

  test("noise is refused", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...kinds), (text, kind) => {
        fc.pre(!isId(kind, text));
        expect(() => parseId(kind, text)).toThrow(errors.InvalidInput);
      }),
    );
    for (const near of [
      "l-aaaaaaaaaaa",
      "l-aaaaaaaaaaaaa",
      "l-aaaaaaaaaaa1",
      "L-aaaaaaaaaaaa",
      "l-aaaaaaaaaaaa\n",
    ]) {
      expect(() => parseId("lamp", near)).toThrow(errors.InvalidInput);
    }
  });
});
