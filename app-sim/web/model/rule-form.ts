import type { BodyOf } from "../../../hub/api/contract.ts";
import { type Weekday, weekdays } from "../../../hub/domain/civil.ts";
import type { Action, Condition, Moment, Rule, Trigger } from "./shapes.ts";

/** Sun events that people plan by, in the order of a day. */
export const plannedSun = {
  civil_dawn: "Dawn",
  sunrise: "Sunrise",
  solar_noon: "Solar noon",
  sunset: "Sunset",
  civil_dusk: "Dusk",
} as const;
export type PlannedSun = keyof typeof plannedSun;

/** When the form's rule begins: a clock time, or minutes before or after a sun event. */
export interface MomentForm {
  readonly by: "clock" | PlannedSun;
  /** HH:MM; of the clock. */
  readonly time: string;
  /** Minutes, negative: before; of the sun. */
  readonly offset: number;
  /** HH:MM or empty. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What ends it. `random`: it happens once, at some time between beginning and end. */
export type Ending = "none" | "until" | "random";

export const onlyIf = {
  always: "Always",
  "anybody-home": "Only if somebody is home",
  "nobody-home": "Only if nobody is home",
  "sun-down": "Only when the sun is down",
  vacation: "Only on vacation",
} as const;
export type OnlyIf = keyof typeof onlyIf;

export const doings = { light: "Light", "wake-up": "Wake up slowly", off: "Off", scene: "Scene" } as const;
export type Doing = keyof typeof doings;

/** A rule as the form shows it: one trigger by clock or sun, at most one condition, one action. */
export interface RuleForm {
  readonly name: string;
  readonly begin: MomentForm;
  readonly ending: Ending;
  readonly end: MomentForm;
  readonly days: readonly Weekday[];
  readonly onlyIf: OnlyIf;
  readonly doing: Doing;
  /** Id of a lamp, room, zone, group; of a scene where a scene is shown. */
  readonly target: string;
  /** Percent. */
  readonly brightness: number;
  readonly kelvin: number;
  /** Minutes that the light takes to come. */
  readonly minutes: number;
}

const clock = (time: string): MomentForm => ({ by: "clock", time, offset: 0, notBefore: "", notAfter: "" });
const sun = (by: PlannedSun, offset = 0): MomentForm => ({ ...clock("18:00"), by, offset });

const plain: RuleForm = {
  name: "",
  begin: clock("18:00"),
  ending: "none",
  end: clock("23:00"),
  days: [...weekdays],
  onlyIf: "always",
  doing: "light",
  target: "",
  brightness: 60,
  kelvin: 2_700,
  minutes: 0,
};

/** Where people start from. `says`: what for. */
export const templates = {
  "evening-light": {
    title: "Evening light",
    says: "On a little before sunset, off at eleven.",
    form: { ...plain, name: "Evening light", begin: sun("sunset", -15), ending: "until", minutes: 1 },
  },
  "wake-up": {
    title: "Wake up",
    says: "Half an hour from dark to bright, on working days.",
    form: {
      ...plain,
      name: "Wake up",
      begin: clock("06:30"),
      days: weekdays.slice(0, 5),
      doing: "wake-up",
      brightness: 80,
      minutes: 30,
    },
  },
  holiday: {
    title: "Holiday presence",
    says: "While you are on vacation, a light at a time that differs each evening.",
    form: {
      ...plain,
      name: "Holiday presence",
      begin: sun("sunset", 20),
      ending: "random",
      end: clock("22:30"),
      onlyIf: "vacation",
    },
  },
  new: { title: "New schedule", says: "Start from nothing.", form: plain },
} as const satisfies Readonly<
  Record<string, { readonly title: string; readonly says: string; readonly form: RuleForm }>
>;
export type TemplateName = keyof typeof templates;

const momentOf = ({ by, time, offset, notBefore, notAfter }: MomentForm): Moment =>
  by === "clock"
    ? { kind: "time", at: time }
    : {
        kind: "sun",
        event: by,
        offset: offset * 60,
        ...(notBefore === "" ? {} : { notBefore }),
        ...(notAfter === "" ? {} : { notAfter }),
      };

const momentForm = (moment: Moment): MomentForm | undefined => {
  if (moment.kind === "time") return clock(moment.at);
  const { event, offset = 0, notBefore = "", notAfter = "", polar } = moment;
  if (typeof event !== "string" || !(event in plannedSun) || offset % 60 !== 0) return undefined;
  if (polar !== undefined && polar.kind !== "none") return undefined;
  return { by: event as PlannedSun, time: "18:00", offset: offset / 60, notBefore, notAfter };
};

const triggerOf = ({ begin, ending, end, days }: RuleForm): Trigger => {
  const on = { days: days.length === weekdays.length ? {} : { weekdays: days } };
  if (ending === "until") return { kind: "range", from: momentOf(begin), to: momentOf(end), ...on };
  return {
    kind: "daily",
    at: momentOf(begin),
    ...(ending === "random" ? { until: momentOf(end) } : {}),
    ...on,
  };
};

const conditions: Readonly<Record<OnlyIf, readonly Condition[]>> = {
  always: [],
  "anybody-home": [{ kind: "presence", is: "anybody-home" }],
  "nobody-home": [{ kind: "presence", is: "nobody-home" }],
  "sun-down": [{ kind: "sun", is: "down" }],
  vacation: [{ kind: "mode", is: ["vacation"] }],
};

/** A light of an evening that nobody spends there does not burn all night. */
const presenceHold = 5_400;

const actionOf = ({ doing, target, brightness, kelvin, minutes, ending }: RuleForm): Action => {
  const fade = minutes === 0 ? {} : { transition: minutes * 60 };
  switch (doing) {
    case "light":
      return {
        kind: "light",
        target,
        command: { on: true, brightness, colorTemperature: kelvin, ...fade },
        ...(ending === "random" ? { hold: presenceHold } : {}),
      };
    case "off":
      return { kind: "light", target, command: { on: false, ...fade } };
    case "wake-up":
      return { kind: "wake-up", target, over: Math.max(1, minutes) * 60, brightness };
    case "scene":
      return { kind: "scene", scene: target, ...fade };
  }
};

/** What the hub is sent. */
export const ruleOfForm = (form: RuleForm): BodyOf<"addSchedule"> => ({
  name: form.name,
  triggers: [triggerOf(form)],
  conditions: conditions[form.onlyIf],
  actions: [actionOf(form)],
});

type Does = Pick<RuleForm, "doing" | "target"> & Partial<Pick<RuleForm, "brightness" | "kelvin" | "minutes">>;

const doesOf = (action: Action): Does | undefined => {
  switch (action.kind) {
    case "light": {
      const { on, brightness, colorTemperature, transition = 0 } = action.command;
      const { target } = action;
      if (on === false) return { doing: "off", target, minutes: transition / 60 };
      if (brightness === undefined || colorTemperature === undefined) return undefined;
      return { doing: "light", target, brightness, kelvin: colorTemperature, minutes: transition / 60 };
    }
    case "wake-up":
      return {
        doing: "wake-up",
        target: action.target,
        brightness: action.brightness,
        minutes: action.over / 60,
      };
    case "scene":
      return { doing: "scene", target: action.scene, minutes: (action.transition ?? 0) / 60 };
    default:
      return undefined;
  }
};

const whenOf = (trigger: Trigger): Pick<RuleForm, "begin" | "ending" | "end" | "days"> | undefined => {
  if (trigger.kind !== "daily" && trigger.kind !== "range") return undefined;
  const { days = {} } = trigger;
  const [from, to] = trigger.kind === "range" ? [trigger.from, trigger.to] : [trigger.at, trigger.until];
  const begin = momentForm(from);
  const end = to === undefined ? plain.end : momentForm(to);
  if (begin === undefined || end === undefined || days.dates !== undefined) return undefined;
  const ending = trigger.kind === "range" ? "until" : to === undefined ? "none" : "random";
  return { begin, ending, end, days: days.weekdays ?? plain.days };
};

/** A rule as the form can show it; undefined when it says more than the form has places for. */
export const formOfRule = (rule: Rule): RuleForm | undefined => {
  const [trigger] = rule.triggers;
  const [action] = rule.actions;
  if (trigger === undefined || action === undefined) return undefined;
  const [when, does] = [whenOf(trigger), doesOf(action)];
  const condition = (Object.keys(conditions) as OnlyIf[]).find(
    (name) => JSON.stringify(conditions[name]) === JSON.stringify(rule.conditions),
  );
  if (when === undefined || does === undefined || condition === undefined) return undefined;
  const form: RuleForm = { ...plain, name: rule.name, ...when, ...does, onlyIf: condition };
  return isSame(rule, ruleOfForm(form)) ? form : undefined;
};

/** Whether nothing of the rule would be lost by way of the form. */
const isSame = (rule: Rule, again: BodyOf<"addSchedule">): boolean =>
  rule.endActions === undefined &&
  rule.triggers.length === 1 &&
  rule.actions.length === 1 &&
  canonical(rule.triggers) === canonical(again.triggers) &&
  canonical(rule.actions) === canonical(again.actions);

/** Compares what is said, not how: without the hub's defaults, keys in one order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, each) => {
    if (key === "polar" || (key === "offset" && each === 0)) return undefined;
    if (key === "days" && Object.keys(each).length === 0) return undefined;
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => a.localeCompare(b)));
  });
