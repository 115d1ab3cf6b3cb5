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

const msPerDay = 86_400_000;
const dates = /^(\d{4})-(\d{2})-(\d{2})$/;
const times = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;

const textOfDay = (day: number): CivilDate =>
  new Date(day * msPerDay).toISOString().slice(0, 10) as CivilDate;

/** Days since 1970-01-01, for arithmetic. */
export const dayNumber = (date: CivilDate): number => Date.parse(`${date}T00:00:00Z`) / msPerDay;

/** @param day days since 1970-01-01, whole */
export const dateOfDay = (day: number): CivilDate => textOfDay(day);

/** @throws InvalidInput for what is no day of the calendar, such as 30 February */
export const parseCivilDate = (text: string): CivilDate => {
  const isDay = dates.test(text) && Number.isFinite(Date.parse(`${text}T00:00:00Z`));
  if (!isDay || textOfDay(dayNumber(text as CivilDate)) !== text) {
    throw new InvalidInput("not a day of the calendar: YYYY-MM-DD", { path: "date" });
  }
  return text as CivilDate;
};

/** @param days whole, either way */
export const addDays = (date: CivilDate, days: number): CivilDate => textOfDay(dayNumber(date) + days);

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
  const part = (value: number): string => String(Math.floor(value)).padStart(2, "0");
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
