import { Settings } from "luxon";
import { afterEach, describe, expect, test, vi } from "vitest";
import { addDays, dateOfDay, dayNumber, parseCivilDate, weekdayOf } from "../../../hub/domain/civil.ts";
import { InvalidInput, InvariantBroken } from "../../../hub/domain/errors.ts";
import type { Sun } from "../../../hub/domain/sun.ts";
import type { SunEventKind } from "../../../hub/domain/sun-event.ts";
import { Hours, Instant, later } from "../../../hub/domain/units.ts";
import { date, instant, sunAt, whenIn, zone } from "../../support/places.ts";

/** Days and places where sun or clocks do what nobody expects. What rules make of the rest (28 to 34) is tested with them. */

const suncalc = vi.hoisted(() => ({ isBroken: false }));

vi.mock("suncalc", async (original) => {
  const real = await original<typeof import("suncalc")>();
  const getPosition: typeof real.getPosition = (...args) =>
    suncalc.isBroken ? { altitude: Number.NaN, azimuth: Number.NaN } : real.getPosition(...args);
  return { ...real, getPosition };
});

const london = () => sunAt(51.5074, -0.1278, "Europe/London");
const tromso = () => sunAt(69.6492, 18.9553, "Europe/Oslo");
const fairbanks = () => sunAt(64.8378, -147.7164, "America/Anchorage");
const reykjavik = () => sunAt(64.1466, -21.9426, "Atlantic/Reykjavik");

/** Seconds between an event of a solar day and the reference. */
const secondsOff = (sun: Sun, kind: SunEventKind, solarDate: string, expected: string): number =>
  Math.abs((sun.eventOn(kind, date(solarDate))?.at ?? Number.NaN) - instant(expected)) / 1_000;

/** ISO 8601 to the second of events of a kind in a civil day. */
const inCivilDay = (sun: Sun, kind: SunEventKind, day: string): { at: number; solarDate: string }[] =>
  sun
    .eventsOfCivilDay(date(day))
    .filter((event) => event.kind === kind)
    .map(({ at, solarDate }) => ({ at, solarDate }));

/** 5 s, and a little more where an arcminute takes minutes. */
const near = (expected: string, seconds = 8) => ({
  asymmetricMatch: (at: unknown) =>
    typeof at === "number" && Math.abs(at - instant(expected)) <= seconds * 1_000,
  toString: () => `near ${expected}`,
});

describe("clocks", () => {
  afterEach(() => {
    Settings.now = () => Date.now();
  });

  test("edge case 1: 02:30 in the gap of Berlin is 03:30, once", () => {
    expect(whenIn("Europe/Berlin", "2026-03-29", "02:30")).toBe("2026-03-29T01:30:00Z");
    expect(zone("Europe/Berlin").civil(instant("2026-03-29T01:30:00Z")).time).toBe(3.5 * 3_600);
  });

  test("edge case 2: 02:30 in the overlap of Berlin is the first", () => {
    expect(whenIn("Europe/Berlin", "2026-10-25", "02:30")).toBe("2026-10-25T00:30:00Z");
  });

  test("edge case 3: New York's gap and overlap", () => {
    expect(whenIn("America/New_York", "2026-03-08", "02:30")).toBe("2026-03-08T07:30:00Z");
    expect(whenIn("America/New_York", "2026-11-01", "01:30")).toBe("2026-11-01T05:30:00Z");
  });

  test("edge case 4: the overlap of St John's, half an hour off everybody", () => {
    expect(whenIn("America/St_Johns", "2026-11-01", "01:30")).toBe("2026-11-01T04:00:00Z");
  });

  test("edge case 5: a gap of half an hour on Lord Howe", () => {
    expect(whenIn("Australia/Lord_Howe", "2026-10-04", "02:15")).toBe("2026-10-03T15:45:00Z");
  });

  test("edge case 6: an overlap of half an hour on Lord Howe", () => {
    expect(whenIn("Australia/Lord_Howe", "2026-04-05", "01:45")).toBe("2026-04-04T14:45:00Z");
  });

  test("edge case 7: gap and overlap in a zone of three quarters of an hour", () => {
    expect(whenIn("Pacific/Chatham", "2026-09-27", "03:00")).toBe("2026-09-26T14:15:00Z");
    expect(whenIn("Pacific/Chatham", "2026-04-05", "03:00")).toBe("2026-04-04T13:15:00Z");
  });

  test("edge case 8: days that begin with a gap", () => {
    expect(whenIn("Africa/Cairo", "2026-04-24", "00:00")).toBe("2026-04-23T22:00:00Z");
    expect(whenIn("America/Santiago", "2026-09-06", "00:30")).toBe("2026-09-06T04:30:00Z");
    expect(whenIn("Asia/Beirut", "2026-03-29", "00:15")).toBe("2026-03-28T22:15:00Z");
    expect(whenIn("America/Havana", "2026-03-08", "00:30")).toBe("2026-03-08T05:30:00Z");
    expect(zone("Africa/Cairo").civil(instant("2026-04-23T22:00:00Z"))).toMatchObject({
      date: "2026-04-24",
      time: 3_600,
    });
  });

  test("edge case 9: Nuuk's gap is before midnight", () => {
    expect(whenIn("America/Nuuk", "2026-03-28", "23:30")).toBe("2026-03-29T01:30:00Z");
  });

  test("edge case 10: Casablanca changes its clocks for Ramadan", () => {
    expect(whenIn("Africa/Casablanca", "2026-02-15", "02:30")).toBe("2026-02-15T01:30:00Z");
    expect(whenIn("Africa/Casablanca", "2026-03-22", "02:30")).toBe("2026-03-22T02:30:00Z");
  });

  test("edge case 11: Troll changes by two hours", () => {
    expect(whenIn("Antarctica/Troll", "2026-03-29", "01:30")).toBe("2026-03-29T01:30:00Z");
    expect(whenIn("Antarctica/Troll", "2026-10-25", "01:30")).toBe("2026-10-24T23:30:00Z");
  });

  test("edge case 12: zones of quarter hours", () => {
    expect(whenIn("Asia/Kathmandu", "2026-06-01", "06:00")).toBe("2026-06-01T00:15:00Z");
    expect(whenIn("Australia/Eucla", "2026-06-01", "06:00")).toBe("2026-05-31T21:15:00Z");
  });

  test.each([
    ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"],
    ["America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"],
    ["Pacific/Chatham", "2026-04-05", "03:00", "2026-04-04T13:15:00Z"],
    ["Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"],
  ])("edge case 13: an ambiguous time in %s is the same whatever today is", (name, day, time, expected) => {
    for (const today of ["2026-01-15T00:00:00Z", "2026-07-15T00:00:00Z"]) {
      Settings.now = () => Date.parse(today);
      expect(whenIn(name, day, time)).toBe(expected);
    }
  });
});

describe("the date line", () => {
  const apia = () => sunAt(-13.8333, -171.7667, "Pacific/Apia");

  test("edge case 14: Apia had no 30 December 2011, its sun skipped nothing", () => {
    expect(whenIn("Pacific/Apia", "2011-12-30", "18:00")).toBeUndefined();
    expect(secondsOff(apia(), "sunset", "2011-12-29", "2011-12-30T05:57:16Z")).toBeLessThan(5);
    expect(secondsOff(apia(), "sunset", "2011-12-31", "2011-12-31T05:57:41Z")).toBeLessThan(5);
    expect(apia().eventsOfSolarDay(date("2011-12-30"))).toEqual([]);
    expect(apia().eventsOfCivilDay(date("2011-12-30"))).toEqual([]);
  });

  test("edge case 14: no event comes twice, whichever way the days are walked", () => {
    const days = Array.from({ length: 9 }, (_, index) => addDays(date("2011-12-26"), index));
    const listed = days.flatMap((day) => apia().eventOn("sunset", day)?.at ?? []);
    expect(listed).toHaveLength(8);
    expect(new Set(listed).size).toBe(8);
    const walked = [apia().next("sunset", instant("2011-12-26T12:00:00Z"))];
    while (walked.length < 8) walked.push(apia().next("sunset", walked.at(-1)?.at ?? Instant(0)));
    expect(walked.map((event) => event?.at)).toEqual(listed);
  });

  test("edge case 15: Kiritimati is a day ahead of its longitude", () => {
    const kiritimati = sunAt(1.8721, -157.4278, "Pacific/Kiritimati");
    expect(secondsOff(kiritimati, "sunrise", "2026-03-20", "2026-03-19T16:34:06Z")).toBeLessThan(5);
    expect(secondsOff(kiritimati, "sunset", "2026-03-20", "2026-03-20T04:40:33Z")).toBeLessThan(5);
  });

  test("edge case 16: noon at three: the astronomical dusk in Kashgar's 21 June is the one of the 20th", () => {
    const kashgar = sunAt(39.4704, 75.9898, "Asia/Shanghai");
    expect(inCivilDay(kashgar, "astronomical_dusk", "2026-06-21")).toEqual([
      { at: near("2026-06-20T16:27:39Z"), solarDate: "2026-06-20" },
    ]);
  });
});

describe("the far north", () => {
  test("edge case 17: polar day has no sunset, and the sun is up all day", () => {
    expect(tromso().eventOn("sunrise", date("2026-06-21"))).toBeUndefined();
    expect(tromso().eventOn("sunset", date("2026-06-21"))).toBeUndefined();
    for (let hour = 0; hour < 24; hour++) {
      expect(tromso().state(later(instant("2026-06-20T22:00:00Z"), Hours(hour))).isUp).toBe(true);
    }
  });

  test("edge case 17: polar night has no sunrise, but twilight", () => {
    const day = "2026-12-21";
    expect(tromso().eventOn("sunrise", date(day))).toBeUndefined();
    expect(tromso().eventOn("sunset", date(day))).toBeUndefined();
    expect(secondsOff(tromso(), "civil_dawn", day, "2026-12-21T08:31:12Z")).toBeLessThan(8);
    expect(secondsOff(tromso(), "civil_dusk", day, "2026-12-21T12:53:13Z")).toBeLessThan(8);
    for (let hour = 0; hour < 24; hour++) {
      expect(tromso().state(later(instant("2026-12-20T23:00:00Z"), Hours(hour))).isUp).toBe(false);
    }
  });

  test("edge case 18: a night of 24 minutes", () => {
    const sun = sunAt(65.7, 25, "Europe/Helsinki");
    const sunset = sun.next("sunset", instant("2026-06-20T12:00:00Z"));
    const sunrise = sun.next("sunrise", sunset?.at ?? Instant(0));
    // 0.2 s for each second per arcminute, and an arcminute takes minutes here.
    expect(sunset).toMatchObject({ at: near("2026-06-20T22:09:45Z", 45), solarDate: "2026-06-20" });
    expect(sunrise).toMatchObject({ at: near("2026-06-20T22:33:37Z", 45), solarDate: "2026-06-21" });
  });

  test("edge case 19: eleven kilometres further north there is none", () => {
    const sun = sunAt(65.8, 25, "Europe/Helsinki");
    expect(inCivilDay(sun, "sunset", "2026-06-21")).toEqual([]);
    expect(inCivilDay(sun, "sunrise", "2026-06-21")).toEqual([]);
  });

  test("edge case 20: Reykjavik's sunset skips a civil date, no solar one", () => {
    expect(inCivilDay(reykjavik(), "sunset", "2026-06-14")).toEqual([
      { at: near("2026-06-14T23:58:52Z", 15), solarDate: "2026-06-14" },
    ]);
    expect(inCivilDay(reykjavik(), "sunset", "2026-06-15")).toEqual([]);
    expect(reykjavik().next("sunset", instant("2026-06-14T23:59:30Z"))).toMatchObject({
      at: near("2026-06-16T00:00:08Z", 15),
      solarDate: "2026-06-15",
    });
  });

  test("edge case 21: two sunsets in one civil day belong to two solar days", () => {
    expect(inCivilDay(reykjavik(), "sunset", "2026-06-29")).toEqual([
      { at: near("2026-06-29T00:00:16Z", 15), solarDate: "2026-06-28" },
      { at: near("2026-06-29T23:59:04Z", 15), solarDate: "2026-06-29" },
    ]);
  });

  test("edge case 22: Fairbanks has a day of two sunsets, and one of none", () => {
    expect(inCivilDay(fairbanks(), "sunset", "2026-07-15").map(({ at }) => at)).toEqual([
      near("2026-07-15T08:01:10Z", 15),
      near("2026-07-16T07:58:00Z", 15),
    ]);
    expect(inCivilDay(fairbanks(), "sunset", "2026-05-30")).toEqual([]);
  });

  test("edge case 23: Sunday's sunset in Fairbanks is on Monday, Saturday's on Sunday", () => {
    expect(weekdayOf(date("2026-07-12"))).toBe("sun");
    expect(secondsOff(fairbanks(), "sunset", "2026-07-12", "2026-07-13T08:07:21Z")).toBeLessThan(15);
    expect(zone("America/Anchorage").civil(instant("2026-07-13T08:07:21Z")).date).toBe("2026-07-13");
    const [first] = inCivilDay(fairbanks(), "sunset", "2026-07-12");
    expect(first).toEqual({ at: near("2026-07-12T08:10:22Z", 15), solarDate: "2026-07-11" });
  });
});

describe("offsets over midnight", () => {
  test("edge case 24: three hours after London's sunset it is tomorrow, and still the solar day of today", () => {
    const sunset = london().eventOn("sunset", date("2026-06-21"));
    const due = later(sunset?.at ?? Instant(0), Hours(3));
    expect(due).toEqual(near("2026-06-21T23:21:34Z"));
    expect(zone("Europe/London").civil(due).date).toBe("2026-06-22");
    expect(sunset?.solarDate).toBe("2026-06-21");
  });

  test("edge case 25: six hours before London's sunrise it is yesterday: the event is there a solar day ahead", () => {
    const due = instant("2026-06-20T21:43:05Z");
    const sunrise = london().next("sunrise", due);
    expect(sunrise).toMatchObject({ at: near("2026-06-21T03:43:05Z"), solarDate: "2026-06-21" });
    expect((sunrise?.at ?? 0) - due).toBeLessThanOrEqual(6 * 3_600_000 + 8_000);
  });

  test("edge case 26: no astronomical dusk in London at midsummer, a nautical one", () => {
    expect(london().eventOn("astronomical_dusk", date("2026-06-21"))).toBeUndefined();
    expect(secondsOff(london(), "nautical_dusk", "2026-06-21", "2026-06-21T22:24:00Z")).toBeLessThan(8);
  });

  test("edge case 27: a leap day has its sun; other years have no 29 February", () => {
    const newYork = sunAt(40.7128, -74.006, "America/New_York");
    expect(secondsOff(newYork, "sunrise", "2028-02-29", "2028-02-29T11:30:34Z")).toBeLessThan(6);
    expect(secondsOff(newYork, "sunset", "2028-02-29", "2028-02-29T22:46:49Z")).toBeLessThan(6);
    expect(() => parseCivilDate("2027-02-29")).toThrow(InvalidInput);
    expect(addDays(date("2028-02-28"), 1)).toBe("2028-02-29");
    expect(addDays(date("2027-02-28"), 1)).toBe("2027-03-01");
  });
});

describe("edge case 35: a sun that is no number", () => {
  afterEach(() => {
    suncalc.isBroken = false;
  });

  test("has no events, next or later", () => {
    const sun = london();
    suncalc.isBroken = true;
    for (const kind of ["sunset", "sunrise", "solar_noon", "solar_midnight", "civil_dusk"] as const) {
      expect(sun.eventOn(kind, date("2026-06-21"))).toBeUndefined();
      expect(sun.next(kind, instant("2026-06-21T00:00:00Z"))).toBeUndefined();
      expect(sun.limitOn(kind, date("2026-06-21"))).toBeUndefined();
    }
    expect(sun.eventsOfSolarDay(date("2026-06-21"))).toEqual([]);
    expect(sun.eventsOfCivilDay(date("2026-06-21"))).toEqual([]);
  });

  test("has no state: that is a bug, and said", () => {
    const sun = london();
    suncalc.isBroken = true;
    expect(() => sun.state(instant("2026-06-21T12:00:00Z"))).toThrow(InvariantBroken);
  });

  test("never gives an instant that is no number, on any day, next to a pole or on it", () => {
    for (const latitude of [-90, -89.95, -67, 0, 65.73, 89.95, 90]) {
      const sun = sunAt(latitude, 25, "Europe/Helsinki");
      for (let day = dayNumber(date("2026-01-01")); day < dayNumber(date("2027-01-01")); day++) {
        const events = sun.eventsOfSolarDay(dateOfDay(day));
        expect(events.length).toBeGreaterThanOrEqual(2);
        expect(events.every(({ at }) => Number.isInteger(at))).toBe(true);
      }
    }
  });
});
