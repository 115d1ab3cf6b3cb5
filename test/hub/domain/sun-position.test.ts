import fc from "fast-check";
import { getPosition } from "suncalc";
import { describe, expect, test } from "vitest";
import { dateOfDay } from "../../../hub/domain/civil.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import { degrees, Observer } from "../../../hub/domain/sun-position.ts";
import { Ephemeris } from "../../support/ephemeris.ts";
import { position, sunAt } from "../../support/places.ts";
import { size } from "../../support/size.ts";

const latitudes = fc.double({ min: -89.9, max: 89.9, noNaN: true });
const longitudes = fc.double({ min: -180, max: 180, noNaN: true });
const instants = fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2050, 0, 1) });

describe("a sighting", () => {
  test("is geometric: as high as the sun is low at the antipodes", () => {
    fc.assert(
      fc.property(latitudes, longitudes, instants, (latitude, longitude, at) => {
        const here = new Observer(position(latitude, longitude)).sight(at);
        const antipode = position(-latitude, longitude > 0 ? longitude - 180 : longitude + 180);
        const there = new Observer(antipode).sight(at);
        expect(Math.abs(degrees(here.elevationRad + there.elevationRad))).toBeLessThan(1e-7);
        expect(here.declinationRad).toBeCloseTo(there.declinationRad, 8);
      }),
      { numRuns: size(1_000, 100_000) },
    );
  });

  test("is within 0.015 degrees of an independent ephemeris for a century", () => {
    fc.assert(
      fc.property(latitudes, longitudes, instants, (latitude, longitude, at) => {
        const ours = new Observer(position(latitude, longitude)).sight(at).elevationRad;
        const theirs = new Ephemeris(at, at).elevation(at, latitude, longitude);
        expect(Math.abs(degrees(ours - theirs))).toBeLessThan(0.015);
      }),
      { numRuns: size(200, 20_000) },
    );
  });
});

describe("refraction", () => {
  /** What suncalc shows above the geometric height when the sun passes it, degrees, over a year at several places. */
  const added = (elevation: number): readonly number[] =>
    [-33.9, 0.3, 40.7, 59.9].flatMap((latitude) =>
      Array.from({ length: 73 }, (_, index) => dateOfDay(20_454 + index * 5)).flatMap((day) => {
        const height = { elevation: elevation as Degrees, direction: "setting" as const };
        const event = sunAt(latitude, 20, "UTC").eventOn(height, day);
        return event === undefined
          ? []
          : [getPosition(new Date(event.at), latitude, 20).altitude - elevation];
      }),
    );

  test.each([0, -50 / 60, -4, -6, -12, -18])("suncalc adds the same 0.4840 degrees to %d", (elevation) => {
    const found = added(elevation);
    expect(found.length).toBeGreaterThan(200);
    // A second of arc more or less: how far the sun moves in the millisecond of an event.
    for (const each of found) expect(each).toBeCloseTo(0.484, 4);
  });

  test("above the horizon it shrinks: to 0.14 degrees at 6, where the golden hour ends", () => {
    const found = added(6);
    expect(found.length).toBeGreaterThan(200);
    for (const each of found) expect(each).toBeCloseTo(0.142, 2);
  });
});
