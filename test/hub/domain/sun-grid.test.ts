import { Body, Observer, SearchAltitude } from "astronomy-engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { Sun } from "../../../hub/domain/sun.ts";
import type { SunEventName } from "../../../hub/domain/sun-event.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { type Crossing, Ephemeris } from "../../support/ephemeris.ts";
import { sunAt } from "../../support/places.ts";
import { isLong } from "../../support/size.ts";

/**
 * Two years everywhere, against an ephemeris that shares nothing with ours. Dense where the sun grazes the horizon.
 * `npm test` takes one of the four longitudes; all share latitudes and days.
 */
const latitudes = [
  -78, -70, -67, -66, -64, -60, -52, -45, -34, -23, -10, 0, 10, 23, 34, 40, 45, 48, 51, 54, 57, 58, 60, 61.5,
  63, 64, 65, 65.8, 66.3, 66.8, 67.6, 69, 70, 78,
];
const longitudes = isLong ? [-172.5, -95.3, 12.4, 141.7] : [12.4];
const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];

const kinds: readonly (readonly [number, SunEventName, SunEventName])[] = [
  [-50 / 60, "sunrise", "sunset"],
  [-6, "civil_dawn", "civil_dusk"],
  [-12, "nautical_dawn", "nautical_dusk"],
  [-18, "astronomical_dawn", "astronomical_dusk"],
];

let ephemeris: Ephemeris;
beforeAll(() => {
  ephemeris = new Ephemeris(from - 2 * 86_400_000, to + 2 * 86_400_000);
});

const ourEvents = (sun: Sun, name: SunEventName): number[] => {
  const events: number[] = [];
  for (let at = sun.next(name, Instant(from))?.at; at !== undefined && at < to; at = sun.next(name, at)?.at) {
    events.push(at);
  }
  return events;
};

/** What can be told apart: nearer than this the two ephemerides may differ on whether the sun passes. */
const clear = 0.5;

interface Comparison {
  crossings: number;
  readonly missed: string[];
  readonly invented: string[];
  readonly far: string[];
  readonly errorsMs: number[];
}

const textOf = (latitude: number, name: string, at: number): string =>
  `${latitude} ${name} ${new Date(at).toISOString()}`;

/** Events of one kind come a day apart, so the nearest within 45 minutes is the same one. */
const compare = (
  latitude: number,
  name: SunEventName,
  ours: readonly number[],
  theirs: readonly Crossing[],
  isGrazing: (at: number) => boolean,
  into: Comparison,
): void => {
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 45 * 60_000;
  let next = 0;
  for (const { at, clearance, secondsPerArcminute } of theirs) {
    while ((ours[next] ?? Number.POSITIVE_INFINITY) < at && !isNear(ours[next] ?? 0, at)) next++;
    const event = ours[next];
    if (clearance <= clear) continue;
    into.crossings++;
    if (event === undefined || !isNear(event, at)) into.missed.push(textOf(latitude, name, at));
    else {
      const errorMs = Math.abs(event - at);
      if (errorMs > 5_000 + 200 * secondsPerArcminute)
        into.far.push(`${textOf(latitude, name, at)} ${errorMs} ms`);
      if (Math.abs(latitude) < 65) into.errorsMs.push(errorMs);
    }
  }
  let known = 0;
  for (const event of ours) {
    while ((theirs[known]?.at ?? Number.POSITIVE_INFINITY) < event - 45 * 60_000) known++;
    const isKnown = isNear(theirs[known]?.at ?? 0, event);
    if (!isKnown && !isGrazing(event)) into.invented.push(textOf(latitude, name, event));
  }
};

const compareAt = (latitude: number, longitude: number, into: Comparison): void => {
  const sun = sunAt(latitude, longitude, "UTC");
  const turns = ephemeris.turns(latitude, longitude, from - 86_400_000, to + 86_400_000);
  for (const [height, dawn, dusk] of kinds) {
    const crossings = ephemeris
      .crossings(latitude, longitude, turns, height)
      .filter(({ at }) => at > from && at < to);
    const grazing = turns.filter(
      ({ elevation }) => Math.abs((elevation * 180) / Math.PI - height) * 60 <= clear,
    );
    const isGrazing = (at: number): boolean =>
      grazing.some((turn) => Math.abs(turn.at - at) < 13 * 3_600_000);
    for (const [name, direction] of [
      [dawn, "rising"],
      [dusk, "setting"],
    ] as const) {
      const theirs = crossings.filter((crossing) => crossing.direction === direction);
      compare(latitude, name, ourEvents(sun, name), theirs, isGrazing, into);
    }
  }
};

describe("against an independent ephemeris", () => {
  test.each(longitudes)(
    "two years at 34 latitudes along %d degrees: no event missed, none invented, all in time",
    { timeout: 120_000 },
    (longitude) => {
      const found: Comparison = { crossings: 0, missed: [], invented: [], far: [], errorsMs: [] };
      for (const latitude of latitudes) compareAt(latitude, longitude, found);
      expect(latitudes).toHaveLength(34);
      expect(found.crossings).toBeGreaterThan(150_000);
      expect(found).toMatchObject({ missed: [], invented: [], far: [] });
      const errors = found.errorsMs.sort((a, b) => a - b);
      expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(1_500);
    },
  );

  test("astronomy-engine's own search agrees, once its parallax is taken out", () => {
    // It sees the sun from the surface: 8.794" of horizontal parallax lower than from the centre of the earth.
    const topocentric = (height: number): number =>
      height - (8.794 / 3_600) * Math.cos((height * Math.PI) / 180);
    for (const latitude of latitudes.filter((each) => Math.abs(each) < 58)) {
      const sun = sunAt(latitude, 12.4, "UTC");
      const observer = new Observer(latitude, 12.4, 0);
      for (const [height, dawn, dusk] of kinds.slice(0, 1)) {
        for (const [name, direction] of [
          [dawn, 1],
          [dusk, -1],
        ] as const) {
          for (const start of [Date.UTC(2026, 2, 20), Date.UTC(2026, 5, 21), Date.UTC(2027, 11, 21)]) {
            const theirs = SearchAltitude(
              Body.Sun,
              observer,
              direction,
              new Date(start),
              2,
              topocentric(height),
            );
            const ours = sun.next(name, Instant(start));
            expect(Math.abs((ours?.at ?? 0) - (theirs?.date.getTime() ?? 0))).toBeLessThan(5_000);
          }
        }
      }
    }
  });
});
