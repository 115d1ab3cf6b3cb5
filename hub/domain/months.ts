import { type CivilDate, calendarDay, dayNumber } from "./civil.ts";
import { Instant } from "./units.ts";

const dayMs = 86_400_000;
const padded = (value: number, length: number): string => `${value}`.padStart(length, "0");

/** The same time of day so many months later, in UTC; on the month's last day where it has no such day. @param months whole, either way */
export const addMonths = (at: Instant, months: number): Instant => {
  const days = Math.floor(at / dayMs);
  const { year, month, date } = calendarDay(days);
  const index = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const first = dayNumber(`${padded(toYear, 4)}-${padded(toMonth, 2)}-01` as CivilDate);
  const next = dayNumber(
    `${padded(toMonth === 12 ? toYear + 1 : toYear, 4)}-${padded((toMonth % 12) + 1, 2)}-01` as CivilDate,
  );
  return Instant((first + Math.min(date, next - first) - 1) * dayMs + (at - days * dayMs));
};
