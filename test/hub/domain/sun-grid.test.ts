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
const msPerDay = 86_400_000;
const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];

const kinds: readonly (readonly [number, SunEventName, SunEventName])[] = [
  [-50 / 60, "sunrise", "sunset"],
  [-6, "civil_dawn", "civil_dusk"],
  [-12, "nautical_dawn", "nautical_dusk"],
  [-18, "astronomical_dawn", "astronomical_dusk"],
];

let ephemeris: Ephemeris;
beforeAll(() => {
  ephemeris = new Ephemeris(from - 2 * msPerDay, to + 2 * msPerDay);
});

const ourEvents = (sun: Sun, name: SunEventName): number[] => {
  const events: number[] = [];
  for (let at = sun.next(name, Instant(from))?.at; at !== undefined && at < to; at = sun.next(name, at)?.at) {
    events.push(at);
  }
  return events;
};

/** Arcminutes. Where the sun turns nearer to a height than this, the two suns may differ on whether it passes. */
const clear = 0.5;
/** How far the height of the sun may be off at an event, arcminutes. */
const mostHeightError = 0.75;
/** Seconds per arcminute; slower than this the sun grazes, and seconds mean little. */
const slowest = 60;

interface Comparison {
  crossings: number;
  readonly missed: string[];
  readonly invented: string[];
  readonly far: string[];
  readonly errorsMs: number[];
}

/** One kind of event at one place: ours, theirs, and how their sun stood, arcminutes from the height. */
interface Case {
  readonly latitude: number;
  readonly name: SunEventName;
  readonly ours: readonly number[];
  readonly theirs: readonly Crossing[];
  heightError(at: number): number;
  /** Whether the sun turns next to the height at the one side of the event or the other. */
  isGrazing(at: number): boolean;
}

const textOf = ({ latitude, name }: Case, at: number): string =>
  `${latitude} ${name} ${new Date(at).toISOString()}`;

/** Events of one kind come about a day apart: within three quarters of an hour it is the same one. */
const isSame = (a: number | undefined, b: number | undefined): boolean =>
  a !== undefined && b !== undefined && Math.abs(a - b) < 45 * 60_000;

/** For each of the first the same one of the second; both in order. */
const matched = (events: readonly number[], others: readonly number[]): (number | undefined)[] => {
  let next = 0;
  return events.map((event) => {
    while ((others[next] ?? event) < event && !isSame(others[next], event)) next++;
    return isSame(others[next], event) ? others[next] : undefined;
  });
};

const isFar = (each: Case, { at, secondsPerArcminute }: Crossing, event: number): boolean =>
  each.heightError(event) > mostHeightError ||
  (secondsPerArcminute <= slowest && Math.abs(event - at) > 5_000 + 200 * secondsPerArcminute);

const compare = (each: Case, into: Comparison): void => {
  const theirTimes = each.theirs.map(({ at }) => at);
  const found = matched(theirTimes, each.ours);
  for (const [index, crossing] of each.theirs.entries()) {
    if (crossing.clearance <= clear) continue;
    into.crossings++;
    const event = found[index];
    if (event === undefined) into.missed.push(textOf(each, crossing.at));
    else if (isFar(each, crossing, event)) into.far.push(textOf(each, event));
    if (event !== undefined && Math.abs(each.latitude) < 65)
      into.errorsMs.push(Math.abs(event - crossing.at));
  }
  const known = matched(each.ours, theirTimes);
  const unknown = each.ours.filter((event, index) => known[index] === undefined && !each.isGrazing(event));
  into.invented.push(...unknown.map((event) => textOf(each, event)));
};

const compareAt = (latitude: number, longitude: number, into: Comparison): void => {
  const sun = sunAt(latitude, longitude, "UTC");
  const turns = ephemeris.turns(latitude, longitude, from - msPerDay, to + msPerDay);
  for (const [height, dawn, dusk] of kinds) {
    const arcminutesOff = (elevation: number): number => Math.abs((elevation * 180) / Math.PI - height) * 60;
    const grazing = turns.filter(({ elevation }) => arcminutesOff(elevation) <= clear);
    const crossings = ephemeris.crossings(latitude, longitude, turns, height);
    const compareKind = (name: SunEventName, direction: Crossing["direction"]): void => {
      const theirs = crossings.filter(
        (crossing) => crossing.direction === direction && crossing.at > from && crossing.at < to,
      );
      const each: Case = {
        latitude,
        name,
        ours: ourEvents(sun, name),
        theirs,
        heightError: (at) => arcminutesOff(ephemeris.elevation(at, latitude, longitude)),
        isGrazing: (at) => grazing.some((turn) => Math.abs(turn.at - at) < 13 * 3_600_000),
      };
      compare(each, into);
    };
    compareKind(dawn, "rising");
    compareKind(dusk, "setting");
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
