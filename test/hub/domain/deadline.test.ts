import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { CivilDate, ZoneName } from "../../../hub/domain/civil.ts";
import { addMonths, type DeadlineQuestion, deadlineOf, deadlinesOf } from "../../../hub/domain/deadline.ts";
import { calendars, easterSunday, isHoliday, isWorkingDay } from "../../../hub/domain/holidays.ts";
import { parseInstant } from "../../../hub/domain/instant-text.ts";
import { type Jurisdiction, jurisdictions } from "../../../hub/domain/jurisdiction.ts";
import { type RequestKind, requestKinds } from "../../../hub/domain/request.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { easterByEpact, isFree, walkedDeadlines } from "../../support/deadline-walker.ts";
import { proves } from "../../support/proves.ts";

const zones = [
  "Europe/Berlin",
  "Europe/London",
  "Europe/Lisbon",
  "Europe/Helsinki",
  "America/Los_Angeles",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "America/St_Johns",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "Pacific/Chatham",
  "Etc/UTC",
] as ZoneName[];

const question = (
  received: string,
  jurisdiction: Jurisdiction,
  zone: string,
  more: Partial<DeadlineQuestion> = {},
): DeadlineQuestion => ({
  received: parseInstant(received),
  jurisdiction,
  zone: zone as ZoneName,
  kind: "access",
  isOfDeveloper: false,
  isExtended: false,
  ...more,
});

const shown = (asked: DeadlineQuestion) => {
  const { law, lastDay, at } = deadlineOf(asked);
  return [law, lastDay, new Date(at).toISOString()];
};

describe("the rule that is earliest", () => {
  test.each([
    // 20 working days from 1 December cross Christmas and New Year: a month is shorter.
    ["2026-12-08T12:00:00Z", "PL", "Europe/Warsaw", {}, ["gdpr", "2027-01-08", "2027-01-08T23:00:00.000Z"]],
    // 31 January and a month: the last day of February, a Saturday in 2026, so Monday; the house's word is earlier.
    ["2026-01-31T12:00:00Z", "DE", "Europe/Berlin", {}, ["house", "2026-02-27", "2026-02-27T23:00:00.000Z"]],
    ["2028-01-31T12:00:00Z", "DE", "Europe/Berlin", {}, ["house", "2028-02-28", "2028-02-28T23:00:00.000Z"]],
    // A working day more where that is free in the country.
    ["2027-03-26T12:00:00Z", "DE", "Europe/Berlin", {}, ["house", "2027-04-26", "2027-04-26T22:00:00.000Z"]],
    // Just before and after local midnight.
    [
      "2026-06-01T21:59:59Z",
      "other",
      "Europe/Berlin",
      {},
      ["house", "2026-06-29", "2026-06-29T22:00:00.000Z"],
    ],
    [
      "2026-06-01T22:00:00Z",
      "other",
      "Europe/Berlin",
      {},
      ["house", "2026-06-30", "2026-06-30T22:00:00.000Z"],
    ],
    // The clocks change in between.
    [
      "2026-03-10T08:00:00Z",
      "US-CA",
      "America/Los_Angeles",
      { kind: "opt-out" },
      ["ccpa-opt-out", "2026-03-31", "2026-04-01T07:00:00.000Z"],
    ],
    [
      "2026-03-10T08:00:00Z",
      "US-CA",
      "America/Los_Angeles",
      { isOfDeveloper: true },
      ["developer", "2026-03-31", "2026-04-01T07:00:00.000Z"],
    ],
    [
      "2026-02-10T05:00:00Z",
      "VN",
      "Asia/Ho_Chi_Minh",
      {},
      ["pdpd", "2026-02-13", "2026-02-13T05:00:00.000Z"],
    ],
    [
      "2026-02-10T05:00:00Z",
      "VN",
      "Asia/Ho_Chi_Minh",
      { kind: "support" },
      [
        "house",
        // Tet of 2026: 16 to 19 February.
        "2026-03-16",
        "2026-03-16T17:00:00.000Z",
      ],
    ],
    [
      "2026-05-04T12:00:00Z",
      "BR",
      "America/Sao_Paulo",
      {},
      ["lgpd", "2026-05-19", "2026-05-20T03:00:00.000Z"],
    ],
    [
      "2026-05-04T12:00:00Z",
      "US-CA",
      "America/Los_Angeles",
      { isExtended: true },
      ["house", "2026-07-01", "2026-07-02T07:00:00.000Z"],
    ],
  ] as const)("%s %s %s %j", (received, jurisdiction, zone, more, expected) => {
    expect(shown(question(received, jurisdiction, zone, more))).toEqual(expected);
  });

  test(`every promise of the notices is one of the rules: 20 working days, 1 month, 45 days, 15 working days ${proves("A25", "D22")}`, () => {
    const underAll = (received: string, jurisdiction: Jurisdiction, more: Partial<DeadlineQuestion> = {}) => {
      const asked = question(received, jurisdiction, "Etc/UTC", more);
      return Object.fromEntries(deadlinesOf(asked).map(({ law, lastDay }) => [law, lastDay]));
    };
    expect(underAll("2026-10-01T10:00:00Z", "other", { isOfDeveloper: true })).toEqual({
      house: "2026-10-29",
      developer: "2026-10-22",
    });
    // Columbus Day is no working day; 45 days are days of the calendar.
    expect(underAll("2026-10-01T10:00:00Z", "US-CA")).toEqual({ house: "2026-10-30", ccpa: "2026-11-15" });
    expect(underAll("2026-10-01T10:00:00Z", "US-CA", { isExtended: true })["ccpa"]).toBe("2026-12-30");
    expect(underAll("2026-10-01T10:00:00Z", "US-NV", { kind: "opt-out" })["nevada"]).toBe("2026-11-30");
    // A month, and on to the next working day: Saturday 31 October, and All Saints on Sunday.
    expect(underAll("2026-09-30T10:00:00Z", "DE")["gdpr"]).toBe("2026-10-30");
    expect(underAll("2026-01-31T10:00:00Z", "DE")["gdpr"]).toBe("2026-03-02");
    expect(underAll("2026-11-25T10:00:00Z", "DE")["gdpr"]).toBe("2026-12-28");
    expect(underAll("2026-11-25T10:00:00Z", "GB")["uk-gdpr"]).toBe("2026-12-29");
    expect(underAll("2026-11-25T10:00:00Z", "DE", { isExtended: true })["gdpr"]).toBe("2027-02-25");
  });
});

describe("months", () => {
  test.each([
    ["2027-01-31", 1, "2027-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2028-02-29", 1, "2028-03-29"],
    ["2028-02-29", 12, "2029-02-28"],
    ["2026-11-30", 3, "2027-02-28"],
    ["2026-12-31", 1, "2027-01-31"],
    ["2026-03-31", 1, "2026-04-30"],
  ])(`%s and %i months is %s ${proves("A25")}`, (from, months, to) => {
    expect(addMonths(from as CivilDate, months)).toBe(to);
  });
});

describe("holidays", () => {
  test("Easter, against epacts, for six hundred years", () => {
    for (let year = 1700; year < 2300; year++)
      expect(easterSunday(year)).toBe(new Date(easterByEpact(year)).toISOString().slice(0, 10));
  });

  test.each(calendars)(
    `of %s, every day of thirty-one years, against the walker ${proves("M15", "A25")}`,
    (calendar) => {
      const differences: string[] = [];
      for (let at = Date.UTC(2020, 0, 1); at < Date.UTC(2051, 0, 1); at += 86_400_000) {
        const day = new Date(at).toISOString().slice(0, 10) as CivilDate;
        if (isWorkingDay(day, calendar) === isFree(calendar, at)) differences.push(day);
      }
      expect(differences).toEqual([]);
    },
  );

  test.each([
    ["GB", "2027-12-27", "2027-12-28", "2028-01-03"],
    ["GB", "2022-12-26", "2022-12-27", "2023-01-02"],
    ["US", "2021-12-31", "2026-07-03", "2027-07-05"],
    ["VN", "2027-02-05", "2030-02-02", "2026-04-26"],
    ["IE", "2030-02-01", "2027-02-01", "2026-10-26"],
    ["SE", "2026-06-20", "2026-10-31", "2026-06-06"],
  ] as const)("%s keeps %s, %s and %s", (calendar, ...days) => {
    for (const day of days) expect([day, isHoliday(day as CivilDate, calendar)]).toEqual([day, true]);
  });

  test.each([
    ["GB", "2022-05-30"],
    ["GB", "2020-05-04"],
    ["DK", "2024-04-26"],
    ["DE", "2026-12-24"],
    ["VN", "2026-02-13"],
  ] as const)("%s works on %s", (calendar, day) => {
    expect(isHoliday(day as CivilDate, calendar)).toBe(false);
  });
});

const cases = 10_000;

test(`${cases} random requests agree with a calculator that shares nothing with this one ${proves("M15", "A25", "D22")}`, () => {
  const seed = 20_261_127;
  const random = new SeededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  const from = Date.UTC(2020, 0, 1);
  const hours = (Date.UTC(2050, 5, 1) - from) / 3_600_000;
  const differences: unknown[] = [];
  const earliest = new Set<string>();
  for (let count = 0; count < cases; count++) {
    const zone = pick(zones);
    const asked: DeadlineQuestion = {
      // Many of them at a midnight or beside one, where a day too many is likeliest.
      received: Instant(from + random.below(hours) * 3_600_000 + pick([-1, 0, 1, random.below(3_600_000)])),
      zone,
      jurisdiction: pick(jurisdictions),
      kind: pick<RequestKind>(requestKinds),
      isOfDeveloper: random.next() < 0.2,
      isExtended: random.next() < 0.3,
    };
    const { law, at } = deadlineOf(asked);
    earliest.add(law);
    const walked = walkedDeadlines(asked);
    const found = Object.fromEntries(deadlinesOf(asked).map((each) => [each.law, each.at]));
    if (!isDeepStrictEqual(found, walked) || at !== Math.min(...Object.values(walked)))
      differences.push({ seed, count, ...asked, found, walked });
  }
  expect(differences).toEqual([]);
  expect([...earliest].sort()).toEqual([
    ...["ccpa-opt-out", "developer", "gdpr", "house", "lgpd", "pdpd", "uk-gdpr"],
  ]);
});
