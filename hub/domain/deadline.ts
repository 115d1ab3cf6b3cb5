import {
  addDays,
  type CivilDate,
  calendarDay,
  dateOfDay,
  dayNumber,
  type WallTime,
  type ZoneName,
} from "./civil.ts";
import { addWorkingDays, type Calendar, calendars, workingDayFrom } from "./holidays.ts";
import type { DeadlineLaw, Jurisdiction } from "./jurisdiction.ts";
import type { RequestKind } from "./request.ts";
import { TimeZone } from "./time-zone.ts";
import type { Instant } from "./units.ts";

type Span =
  | { readonly workingDays: number }
  | { readonly days: number }
  | { readonly months: number }
  | { readonly hours: number };

interface LawRule {
  readonly law: DeadlineLaw;
  readonly within: Span;
  /** With the one extension that needs a reason, counted from the same day; absent: there is none. */
  readonly extended?: Span;
  /** What it is about; absent: everything. */
  readonly kinds?: readonly RequestKind[];
  /** A period that ends on a free day ends with the next working day instead. */
  readonly rolls?: true;
}

const house: LawRule = { law: "house", within: { workingDays: 20 }, extended: { workingDays: 40 } };
const developer: LawRule = { law: "developer", within: { workingDays: 15 }, extended: { workingDays: 30 } };

const rightsOfAll = ["access", "copy", "rectify", "restrict", "object", "portability", "erase"] as const;

/** GDPR Art. 12(3); counted by Regulation (EEC, Euratom) 1182/71, Art. 3. */
const gdpr: LawRule = {
  law: "gdpr",
  within: { months: 1 },
  extended: { months: 3 },
  kinds: [...rightsOfAll, "withdraw"],
  rolls: true,
};
/** Cal. Civ. Code 1798.130(a)(2): 45 days, and 45 more. */
const ccpa: LawRule = {
  law: "ccpa",
  within: { days: 45 },
  extended: { days: 90 },
  kinds: ["access", "copy", "rectify", "portability", "erase"],
};
/** Cal. Code Regs. title 11, 7026(f). */
const ccpaOptOut: LawRule = { law: "ccpa-opt-out", within: { workingDays: 15 }, kinds: ["opt-out"] };
/** Nev. Rev. Stat. 603A.345: 60 days, and 30 more. */
const nevada: LawRule = {
  law: "nevada",
  within: { days: 60 },
  extended: { days: 90 },
  kinds: ["opt-out"],
};
/** Decree 13/2023/ND-CP, Art. 9, 14 and 16: 72 hours for these. */
const pdpd: LawRule = {
  law: "pdpd",
  within: { hours: 72 },
  kinds: ["access", "copy", "restrict", "object", "erase"],
};
/** Lei 13.709/2018, Art. 19 II: 15 days for the full account of what is kept. */
const lgpd: LawRule = { law: "lgpd", within: { days: 15 }, kinds: ["access", "copy"] };

const lawsOf = (jurisdiction: Jurisdiction): readonly LawRule[] => {
  switch (jurisdiction) {
    case "GB":
      return [{ ...gdpr, law: "uk-gdpr" }];
    case "US-CA":
      return [ccpa, ccpaOptOut];
    case "US-NV":
      return [nevada];
    case "VN":
      return [pdpd];
    case "BR":
      return [lgpd];
    case "US":
    case "other":
      return [];
    default:
      return [gdpr];
  }
};

/** Whose holidays count; undefined: none are known, and only weekends are free. */
export const calendarOf = (jurisdiction: Jurisdiction): Calendar | undefined => {
  const country = jurisdiction.slice(0, 2);
  return calendars.find((calendar) => calendar === country);
};

export interface DeadlineQuestion {
  readonly received: Instant;
  /** Where the home is. */
  readonly zone: ZoneName;
  readonly jurisdiction: Jurisdiction;
  readonly kind: RequestKind;
  readonly isOfDeveloper: boolean;
  /** Whether a reason was given for taking longer. */
  readonly isExtended: boolean;
}

/** Until when an answer is due. */
export interface Deadline {
  readonly law: DeadlineLaw;
  /** The first instant that is too late. */
  readonly at: Instant;
  /** The last day on which an answer is in time, in the home's zone. */
  readonly lastDay: CivilDate;
}

/** Every deadline that applies. */
export const deadlinesOf = (question: DeadlineQuestion): readonly Deadline[] => {
  const { kind, jurisdiction, isOfDeveloper } = question;
  const laws = [house, ...(isOfDeveloper ? [developer] : []), ...lawsOf(jurisdiction)];
  return laws
    .filter(({ kinds }) => kinds === undefined || kinds.includes(kind))
    .map((law) => deadlineUnder(law, question));
};

/**
 * The earliest of all that apply: an answer that is in time for it is in time for everybody. The day on which a request
 * arrives does not count, and the last one ends at midnight of the home's clocks.
 */
export const deadlineOf = (question: DeadlineQuestion): Deadline =>
  deadlinesOf(question).reduce((earliest, each) => (each.at < earliest.at ? each : earliest));

const deadlineUnder = (rule: LawRule, question: DeadlineQuestion): Deadline => {
  const { received, jurisdiction, isExtended } = question;
  const zone = TimeZone.of(question.zone);
  const span = isExtended ? (rule.extended ?? rule.within) : rule.within;
  if ("hours" in span) {
    const at = (received + span.hours * 3_600_000) as Instant;
    return { law: rule.law, at, lastDay: zone.civil((at - 1) as Instant).date };
  }
  const calendar = calendarOf(jurisdiction);
  const ends = lastDayOf(zone.civil(received).date, span, calendar);
  const lastDay = rule.rolls ? workingDayFrom(ends, calendar) : ends;
  return { law: rule.law, at: endOf(lastDay, zone), lastDay };
};

const lastDayOf = (
  from: CivilDate,
  span: Exclude<Span, { readonly hours: number }>,
  calendar: Calendar | undefined,
): CivilDate => {
  if ("workingDays" in span) return addWorkingDays(from, span.workingDays, calendar);
  return "days" in span ? addDays(from, span.days) : addMonths(from, span.months);
};

/** The same day of a later month; of a month that has no such day its last one (Regulation 1182/71, Art. 3(2)(c)). */
export const addMonths = (from: CivilDate, months: number): CivilDate => {
  const { year, month, date } = calendarDay(dayNumber(from));
  const firstOf = (count: number): number => {
    const index = year * 12 + month - 1 + count;
    const [years, of] = [Math.floor(index / 12), (index % 12) + 1];
    return dayNumber(`${`${years}`.padStart(4, "0")}-${`${of}`.padStart(2, "0")}-01` as CivilDate);
  };
  const first = firstOf(months);
  return dateOfDay(Math.min(first + date - 1, firstOf(months + 1) - 1));
};

/** When the clocks of a zone have left a day: the first instant of the next one that there is. */
const endOf = (day: CivilDate, zone: TimeZone): Instant => {
  for (let next = addDays(day, 1); ; next = addDays(next, 1)) {
    const at = zone.instantOf(next, 0 as WallTime);
    if (at !== undefined) return at;
  }
};
