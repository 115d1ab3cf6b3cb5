import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CivilDate } from "../../../hub/domain/civil.ts";
import { addDays } from "../../../hub/domain/civil.ts";
import { type Position, positionAt } from "../../../hub/domain/place.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { drawVeil, type VeilLevel, veilEntropyBytes, veiledPosition } from "../../../hub/domain/veil.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { zoneAt } from "../../../scripts/bench/veil/study.ts";
import { kmBetween } from "../../../scripts/bench/veil/sun-attack.ts";
import { size } from "../../support/size.ts";

const random = fc
  .uint8Array({ minLength: veilEntropyBytes, maxLength: veilEntropyBytes })
  .map((bytes) => Buffer.from(bytes));
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const homeWithin = (most: number) =>
  fc.tuple(fc.double({ min: -most, max: most, noNaN: true }), longitude).map((at) => positionAt(...at));
const level = fc.constantFrom<VeilLevel>("coarse", "strong");

const draws = (count: number) => {
  const entropy = new SeededEntropy(new SeededRandom(5));
  return Array.from({ length: count }, () => drawVeil(entropy.bytes(veilEntropyBytes)));
};
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A whole year, or its solstices and equinoxes and the days in between. */
const days = Array.from({ length: size(24, 365) }, (_, index) =>
  addDays("2026-06-21" as CivilDate, Math.round((index * 365) / size(24, 365))),
);
const timesAt = (position: Position, zone: TimeZone): (number | undefined)[] => {
  const sun = new Sun(position, zone);
  return days.flatMap((day) => [sun.eventOn("sunrise", day)?.at, sun.eventOn("sunset", day)?.at]);
};
const minutesBetween = (a: number, b: number): number => Math.abs(a - b) / 60_000;

describe("the way from the home", () => {
  const home = positionAt(40, -3);
  const distances = (at: Position, wanted: VeilLevel) =>
    draws(4_000).map((secret) => kmBetween(at, veiledPosition(at, secret, wanted)));

  test("has a median of 100 km when coarse and 300 km when strong", () => {
    expect(median(distances(home, "coarse"))).toBeCloseTo(97, -1);
    expect(median(distances(home, "strong"))).toBeCloseTo(300, -2);
  });

  test("stays within the ellipse", () => {
    for (const { coarse, strong } of draws(4_000)) {
      expect(Math.hypot(coarse.north / 220, coarse.east / 60)).toBeLessThanOrEqual(1);
      expect(Math.hypot(strong.north, strong.east)).toBeLessThanOrEqual(424);
    }
  });

  test("is nothing when the veil is off", () => {
    const [secret] = draws(1);
    expect(secret && veiledPosition(home, secret, "off")).toEqual(home);
  });

  test("hangs on the secret alone: a home that moves by a kilometre moves the decoy by a kilometre", () => {
    fc.assert(
      fc.property(
        homeWithin(55),
        random,
        level,
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        (at, bytes, wanted, way) => {
          const secret = drawVeil(bytes);
          const shift = 1 / 111.2;
          const moved = positionAt(
            at.latitude + shift * Math.sin(way),
            Math.max(
              -180,
              Math.min(180, at.longitude + (shift * Math.cos(way)) / Math.cos((at.latitude * Math.PI) / 180)),
            ),
          );
          const expected = kmBetween(at, moved);
          const decoyMoved = kmBetween(
            veiledPosition(at, secret, wanted),
            veiledPosition(moved, secret, wanted),
          );
          expect(Math.abs(decoyMoved - expected)).toBeLessThan(0.2);
        },
      ),
      { numRuns: size(200, 5_000) },
    );
  });

  test("of one level says nothing about that of the other: whoever sees both cannot compute the home", () => {
    const solved = draws(500).map((secret) => {
      const [coarse, strong] = [
        veiledPosition(home, secret, "coarse"),
        veiledPosition(home, secret, "strong"),
      ];
      // What would give the home away, were the strong one the coarse one made longer.
      const north = ((strong.latitude - coarse.latitude) * 220) / (424 - 220);
      const east = ((strong.longitude - coarse.longitude) * 60) / (424 - 60);
      return kmBetween(home, positionAt(coarse.latitude - north, coarse.longitude - east));
    });
    expect(median(solved)).toBeGreaterThan(100);
  });
});

describe("what it costs", () => {
  test.each<[VeilLevel, number]>([
    ["coarse", 15],
    ["strong", 45],
  ])(
    "%s moves no sunrise and no sunset of a year by more than %i minutes, and gives or takes none",
    (wanted, most) => {
      fc.assert(
        fc.property(homeWithin(65), random, (home, bytes) => {
          const zone = TimeZone.of(zoneAt(home.longitude));
          const decoy = timesAt(veiledPosition(home, drawVeil(bytes), wanted), zone);
          for (const [index, at] of timesAt(home, zone).entries()) {
            const moved = decoy[index];
            expect(at === undefined).toBe(false);
            expect(moved === undefined).toBe(false);
            expect(minutesBetween(at ?? 0, moved ?? 0)).toBeLessThan(most + 0.5);
          }
        }),
        { numRuns: size(60, 1_000) },
      );
    },
  );

  test("where the sun does not set every day the latitude stays as it is", () => {
    const polar = fc.tuple(fc.double({ min: 65.01, max: 90, noNaN: true }), longitude, fc.boolean());
    fc.assert(
      fc.property(polar, random, level, ([latitude, at, isSouth], bytes, wanted) => {
        const home = positionAt(isSouth ? -latitude : latitude, at);
        expect(veiledPosition(home, drawVeil(bytes), wanted).latitude).toBe(home.latitude);
      }),
    );
  });
});

test("the decoy is a position, wherever the home is", () => {
  fc.assert(
    fc.property(homeWithin(90), random, level, (home, bytes, wanted) => {
      const { latitude, longitude } = veiledPosition(home, drawVeil(bytes), wanted);
      expect(() => positionAt(latitude, longitude)).not.toThrow();
    }),
  );
});
