import type { Shape } from "../../hub/api/contract.ts";
import { type Weekday, weekdays } from "../../hub/domain/civil.ts";
import { homeModes } from "../../hub/domain/rule.ts";
import { momentExamples, momentOfText, timeOfText } from "../client/moment-text.ts";
import type { FindId } from "../client/rule-names.ts";
import { usageError } from "./cli-error.ts";
import { numberOf, secondsOf } from "./quantities.ts";

/** Rules in the few words of a command line: "sunset-15m", "mon-fri", "nobody-home". Names become ids on the way. */

type Moment = Shape<"Moment">;
type Trigger = Shape<"Trigger">;
type Condition = Shape<"Condition">;
type Days = NonNullable<Extract<Trigger, { kind: "daily" }>["days"]>;

/** @param what the option, for the complaint @throws CliError */
export const momentOf = (text: string, what: string): Moment => {
  const moment = momentOfText(text);
  if (moment === undefined) {
    throw usageError(`${what} takes a moment of the day: ${momentExamples}; not "${text}"`);
  }
  return moment;
};

const clamp = (text: string, what: string): string => {
  const time = timeOfText(text);
  if (time === undefined) throw usageError(`${what} takes a time of day, such as 17:00; not "${text}"`);
  return time;
};

/** `--not-before` and `--not-after` on a sun moment. @throws CliError on a clock time */
export const clamped = (moment: Moment, before: unknown, after: unknown): Moment => {
  if (typeof before !== "string" && typeof after !== "string") return moment;
  if (moment.kind === "time") throw usageError("--not-before and --not-after hold a sun moment, not a time");
  return {
    ...moment,
    ...(typeof before === "string" ? { notBefore: clamp(before, "--not-before") } : {}),
    ...(typeof after === "string" ? { notAfter: clamp(after, "--not-after") } : {}),
  };
};

const dayWords: Readonly<Record<string, readonly Weekday[]>> = {
  weekdays: ["mon", "tue", "wed", "thu", "fri"],
  weekend: ["sat", "sun"],
  every: weekdays,
};

/** "mon-fri", "sat,sun", "weekdays", "12-24". @throws CliError */
export const daysOf = (text: string): Days => {
  const words = text
    .toLowerCase()
    .split(",")
    .map((word) => word.trim());
  const dates = words.filter((word) => /^\d\d-\d\d$/.test(word));
  const named = words.filter((word) => !dates.includes(word)).flatMap(weekdaysOf);
  return {
    ...(named.length === 0 ? {} : { weekdays: weekdays.filter((day) => named.includes(day)) }),
    ...(dates.length === 0 ? {} : { dates }),
  };
};

const weekdaysOf = (word: string): readonly Weekday[] => {
  const [from = "", to = from] = word.split("-");
  const [start, end] = [from, to].map((name) => weekdays.indexOf(name.slice(0, 3) as Weekday));
  if (dayWords[word] !== undefined) return dayWords[word];
  if (start === undefined || end === undefined || start < 0 || end < 0) {
    throw usageError(
      `--days takes mon-fri, sat,sun, weekdays, weekend or dates such as 12-24; not "${word}"`,
    );
  }
  // "fri-mon" goes over Sunday.
  const length = ((end - start + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => weekdays[(start + index) % 7] as Weekday);
};

/** "name/20" of a sensor and a number. */
const splitAtLast = (text: string, example: string): readonly [string, string] => {
  const at = text.lastIndexOf("/");
  if (at <= 0) throw usageError(`say it like ${example}`);
  return [text.slice(0, at), text.slice(at + 1)];
};

const eventTriggers: Readonly<Record<string, (word: string, find: FindId) => Trigger>> = {
  arrives: (word, find) =>
    word === "first"
      ? { kind: "presence", event: "first-arrives" }
      : { kind: "presence", event: "arrives", person: find("person", word) },
  leaves: (word, find) =>
    word === "last"
      ? { kind: "presence", event: "last-leaves" }
      : { kind: "presence", event: "leaves", person: find("person", word) },
  approaches: (word, find) => {
    const [who, ahead] = splitAtLast(word, "approaches:Ana/5m, approaches:anybody/5m");
    return {
      kind: "presence",
      event: "approaches",
      ahead: secondsOf(ahead, "--when approaches"),
      ...(who === "anybody" ? {} : { person: find("person", who) }),
    };
  },
  motion: (word, find) => ({ kind: "motion", event: "detected", sensor: find("sensor", word) }),
  "no-motion": (word, find) => ({ kind: "motion", event: "cleared", sensor: find("sensor", word) }),
  opened: (word, find) => ({ kind: "contact", event: "opened", sensor: find("sensor", word) }),
  closed: (word, find) => ({ kind: "contact", event: "closed", sensor: find("sensor", word) }),
  press: (word, find) => {
    const [sensor, action] = splitAtLast(word, "press:Switch/single");
    return { kind: "button", sensor: find("sensor", sensor), action };
  },
  dark: (word, find) => {
    const [sensor, lux] = splitAtLast(word, "dark:Garden/20");
    return { kind: "illuminance", sensor: find("sensor", sensor), below: numberOf(lux, "--when dark") };
  },
  bright: (word, find) => {
    const [sensor, lux] = splitAtLast(word, "bright:Garden/200");
    return { kind: "illuminance", sensor: find("sensor", sensor), above: numberOf(lux, "--when bright") };
  },
  online: (word, find) => ({ kind: "device", event: "online", device: find("device", word) }),
  offline: (word, find) => ({ kind: "device", event: "offline", device: find("device", word) }),
};

const [kindOf, restOf] = [
  (text: string) => (text.split(":")[0] ?? "").trim(),
  (text: string) => text.slice(text.indexOf(":") + 1).trim(),
];

/** "arrives:first", "motion:Hall", "press:Switch/single". @throws CliError */
export const eventTriggerOf = (text: string, find: FindId): Trigger => {
  const trigger = eventTriggers[kindOf(text)];
  if (trigger === undefined || !text.includes(":")) {
    throw usageError(
      `--when takes one of ${Object.keys(eventTriggers).join(", ")}, a colon and a name, such as arrives:first; not "${text}"`,
    );
  }
  return trigger(restOf(text), find);
};

const fixedConditions: Readonly<Record<string, Condition>> = {
  "anybody-home": { kind: "presence", is: "anybody-home" },
  "nobody-home": { kind: "presence", is: "nobody-home" },
  "sun-up": { kind: "sun", is: "up" },
  "sun-down": { kind: "sun", is: "down" },
};

const namedConditions: Readonly<Record<string, (word: string, find: FindId) => Condition>> = {
  home: (word, find) => ({ kind: "presence", person: find("person", word), is: "home" }),
  away: (word, find) => ({ kind: "presence", person: find("person", word), is: "away" }),
  on: (word, find) => ({ kind: "light", target: find("target", word), is: "on" }),
  off: (word, find) => ({ kind: "light", target: find("target", word), is: "off" }),
  mode: (word) => ({ kind: "mode", is: word.split("|").map(modeOf) }),
  dark: (word, find) => {
    const [sensor, lux] = splitAtLast(word, "dark:Garden/20");
    return { kind: "illuminance", sensor: find("sensor", sensor), below: numberOf(lux, "--if dark") };
  },
  between: (word) => {
    const [from, to] = splitAtLast(word, "between:22:00/06:00");
    return { kind: "time", from: momentOf(from, "--if between"), to: momentOf(to, "--if between") };
  },
  "sun-below": (word) => ({ kind: "elevation", below: numberOf(word, "--if sun-below") }),
  "sun-above": (word) => ({ kind: "elevation", above: numberOf(word, "--if sun-above") }),
};

export const modeOf = (word: string): Shape<"Mode">["mode"] => {
  const mode = homeModes.find((each) => each === word.trim());
  if (mode === undefined) throw usageError(`a mode is one of ${homeModes.join(", ")}; not "${word}"`);
  return mode;
};

/** "nobody-home,sun-down,not on:Hall". All must hold. @throws CliError */
export const conditionsOf = (text: string, find: FindId): readonly Condition[] =>
  text.split(",").map((each) => conditionOf(each.trim(), find));

const conditionOf = (text: string, find: FindId): Condition => {
  if (text.startsWith("not ")) return { kind: "not", condition: conditionOf(text.slice(4).trim(), find) };
  const fixed = fixedConditions[text];
  if (fixed !== undefined) return fixed;
  const named = namedConditions[kindOf(text)];
  if (named !== undefined && text.includes(":")) return named(restOf(text), find);
  const known = [...Object.keys(fixedConditions), ...Object.keys(namedConditions).map((kind) => `${kind}:…`)];
  throw usageError(`--if takes ${known.join(", ")}; not "${text}"`);
};

/** "skip", "now", "late:30m". @throws CliError */
export const catchUpOf = (text: string): Shape<"Schedule">["catchUp"] => {
  if (text === "skip" || text === "now") return { kind: text };
  if (!text.startsWith("late:")) {
    throw usageError(`--catch-up takes skip, now or late:30m; not "${text}"`);
  }
  return { kind: "late", within: secondsOf(restOf(text), "--catch-up late") };
};
