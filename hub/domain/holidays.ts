import {
  addDays,
  type CivilDate,
  calendarDay,
  dateOfDay,
  dayNumber,
  type Weekday,
  weekdayOf,
  weekdays,
} from "./civil.ts";

/** Countries whose national holidays are known here. Where there is none of these, every weekday counts as a working day. */
export const calendars = [
  "AT",
  "BE",
  "BR",
  "DE",
  "DK",
  "ES",
  "FI",
  "FR",
  "GB",
  "IE",
  "IT",
  "LU",
  "NL",
  "PL",
  "PT",
  "SE",
  "US",
  "VN",
] as const;
export type Calendar = (typeof calendars)[number];

/** In which years a holiday is one. */
interface Years {
  readonly since?: number;
  readonly until?: number;
}

type HolidayRule = Years &
  (
    | { readonly kind: "fixed"; readonly month: number; readonly day: number }
    /** Days after Easter Sunday of the western churches. */
    | { readonly kind: "easter"; readonly offset: number }
    /** The first such weekday on or after that day. */
    | {
        readonly kind: "weekday";
        readonly weekday: Weekday;
        readonly month: number;
        readonly from: number;
      }
    | { readonly kind: "once"; readonly date: string }
    /** Days after the first of the lunar year, as Viet Nam counts it. */
    | { readonly kind: "lunar-new-year"; readonly offset: number }
    | { readonly kind: "hung-kings" }
  );

const on = (month: number, day: number, years: Years = {}): HolidayRule => ({
  kind: "fixed",
  month,
  day,
  ...years,
});
const easter = (offset: number, years: Years = {}): HolidayRule => ({ kind: "easter", offset, ...years });
const first = (weekday: Weekday, month: number, from: number, years: Years = {}): HolidayRule => ({
  kind: "weekday",
  weekday,
  month,
  from,
  ...years,
});
const once = (date: string): HolidayRule => ({ kind: "once", date });
const exceptIn = (year: number, rule: HolidayRule): readonly HolidayRule[] => [
  { ...rule, until: year - 1 },
  { ...rule, since: year + 1 },
];

const [goodFriday, easterMonday, ascension, whitMonday, corpusChristi] = [-2, 1, 39, 50, 60].map((offset) =>
  easter(offset),
) as [HolidayRule, HolidayRule, HolidayRule, HolidayRule, HolidayRule];
const christmas = [on(12, 25), on(12, 26)];
const newYear = on(1, 1);
const labour = on(5, 1);

/**
 * National holidays by the law of each country. What is a holiday in a part of it only, or by a decree of each year, is left
 * out: an answer is then due too early, and never too late.
 */
const rules: Readonly<Record<Calendar, readonly HolidayRule[]>> = {
  AT: [
    newYear,
    on(1, 6),
    easterMonday,
    labour,
    ascension,
    whitMonday,
    corpusChristi,
    on(8, 15),
    on(10, 26),
    on(11, 1),
    on(12, 8),
    ...christmas,
  ],
  BE: [
    newYear,
    easterMonday,
    labour,
    ascension,
    whitMonday,
    on(7, 21),
    on(8, 15),
    on(11, 1),
    on(11, 11),
    on(12, 25),
  ],
  BR: [
    newYear,
    goodFriday,
    on(4, 21),
    labour,
    on(9, 7),
    on(10, 12),
    on(11, 2),
    on(11, 15),
    on(11, 20, { since: 2024 }),
    on(12, 25),
  ],
  DE: [newYear, goodFriday, easterMonday, labour, ascension, whitMonday, on(10, 3), ...christmas],
  DK: [
    newYear,
    easter(-3),
    goodFriday,
    easterMonday,
    easter(26, { until: 2023 }),
    ascension,
    whitMonday,
    ...christmas,
  ],
  ES: [
    newYear,
    on(1, 6),
    goodFriday,
    labour,
    on(8, 15),
    on(10, 12),
    on(11, 1),
    on(12, 6),
    on(12, 8),
    on(12, 25),
  ],
  FI: [
    newYear,
    on(1, 6),
    goodFriday,
    easterMonday,
    labour,
    ascension,
    first("sat", 6, 20),
    first("sat", 10, 31),
    on(12, 6),
    ...christmas,
  ],
  FR: [
    newYear,
    easterMonday,
    labour,
    on(5, 8),
    ascension,
    whitMonday,
    on(7, 14),
    on(8, 15),
    on(11, 1),
    on(11, 11),
    on(12, 25),
  ],
  // England and Wales (Banking and Financial Dealings Act 1971), with what was proclaimed for single years.
  GB: [
    newYear,
    goodFriday,
    easterMonday,
    ...exceptIn(2020, first("mon", 5, 1)),
    ...exceptIn(2022, first("mon", 5, 25)),
    first("mon", 8, 25),
    ...christmas,
    once("2020-05-08"),
    once("2022-06-02"),
    once("2022-06-03"),
    once("2022-09-19"),
    once("2023-05-08"),
  ],
  IE: [
    newYear,
    // The first Monday of February, except where the first of it is a Friday: then that.
    first("mon", 2, 1, { since: 2023 }),
    on(3, 17),
    easterMonday,
    first("mon", 5, 1),
    first("mon", 6, 1),
    first("mon", 8, 1),
    first("mon", 10, 25),
    ...christmas,
  ],
  IT: [
    newYear,
    on(1, 6),
    easterMonday,
    on(4, 25),
    labour,
    on(6, 2),
    on(8, 15),
    on(10, 4, { since: 2026 }),
    on(11, 1),
    on(12, 8),
    ...christmas,
  ],
  LU: [
    newYear,
    easterMonday,
    labour,
    on(5, 9, { since: 2019 }),
    ascension,
    whitMonday,
    on(6, 23),
    on(8, 15),
    on(11, 1),
    ...christmas,
  ],
  NL: [newYear, easterMonday, ascension, whitMonday, ...christmas],
  PL: [
    newYear,
    on(1, 6),
    easterMonday,
    labour,
    on(5, 3),
    corpusChristi,
    on(8, 15),
    on(11, 1),
    on(11, 11),
    on(12, 24, { since: 2025 }),
    ...christmas,
  ],
  PT: [
    newYear,
    goodFriday,
    on(4, 25),
    labour,
    corpusChristi,
    on(6, 10),
    on(8, 15),
    on(10, 5),
    on(11, 1),
    on(12, 1),
    on(12, 8),
    on(12, 25),
  ],
  SE: [
    newYear,
    on(1, 6),
    goodFriday,
    easterMonday,
    labour,
    ascension,
    on(6, 6),
    first("sat", 6, 20),
    first("sat", 10, 31),
    ...christmas,
  ],
  // Federal holidays, 5 U.S.C. 6103.
  US: [
    newYear,
    first("mon", 1, 15),
    first("mon", 2, 15),
    first("mon", 5, 25),
    on(6, 19, { since: 2021 }),
    on(7, 4),
    first("mon", 9, 1),
    first("mon", 10, 8),
    on(11, 11),
    first("thu", 11, 22),
    on(12, 25),
  ],
  // Labour Code 2019, Art. 112. Which two or three further days are free is decided each year.
  VN: [
    newYear,
    ...[-1, 0, 1, 2].map((offset) => ({ kind: "lunar-new-year", offset }) as const),
    { kind: "hung-kings" },
    on(4, 30),
    labour,
    on(9, 2),
  ],
};

/**
 * The first day of the lunar year, and the tenth day of its third month, as `MDD` of 2020 to 2050. Viet Nam reckons by new
 * moons at UTC+7, so that some years begin a day before China's. Outside of the table there is no such holiday.
 */
const lunarFrom = 2020;
const newYears = [
  125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 202, 123, 211, 131, 219, 208, 128, 215, 204, 124, 212,
  201, 122, 210, 130, 217, 206, 126, 214, 202, 123,
];
const hungKings = [
  402, 421, 410, 429, 418, 407, 426, 416, 404, 423, 412, 401, 419, 409, 428, 417, 406, 424, 413, 403, 420,
  410, 429, 419, 407, 426, 415, 404, 422, 411, 401,
];

/** Easter Sunday. Source: anonymous Gregorian algorithm, after Butcher; J. Meeus, Astronomical Algorithms, ch. 8. */
export const easterSunday = (year: number): CivilDate => {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return dateIn(year, Math.floor(n / 31), (n % 31) + 1);
};

const two = (value: number): string => `${value}`.padStart(2, "0");
const dateIn = (year: number, month: number, day: number): CivilDate =>
  `${`${year}`.padStart(4, "0")}-${two(month)}-${two(day)}` as CivilDate;

const lunarDay = (table: readonly number[], year: number, offset: number): CivilDate | undefined => {
  const found = table[year - lunarFrom];
  return found === undefined
    ? undefined
    : addDays(dateIn(year, Math.floor(found / 100), found % 100), offset);
};

const firstOn = (date: CivilDate, weekday: Weekday): CivilDate =>
  addDays(date, (weekdays.indexOf(weekday) - weekdays.indexOf(weekdayOf(date)) + 7) % 7);

/** When a rule falls in a year; undefined: not at all. */
const dateOf = (rule: HolidayRule, year: number): CivilDate | undefined => {
  if (year < (rule.since ?? year) || year > (rule.until ?? year)) return undefined;
  switch (rule.kind) {
    case "fixed":
      return dateIn(year, rule.month, rule.day);
    case "easter":
      return addDays(easterSunday(year), rule.offset);
    case "weekday":
      return firstOn(dateIn(year, rule.month, rule.from), rule.weekday);
    case "once":
      return rule.date.startsWith(`${year}-`) ? (rule.date as CivilDate) : undefined;
    case "lunar-new-year":
      return lunarDay(newYears, year, rule.offset);
    case "hung-kings":
      return lunarDay(hungKings, year, 0);
  }
};

const isWeekend = (date: CivilDate): boolean => ["sat", "sun"].includes(weekdayOf(date));

/** Saturday's is kept on Friday and Sunday's on Monday (5 U.S.C. 6103(b); Executive Order 11582). */
const observedInUs = (dates: readonly CivilDate[]): readonly CivilDate[] =>
  dates.map((date) => {
    const weekday = weekdayOf(date);
    return weekday === "sat" ? addDays(date, -1) : weekday === "sun" ? addDays(date, 1) : date;
  });

/** One that falls on a weekend moves to the first weekday that is none itself. */
const substituted = (dates: readonly CivilDate[]): readonly CivilDate[] => {
  const taken = new Set(dates.filter((date) => !isWeekend(date)));
  for (const date of dates.filter(isWeekend).sort()) {
    let day = date;
    while (isWeekend(day) || taken.has(day)) day = addDays(day, 1);
    taken.add(day);
  }
  return [...taken];
};

/** Ireland's day of St Brigid is 1 February where that is a Friday (Organisation of Working Time Act, second schedule). */
const withBrigid = (dates: readonly CivilDate[]): readonly CivilDate[] =>
  dates.map((date) =>
    date.slice(5, 7) === "02" && weekdayOf(dateIn(Number(date.slice(0, 4)), 2, 1)) === "fri"
      ? dateIn(Number(date.slice(0, 4)), 2, 1)
      : date,
  );

const same = (dates: readonly CivilDate[]): readonly CivilDate[] => dates;
const asKept: { readonly [Name in Calendar]?: (dates: readonly CivilDate[]) => readonly CivilDate[] } = {
  US: observedInUs,
  GB: substituted,
  IE: withBrigid,
};

const known = new Map<string, ReadonlySet<CivilDate>>();
const mostYears = 512;

const holidaysOf = (calendar: Calendar, year: number): ReadonlySet<CivilDate> => {
  const key = `${calendar} ${year}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const dates = rules[calendar].flatMap((rule) => dateOf(rule, year) ?? []);
  const made = new Set((asKept[calendar] ?? same)(dates));
  if (known.size >= mostYears) known.clear();
  known.set(key, made);
  return made;
};

/** Whether no work is done there on that day because of a holiday. A weekend is none. */
export const isHoliday = (date: CivilDate, calendar: Calendar): boolean => {
  const { year } = calendarDay(dayNumber(date));
  // New Year's day may be kept on the last day of the year before.
  return [year, year + 1].some((each) => holidaysOf(calendar, each).has(date));
};

/** @param calendar absent: of no country, so that only weekends are free */
export const isWorkingDay = (date: CivilDate, calendar: Calendar | undefined): boolean =>
  !isWeekend(date) && (calendar === undefined || !isHoliday(date, calendar));

/** That day, or the first working day after it. */
export const workingDayFrom = (date: CivilDate, calendar: Calendar | undefined): CivilDate => {
  let day = dayNumber(date);
  while (!isWorkingDay(dateOfDay(day), calendar)) day++;
  return dateOfDay(day);
};

/** The so manieth working day after a day, which itself does not count. */
export const addWorkingDays = (date: CivilDate, count: number, calendar: Calendar | undefined): CivilDate => {
  let day = dayNumber(date);
  for (let left = count; left > 0; ) if (isWorkingDay(dateOfDay(++day), calendar)) left--;
  return dateOfDay(day);
};
