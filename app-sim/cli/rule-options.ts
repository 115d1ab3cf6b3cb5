import type { BodyOf, Shape } from "../../hub/api/contract.ts";
import { homeModes } from "../../hub/domain/rule.ts";
import { type FindId, withIds } from "../client/rule-names.ts";
import { usageError } from "./cli-error.ts";
import type { Context } from "./context.ts";
import type { CliOption } from "./definition.ts";
import { fadeOf, lightCommandOf, lightOptions } from "./light-options.ts";
import { brightnessOf, secondsOf } from "./quantities.ts";
import { catchUpOf, clamped, conditionsOf, daysOf, eventTriggerOf, modeOf, momentOf } from "./rule-words.ts";
import type { Options } from "./settings.ts";

type Change = BodyOf<"changeSchedule">;
type Trigger = Shape<"Trigger">;
type Action = Shape<"Action">;
type Moment = Shape<"Moment">;

/** The options that say a rule; one trigger, some conditions, one kind of action. More is said in a file. */
export const ruleOptions: readonly CliOption[] = [
  { name: "at", value: "MOMENT", help: "07:30, sunset, sunset-15m, civil-dusk+1h, setting:-4" },
  { name: "not-before", value: "HH:MM", help: "a sun moment, but not before this time" },
  { name: "not-after", value: "HH:MM", help: "a sun moment, but not after this time" },
  { name: "random-until", value: "MOMENT", help: "at a time between --at and this, drawn anew each day" },
  { name: "from", value: "MOMENT", help: "from this moment on, until --to" },
  { name: "to", value: "MOMENT", help: "end of --from; then off" },
  { name: "days", value: "DAYS", help: "mon-fri, sat,sun, weekdays, weekend, or dates such as 12-24" },
  { name: "once", value: "DATE", help: "only on this day, at --at" },
  { name: "in", value: "TIME", help: "once, in so long, such as 20m" },
  {
    name: "when",
    value: "EVENT",
    help: "arrives:first, leaves:last, arrives:Ana, motion:Hall, opened:Door, press:Switch/single, dark:Garden/20",
  },
  {
    name: "if",
    value: "CONDITIONS",
    help: "nobody-home, anybody-home, sun-down, home:Ana, mode:night, on:Hall, between:22:00/06:00; several with commas, each may begin with 'not '",
  },
  { name: "lamp", value: "NAMES", help: "these lamps", completes: "lamp" },
  { name: "room", value: "NAMES", help: "the lamps of these rooms", completes: "room" },
  { name: "zone", value: "NAMES", help: "the lamps of these zones", completes: "zone" },
  { name: "group", value: "NAMES", help: "these groups", completes: "group" },
  ...lightOptions,
  { name: "hold", value: "TIME", help: "off again so long after the rule was last set off" },
  { name: "scene", value: "NAME", help: "show this scene", completes: "scene" },
  { name: "wake-up", value: "TIME", help: "from dark to --bri (100%) within so long" },
  { name: "off-after", value: "TIME", help: "switch off after so long" },
  { name: "circadian", help: "let the lamps follow the day" },
  { name: "set-mode", value: "MODE", help: "put the home in this mode", completes: { choices: homeModes } },
  {
    name: "catch-up",
    value: "HOW",
    help: "when a run was missed: now (what should be so now), skip, late:30m",
  },
  { name: "disabled", help: "keep it, but do not run it" },
  {
    name: "file",
    value: "FILE",
    help: "rules as YAML or JSON, with names for ids; - reads standard input",
    completes: "file",
  },
];

const given = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

/**
 * What is said of a rule that there is. Of its one trigger, too, what is not said stays: days, clamps, the end of a
 * random window. @throws CliError when the options contradict each other
 */
export const ruleChangeFor = (rule: Pick<Change, "triggers">, options: Options, find: FindId): Change => {
  const change = ruleChangeOf(options, find);
  const [before, after] = [rule.triggers?.[0], change.triggers?.[0]];
  if (before === undefined || after === undefined || rule.triggers?.length !== 1) return change;
  return { ...change, triggers: [keeping(before, after)] };
};

const keeping = (before: Trigger, after: Trigger): Trigger => {
  if (before.kind === "daily" && after.kind === "daily") {
    const { until } = before;
    return {
      days: before.days,
      ...(until === undefined ? {} : { until }),
      ...after,
      at: clampedAs(before.at, after.at),
    };
  }
  if (before.kind === "range" && after.kind === "range") {
    return {
      days: before.days,
      ...after,
      from: clampedAs(before.from, after.from),
      to: clampedAs(before.to, after.to),
    };
  }
  return after;
};

const clampedAs = (before: Moment, after: Moment): Moment => {
  if (before.kind === "time" || after.kind === "time") return after;
  const { event: _event, offset: _offset, ...limits } = before;
  return { ...limits, ...after };
};

/** @throws CliError when the options contradict each other */
export const ruleChangeOf = (options: Options, find: FindId): Change => {
  const trigger = triggerOf(options, find);
  const actions = actionsOf(options, find);
  const [conditions, catchUp] = [given(options, "if"), given(options, "catch-up")];
  return {
    ...(trigger === undefined ? {} : { triggers: [trigger] }),
    ...(conditions === undefined ? {} : { conditions: conditionsOf(conditions, find) }),
    ...(actions.length === 0 ? {} : { actions }),
    ...(catchUp === undefined ? {} : { catchUp: catchUpOf(catchUp) }),
    ...(options["disabled"] === true ? { enabled: false } : {}),
  };
};

const triggerWays = ["at", "from", "in", "when"] as const;

const triggerOf = (options: Options, find: FindId): Trigger | undefined => {
  const ways = triggerWays.filter((name) => given(options, name) !== undefined);
  if (ways.length > 1)
    throw usageError(`${ways.map((name) => `--${name}`).join(" and ")} exclude each other`);
  const [way] = ways;
  const lost = ["not-before", "not-after", "random-until", "to", "days", "once"].find((name) =>
    given(options, name),
  );
  if (way === undefined && lost !== undefined)
    throw usageError(`--${lost} needs --${lost === "to" ? "from" : "at"}`);
  const text = way === undefined ? "" : (given(options, way) ?? "");
  switch (way) {
    case "at":
      return atTrigger(text, options);
    case "from":
      return rangeTrigger(text, options);
    case "in":
      return { kind: "timer", after: secondsOf(text, "--in") };
    case "when":
      return eventTriggerOf(text, find);
    default:
      return undefined;
  }
};

const daysIn = (options: Options) => {
  const days = given(options, "days");
  return days === undefined ? {} : { days: daysOf(days) };
};

const atTrigger = (text: string, options: Options): Trigger => {
  const at = clamped(momentOf(text, "--at"), options["not-before"], options["not-after"]);
  const [date, until] = [given(options, "once"), given(options, "random-until")];
  if (date !== undefined) {
    if (at.kind !== "time") throw usageError("--once needs a time of day: --at 18:00");
    return { kind: "once", date, at: at.at };
  }
  return {
    kind: "daily",
    at,
    ...(until === undefined ? {} : { until: momentOf(until, "--random-until") }),
    ...daysIn(options),
  };
};

const rangeTrigger = (text: string, options: Options): Trigger => {
  const to = given(options, "to");
  if (to === undefined) throw usageError("--from needs --to");
  return { kind: "range", from: momentOf(text, "--from"), to: momentOf(to, "--to"), ...daysIn(options) };
};

const targetOptions = ["lamp", "room", "zone", "group"] as const;

const targetsOf = (options: Options, find: FindId): readonly string[] =>
  targetOptions.flatMap((name) =>
    (given(options, name)?.split(",") ?? []).map((word) => find("target", `${name}:${word.trim()}`)),
  );

const commandNames = lightOptions.map(({ name }) => name);
const doings = ["wake-up", "off-after", "circadian"] as const;

const actionsOf = (options: Options, find: FindId): readonly Action[] => [
  ...targetActions(options, targetsOf(options, find)),
  ...sceneAction(options, find),
  ...(given(options, "set-mode") === undefined
    ? []
    : [{ kind: "mode", mode: modeOf(given(options, "set-mode") ?? "") } as const]),
];

const targetActions = (options: Options, targets: readonly string[]): readonly Action[] => {
  const doing = doings.filter((name) => options[name] !== undefined);
  if (doing.length > 1)
    throw usageError(`${doing.map((name) => `--${name}`).join(" and ")} exclude each other`);
  const isCommand = commandNames.some((name) => options[name] !== undefined && name !== "fade");
  if (targets.length === 0) {
    if (doing.length + Number(isCommand) > 0 && given(options, "scene") === undefined) {
      throw usageError("say which: --lamp, --room, --zone or --group");
    }
    return [];
  }
  return targets.map((target) => targetAction(target, options, doing[0]));
};

const targetAction = (
  target: string,
  options: Options,
  doing: (typeof doings)[number] | undefined,
): Action => {
  switch (doing) {
    case "wake-up": {
      const brightness = brightnessOf(given(options, "bri") ?? "100%");
      return {
        kind: "wake-up",
        target,
        over: secondsOf(given(options, "wake-up") ?? "", "--wake-up"),
        brightness,
      };
    }
    case "off-after":
      return {
        kind: "off-after",
        target,
        after: secondsOf(given(options, "off-after") ?? "", "--off-after"),
      };
    case "circadian":
      return { kind: "circadian", target };
    case undefined: {
      const hold = given(options, "hold");
      return {
        kind: "light",
        target,
        command: lightCommandOf(options),
        ...(hold === undefined ? {} : { hold: secondsOf(hold, "--hold") }),
      };
    }
  }
};

const sceneAction = (options: Options, find: FindId): readonly Action[] => {
  const scene = given(options, "scene");
  return scene === undefined ? [] : [{ kind: "scene", scene: find("scene", scene), ...fadeOf(options) }];
};

/** A rule out of a file: of the grammar, or whatever somebody wrote there; the hub says which. */
export type FiledRule = BodyOf<"changeSchedule"> & { readonly id?: string };

/** The rules in a file: one, a list, or a list under `rules`. @throws CliError when it is neither YAML nor JSON */
export const rulesInFile = async (
  context: Context,
  file: string,
  find: FindId,
): Promise<readonly FiledRule[]> => {
  // Only who reads a file waits for its reader.
  const { parseDocument } = await import("yaml");
  const document = parseDocument(context.readFile(file));
  const [problem] = document.errors;
  if (problem !== undefined) throw usageError(`${file}: ${problem.message.split("\n")[0]}`);
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  const rules = withIds(isHolder(content) ? content.rules : content, find);
  const list = Array.isArray(rules) ? rules : [rules];
  if (list.some((rule) => typeof rule !== "object" || rule === null)) {
    throw usageError(`${file} holds no rules: a rule is an object with name, triggers and actions`);
  }
  return list.map(withoutShown);
};

const isHolder = (content: unknown): content is { readonly rules: unknown } =>
  typeof content === "object" && content !== null && "rules" in content;

/** What `schedule show --json` says of a rule may be fed back: its words and how it stands are no part of it. */
const withoutShown = ({
  text: _text,
  pausedUntil: _pause,
  held: _held,
  ...rule
}: Readonly<Record<string, unknown>>): FiledRule => rule;
