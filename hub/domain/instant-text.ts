import type { Instant } from "./units.ts";

const day = 86_400_000;
const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/**
 * An instant as ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it.
 *
 * Days to civil date after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export const isoText = (at: Instant): string => {
  const whole = Math.trunc(at);
  const days = Math.floor(whole / day);
  const inDay = whole - days * day;
  const { year, month, date } = civilDate(days);
  const millis = `${inDay % 1_000}`.padStart(3, "0");
  const time = `${two(Math.floor(inDay / 3_600_000))}:${two(Math.floor(inDay / 60_000) % 60)}:${two(
    Math.floor(inDay / 1_000) % 60,
  )}.${millis}Z`;
  return `${yearText(year)}-${two(month)}-${two(date)}T${time}`;
};

const civilDate = (days: number): { year: number; month: number; date: number } => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
};

/** ECMAScript's expanded years: a sign and six digits outside 0..9999. */
const yearText = (year: number): string =>
  year >= 0 && year <= 9_999
    ? `${year}`.padStart(4, "0")
    : `${year < 0 ? "-" : "+"}${`${Math.abs(year)}`.padStart(6, "0")}`;
