import { type CalendarEvent, calendarText } from "../codec/icalendar.ts";
import { addDays, type CivilDate, type WallTime, weekdayOf } from "../domain/civil.ts";
import type { RuleId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import type { Days as DaysOf, Moment, Rule, Trigger } from "../domain/rule.ts";
import { Days, type Instant, later } from "../domain/units.ts";

/** How far what the sun or a draw decides is written out: it repeats by no rule that a calendar knows. */
const ahead = Days(30);

/** When rules run; filled by the roof. Times of the sun are those that anybody may see. */
export interface RuleTimes {
  list(): readonly Rule[];
  runs(
    from: Instant,
    until: Instant,
  ): readonly {
    readonly id: string;
    readonly rule: RuleId;
    readonly trigger: number;
    readonly at: Instant;
  }[];
  /** The day it is at the home. */
  today(at: Instant): CivilDate;
}

/** The schedules of a home as a calendar: whatever happens by clock or sun. What sensors and people set off has no date. */
export const scheduleCalendar = (times: RuleTimes, now: Instant): string => {
  const runs = times.runs(now, later(now, ahead));
  const events = times.list().flatMap((rule) =>
    rule.triggers.flatMap((trigger, index) => {
      const shared = { summary: rule.name, description: rule.enabled ? "switched on" : "switched off" };
      const fixed = fixedEvents(trigger, times.today(now));
      if (fixed !== undefined)
        return fixed.map((event, each) => ({
          uid: `${rule.id}-${index}-${each}@lampkeeper`,
          ...shared,
          ...event,
        }));
      return runs
        .filter((run) => run.rule === rule.id && run.trigger === index)
        .map((run) => ({ uid: uidOf(run.id), ...shared, start: utc(run.at) }));
    }),
  );
  return calendarText(events, utc(now));
};

type When = Pick<CalendarEvent, "start" | "end" | "repeats">;

/** Those that the clock on the wall decides alone; undefined: the sun or a draw has a say, or it is no time at all. */
const fixedEvents = (trigger: Trigger, today: CivilDate): readonly When[] | undefined => {
  if (trigger.kind === "once") return [{ start: local(trigger.date, trigger.at) }];
  if (trigger.kind === "daily" && trigger.until === undefined)
    return repeated(trigger.at, undefined, trigger.days, today);
  if (trigger.kind === "range") return repeated(trigger.from, trigger.to, trigger.days, today);
  return undefined;
};

const repeated = (
  from: Moment,
  to: Moment | undefined,
  days: DaysOf,
  today: CivilDate,
): readonly When[] | undefined => {
  if (from.kind !== "time" || (to !== undefined && to.kind !== "time")) return undefined;
  const firstIn = (date: CivilDate) => {
    // A range that is empty has no end.
    const end = to === undefined || to.at <= from.at ? {} : { end: local(date, to.at) };
    return { start: local(date, from.at), ...end };
  };
  const on = days.weekdays?.map((day) => day.slice(0, 2).toUpperCase()).join(",");
  if (days.dates === undefined) {
    const first = firstDay(today, (date) => days.weekdays?.includes(weekdayOf(date)) ?? true);
    return [{ ...firstIn(first), repeats: on === undefined ? "FREQ=DAILY" : `FREQ=WEEKLY;BYDAY=${on}` }];
  }
  return days.dates.map((day) => {
    const first = firstDay(
      today,
      (date) => date.slice(5) === day && (days.weekdays?.includes(weekdayOf(date)) ?? true),
    );
    const [month, date] = day.split("-").map(Number);
    const byDay = on === undefined ? "" : `;BYDAY=${on}`;
    return { ...firstIn(first), repeats: `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${date}${byDay}` };
  });
};

/** A day of the year comes on every day of the week within 40 years, 29 February too. */
const firstDay = (today: CivilDate, isMeant: (date: CivilDate) => boolean): CivilDate => {
  let date = today;
  for (let days = 0; days < 40 * 366 && !isMeant(date); days++) date = addDays(date, 1);
  return date;
};

const two = (value: number): string => `${Math.floor(value)}`.padStart(2, "0");
const local = (date: CivilDate, at: WallTime): string =>
  `${date.replaceAll("-", "")}T${two(at / 3_600)}${two((at / 60) % 60)}${two(at % 60)}`;
const utc = (at: Instant): string => `${isoText(at).slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
const uidOf = (occurrence: string): string => `${occurrence.replaceAll(/[^a-z0-9-]/gi, "-")}@lampkeeper`;
