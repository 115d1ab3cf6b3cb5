/** One component of a calendar, as it is written. */
export interface Component {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly components: readonly Component[];
}

/** contentline = name *(";" param) ":" value [RFC 5545 3.1]. */
const line = /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\p{Cc}]*"|[^";:,\p{Cc}]*))*):(\P{Cc}*)$/u;
const dateTime = /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?$/;
const recur =
  /^FREQ=(?:DAILY|WEEKLY|YEARLY)(?:;BYMONTH=(?:[1-9]|1[0-2]))?(?:;BYMONTHDAY=(?:[1-9]|[12]\d|3[01]))?(?:;BYDAY=(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)?$/;

/**
 * Reads iCalendar by the grammar of RFC 5545, knowing nothing of who wrote it: line ends, lengths and folding (3.1), components
 * inside components (3.4, 3.6), what each must have and the forms of dates and recurrences (3.3.5, 3.3.10).
 * @throws RangeError where it is broken
 */
export const readCalendar = (text: string): Component => {
  if (!text.endsWith("\r\n") || /(?<!\r)\n|\r(?!\n)/.test(text)) throw new RangeError("lines end with CRLF");
  const physical = text.slice(0, -2).split("\r\n");
  for (const each of physical)
    if (Buffer.byteLength(each) > 75) throw new RangeError(`a line of ${Buffer.byteLength(each)} octets`);
  const lines = physical
    .join("\r\n")
    .replaceAll(/\r\n[ \t]/g, "")
    .split("\r\n");
  const open: { name: string; properties: Map<string, string>; components: Component[] }[] = [];
  let whole: Component | undefined;
  for (const each of lines) {
    const [, name = "", , value = ""] = line.exec(each) ?? [];
    if (name === "") throw new RangeError(`no content line: ${each}`);
    if (whole !== undefined) throw new RangeError("something stands behind the calendar");
    if (name === "BEGIN") open.push({ name: value, properties: new Map(), components: [] });
    else if (name === "END") {
      const done = open.pop();
      if (done?.name !== value) throw new RangeError(`END:${value} ends nothing`);
      assertWhole(done);
      const around = open.at(-1);
      if (around === undefined) whole = done;
      else around.components.push(done);
    } else {
      const inside = open.at(-1);
      if (inside === undefined || inside.properties.has(name))
        throw new RangeError(`${name} stands twice, or nowhere`);
      inside.properties.set(name, value);
    }
  }
  if (whole === undefined) throw new RangeError("the calendar does not end");
  return whole;
};

const assertWhole = ({ name, properties, components }: Component): void => {
  const need = (each: string): string => {
    const value = properties.get(each);
    if (value === undefined) throw new RangeError(`${name} without ${each}`);
    return value;
  };
  if (name === "VCALENDAR") {
    if (need("VERSION") !== "2.0") throw new RangeError("another version");
    need("PRODID");
    const ids = components.map((each) => each.properties.get("UID"));
    if (new Set(ids).size !== ids.length) throw new RangeError("two events of one UID");
    return;
  }
  need("UID");
  if (!/Z$/.test(need("DTSTAMP"))) throw new RangeError("DTSTAMP is in UTC");
  for (const each of ["DTSTAMP", "DTSTART"])
    if (!dateTime.test(need(each))) throw new RangeError(`${each} is no date`);
  const [start, end, rule] = [need("DTSTART"), properties.get("DTEND"), properties.get("RRULE")];
  if (end !== undefined && (!dateTime.test(end) || end <= start))
    throw new RangeError("it ends before it begins");
  // In TEXT neither comma nor semicolon stands bare [3.3.11].
  for (const each of ["SUMMARY", "DESCRIPTION"])
    if (!/^(?:[^\\;,]|\\[\\;,nN])*$/u.test(properties.get(each) ?? ""))
      throw new RangeError(`${each} is no TEXT`);
  if (rule !== undefined && !recur.test(rule)) throw new RangeError(`no recurrence: ${rule}`);
};

/** TEXT as it was meant [3.3.11]. */
export const unescaped = (value: string): string =>
  value.replaceAll(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? "\n" : character));
