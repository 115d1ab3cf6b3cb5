/**
 * iCalendar [RFC 5545], as far as dates need it: events that repeat, in the home's own clock time or in UTC.
 */
export interface CalendarEvent {
  readonly uid: string;
  readonly summary: string;
  readonly description?: string;
  /** `YYYYMMDDTHHMMSS`, followed by Z where it is UTC; without it is what the clock on the wall shows [3.3.5, form 1]. */
  readonly start: string;
  readonly end?: string;
  /** RECUR [3.3.10]. */
  readonly repeats?: string;
}

/** Octets of a line without its end [3.1]. */
const longestLine = 75;

/** TEXT [3.3.11]. */
const escaped = (text: string): string =>
  text
    .replaceAll("\\", "\\\\")
    .replaceAll(";", "\\;")
    .replaceAll(",", "\\,")
    .replaceAll(/\r\n|\r|\n/g, "\\n");

/** Never inside a character. */
const folded = (line: string): string => {
  const lines: string[] = [];
  let [current, octets] = ["", 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > longestLine) {
      lines.push(current);
      [current, octets] = [" ", 1];
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join("\r\n");
};

const eventLines = (event: CalendarEvent, stamp: string): readonly string[] => [
  "BEGIN:VEVENT",
  `UID:${event.uid}`,
  `DTSTAMP:${stamp}`,
  `DTSTART:${event.start}`,
  ...(event.end === undefined ? [] : [`DTEND:${event.end}`]),
  ...(event.repeats === undefined ? [] : [`RRULE:${event.repeats}`]),
  `SUMMARY:${escaped(event.summary)}`,
  ...(event.description === undefined ? [] : [`DESCRIPTION:${escaped(event.description)}`]),
  // They take nobody's time.
  "TRANSP:TRANSPARENT",
  "END:VEVENT",
];

/** @param stamp when it was made, in UTC: `YYYYMMDDTHHMMSSZ` */
export const calendarText = (events: readonly CalendarEvent[], stamp: string): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Lampkeeper//Schedules//EN",
    ...events.flatMap((event) => eventLines(event, stamp)),
    "END:VCALENDAR",
    "",
  ]
    .map(folded)
    .join("\r\n");
