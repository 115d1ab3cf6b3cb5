import { type CivilDate, calendarDay, dayNumber } from "../domain/civil.ts";
import { Instant } from "../domain/units.ts";

/** Claims lapse three years after the end of the year in which they arose (German Civil Code, sections 195 and 199). */
const limitationYears = 3;
/** What a claim that was brought on the last day still takes to arrive: two months from the turn of the year. */
const extraMonths = "03-01";
const dayMs = 86_400_000;

/** When nothing can be claimed any more from a relationship that ended then: the limitation period and two months. */
export const limitationEnd = (ended: Instant): Instant => {
  const { year } = calendarDay(Math.floor(ended / dayMs));
  return Instant(dayNumber(`${year + limitationYears + 1}-${extraMonths}` as CivilDate) * dayMs);
};
