import { describe, expect, test } from "vitest";
import { type CivilDate, parseMonthDay, type ZoneName } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import { type Calendar, isWithin, occurrencesOf } from "../../../hub/domain/plan.ts";
import type { Moment, Trigger } from "../../../hub/domain/rule.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { at, place, sun, time } from "../automation/rule-home.ts";

const id = "ru-aaaaaaaaaaaa" as RuleId;
const calendarOf = ({
  zone,
  sun: of,
}: Pick<ReturnType<typeof place>, "zone"> & { sun?: Calendar["sun"] }): Calendar => ({
  zone,
  sun: of,
  draw: () => 0.5,
});
const inZone = (zone: string): Calendar => calendarOf({ zone: TimeZone.of(zone as ZoneName) });
const london = calendarOf(place(51.5074, -0.1278, "Europe/London"));
const tromso = calendarOf(place(69.6492, 18.9553, "Europe/Oslo"));

const daily = (moment: Moment, rest: Partial<Extract<Trigger, { kind: "daily" }>> = {}): Trigger => ({
  kind: "daily",
  at: moment,
  days: {},
  ...rest,
});
const range = (from: Moment, to: Moment): Extract<Trigger, { kind: "range" }> => ({
  kind: "range",
  from,
  to,
  days: {},
});

/** What a trigger brings between two times, as `date edge instant`. */
const planned = (trigger: Trigger, calendar: Calendar, from: string, to: string): string[] =>
  occurrencesOf({ id, triggers: [trigger] }, calendar, at(from), at(to)).map(
    ({ date, edge, at: when }) => `${date} ${edge} ${new Date(when).toISOString().slice(0, 19)}Z`,
  );
const instants = (...args: Parameters<typeof planned>): string[] =>
  planned(...args).map((line) => line.split(" ")[2] ?? "");

/** Within the error that the reference allows. */
const expectNear = (found: readonly string[], expected: readonly string[]): void => {
  expect(found).toHaveLength(expected.length);
  for (const [index, text] of expected.entries()) {
    expect(
      Math.abs(Date.parse(found[index] ?? "") - Date.parse(text)),
      `${found[index]}, not ${text}`,
    ).toBeLessThan(6_000);
  }
};

describe("times of the clock", () => {
  test("once a day, in the home's zone, also where it leaps and repeats", () => {
    expect(
      instants(daily(time("02:30")), inZone("Europe/Berlin"), "2026-03-28T12:00Z", "2026-03-30T12:00Z"),
    ).toEqual(["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
    expect(
      instants(daily(time("02:30")), inZone("Europe/Berlin"), "2026-10-24T12:00Z", "2026-10-26T12:00Z"),
    ).toEqual(["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
  });

  test("a date that the zone has left out has nothing", () => {
    const apia = inZone("Pacific/Apia");
    expect(planned(daily(time("12:00")), apia, "2011-12-28T12:00Z", "2012-01-01T00:00Z")).toEqual([
      "2011-12-28 start 2011-12-28T22:00:00Z",
      "2011-12-29 start 2011-12-29T22:00:00Z",
      "2011-12-31 start 2011-12-30T22:00:00Z",
      "2012-01-01 start 2011-12-31T22:00:00Z",
    ]);
  });

  test("edge case 27: a rule of 29 February waits for the next leap year", () => {
    const trigger = daily(time("08:00"), { days: { dates: [parseMonthDay("02-29")] } });
    expect(instants(trigger, inZone("UTC"), "2025-01-01T00:00Z", "2033-01-01T00:00Z")).toEqual([
      "2028-02-29T08:00:00Z",
      "2032-02-29T08:00:00Z",
    ]);
  });

  test("only on the days that are named", () => {
    const trigger = daily(time("07:00"), { days: { weekdays: ["mon", "wed"] } });
    expect(instants(trigger, inZone("UTC"), "2026-06-01T00:00Z", "2026-06-08T00:00Z")).toEqual([
      "2026-06-01T07:00:00Z",
      "2026-06-03T07:00:00Z",
    ]);
  });

  test("once, and after so long, are one occurrence wherever one looks from", () => {
    const once: Trigger = { kind: "once", date: "2026-06-05" as CivilDate, at: 3_600 as never };
    expect(planned(once, inZone("Europe/Berlin"), "2026-06-01T00:00Z", "2027-06-01T00:00Z")).toEqual([
      "2026-06-05 start 2026-06-04T23:00:00Z",
    ]);
    const timer: Trigger = { kind: "timer", after: Hours(30), since: at("2026-06-01T00:00Z") };
    expect(planned(timer, inZone("UTC"), "2026-06-01T00:00Z", "2027-06-01T00:00Z")).toEqual([
      "2026-06-01 start 2026-06-02T06:00:00Z",
    ]);
  });

  test("a window has one draw a day, inside it, over midnight too", () => {
    const trigger = daily(time("23:00"), { until: time("01:00") });
    expect(planned(trigger, inZone("UTC"), "2026-06-01T12:00Z", "2026-06-03T12:00Z")).toEqual([
      "2026-06-01 start 2026-06-02T00:00:00Z",
      "2026-06-02 start 2026-06-03T00:00:00Z",
    ]);
  });

  test("a window that the sun leaves empty has no draw", () => {
    const trigger = daily(sun("sunset"), { until: time("18:00") });
    expect(planned(trigger, london, "2026-06-20T00:00Z", "2026-06-22T00:00Z")).toEqual([]);
    expect(planned(trigger, london, "2026-12-20T00:00Z", "2026-12-22T00:00Z")).toHaveLength(2);
  });
});

describe("the sun", () => {
  test("edge case 23: Sunday's sunset in Fairbanks comes on Monday, and the one on Sunday is Saturday's", () => {
    const fairbanks = calendarOf(place(64.8378, -147.7164, "America/Anchorage"));
    const trigger = daily(sun("sunset"), { days: { weekdays: ["sun"] } });
    const found = planned(trigger, fairbanks, "2026-07-11T00:00Z", "2026-07-14T12:00Z");
    expect(found.map((line) => line.slice(0, 10))).toEqual(["2026-07-12"]);
    expectNear([found[0]?.split(" ")[2] ?? ""], ["2026-07-13T08:07:21Z"]);
  });

  test("edge case 24: three hours after sunset is tomorrow, once, and belongs to today", () => {
    const trigger = daily(sun("sunset", Hours(3)), { days: { weekdays: ["sun"] } });
    expectNear(instants(trigger, london, "2026-06-15T00:00Z", "2026-06-28T00:00Z"), ["2026-06-21T23:21:34Z"]);
  });

  test("edge case 25: six hours before sunrise is found before it is due", () => {
    const trigger = daily(sun("sunrise", -Hours(6)));
    expectNear(instants(trigger, london, "2026-06-20T12:00Z", "2026-06-21T12:00Z"), ["2026-06-20T21:43:05Z"]);
  });

  test("edge case 26: in London's June it does not get dark, and nothing comes of it", () => {
    const from = "2026-06-21T12:00Z";
    const to = "2026-06-22T03:00Z";
    expect(instants(daily(sun("astronomical_dusk")), london, from, to)).toEqual([]);
    expectNear(instants(daily(sun("nautical_dusk")), london, from, to), ["2026-06-21T22:24:00Z"]);
  });

  test("edge case 17: polar day and night have no sunset, a rule of an edge does not fire", () => {
    for (const day of ["2026-06-21", "2026-12-21"]) {
      expect(instants(daily(sun("sunset")), tromso, `${day}T00:00Z`, `${day}T23:59Z`)).toEqual([]);
    }
    expectNear(instants(daily(sun("civil_dusk")), tromso, "2026-12-21T00:00Z", "2026-12-21T23:59Z"), [
      "2026-12-21T12:53:13Z",
    ]);
  });

  test("a clock time stands in for a sunset that does not come, as it is written", () => {
    const trigger = daily(sun("sunset", -Minutes(20), { polar: { kind: "clock", at: 79_200 as never } }));
    expect(instants(trigger, tromso, "2026-06-21T00:00Z", "2026-06-22T00:00Z")).toEqual([
      "2026-06-21T20:00:00Z",
    ]);
  });

  test("with the culmination in its place a sunset does not jump where it vanishes", () => {
    const trigger = daily(sun("sunset", 0, { polar: { kind: "culmination" } }));
    const found = instants(trigger, tromso, "2026-01-01T00:00Z", "2027-01-01T00:00Z").map((text) =>
      Date.parse(text),
    );
    const steps = found.slice(1).map((each, index) => each - (found[index] ?? 0) - 86_400_000);
    expect(found.length).toBeGreaterThanOrEqual(364);
    // Within a day of the boundary the sun takes most of an hour in a stride; a vanished event would be 12 h.
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(60 * 60_000);
  });

  test("not before and not after are times of the solar date", () => {
    const trigger = daily(sun("sunset", 0, { notBefore: 61_200 as never, notAfter: 75_600 as never }));
    expect(instants(trigger, london, "2026-12-21T00:00Z", "2026-12-22T00:00Z")).toEqual([
      "2026-12-21T17:00:00Z",
    ]);
    expect(instants(trigger, london, "2026-06-21T00:00Z", "2026-06-22T00:00Z")).toEqual([
      "2026-06-21T20:00:00Z",
    ]);
  });

  test("without a place no sun moment ever comes", () => {
    expect(instants(daily(sun("sunset")), inZone("UTC"), "2026-01-01T00:00Z", "2027-01-01T00:00Z")).toEqual(
      [],
    );
  });

  test("one sunset is one occurrence, also where the zone skips the date between", () => {
    const apia = calendarOf(place(-13.8333, -171.7667, "Pacific/Apia"));
    const found = planned(daily(sun("sunset")), apia, "2011-12-29T12:00Z", "2012-01-01T00:00Z");
    expectNear(
      found.map((line) => line.split(" ")[2] ?? ""),
      ["2011-12-30T05:57:16Z", "2011-12-31T05:57:41Z"],
    );
  });

  test("edge case 35: what is no number is no event", () => {
    const broken = calendarOf(place(51.5, 0, "UTC"));
    const nan: Calendar = {
      ...broken,
      sun: Object.assign(Object.create(broken.sun ?? {}), {
        eventOn: () => ({ kind: "sunset", at: Number.NaN, solarDate: "2026-06-21" }),
      }),
    };
    expect(instants(daily(sun("sunset")), nan, "2026-06-20T00:00Z", "2026-06-23T00:00Z")).toEqual([]);
  });
});

describe("ranges", () => {
  const evening = range(sun("sunset"), time("23:00"));

  test("from sunset to eleven, both edges under one date", () => {
    const found = planned(evening, london, "2026-12-21T00:00Z", "2026-12-22T00:00Z");
    expect(found.map((line) => line.slice(0, 16))).toEqual(["2026-12-21 start", "2026-12-21 end 2"]);
    expect(found[1]).toBe("2026-12-21 end 2026-12-21T23:00:00Z");
  });

  test("edge case 28: the range is empty when the sun sets after its end", () => {
    const reykjavik = calendarOf(place(64.1466, -21.9426, "Atlantic/Reykjavik"));
    expect(planned(evening, reykjavik, "2026-06-15T00:00Z", "2026-06-18T00:00Z")).toEqual([]);
    expect(isWithin(evening, at("2026-06-17T12:00Z"), reykjavik)).toBe(false);
  });

  test("over midnight when the end is earlier in the day", () => {
    expect(
      planned(range(time("22:00"), time("06:00")), inZone("UTC"), "2026-06-01T12:00Z", "2026-06-02T12:00Z"),
    ).toEqual(["2026-06-01 start 2026-06-01T22:00:00Z", "2026-06-01 end 2026-06-02T06:00:00Z"]);
    const night = planned(
      range(sun("sunset"), time("01:00")),
      london,
      "2026-12-21T12:00Z",
      "2026-12-22T12:00Z",
    );
    expect(night[1]).toBe("2026-12-21 end 2026-12-22T01:00:00Z");
  });

  test("from six to sunrise is a morning of winter, and empty in summer", () => {
    const morning = range(time("06:00"), sun("sunrise"));
    expect(planned(morning, london, "2026-12-21T00:00Z", "2026-12-22T00:00Z")).toHaveLength(2);
    expect(planned(morning, london, "2026-06-21T00:00Z", "2026-06-22T00:00Z")).toEqual([]);
  });

  test("while the sun is down: on all day in polar night, off all day in polar day", () => {
    const dark = range(sun("sunset"), sun("sunrise"));
    for (let hour = 0; hour < 24 * 7; hour++) {
      expect(
        isWithin(dark, Instant(at("2026-12-18T00:00Z") + hour * 3_600_000), tromso),
        `hour ${hour}`,
      ).toBe(true);
      expect(
        isWithin(dark, Instant(at("2026-06-18T00:00Z") + hour * 3_600_000), tromso),
        `hour ${hour}`,
      ).toBe(false);
    }
    const edges = planned(dark, tromso, "2026-12-18T00:00Z", "2026-12-25T00:00Z");
    expect(edges.filter((line) => line.includes("end"))).toEqual([]);
    expect(planned(dark, tromso, "2026-06-18T00:00Z", "2026-06-25T00:00Z")).toEqual([]);
  });

  test("all year round it is on exactly when the sun is down", () => {
    const dark = range(sun("sunset"), sun("sunrise"));
    const light = range(sun("sunrise"), sun("sunset"));
    const wrong: string[] = [];
    for (let hour = 0; hour < 24 * 365; hour += 5) {
      const when = Instant(at("2026-01-01T00:07Z") + hour * 3_600_000);
      const isUp = tromso.sun?.state(when).isUp === true;
      if (isWithin(dark, when, tromso) === isUp) wrong.push(`dark ${new Date(when).toISOString()}`);
      if (isWithin(light, when, tromso) !== isUp) wrong.push(`light ${new Date(when).toISOString()}`);
    }
    expect(wrong).toEqual([]);
  });

  test("from the first night to the last, each end follows its beginning", () => {
    const dark = range(sun("sunset"), sun("sunrise"));
    const edges = planned(dark, tromso, "2026-08-01T00:00Z", "2027-05-01T00:00Z").map((line) =>
      line.split(" "),
    );
    let isOn = edges[0]?.[1] === "end";
    for (const [date, edge] of edges) {
      // In polar night it begins anew each noon; it never ends twice.
      if (edge === "end") expect(isOn, date).toBe(true);
      isOn = edge === "start";
    }
    expect(edges.length).toBeGreaterThan(400);
  });
});

test("two calls that meet give what one gives", () => {
  const triggers = [
    daily(sun("sunset", Hours(5))),
    range(sun("sunset"), sun("sunrise")),
    daily(time("00:00")),
  ];
  const rule = { id, triggers };
  const whole = occurrencesOf(rule, tromso, at("2026-04-01T00:00Z"), at("2026-09-01T00:00Z"));
  const parts = Array.from(
    { length: 153 * 24 },
    (_, hour) => at("2026-04-01T00:00Z") + hour * 3_600_000,
  ).flatMap((from) => occurrencesOf(rule, tromso, Instant(from), Instant(from + 3_600_000)));
  expect(parts.map((each) => each.id).sort()).toEqual(whole.map((each) => each.id).sort());
  expect(new Set(whole.map((each) => each.id)).size).toBe(whole.length);
});
