import { calendarDay, dayNumber, parseCivilDate, parseWallTime } from "./civil.ts";
import { InvalidInput } from "./errors.ts";
import { Instant } from "./units.ts";

const day = 86_400_000;
const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/**
 * An instant as ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it.
 */
export const isoText = (at: Instant): string => {
  const whole = Math.trunc(at);
  const days = Math.floor(whole / day);
  const inDay = whole - days * day;
  const { year, month, date } = calendarDay(days);
  const millis = `${inDay % 1_000}`.padStart(3, "0");
  const time = `${two(Math.floor(inDay / 3_600_000))}:${two(Math.floor(inDay / 60_000) % 60)}:${two(
    Math.floor(inDay / 1_000) % 60,
  )}.${millis}Z`;
  return `${yearText(year)}-${two(month)}-${two(date)}T${time}`;
};

/** ECMAScript's expanded years: a sign and six digits outside 0..9999. */
const yearText = (year: number): string =>
  year >= 0 && year <= 9_999
    ? `${year}`.padStart(4, "0")
    : `${year < 0 ? "-" : "+"}${`${Math.abs(year)}`.padStart(6, "0")}`;

const instants = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?Z$/;

/**
 * The instant of an ISO 8601 text in UTC, years 0000 to 9999; finer than milliseconds is dropped.
 * @throws InvalidInput for anything else, 30 February too
 */
export const parseInstant = (text: string): Instant => {
  const [, date, time, fraction = ""] = instants.exec(text) ?? [];
  if (date === undefined || time === undefined) {
    throw new InvalidInput("not an instant in UTC, such as 2026-06-21T20:00:00Z", { path: "at" });
  }
  const millis = Number(fraction.slice(1, 4).padEnd(3, "0"));
  return Instant(dayNumber(parseCivilDate(date)) * day + parseWallTime(time) * 1_000 + millis);
};
