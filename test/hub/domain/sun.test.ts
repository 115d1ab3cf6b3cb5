import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CivilDate, dateOfDay, dayNumber } from "../../../hub/domain/civil.ts";
import { RangeViolation } from "../../../hub/domain/errors.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { Sun } from "../../../hub/domain/sun.ts";
import { type SunEvent, type SunEventKind, sunEventNames } from "../../../hub/domain/sun-event.ts";
import { Days, Instant, later } from "../../../hub/domain/units.ts";
import { date, instant, sunAt } from "../../support/places.ts";
import { size } from "../../support/size.ts";

interface Row {
  readonly latitude: number;
  readonly longitude: number;
  readonly zone: string;
  readonly day: CivilDate;
  readonly event: string;
  readonly at: Instant | undefined;
  readonly isTable: boolean;
  readonly solarDate: string;
  readonly secondsPerArcminute: number;
  readonly note: string;
}

const rows: readonly Row[] = readFileSync("test/vectors/sun.csv", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("lat,"))
  .map((line) => {
    const [
      latitude,
      longitude,
      zone = "",
      day = "",
      event = "",
      time = "",
      source,
      solarDate = "",
      rate,
      note,
    ] = line.split(",");
    return {
      latitude: Number(latitude),
      longitude: Number(longitude),
      zone,
      day: date(day),
      event,
      at: time === "none" ? undefined : instant(time),
      isTable: source !== "erfa",
      solarDate,
      secondsPerArcminute: Number(rate),
      note: note ?? "",
    };
  });

const isGrazing = ({ note }: Row): boolean => Number(/grazing-([\d.]+)/.exec(note)?.[1] ?? 99) < 0.3;

const labelOf = (row: Row): string => `${row.latitude},${row.longitude} ${row.day} ${row.event} ${row.note}`;

const sunOf = ({ latitude, longitude, zone }: Row): Sun => sunAt(latitude, longitude, zone);

const nearest = (row: Row, at: Instant): SunEvent | undefined =>
  sunOf(row)
    .eventsOfCivilDay(row.day)
    .filter(({ kind }) => kind === row.event)
    .sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];

const errorMs = (row: Row): number =>
  row.at === undefined ? Number.NaN : Math.abs((nearest(row, row.at)?.at ?? Number.NaN) - row.at);

const toleranceMs = ({ isTable, latitude, secondsPerArcminute }: Row): number => {
  if (isTable) return Math.abs(latitude) < 62 ? 35_000 : 90_000;
  return 5_000 + 200 * secondsPerArcminute;
};

const happening = rows.filter(({ at }) => at !== undefined);

describe("the reference", () => {
  test("has all its rows", () => {
    expect(rows).toHaveLength(582);
    expect(happening).toHaveLength(546);
  });

  test("every event is within 5 s + 0.2 s for each second per arcminute, or its table's rounding", () => {
    expect(happening.filter((row) => !(errorMs(row) <= toleranceMs(row))).map(labelOf)).toEqual([]);
  });

  test("an event is there in a civil day as often as the sun does it then", () => {
    const keyOf = ({ latitude, longitude, zone, day, event }: Row) =>
      [latitude, longitude, zone, day, event].join();
    const groups = Map.groupBy(
      rows.filter((row) => !isGrazing(row)),
      keyOf,
    );
    const wrong = [...groups.values()].filter((group) => {
      const [row] = group;
      const expected = group.filter(({ at }) => at !== undefined).length;
      // Of a day's several events a table prints each, but the file holds some of them.
      return row !== undefined && !row.isTable && countOf(row) !== expected;
    });
    expect(groups.size).toBeGreaterThan(500);
    expect(wrong.map(([row]) => row && labelOf(row))).toEqual([]);
  });

  test("an event belongs to the solar day that the reference gives it", () => {
    const wrong = happening.filter(
      (row) => !row.isTable && nearest(row, row.at as Instant)?.solarDate !== row.solarDate,
    );
    expect(wrong.map(labelOf)).toEqual([]);
  });

  test("half of the events below 65 degrees are within 1.5 s", () => {
    const errors = happening
      .filter((row) => !row.isTable && Math.abs(row.latitude) < 65)
      .map(errorMs)
      .sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(400);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(1_500);
  });
});

const countOf = (row: Row): number =>
  sunOf(row)
    .eventsOfCivilDay(row.day)
    .filter(({ kind }) => kind === row.event).length;

/** Anywhere, any day of half a century. */
const latitudes = fc.double({ min: -90, max: 90, noNaN: true });
const longitudes = fc.double({ min: -180, max: 180, noNaN: true });
const days = fc.integer({ min: dayNumber(date("1995-01-01")), max: dayNumber(date("2044-12-31")) });
/** With the solar noon near that of the clocks, so that no contradiction of place and zone is tested here. */
const zoneFor = (longitude: number): string => {
  const hours = Math.round(longitude / 15);
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
};
const elevations = fc.double({ min: -30, max: 60, noNaN: true }).map((elevation) => elevation as Degrees);
const runs = { numRuns: size(300, 10_000) };

describe("an event", () => {
  test("is the first millisecond on the other side of its height, anywhere", () => {
    let seen = 0;
    fc.assert(
      fc.property(
        latitudes,
        longitudes,
        days,
        elevations,
        fc.constantFrom("rising" as const, "setting" as const),
        (latitude, longitude, day, elevation, direction) => {
          const sun = sunAt(latitude, longitude, zoneFor(longitude));
          const event = sun.eventOn({ elevation, direction }, dateOfDay(day));
          if (event === undefined) return;
          seen++;
          expect(Number.isInteger(event.at)).toBe(true);
          const isAbove = (at: number): boolean => sun.state(Instant(at)).elevation >= elevation - 1e-9;
          const isBelow = (at: number): boolean => sun.state(Instant(at)).elevation < elevation + 1e-9;
          const [before, after] = direction === "rising" ? [isBelow, isAbove] : [isAbove, isBelow];
          expect(before(event.at - 1)).toBe(true);
          expect(after(event.at)).toBe(true);
        },
      ),
      runs,
    );
    expect(seen).toBeGreaterThan(runs.numRuns / 4);
  });

  test("is missing only where the sun stays on one side from turn to turn", () => {
    fc.assert(
      fc.property(latitudes, longitudes, days, (latitude, longitude, day) => {
        const sun = sunAt(latitude, longitude, zoneFor(longitude));
        const solarDate = dateOfDay(day);
        const noon = sun.eventOn("solar_noon", solarDate);
        const midnight = sun.eventOn("solar_midnight", solarDate);
        if (noon === undefined || midnight === undefined) throw new Error("a day without noon or midnight");
        expect(noon.at - midnight.at).toBeGreaterThan(11.9 * 3_600_000);
        expect(noon.at - midnight.at).toBeLessThan(12.1 * 3_600_000);
        const [up, down] = [sun.state(noon.at).isUp, sun.state(midnight.at).isUp];
        // Next to the poles the height turns hours beside the culminations.
        if (Math.abs(latitude) > 88) return;
        expect(sun.eventOn("sunrise", solarDate) !== undefined || up === down).toBe(true);
      }),
      runs,
    );
  });

  test("comes in the order of time, each name once", () => {
    fc.assert(
      fc.property(latitudes, longitudes, days, (latitude, longitude, day) => {
        const events = sunAt(latitude, longitude, zoneFor(longitude)).eventsOfSolarDay(dateOfDay(day));
        expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b));
        expect(new Set(events.map(({ kind }) => kind)).size).toBe(events.length);
        expect(events.every(({ solarDate }) => solarDate === dateOfDay(day))).toBe(true);
        // Next to the poles the sun turns hours beside the culminations.
        if (Math.abs(latitude) < 88) expect(events[0]?.kind).toBe("solar_midnight");
      }),
      runs,
    );
  });

  test("names of one height are one instant; the blue hour is civil twilight's lower third", () => {
    const at = new Map(
      sunAt(52.52, 13.405, "Europe/Berlin")
        .eventsOfSolarDay(date("2026-03-20"))
        .map(({ kind, at }) => [kind, at]),
    );
    expect([...at.keys()]).toEqual([...sunEventNames].sort((a, b) => (at.get(a) ?? 0) - (at.get(b) ?? 0)));
    expect(at.get("blue_hour_morning_start")).toBe(at.get("civil_dawn"));
    expect(at.get("blue_hour_evening_end")).toBe(at.get("civil_dusk"));
  });
});

describe("next", () => {
  const kinds = fc.oneof(
    fc.constantFrom<SunEventKind>(...sunEventNames),
    fc.record({ elevation: elevations, direction: fc.constantFrom("rising" as const, "setting" as const) }),
  );

  test("walks through all events of a kind, one after the other, none left out", () => {
    fc.assert(
      fc.property(latitudes, longitudes, days, kinds, (latitude, longitude, day, kind) => {
        const sun = sunAt(latitude, longitude, zoneFor(longitude));
        const start = Instant(day * 86_400_000);
        const end = later(start, Days(20));
        const walked: number[] = [];
        for (let at: Instant | undefined = start; at !== undefined && at < end; ) {
          at = sun.next(kind, at)?.at;
          if (at !== undefined && at < end) walked.push(at);
        }
        const listed = Array.from({ length: 23 }, (_, index) => sun.eventOn(kind, dateOfDay(day - 1 + index)))
          .flatMap((event) => event?.at ?? [])
          .filter((at) => at > start && at < end);
        expect(walked).toEqual(listed);
      }),
      { numRuns: size(100, 3_000) },
    );
  });

  test("is strictly after", () => {
    const sun = sunAt(52.52, 13.405, "Europe/Berlin");
    const sunset = sun.eventOn("sunset", date("2026-06-21"));
    if (sunset === undefined) throw new Error("no sunset");
    expect(sun.next("sunset", Instant(sunset.at - 1))).toEqual(sunset);
    expect(sun.next("sunset", sunset.at)?.solarDate).toBe("2026-06-22");
  });

  test("finds the first sunset after a polar day, and none of a height the sun never has", () => {
    const tromso = sunAt(69.6492, 18.9553, "Europe/Oslo");
    expect(tromso.next("sunset", instant("2026-05-25T12:00:00Z"))?.solarDate).toBe("2026-07-25");
    expect(
      tromso.next({ elevation: 60 as Degrees, direction: "rising" }, instant("2026-01-01T00:00:00Z")),
    ).toBeUndefined();
  });
});

describe("where an event is missing", () => {
  const tromso = sunAt(69.6492, 18.9553, "Europe/Oslo");

  test("its limit in polar day is the midnight at its own end of the day", () => {
    const day = date("2026-06-21");
    expect(tromso.limitOn("sunrise", day)).toEqual(tromso.eventOn("solar_midnight", day));
    const midnightAfter = tromso.eventOn("solar_midnight", date("2026-06-22"));
    expect(tromso.limitOn("sunset", day)).toEqual({ ...midnightAfter, solarDate: day });
  });

  test("its limit in polar night is noon", () => {
    const day = date("2026-12-21");
    expect(tromso.limitOn("sunset", day)).toEqual(tromso.eventOn("solar_noon", day));
    expect(tromso.limitOn("sunrise", day)).toEqual(tromso.eventOn("solar_noon", day));
  });

  test("a rule that falls back on the limit does not jump when the event vanishes", () => {
    const days = Array.from({ length: 365 }, (_, index) => dateOfDay(dayNumber(date("2026-01-01")) + index));
    const times = days.map(
      (day) => (tromso.eventOn("sunset", day) ?? tromso.limitOn("sunset", day))?.at ?? 0,
    );
    const steps = times.slice(1).map((at, index) => Math.abs(at - (times[index] ?? 0) - 86_400_000));
    expect(Math.max(...steps)).toBeLessThan(80 * 60_000);
  });
});

describe("state", () => {
  test("is up from sunrise to before sunset, rising to noon", () => {
    const sun = sunAt(52.52, 13.405, "Europe/Berlin");
    const day = date("2026-03-20");
    const at = (kind: SunEventKind): Instant => sun.eventOn(kind, day)?.at ?? Instant(0);
    expect(sun.state(at("sunrise"))).toMatchObject({ isUp: true, isRising: true });
    expect(sun.state(at("sunset"))).toMatchObject({ isUp: false, isRising: false });
    expect(sun.state(Instant(at("sunset") - 1)).isUp).toBe(true);
    expect(sun.state(at("sunset")).elevation).toBeCloseTo(-50 / 60, 5);
    expect(sun.state(Instant(at("solar_noon") + 60_000)).isRising).toBe(false);
  });
});

test.each([
  [Number.NaN, 0],
  [0, Number.NaN],
  [91, 0],
  [0, 181],
  [Number.POSITIVE_INFINITY, 0],
])("a position of %d, %d is refused", (latitude, longitude) => {
  expect(() => sunAt(latitude, longitude, "UTC")).toThrow(RangeViolation);
});

test("what was worked out before does not change an answer", () => {
  const fresh = (day: CivilDate) => sunAt(65.7, 25, "Europe/Helsinki").eventsOfSolarDay(day);
  const used = sunAt(65.7, 25, "Europe/Helsinki");
  const dates = Array.from({ length: 1_200 }, (_, index) => dateOfDay(20_000 + ((index * 37) % 1_200)));
  for (const day of dates) used.eventsOfSolarDay(day);
  for (const day of dates.slice(0, 60)) expect(used.eventsOfSolarDay(day)).toEqual(fresh(day));
});
