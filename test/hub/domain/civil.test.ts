import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDays,
  type CivilDate,
  dateOfDay,
  dayNumber,
  parseCivilDate,
  parseMonthDay,
  parseWallTime,
  wallTimeText,
  weekdayOf,
  weekdays,
} from "../../../hub/domain/civil.ts";
import { InvalidInput } from "../../../hub/domain/errors.ts";

test("days are those of the calendar", () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
      const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
      expect(dateOfDay(day)).toBe(text);
      expect(dayNumber(text as CivilDate)).toBe(day);
      expect(parseCivilDate(text)).toBe(text);
      expect(weekdayOf(text as CivilDate)).toBe(weekdays[(new Date(day * 86_400_000).getUTCDay() + 6) % 7]);
    }),
  );
});

test("a day is followed by the next one, over months, years and leap days", () => {
  expect(addDays("2028-02-28" as CivilDate, 1)).toBe("2028-02-29");
  expect(addDays("2026-12-31" as CivilDate, 1)).toBe("2027-01-01");
  expect(addDays("2026-03-01" as CivilDate, -1)).toBe("2026-02-28");
});

test.each([
  "2026-02-30",
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-1-1",
  "26-01-01",
  "",
  "2026-01-01T00",
])("%s is no day", (text) => {
  expect(() => parseCivilDate(text)).toThrow(InvalidInput);
});

test("29 February is a day of the year, 30 February is not", () => {
  expect(parseMonthDay("02-29")).toBe("02-29");
  for (const text of ["02-30", "04-31", "13-01", "1-1", ""]) {
    expect(() => parseMonthDay(text)).toThrow(InvalidInput);
  }
});

test("times of day are read and written", () => {
  expect(parseWallTime("00:00")).toBe(0);
  expect(parseWallTime("23:59:59")).toBe(86_399);
  expect(wallTimeText(parseWallTime("07:05"))).toBe("07:05");
  expect(wallTimeText(parseWallTime("07:05:09"))).toBe("07:05:09");
  for (const text of ["24:00", "7:05", "07:60", "07:05:60", "07", "", "07:05:9"]) {
    expect(() => parseWallTime(text)).toThrow(InvalidInput);
  }
});
