import { InvalidInput } from "./errors.ts";
import type { Branded } from "./units.ts";

/** A day of the civil calendar, `YYYY-MM-DD`; says nothing about a zone. Sorts as text. */
export type CivilDate = Branded<string, "CivilDate">;
/** What a clock on the wall shows, in seconds since it showed 00:00:00; 0..86,399. */
export type WallTime = Branded<number, "WallTime">;
/** A day of every year, `MM-DD`; `02-29` is there in leap years only. */
export type MonthDay = Branded<string, "MonthDay">;
/** The name of a zone in the IANA database: `Europe/Berlin`. */
export type ZoneName = Branded<string, "ZoneName">;

/** As ISO 8601 counts: Monday first. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

const dates = /^\d{4}-\d{2}-\d{2}$/;
const times = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;

/**
 * Days since 1970-01-01 as year, month 1..12 and day of the month, in the proleptic Gregorian calendar.
 *
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export const calendarDay = (days: number): { year: number; month: number; date: number } => {
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

/** The whole number that two characters spell. */
const twoDigits = (text: string, at: number): number =>
  text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * 48;

/**
 * Days since 1970-01-01, for arithmetic. Source: as `calendarDay`, days_from_civil. Reads the digits where they stand:
 * every plan of every day goes through here, and splitting the text costs ten times as much.
 */
export const dayNumber = (date: CivilDate): number => {
  const year = twoDigits(date, 0) * 100 + twoDigits(date, 2);
  const [month, day] = [twoDigits(date, 5), twoDigits(date, 8)];
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const ofEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear;
  return era * 146_097 + ofEra - 719_468;
};

const padded = (value: number, length: number): string => `${value}`.padStart(length, "0");

/** Texts of days, three years of them: a year is planned over and over, and a text is far slower made than found. */
const texts: (CivilDate | undefined)[] = Array.from({ length: 1_024 });
const dayOfText = new Int32Array(texts.length).fill(-(2 ** 31));

/** @param days since 1970-01-01, whole; years 0..9999 */
export const dateOfDay = (days: number): CivilDate => {
  const slot = days & (texts.length - 1);
  const known = texts[slot];
  if (known !== undefined && dayOfText[slot] === days) return known;
  const { year, month, date } = calendarDay(days);
  const text = `${padded(year, 4)}-${padded(month, 2)}-${padded(date, 2)}` as CivilDate;
  texts[slot] = text;
  dayOfText[slot] = days;
  return text;
};

/** @throws InvalidInput for what is no day of the calendar, such as 30 February */
export const parseCivilDate = (text: string): CivilDate => {
  if (!dates.test(text) || dateOfDay(dayNumber(text as CivilDate)) !== text) {
    throw new InvalidInput("not a day of the calendar: YYYY-MM-DD", { path: "date" });
  }
  return text as CivilDate;
};

/** @param days whole, either way */
export const addDays = (date: CivilDate, days: number): CivilDate => dateOfDay(dayNumber(date) + days);

export const weekdayOf = (date: CivilDate): Weekday =>
  // 1970-01-01 was a Thursday.
  weekdays[(((dayNumber(date) + 3) % 7) + 7) % 7] as Weekday;

/** @throws InvalidInput unless HH:MM or HH:MM:SS, 00:00 to 23:59:59 */
export const parseWallTime = (text: string): WallTime => {
  const [, hours = "", minutes = "", seconds = "0"] = times.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (hours === "" || h > 23 || m > 59 || s > 59) {
    throw new InvalidInput("not a time of day: HH:MM or HH:MM:SS", { path: "time" });
  }
  return (h * 3_600 + m * 60 + s) as WallTime;
};

/** `HH:MM`, with seconds where there are any. */
export const wallTimeText = (time: WallTime): string => {
  const part = (value: number): string => padded(Math.floor(value), 2);
  const minutes = `${part(time / 3_600)}:${part((time / 60) % 60)}`;
  return time % 60 === 0 ? minutes : `${minutes}:${part(time % 60)}`;
};

/** @throws InvalidInput for what no year has, such as 02-30 */
export const parseMonthDay = (text: string): MonthDay => {
  try {
    // 2028 is a leap year: all days there can be.
    return parseCivilDate(`2028-${text}`).slice(5) as MonthDay;
  } catch {
    throw new InvalidInput("not a day of the year: MM-DD", { path: "date" });
  }
};
