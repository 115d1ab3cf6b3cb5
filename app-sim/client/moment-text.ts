import type { Shape } from "../../hub/api/contract.ts";
import { sunEventNames } from "../../hub/domain/sun-event.ts";
import { msOfText } from "./duration-text.ts";

type Moment = Shape<"Moment">;
type SunEvent = Extract<Moment, { kind: "sun" }>["event"];

const shortSunNames = { dawn: "civil_dawn", dusk: "civil_dusk" } as const;
const sunWords: ReadonlyMap<string, SunEvent> = new Map<string, SunEvent>([
  ...Object.entries(shortSunNames),
  ...sunEventNames.map((name) => [name.replaceAll("_", "-"), name] as const),
]);
/** The longest first: "sunrise" must not be taken for a part of another. */
const sunNames = [...sunWords.keys()].sort((a, b) => b.length - a.length);

/** What a moment looks like where people type one. */
export const momentExamples =
  "07:30, sunset, sunset-15m, civil-dusk+1h or setting:-4 (the sun's height in degrees)";

/** A moment of the day as people type it; undefined when it is none. */
export const momentOfText = (text: string): Moment | undefined => {
  const word = text.trim().toLowerCase().replaceAll("_", "-");
  const time = timeOfText(word);
  if (time !== undefined) return { kind: "time", at: time };
  const height = /^(rising|setting):(-?\d+(?:\.\d+)?)(.*)$/.exec(word);
  if (height !== null) {
    const [, direction, degrees, rest = ""] = height;
    return sunMoment({ elevation: Number(degrees), direction: direction as "rising" | "setting" }, rest);
  }
  const name = sunNames.find((each) => word.startsWith(each));
  const event = sunWords.get(name ?? "");
  return name === undefined || event === undefined ? undefined : sunMoment(event, word.slice(name.length));
};

/** "07:30" of "7:30"; undefined when it is no time of day. */
export const timeOfText = (text: string): string | undefined => {
  const [, hours, rest] = /^(\d{1,2})(:\d{2}(?::\d{2})?)$/.exec(text.trim()) ?? [];
  return hours === undefined || rest === undefined ? undefined : `${hours.padStart(2, "0")}${rest}`;
};

const sunMoment = (event: SunEvent, offset: string): Moment | undefined => {
  const rest = offset.replaceAll(" ", "");
  if (rest === "") return { kind: "sun", event };
  const [, sign, length = ""] = /^([+-])(\d.*)$/.exec(rest) ?? [];
  const ms = sign === undefined ? undefined : msOfText(length);
  if (ms === undefined) return undefined;
  return { kind: "sun", event, offset: (sign === "-" ? -ms : ms) / 1_000 };
};
