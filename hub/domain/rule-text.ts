import { type MonthDay, type Weekday, wallTimeText, weekdays } from "./civil.ts";
import { displayColor } from "./color.ts";
import type { NotRunReason } from "./event.ts";
import type { LightCommand } from "./light.ts";
import type {
  Action,
  CatchUp,
  Condition,
  Days,
  Edge,
  HomeMode,
  Moment,
  PolarPolicy,
  Rule,
  Trigger,
} from "./rule.ts";
import type { SunEventKind, SunEventName } from "./sun-event.ts";
import { kelvinOf } from "./units.ts";

/** What the people of the home call the thing of that id. */
export type NameOf = (id: string) => string;

/** A rule in plain words, place by place. `sentence` is all of it. */
export interface RuleText {
  readonly triggers: readonly string[];
  readonly conditions: readonly string[];
  readonly actions: readonly string[];
  readonly sentence: string;
}

/** Anything that follows another, as people list things: "a, b and c". */
const listed = (words: readonly string[], last = "and"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;

const trimmed = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * A length of time as people say it, its two largest units: "15 min", "1 h 30 min", "2.5 s".
 * @param ms either sign; the sign is not said
 */
export const spanText = (ms: number): string => {
  const seconds = Math.abs(ms) / 1_000;
  if (seconds < 60) return `${trimmed(seconds)} s`;
  const parts = (
    [
      [86_400, "d"],
      [3_600, "h"],
      [60, "min"],
      [1, "s"],
    ] as const
  ).reduce(
    ({ left, said }, [size, unit]) => {
      const count = Math.floor(left / size);
      return { left: left - count * size, said: count > 0 ? [...said, `${count} ${unit}`] : said };
    },
    { left: Math.round(seconds), said: [] as string[] },
  );
  return parts.said.slice(0, 2).join(" ");
};

const sunNames: Readonly<Record<SunEventName, string>> = {
  solar_midnight: "solar midnight",
  astronomical_dawn: "astronomical dawn",
  nautical_dawn: "nautical dawn",
  blue_hour_morning_start: "start of the blue hour in the morning",
  civil_dawn: "civil dawn",
  blue_hour_morning_end: "end of the blue hour in the morning",
  sunrise: "sunrise",
  golden_hour_morning_end: "end of the golden hour in the morning",
  solar_noon: "solar noon",
  golden_hour_evening_start: "start of the golden hour in the evening",
  sunset: "sunset",
  blue_hour_evening_start: "start of the blue hour in the evening",
  civil_dusk: "civil dusk",
  blue_hour_evening_end: "end of the blue hour in the evening",
  nautical_dusk: "nautical dusk",
  astronomical_dusk: "astronomical dusk",
};

/** "sunset", "sun at -4° setting" */
export const sunEventText = (kind: SunEventKind): string =>
  typeof kind === "string" ? sunNames[kind] : `sun at ${trimmed(kind.elevation)}° ${kind.direction}`;

/** What holds a sun moment: its clamps, and what stands in on a day without it. */
const limitsOf = ({ notBefore, notAfter, polar }: Extract<Moment, { kind: "sun" }>): readonly string[] => [
  ...(notBefore === undefined ? [] : [`not before ${wallTimeText(notBefore)}`]),
  ...(notAfter === undefined ? [] : [`not after ${wallTimeText(notAfter)}`]),
  ...(polar.kind === "none" ? [] : [`or ${polarText(polar)} on a day without it`]),
];

const polarText = (polar: Exclude<PolarPolicy, { kind: "none" }>): string =>
  polar.kind === "clock" ? `at ${wallTimeText(polar.at)}` : "at solar noon or midnight";

const bareText = (moment: Moment): string => {
  if (moment.kind === "time") return wallTimeText(moment.at);
  const { event, offset } = moment;
  return `${sunEventText(event)}${offset === 0 ? "" : ` ${offset < 0 ? "-" : "+"} ${spanText(offset)}`}`;
};

/** "07:30", "sunset - 15 min, not before 17:00" */
export const momentText = (moment: Moment): string =>
  [bareText(moment), ...(moment.kind === "sun" ? limitsOf(moment) : [])].join(", ");

/** The same between other words: "sunset - 15 min (not before 17:00)". */
const enclosedText = (moment: Moment): string => {
  const limits = moment.kind === "sun" ? limitsOf(moment).join(", ") : "";
  return limits === "" ? bareText(moment) : `${bareText(moment)} (${limits})`;
};

/** As people call the days of the week. */
export const dayNames: Readonly<Record<Weekday, string>> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

const weekdaysText = (given: readonly Weekday[]): string => {
  const days = weekdays.filter((day) => given.includes(day));
  if (days.length === 7) return "";
  if (days.join() === "mon,tue,wed,thu,fri") return "on weekdays";
  if (days.join() === "sat,sun") return "at weekends";
  const [first = "mon", last = "sun"] = [days[0], days.at(-1)];
  const isRun = days.length > 2 && weekdays.indexOf(last) - weekdays.indexOf(first) === days.length - 1;
  return isRun ? `${dayNames[first]} to ${dayNames[last]}` : `on ${listed(days.map((day) => dayNames[day]))}`;
};

const months = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
] as const;

const monthDayText = (date: MonthDay): string =>
  `${Number(date.slice(3))} ${months[Number(date.slice(0, 2)) - 1]}`;

/** "on weekdays", "on 24 December"; empty for every day. */
export const daysText = ({ weekdays: days, dates }: Days): string =>
  [
    ...(days === undefined ? [] : [weekdaysText(days)]),
    ...(dates === undefined ? [] : [`on ${listed(dates.map(monthDayText))}`]),
  ]
    .filter(Boolean)
    .join(", ");

const withDays = (text: string, days: Days): string => [text, daysText(days)].filter(Boolean).join(", ");

const deviceEvents = {
  online: "can be reached again",
  offline: "cannot be reached",
  on: "comes on",
  off: "goes off",
} as const;

const presenceText = (trigger: Extract<Trigger, { kind: "presence" }>, nameOf: NameOf): string => {
  switch (trigger.event) {
    case "first-arrives":
      return "the first person comes home";
    case "last-leaves":
      return "the last person leaves";
    case "arrives":
      return `${nameOf(trigger.person)} comes home`;
    case "leaves":
      return `${nameOf(trigger.person)} leaves`;
    case "approaches": {
      const who = trigger.person === undefined ? "somebody" : nameOf(trigger.person);
      return `${who} will be home within ${spanText(trigger.ahead)}`;
    }
  }
};

/** What sets a rule off: "sunset - 15 min, on weekdays", "Ana comes home". */
export const triggerText = (trigger: Trigger, nameOf: NameOf): string => {
  switch (trigger.kind) {
    case "daily":
      return trigger.until === undefined
        ? withDays(momentText(trigger.at), trigger.days)
        : withDays(
            `at a random time between ${enclosedText(trigger.at)} and ${enclosedText(trigger.until)}`,
            trigger.days,
          );
    case "range":
      return withDays(`from ${enclosedText(trigger.from)} to ${enclosedText(trigger.to)}`, trigger.days);
    case "once":
      return `once, on ${trigger.date} at ${wallTimeText(trigger.at)}`;
    case "timer":
      return `once, after ${spanText(trigger.after)}`;
    case "presence":
      return presenceText(trigger, nameOf);
    case "motion":
      return `${trigger.event === "detected" ? "motion" : "no more motion"} at ${nameOf(trigger.sensor)}`;
    case "illuminance":
      return "below" in trigger
        ? `it gets darker than ${trimmed(trigger.below)} lx at ${nameOf(trigger.sensor)}`
        : `it gets brighter than ${trimmed(trigger.above)} lx at ${nameOf(trigger.sensor)}`;
    case "contact":
      return `${nameOf(trigger.sensor)} ${trigger.event === "opened" ? "is opened" : "is closed"}`;
    case "button":
      return `${trigger.action.replaceAll("_", " ")} on ${nameOf(trigger.sensor)}`;
    case "device":
      return `${nameOf(trigger.device)} ${deviceEvents[trigger.event]}`;
  }
};

/** What set a rule off, in a few words that name nobody and nothing of the home: they go where ids go. */
export const impulseText = (
  { triggers }: Pick<Rule, "triggers">,
  index: number,
  edge: Edge = "start",
): string => {
  const trigger = triggers[index] as Trigger;
  switch (trigger.kind) {
    case "daily":
      return bareText(trigger.at) + (trigger.until === undefined ? "" : ` to ${bareText(trigger.until)}`);
    case "range":
      return edge === "start" ? `from ${bareText(trigger.from)}` : `until ${bareText(trigger.to)}`;
    case "once":
      return `once ${wallTimeText(trigger.at)}`;
    default:
      return "event" in trigger ? `${trigger.kind} ${trigger.event}` : trigger.kind;
  }
};

const modeNames: Readonly<Record<HomeMode, string>> = {
  home: "home",
  night: "night",
  away: "away",
  vacation: "vacation",
};

const betweenText = (below: number | undefined, above: number | undefined, unit: string): string =>
  [
    ...(above === undefined ? [] : [`above ${trimmed(above)}${unit}`]),
    ...(below === undefined ? [] : [`below ${trimmed(below)}${unit}`]),
  ].join(" and ");

/** Whether a rule may act: "nobody is home", "it is between sunset and 23:00". Reads on after "if". */
export const conditionText = (condition: Condition, nameOf: NameOf): string => {
  switch (condition.kind) {
    case "time":
      return withDays(
        `it is between ${enclosedText(condition.from)} and ${enclosedText(condition.to)}`,
        condition.days,
      );
    case "sun":
      return `the sun is ${condition.is}`;
    case "elevation":
      return `the sun stands ${betweenText(condition.below, condition.above, "°")}`;
    case "presence":
      if ("person" in condition) {
        return `${nameOf(condition.person)} is ${condition.is === "home" ? "home" : "away"}`;
      }
      return condition.is === "anybody-home" ? "somebody is home" : "nobody is home";
    case "illuminance":
      return `${nameOf(condition.sensor)} measures ${betweenText(condition.below, condition.above, " lx")}`;
    case "mode":
      return `the home is in mode ${listed(
        condition.is.map((mode) => modeNames[mode]),
        "or",
      )}`;
    case "light":
      return `${nameOf(condition.target)} is ${condition.is}`;
    case "not":
      return `it is not so that ${conditionText(condition.condition, nameOf)}`;
    case "any":
      return listed(
        condition.of.map((each) => conditionText(each, nameOf)),
        "or",
      );
  }
};

/** What a command asks of a light: "on 60 % 2700 K over 5 s". */
export const commandText = (command: LightCommand): string => {
  const { on, brightness, brightnessStep, colorTemperature, color, effect, transition } = command;
  const parts = [
    ...(on === undefined ? [] : [on === "toggle" ? "over" : on ? "on" : "off"]),
    ...(brightness === undefined ? [] : [`${Math.round(brightness)} %`]),
    ...(brightnessStep === undefined || brightness !== undefined
      ? []
      : [`${trimmed(Math.abs(brightnessStep))} % ${brightnessStep < 0 ? "darker" : "brighter"}`]),
    ...(colorTemperature === undefined ? [] : [`${Math.round(kelvinOf(colorTemperature))} K`]),
    ...(color === undefined ? [] : [displayColor({ color })]),
    ...(effect === undefined ? [] : [effect === "none" ? "no effect" : effect.replaceAll("_", " ")]),
  ];
  const fade = transition === undefined || transition === 0 ? [] : [`over ${spanText(transition)}`];
  return [...(parts.length === 0 ? ["as it is"] : parts), ...fade].join(" ");
};

/** What a rule does, with `who` it does it to and `does` apart: "Hall", "on 60 % 2700 K". */
interface ActionText {
  readonly who: string;
  readonly does: string;
}

const partsOf = (action: Action, nameOf: NameOf): ActionText => {
  switch (action.kind) {
    case "light": {
      const hold = action.hold === undefined ? "" : `, off again after ${spanText(action.hold)}`;
      return { who: nameOf(action.target), does: `${commandText(action.command)}${hold}` };
    }
    case "scene": {
      const fade =
        action.transition === undefined || action.transition === 0
          ? ""
          : ` over ${spanText(action.transition)}`;
      return { who: "scene", does: `${nameOf(action.scene)}${fade}` };
    }
    case "wake-up":
      return {
        who: nameOf(action.target),
        does: `from dark to ${Math.round(action.brightness)} % within ${spanText(action.over)}`,
      };
    case "off-after":
      return { who: nameOf(action.target), does: `off after ${spanText(action.after)}` };
    case "circadian":
      return { who: nameOf(action.target), does: "follows the day" };
    case "mode":
      return { who: "the home", does: `in mode ${modeNames[action.mode]}` };
  }
};

/** "Hall on 60 % 2700 K over 5 s", "scene Evening". */
export const actionText = (action: Action, nameOf: NameOf): string => {
  const { who, does } = partsOf(action, nameOf);
  return `${who} ${does}`;
};

/** Several actions in a line; those that do the same to several are said once: "Hall, Kitchen on 60 %". */
export const actionsText = (actions: readonly Action[], nameOf: NameOf): ActionText => {
  const groups = Map.groupBy(
    actions.map((action) => partsOf(action, nameOf)),
    ({ does }) => does,
  );
  const lines = [...groups].map(([does, parts]) => ({ who: parts.map(({ who }) => who).join(", "), does }));
  const [only] = lines;
  if (only !== undefined && lines.length === 1) return only;
  return { who: "", does: lines.map(({ who, does }) => `${who} ${does}`).join("; ") };
};

/** What becomes of a missed occurrence. */
export const catchUpText = (catchUp: CatchUp): string => {
  switch (catchUp.kind) {
    case "skip":
      return "left out when it was missed";
    case "late":
      return `done late when it was missed by less than ${spanText(catchUp.within)}`;
    case "now":
      return "when it was missed, its lamps get what they should show now";
  }
};

const ruleSentence = ({ triggers, conditions, actions }: Omit<RuleText, "sentence">): string => {
  const only = conditions.length === 0 ? "" : `, if ${listed(conditions)}`;
  const text = `${listed(triggers, "or")}${only}: ${actions.join("; ")}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** A whole rule in words. */
export const ruleText = (
  {
    triggers,
    conditions,
    actions,
    endActions,
  }: Pick<Rule, "triggers" | "conditions" | "actions" | "endActions">,
  nameOf: NameOf,
): RuleText => {
  const parts = {
    triggers: triggers.map((trigger) => triggerText(trigger, nameOf)),
    conditions: conditions.map((condition) => conditionText(condition, nameOf)),
    actions: [
      ...actions.map((action) => actionText(action, nameOf)),
      ...(endActions ?? []).map((action) => `at the end ${actionText(action, nameOf)}`),
    ],
  };
  return { ...parts, sentence: ruleSentence(parts) };
};

/** Why something did not happen, as the end of "it did not run: ...". */
export const notRunTexts: Readonly<Record<NotRunReason, string>> = {
  unreachable: "the lamp did not answer",
  superseded: "something newer came first",
  rejected: "the lamp refused it",
  unpaired: "the lamp has to be paired: remove it, put it into its pairing mode and add it again",
  "rate-limited": "too many commands at once",
  "condition-false": "its condition was not met",
  "clock-untrusted": "the clock could not be trusted",
  "no-place": "the hub does not know where it is",
  "location-not-permitted": "a phone that it depends on is not permitted to know where it is",
  "not-agreed": "somebody has not agreed that the hub keeps whether they are home",
  "out-of-scope": "the device that sets it off may not tell of what happens to it",
  paused: "it was paused",
  disabled: "it was switched off",
  "taken-over": "a person had taken the lamp over",
  missed: "it was missed while the hub was off, and its rule says to leave it out",
};
