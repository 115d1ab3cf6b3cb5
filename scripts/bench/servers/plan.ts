/** Planning by itself, on one core. Arguments: what, how much. Prints processor time, and firings. */
import { DateTime } from "luxon";
import { getTimes } from "suncalc";
import { Agenda } from "../../../hub/automation/agenda.ts";
import type { WallTime, ZoneName } from "../../../hub/domain/civil.ts";
import type { RuleId } from "../../../hub/domain/ids.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import type { Calendar } from "../../../hub/domain/plan.ts";
import type { Moment } from "../../../hub/domain/rule.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Instant } from "../../../hub/domain/units.ts";

const [what = "year", count = "1"] = process.argv.slice(2);
const start = Instant(Date.UTC(2026, 0, 1));
const day = 86_400_000;
const minute = 60_000;
const year = Instant(start + 365 * day);
const zoneName = "Europe/Berlin" as ZoneName;
const schedulesOfHome = 20;

const latitudeOf = (home: number): number => 36 + (home % 240) / 10;
const longitudeOf = (home: number): number => -9 + (home % 370) / 10;

const calendarOf = (home: number): Calendar => {
  const zone = TimeZone.of(zoneName);
  const position = { latitude: latitudeOf(home) as Degrees, longitude: longitudeOf(home) as Degrees };
  return { zone, sun: new Sun(position, zone), draw: () => 0.5 };
};

const timeOf = (schedule: number): WallTime => ((schedule * 4_111) % 86_400) as WallTime;
const isBySun = (schedule: number): boolean => schedule % 4 === 0;
const offsetOf = (schedule: number): number => (schedule - 10) * minute;

const momentOf = (schedule: number): Moment =>
  isBySun(schedule)
    ? {
        kind: "sun",
        event: schedule % 8 === 0 ? "sunset" : "sunrise",
        offset: offsetOf(schedule),
        polar: { kind: "none" },
      }
    : { kind: "time", at: timeOf(schedule) };

const dailyRule = (name: string, at: Moment) =>
  ({ id: name as RuleId, triggers: [{ kind: "daily", at, days: {} }] }) as const;

const homeYear = (home: number): number => {
  const [agenda, calendar] = [new Agenda(), calendarOf(home)];
  for (let schedule = 0; schedule < schedulesOfHome; schedule++)
    agenda.add(dailyRule(`ru-${home}-${schedule}`, momentOf(schedule)), calendar, start);
  let firings = 0;
  agenda.take(Instant(year - 1), () => firings++);
  return firings;
};

/** As it is mostly done: ask the libraries for each next time anew. */
const homeYearByLibraries = (home: number): number => {
  let firings = 0;
  for (let schedule = 0; schedule < schedulesOfHome; schedule++) {
    let at: number = start;
    while (at < year) {
      const local = DateTime.fromMillis(at, { zone: zoneName }).plus({ days: 1 }).startOf("day");
      const time = timeOf(schedule);
      const next = isBySun(schedule)
        ? getTimes(local.set({ hour: 12 }).toJSDate(), latitudeOf(home), longitudeOf(home)).sunset
        : local.set({ hour: Math.floor(time / 3_600), minute: Math.floor(time / 60) % 60 });
      at = Math.max(at + day / 2, Number(next ?? at + day));
      firings++;
    }
  }
  return firings;
};

/** All at once in one agenda, ten days of them. */
const scheduleDays = 10;
const manySchedules = (many: number) => {
  const [agenda, calendar] = [new Agenda(), calendarOf(0)];
  for (let schedule = 0; schedule < many; schedule++)
    agenda.add(dailyRule(`ru-${schedule}`, { kind: "time", at: timeOf(schedule) }), calendar, start);
  return agenda;
};

const cpuMs = (work: () => number): { readonly ms: number; readonly firings: number } => {
  const before = process.cpuUsage();
  const firings = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1_000, firings };
};

/** As warm as a hub that has run for a while. */
const warm = (work: (home: number) => number): void => {
  for (let home = 0; home < 5; home++) work(home);
};

const sum = (homes: number, work: (home: number) => number): number => {
  let firings = 0;
  for (let home = 0; home < homes; home++) firings += work(home);
  return firings;
};

const measures: Record<string, (much: number) => { readonly ms: number; readonly firings: number }> = {
  year: (homes) => {
    warm(homeYear);
    return cpuMs(() => sum(homes, (home) => homeYear(home + 5)));
  },
  libraries: (homes) => {
    warm(homeYearByLibraries);
    return cpuMs(() => sum(homes, homeYearByLibraries));
  },
  schedules: (many) => {
    const agenda = manySchedules(many);
    let firings = 0;
    const end = Instant(start + scheduleDays * day);
    return cpuMs(() => {
      for (let now = start + minute; now <= end; now += minute) agenda.take(Instant(now), () => firings++);
      return firings;
    });
  },
  // Nothing is due in any of these minutes: all of it comes at noon of the day after.
  empty: (many) => {
    const [agenda, calendar] = [new Agenda(), calendarOf(0)];
    for (let schedule = 0; schedule < many; schedule++)
      agenda.add(
        dailyRule(`ru-${schedule}`, { kind: "time", at: 43_200 as WallTime }),
        calendar,
        Instant(start + day / 2),
      );
    const minutes = 1_000_000;
    return cpuMs(() => {
      for (let each = 0; each < minutes; each++) agenda.take(start, () => {});
      return minutes;
    });
  },
  // A look at every schedule each minute.
  scan: (many) => {
    const times = Int32Array.from({ length: many }, (_, schedule) => Math.floor(timeOf(schedule) / 60));
    let firings = 0;
    return cpuMs(() => {
      for (let now = 0; now < 1_440; now++) for (const time of times) if (time === now) firings++;
      return firings;
    });
  },
};

const { ms, firings } = measures[what]?.(Number(count)) ?? { ms: Number.NaN, firings: 0 };
process.stdout.write(`${JSON.stringify({ port: 0, ms, firings, nanos: (ms * 1e6) / firings })}\n`);
