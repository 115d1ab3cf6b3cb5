import type { DeadlineQuestion } from "../../hub/domain/deadline.ts";

/**
 * Deadlines once more, by another road and sharing nothing with the first: it walks from day to day with a calendar of the
 * language, asks of each day whether it is free, finds Easter by epacts and the lunar year by the moon, and the end of a
 * day by asking the formatter what clocks show.
 */
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Sunday is 0. */
  readonly weekday: number;
}

const dayMs = 86_400_000;
const dayAt = (ms: number): Day => {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
  };
};
const ms = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day);

/** Easter Sunday: D. Knuth, The Art of Computer Programming, 1.3.2, exercise 14 (after Clavius). */
export const easterByEpact = (year: number): number => {
  const golden = (year % 19) + 1;
  const century = Math.floor(year / 100) + 1;
  const leapsLeftOut = Math.floor((3 * century) / 4) - 12;
  const moon = Math.floor((8 * century + 5) / 25) - 5;
  const sunday = Math.floor((5 * year) / 4) - leapsLeftOut - 10;
  let epact = (((11 * golden + 20 + moon - leapsLeftOut) % 30) + 30) % 30;
  if ((epact === 25 && golden > 11) || epact === 24) epact++;
  let full = 44 - epact;
  if (full < 21) full += 30;
  full = full + 7 - ((sunday + full) % 7);
  return full > 31 ? ms(year, 4, full - 31) : ms(year, 3, full);
};

/** Julian day of a new moon, counted from 1900: J. Meeus, Astronomical Formulae for Calculators, ch. 32. */
const newMoon = (k: number): number => {
  const t = k / 1_236.85;
  const [t2, t3] = [t * t, t * t * t];
  const sin = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);
  const sun = 359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3;
  const moon = 306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3;
  const node = 21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3;
  const mean =
    2_415_020.75933 +
    29.53058868 * k +
    0.0001178 * t2 -
    0.000000155 * t3 +
    0.00033 * sin(166.56 + 132.87 * t - 0.009173 * t2);
  const periodic =
    (0.1734 - 0.000393 * t) * sin(sun) +
    0.0021 * sin(2 * sun) -
    0.4068 * sin(moon) +
    0.0161 * sin(2 * moon) -
    0.0004 * sin(3 * moon) +
    0.0104 * sin(2 * node) -
    0.0051 * sin(sun + moon) -
    0.0074 * sin(sun - moon) +
    0.0004 * sin(2 * node + sun) -
    0.0004 * sin(2 * node - sun) -
    0.0006 * sin(2 * node + moon) +
    0.001 * sin(2 * node - moon) +
    0.0005 * sin(2 * moon + sun);
  return mean + periodic - (-0.000278 + 0.000265 * t + 0.000262 * t2);
};

/** Twelfth of its yearly way that the sun is in at a Julian day, of 12; a month without a step is a leap month. */
const sunTwelfth = (julian: number): number => {
  const t = (julian - 2_451_545) / 36_525;
  const rad = Math.PI / 180;
  const anomaly = (357.5291 + 35_999.0503 * t - 0.0001559 * t * t) * rad;
  const degrees =
    280.46645 +
    36_000.76983 * t +
    0.0003032 * t * t +
    (1.9146 - 0.004817 * t) * Math.sin(anomaly) +
    0.019993 * Math.sin(2 * anomaly) +
    0.00029 * Math.sin(3 * anomaly);
  return Math.floor((((degrees % 360) + 360) % 360) / 30);
};

const hanoi = 7 / 24;
/** Midnight of Hanoi's day, as UTC milliseconds of that civil day. */
const civilOf = (julian: number): number => (Math.floor(julian + 0.5 + hanoi) - 2_440_588) * dayMs;
const midnight = (civil: number): number => civil / dayMs + 2_440_587.5 - hanoi;

/** First days of the lunar months from the one with the winter solstice before a year, leap months left out. */
const lunarMonths = (year: number): readonly number[] => {
  let k = Math.floor((year - 1900) * 12.3685) - 3;
  const monthAt = (index: number): number => civilOf(newMoon(index));
  const hasSolstice = (index: number): boolean =>
    sunTwelfth(midnight(monthAt(index))) < 9 && sunTwelfth(midnight(monthAt(index + 1))) >= 9;
  while (!(hasSolstice(k) && monthAt(k) > ms(year - 1, 11, 1))) k++;
  let end = k + 12;
  while (!hasSolstice(end)) end++;
  const isLeapYear = end - k === 13;
  const months: number[] = [];
  let isLeapLeft = isLeapYear;
  for (let index = k; months.length < 12; index++) {
    const isStill = sunTwelfth(midnight(monthAt(index))) === sunTwelfth(midnight(monthAt(index + 1)));
    if (isLeapLeft && isStill && index > k) {
      isLeapLeft = false;
      continue;
    }
    months.push(monthAt(index));
  }
  return months;
};

const lunarKnown = new Map<number, { readonly newYear: number; readonly kings: number }>();
/** The eleventh month has the solstice; the first follows two later, the third four later. */
export const lunarOf = (year: number) => {
  const known = lunarKnown.get(year);
  if (known !== undefined) return known;
  const months = lunarMonths(year);
  const found = { newYear: months[2] ?? 0, kings: (months[4] ?? 0) + 9 * dayMs };
  lunarKnown.set(year, found);
  return found;
};

const easters = new Map<number, number>();
const sinceEaster = (at: number): number => {
  const { year } = dayAt(at);
  if (!easters.has(year)) easters.set(year, easterByEpact(year));
  return Math.round((at - (easters.get(year) ?? 0)) / dayMs);
};

/** Which of that weekday in its month it is, counted from the front and, negative, from the back. */
const nth = ({ day }: Day): number => Math.ceil(day / 7);
const isLastOfMonth = (at: number): boolean => dayAt(at + 7 * dayMs).month !== dayAt(at).month;

const md = ({ month, day }: Day): number => month * 100 + day;
const of = (dates: string) => new Set(dates.split(" ").map((text) => Number(text)));
const fixed: Readonly<Record<string, ReadonlySet<number>>> = {
  AT: of("101 106 501 815 1026 1101 1208 1225 1226"),
  BE: of("101 501 721 815 1101 1111 1225"),
  BR: of("101 421 501 907 1012 1102 1115 1225"),
  DE: of("101 501 1003 1225 1226"),
  DK: of("101 1225 1226"),
  ES: of("101 106 501 815 1012 1101 1206 1208 1225"),
  FI: of("101 106 501 1206 1225 1226"),
  FR: of("101 501 508 714 815 1101 1111 1225"),
  IE: of("101 317 1225 1226"),
  IT: of("101 106 425 501 602 815 1101 1208 1225 1226"),
  LU: of("101 501 509 623 815 1101 1225 1226"),
  NL: of("101 1225 1226"),
  PL: of("101 106 501 503 815 1101 1111 1225 1226"),
  PT: of("101 425 501 610 815 1005 1101 1201 1208 1225"),
  SE: of("101 106 501 606 1225 1226"),
  VN: of("101 430 501 902"),
};
const afterEaster: Readonly<Record<string, readonly number[]>> = {
  AT: [1, 39, 50, 60],
  BE: [1, 39, 50],
  BR: [-2],
  DE: [-2, 1, 39, 50],
  DK: [-3, -2, 1, 39, 50],
  ES: [-2],
  FI: [-2, 1, 39],
  FR: [1, 39, 50],
  IE: [1],
  IT: [1],
  LU: [1, 39, 50],
  NL: [1, 39, 50],
  PL: [1, 60],
  PT: [-2, 60],
  SE: [-2, 1, 39],
};

const special: Readonly<Record<string, (day: Day, at: number) => boolean>> = {
  BR: (day) => day.year >= 2024 && md(day) === 1120,
  DK: ({ year }, at) => year <= 2023 && sinceEaster(at) === 26,
  FI: (day) => isNordicSaturday(day),
  SE: (day) => isNordicSaturday(day),
  PL: (day) => day.year >= 2025 && md(day) === 1224,
  IT: (day) => day.year >= 2026 && md(day) === 1004,
  IE: (day, at) =>
    (day.weekday === 1 && nth(day) === 1 && [5, 6, 8].includes(day.month)) ||
    (day.weekday === 1 && day.month === 10 && isLastOfMonth(at)) ||
    (day.year >= 2023 && isBrigid(day)),
  VN: ({ year }, at) => {
    const { newYear, kings } = lunarOf(year);
    const after = Math.round((at - newYear) / dayMs);
    return (after >= -1 && after <= 2) || at === kings;
  },
};

const isNordicSaturday = (day: Day): boolean =>
  day.weekday === 6 && ((md(day) >= 620 && md(day) <= 626) || (md(day) >= 1031 && md(day) <= 1106));
const isBrigid = ({ year, month, day, weekday }: Day): boolean =>
  month === 2 && (new Date(ms(year, 2, 1)).getUTCDay() === 5 ? day === 1 : weekday === 1 && day <= 7);

const isUsHoliday = (day: Day, at: number): boolean => {
  const isMonday = day.weekday === 1;
  const isFixed = (each: Day): boolean =>
    [101, 704, 1111, 1225].includes(md(each)) || (each.year >= 2021 && md(each) === 619);
  return (
    (isMonday && nth(day) === 3 && day.month <= 2) ||
    (isMonday && day.month === 5 && isLastOfMonth(at)) ||
    (isMonday && nth(day) === 1 && day.month === 9) ||
    (isMonday && nth(day) === 2 && day.month === 10) ||
    (day.weekday === 4 && nth(day) === 4 && day.month === 11) ||
    isFixed(day) ||
    (day.weekday === 5 && isFixed(dayAt(at + dayMs))) ||
    (isMonday && isFixed(dayAt(at - dayMs)))
  );
};

const britishOnce = ["2020-5-8", "2022-6-2", "2022-6-3", "2022-9-19", "2023-5-8"];
/** Substitutes written out: where Christmas, Boxing Day and New Year's Day go from a weekend. */
const isBritishHoliday = (day: Day, at: number): boolean => {
  const { year, month, weekday } = day;
  if (britishOnce.includes(`${year}-${month}-${day.day}`)) return true;
  if ([-2, 1].includes(sinceEaster(at))) return true;
  if (weekday === 1 && month === 5 && nth(day) === 1) return year !== 2020;
  if (weekday === 1 && month === 5 && isLastOfMonth(at)) return year !== 2022;
  if (weekday === 1 && month === 8 && isLastOfMonth(at)) return true;
  if (md(day) === 101 || ((md(day) === 102 || md(day) === 103) && weekday === 1)) return true;
  if (md(day) === 1225 || md(day) === 1226) return true;
  // Saturday and Sunday: the 27th and 28th. Sunday and Monday: the 27th. Friday and Saturday: the 28th.
  return (md(day) === 1227 && [1, 2].includes(weekday)) || (md(day) === 1228 && [1, 2].includes(weekday));
};

/** Whether no work is done there on that day, UTC milliseconds of its midnight. */
export const isFree = (country: string, at: number): boolean => {
  const day = dayAt(at);
  if (day.weekday === 0 || day.weekday === 6) return true;
  if (country === "US") return isUsHoliday(day, at);
  if (country === "GB") return isBritishHoliday(day, at);
  return (
    fixed[country]?.has(md(day)) === true ||
    afterEaster[country]?.includes(sinceEaster(at)) === true ||
    special[country]?.(day, at) === true
  );
};

const clocks = new Map<string, Intl.DateTimeFormat>();
const dayShown = (at: number, timeZone: string): number => {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "numeric", day: "numeric" });
  clocks.set(timeZone, clock);
  const [month = 0, day = 0, year = 0] = clock.format(at).split("/").map(Number);
  return ms(year, month, day);
};

/** The first instant after which clocks never show that day or an earlier one again. */
const afterDay = (day: number, timeZone: string): number => {
  // No clock is 15 hours from UTC; changes come at whole minutes in the years looked at.
  let [shown, past] = [day - 15 * 3_600_000, day + 39 * 3_600_000];
  const step = 60_000;
  while (past - shown > step) {
    const middle = shown + Math.floor((past - shown) / 2 / step) * step;
    if (dayShown(middle, timeZone) <= day) shown = middle;
    else past = middle;
  }
  return past;
};

const walk = (from: number, days: number, counts: (at: number) => boolean): number => {
  let at = from;
  for (let left = days; left > 0; ) {
    at += dayMs;
    if (counts(at)) left--;
  }
  return at;
};

/** Month by month: a day that is missing is the last one. */
const sameDayLater = (from: number, months: number): number => {
  const { year, month, day } = dayAt(from);
  const wanted = new Date(Date.UTC(year, month - 1 + months, day));
  const expected = (month - 1 + months) % 12;
  while (wanted.getUTCMonth() !== expected) wanted.setUTCDate(wanted.getUTCDate() - 1);
  return wanted.getTime();
};

const union =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK GB".split(" ");
const gdprKinds = "access copy rectify restrict object portability erase withdraw".split(" ");

/** The first instant that is too late, under each law that applies. */
export const walkedDeadlines = (question: DeadlineQuestion): Readonly<Record<string, number>> => {
  const { received, zone, jurisdiction, kind, isOfDeveloper, isExtended } = question;
  const country = jurisdiction.slice(0, 2);
  const day = dayShown(received, zone);
  const isWork = (at: number): boolean => !isFree(country, at);
  const working = (count: number): number => afterDay(walk(day, count, isWork), zone);
  const calendarDays = (count: number): number => afterDay(day + count * dayMs, zone);
  const ends: Record<string, number> = { house: working(isExtended ? 40 : 20) };
  if (isOfDeveloper) ends["developer"] = working(isExtended ? 30 : 15);
  if (union.includes(country) && gdprKinds.includes(kind)) {
    let last = sameDayLater(day, isExtended ? 3 : 1);
    while (isFree(country, last)) last += dayMs;
    ends[country === "GB" ? "uk-gdpr" : "gdpr"] = afterDay(last, zone);
  }
  if (jurisdiction === "US-CA") {
    if ("access copy rectify portability erase".split(" ").includes(kind))
      ends["ccpa"] = calendarDays(isExtended ? 90 : 45);
    if (kind === "opt-out") ends["ccpa-opt-out"] = working(15);
  }
  if (jurisdiction === "US-NV" && kind === "opt-out") ends["nevada"] = calendarDays(isExtended ? 90 : 60);
  if (jurisdiction === "VN" && "access copy restrict object erase".split(" ").includes(kind))
    ends["pdpd"] = received + 72 * 3_600_000;
  if (jurisdiction === "BR" && (kind === "access" || kind === "copy")) ends["lgpd"] = calendarDays(15);
  return ends;
};
