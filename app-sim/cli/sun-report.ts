import {
  addDays,
  type CivilDate,
  parseCivilDate,
  wallTimeText,
  type ZoneName,
} from "../../hub/domain/civil.ts";
import { CallerError } from "../../hub/domain/errors.ts";
import type { Position } from "../../hub/domain/place.ts";
import { Sun } from "../../hub/domain/sun.ts";
import type { SunEvent } from "../../hub/domain/sun-event.ts";
import { parseZone, TimeZone } from "../../hub/domain/time-zone.ts";
import { Instant } from "../../hub/domain/units.ts";
import { usageError } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { nearest } from "./nearest.ts";
import type { Result } from "./output.ts";
import { numberOf, positionOf } from "./quantities.ts";
import { type Options, settingOf } from "./settings.ts";

const mostDays = 400;

const textOption = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

const positionIn = (options: Options): Position => {
  const text = textOption(options, "place");
  if (text === undefined) throw usageError("say where: --place LAT,LON", "such as --place 52.52,13.40");
  return positionOf(text, "--place");
};

/** The caller's own error, as one of usage. */
const asked = <Value>(parse: () => Value, message: string, hint?: string): Value => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof CallerError) throw usageError(message, hint);
    throw error;
  }
};

const zoneIn = (options: Options, context: Context): ZoneName => {
  const text =
    textOption(options, "zone") ??
    settingOf(context.settings, "time-zone").value ??
    Intl.DateTimeFormat().resolvedOptions().timeZone;
  const meant = (): string | undefined => nearest(text, Intl.supportedValuesOf("timeZone"))[0];
  return asked(
    () => parseZone(text),
    `there is no time zone "${text}"`,
    `use a name such as ${meant() ?? "Europe/Berlin"}`,
  );
};

const dateIn = (options: Options, zone: TimeZone): CivilDate => {
  const text = textOption(options, "date");
  if (text === undefined) return zone.civil(Instant(Date.now())).date;
  return asked(() => parseCivilDate(text), `--date takes a day of the calendar as YYYY-MM-DD; not "${text}"`);
};

const daysIn = (options: Options): number => {
  const days = numberOf(textOption(options, "days") ?? "1", "--days");
  if (!Number.isInteger(days) || days < 1 || days > mostDays) {
    throw usageError(`--days takes a whole number from 1 to ${mostDays}`);
  }
  return days;
};

/** From the east of India to the west of Alaska, noon is not earlier or later anywhere, seconds. */
const [earliestNoon, latestNoon] = [10 * 3_600 + 40 * 60, 15 * 3_600 + 50 * 60];

/** Which zone a place should have is not known here, but where noon is at eight in the morning something is mixed up. */
const warnOfContradiction = (context: Context, zone: TimeZone, noon: SunEvent | undefined): void => {
  if (noon === undefined || !zone.name.includes("/") || zone.name.startsWith("Etc/")) return;
  const { time } = zone.civil(noon.at);
  if (time >= earliestNoon && time <= latestNoon) return;
  const clock = wallTimeText((time - (time % 60)) as typeof time);
  context.out.say(
    `note: the sun is highest at ${clock} in ${zone.name}; are the coordinates swapped, or is a sign wrong?`,
  );
};

/** UTC with tenths of a second: what the position of the sun is good for. */
const tenths = (at: Instant): string =>
  new Date(Math.round(at / 100) * 100).toISOString().replace(/00Z$/, "Z");

const rowOf = (event: SunEvent, zone: TimeZone): readonly string[] => {
  const local = zone.civil(Instant(Math.round(event.at / 1_000) * 1_000));
  const seconds = String(local.time % 60).padStart(2, "0");
  return [
    `${local.date} ${wallTimeText(local.time).slice(0, 5)}:${seconds}`,
    String(event.kind).replaceAll("_", " "),
    tenths(event.at),
    event.solarDate,
  ];
};

/** What `lampkeeper sun` shows. @throws CliError for a place, zone or date that is none */
export const sunResult = (context: Context, options: Options): Result => {
  const position = positionIn(options);
  const zone = TimeZone.of(zoneIn(options, context));
  const first = dateIn(options, zone);
  const sun = new Sun(position, zone);
  const dates = Array.from({ length: daysIn(options) }, (_, index) => addDays(first, index));
  const events = dates.flatMap((date) => sun.eventsOfCivilDay(date));
  warnOfContradiction(context, zone, sun.eventOn("solar_noon", first));
  return {
    data: {
      place: position,
      zone: zone.name,
      date: first,
      days: dates.length,
      events: events.map(({ kind, at, solarDate }) => ({ event: kind, time: tenths(at), solarDate })),
    },
    text: {
      columns: ["LOCAL TIME", "EVENT", "UTC", "SOLAR DATE"],
      rows: events.map((event) => rowOf(event, zone)),
      empty: `${zone.name} has no ${first}`,
    },
  };
};
