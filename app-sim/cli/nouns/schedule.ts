import type { AnswerOf, BodyOf, Shape } from "../../../hub/api/contract.ts";
import { catchUpText, notRunTexts, spanText } from "../../../hub/domain/rule-text.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { type FindId, ruleFinder } from "../../client/rule-names.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { numberOf, secondsOf } from "../quantities.ts";
import { type FiledRule, ruleChangeFor, ruleChangeOf, ruleOptions, rulesInFile } from "../rule-options.ts";
import type { Options } from "../settings.ts";
import type { Cell } from "../table.ts";
import { clockText, dayText, instantOfText, inText, timeText } from "../wording.ts";
import { zoneOf } from "./target.ts";

type Rule = Shape<"Schedule">;
type Run = Shape<"UpcomingRun">;

const ruleArgument = { name: "rule", help: "id or name of a rule", completes: "schedule" } as const;

const rulesOf = async (context: Context): Promise<readonly Rule[]> =>
  (await context.hub().call("listSchedules")).data;

const findRule = async (context: Context, word: string): Promise<Rule> =>
  findOne("schedule", word, await rulesOf(context));

const finderIn = async (context: Context): Promise<FindId> => await ruleFinder(context.hub(), findOne);

const stateCell = ({ enabled, pausedUntil, held }: Rule, zone: string | undefined): Cell => {
  if (!enabled) return { text: "off", dim: true };
  if (pausedUntil === undefined)
    return held === undefined ? "on" : { text: `on hold: ${notRunTexts[held]}`, dim: true };
  return { text: pausedUntil === null ? "paused" : `paused until ${timeText(pausedUntil, zone)}`, dim: true };
};

const daysIn = (options: Options, usual: number): number => {
  const { days } = options;
  return typeof days === "string" ? numberOf(days, "--days") : usual;
};

const list = async (context: Context): Promise<Result> => {
  const hub = context.hub();
  const [rules, upcoming, clock] = await Promise.all([
    rulesOf(context),
    hub.call("listUpcoming", { query: { days: 8 } }),
    hub.call("readClock"),
  ]);
  const zone = await zoneOf(context);
  const nextOf = (rule: Rule): string => {
    const run = upcoming.data.find((each) => each.rule === rule.id && each.held === undefined);
    return run === undefined ? "-" : `${inText(run.at, clock.now)}, ${dayText(run.at, clock.now, zone)}`;
  };
  return {
    data: rules,
    text: {
      columns: ["RULE", "STATE", "NEXT", "WHAT", "ID"],
      rows: rules.map((rule) => [
        rule.name,
        stateCell(rule, zone),
        nextOf(rule),
        rule.text.sentence,
        { text: rule.id, dim: true },
      ]),
      empty: "no rules yet; add one with: lampkeeper schedule add NAME --at sunset-15m --room Kitchen --on",
    },
    ...(rules.length === 0 ? {} : { next: clockText(clock) }),
  };
};

const next = async (context: Context, options: Options): Promise<Result> => {
  const hub = context.hub();
  const days = daysIn(options, 1);
  const [{ data: runs }, clock] = await Promise.all([
    hub.call("listUpcoming", { query: { days } }),
    hub.call("readClock"),
  ]);
  const zone = await zoneOf(context);
  const [first] = runs;
  const notes = [
    clockText(clock),
    ...(runs.some(({ movedOnPurpose }) => movedOnPurpose) ? [movedText] : []),
    ...(first === undefined ? [] : [`more: lampkeeper schedule explain ${quoted(first.name)}`]),
  ];
  return {
    data: runs,
    text: {
      columns: ["IN", "AT", "WHO", "DOES", "BECAUSE"],
      rows: runs.map((run) => [
        inText(run.at, clock.now),
        dayText(run.at, clock.now, zone),
        run.who,
        run.held === undefined
          ? run.does
          : { text: `${run.does}: will not run, ${notRunTexts[run.held]}`, dim: true },
        becauseText(run),
      ]),
      empty: `nothing runs by clock or sun within ${days === 1 ? "a day" : `${days} days`}`,
    },
    next: notes.join("\n"),
  };
};

const movedText = "times are moved on purpose, by a few minutes: the location veil is on";
const becauseText = ({ because, name }: Run): string => `${because} (rule ${JSON.stringify(name)})`;
const quoted = (name: string): string =>
  /^[\w-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;

const showText = (rule: Rule, zone: string | undefined): string => {
  const state = stateCell(rule, zone);
  const line = (label: string, words: readonly string[]): string[] =>
    words.map((each, index) => `  ${(index === 0 ? label : "").padEnd(10)} ${each}`);
  return [
    rule.name,
    ...line("id", [rule.id]),
    ...line("state", [typeof state === "string" ? state : state.text]),
    ...line("when", rule.text.triggers),
    ...line("if", rule.text.conditions),
    ...line("then", rule.text.actions),
    ...line("if missed", [missedText(rule)]),
  ].join("\n");
};

const missedText = ({ catchUp }: Rule): string =>
  catchUpText(catchUp.kind === "late" ? { kind: "late", within: Seconds(catchUp.within) } : catchUp);

const explainText = (
  { rule, next: run, last, conditions, heldText, movedOnPurpose }: Shape<"ScheduleExplanation">,
  now: string,
  zone: string | undefined,
): string => {
  const holds = (value: boolean | null): string =>
    value === null ? "nobody can tell now" : value ? "so" : "not so";
  return [
    `${rule.name}: ${rule.text.sentence}`,
    `  next       ${run === undefined ? "-" : `${dayText(run.at, now, zone)}, ${inText(run.at, now)}`}`,
    ...(heldText === undefined ? [] : [`  held back  ${heldText}`]),
    ...(last === undefined
      ? []
      : [
          `  last       ${timeText(last.at, zone)}: ${last.result === "fired" ? "" : "it did not run: "}${last.text}`,
        ]),
    ...conditions.map((each) => `  condition  ${each.text}: ${holds(each.holds)}`),
    `  if missed  ${missedText(rule)}`,
    ...(movedOnPurpose ? [`  note       ${movedText}`] : []),
  ].join("\n");
};

/** Of rules that are said by options or stand in a file, with those they would replace. */
const changedRules = async (
  context: Context,
  word: string | undefined,
  options: Options,
): Promise<BodyOf<"compareSchedules">["rules"]> => {
  const [rules, find] = await Promise.all([rulesOf(context), finderIn(context)]);
  const { file } = options;
  const filed = typeof file === "string" ? await rulesInFile(context, file, find) : [];
  if (word === undefined) {
    if (filed.length === 0)
      throw usageError("say which rule and what changes, or --file", "see: lampkeeper schedule diff --help");
    return filed.map((rule) =>
      merged(
        rules.find(({ id, name }) => id === rule.id || name === rule.name),
        rule,
      ),
    );
  }
  const rule = findOne("schedule", word, rules);
  return [merged(rule, { ...filed[0], ...ruleChangeFor(rule, options, find) })];
};

const merged = (rule: Rule | undefined, change: FiledRule): BodyOf<"compareSchedules">["rules"][number] => {
  // What is missing in a file, the hub says with its place.
  if (rule === undefined) return change as BodyOf<"addSchedule">;
  const { text: _text, pausedUntil: _pause, held: _held, ...present } = rule;
  return { ...present, ...change, id: rule.id } as BodyOf<"compareSchedules">["rules"][number];
};

const differences = async (context: Context, word: string | undefined, options: Options): Promise<Result> => {
  const days = daysIn(options, 366);
  const body = { rules: await changedRules(context, word, { ...options, days: undefined }), days };
  const { data } = await context.hub().call("compareSchedules", { body });
  const zone = await zoneOf(context);
  return {
    data,
    text: {
      columns: ["DAY", "RULE", "NOW", "THEN", ""],
      rows: data.map(({ date, name, before, after }) => [
        date,
        name,
        before === undefined ? "-" : clockTime(before, zone),
        after === undefined ? "-" : clockTime(after, zone),
        shiftText(before, after),
      ]),
      empty: `nothing changes within ${days} days`,
    },
    ...(data.length === 0
      ? {}
      : { next: `${data.length} runs change within ${days} days; nothing is changed yet` }),
  };
};

const clockTime = (at: string, zone: string | undefined): string =>
  timeText(at, zone).split(" ").at(-1) ?? "";

const shiftText = (before: string | undefined, after: string | undefined): string => {
  if (before === undefined) return "comes";
  if (after === undefined) return "goes";
  const ms = Date.parse(after) - Date.parse(before);
  return `${spanText(ms)} ${ms < 0 ? "earlier" : "later"}`;
};

const addRules = async (context: Context, name: string | undefined, options: Options): Promise<Result> => {
  const wanted = await wantedRules(context, name, options);
  if (context.dryRun) {
    return { data: wanted, text: wanted.map((rule) => `${rule.name} would be added`).join("\n") };
  }
  const added: Rule[] = [];
  for (const body of wanted) added.push(await context.hub().call("addSchedule", { body }));
  return {
    data: added.length === 1 ? added[0] : added,
    text: added.map((rule) => `${rule.name} is added (${rule.id}): ${rule.text.sentence}`).join("\n"),
    next: "when: lampkeeper schedule next",
  };
};

const wantedRules = async (
  context: Context,
  name: string | undefined,
  options: Options,
): Promise<readonly BodyOf<"addSchedule">[]> => {
  const find = await finderIn(context);
  const change = ruleChangeOf(options, find);
  const { file } = options;
  const filed = typeof file === "string" ? await rulesInFile(context, file, find) : [{}];
  if (name !== undefined && filed.length > 1) throw usageError("one name for several rules: leave it out");
  if (
    typeof file !== "string" &&
    (name === undefined || change.triggers === undefined || change.actions === undefined)
  ) {
    throw usageError(
      "a rule needs a name, something that sets it off and something to do",
      "such as: lampkeeper schedule add 'Evening light' --at sunset-15m --room Kitchen --on",
    );
  }
  // What is missing or wrong in a file, the hub says with its place.
  return filed.map(
    ({ id: _id, ...rule }) =>
      ({ ...rule, ...change, ...(name === undefined ? {} : { name }) }) as BodyOf<"addSchedule">,
  );
};

const changeRule = async (context: Context, word: string, options: Options): Promise<Result> => {
  const [rule, find] = await Promise.all([findRule(context, word), finderIn(context)]);
  const { file, name } = options;
  const filed = typeof file === "string" ? await rulesInFile(context, file, find) : [];
  const [{ id: _id, ...fromFile } = {} as FiledRule] = filed;
  const body: BodyOf<"changeSchedule"> = {
    ...fromFile,
    ...ruleChangeFor(rule, options, find),
    ...(typeof name === "string" ? { name } : {}),
    ...(options["enabled"] === true ? { enabled: true } : {}),
    ...(options["no-conditions"] === true ? { conditions: [] } : {}),
  };
  if (Object.keys(body).length === 0)
    throw usageError("nothing to change", "see: lampkeeper schedule change --help");
  if (context.dryRun) return { data: { id: rule.id, ...body }, text: `${rule.name} would be changed` };
  const changed = await context.hub().call("changeSchedule", { id: rule.id, body });
  return { data: changed, text: `${changed.name}: ${changed.text.sentence}` };
};

const pauseBody = (options: Options): BodyOf<"pauseSchedule"> => {
  const { for: length, until } = options;
  if (typeof length === "string" && typeof until === "string")
    throw usageError("--for and --until exclude each other");
  if (typeof length === "string") return { for: secondsOf(length, "--for") };
  return typeof until === "string" ? { until: instantOfText(until, "--until") } : {};
};

const acting = (
  verb: "resume" | "run",
  summary: string,
  done: string,
  act: (context: Context, id: string) => Promise<AnswerOf<"resumeSchedule"> | undefined>,
): CommandDefinition => ({
  path: `schedule ${verb}`,
  summary,
  args: [ruleArgument],
  examples: [`lampkeeper schedule ${verb} 'Evening light'`],
  run: async (context, [word = ""]) => {
    const rule = await findRule(context, word);
    if (context.dryRun)
      return { data: { id: rule.id }, text: `${rule.name} would be ${verb === "run" ? "run" : "resumed"}` };
    const after = await act(context, rule.id);
    return { data: after ?? { id: rule.id }, text: `${rule.name} ${done}` };
  },
});

export const scheduleCommands: readonly CommandDefinition[] = [
  {
    path: "schedule list",
    summary: "All rules, in plain words",
    examples: ["lampkeeper schedule list"],
    run: list,
  },
  {
    path: "schedule next",
    summary: "What runs next by clock and sun",
    options: [{ name: "days", value: "N", help: "look so many days ahead; 1 when absent" }],
    examples: ["lampkeeper schedule next", "lampkeeper schedule next --days 3"],
    run: async (context, _, options) => await next(context, options),
  },
  {
    path: "schedule show",
    summary: "One rule, part by part; with --json as it can be fed back by --file",
    args: [ruleArgument],
    examples: ["lampkeeper schedule show 'Evening light'"],
    run: async (context, [word = ""]) => {
      const rule = await findRule(context, word);
      return {
        data: rule,
        text: showText(rule, await zoneOf(context)),
        next: `more: lampkeeper schedule explain ${quoted(rule.name)}`,
      };
    },
  },
  {
    path: "schedule add",
    summary: "Add a rule: by options for the common ones, or as it stands in a file",
    args: [{ name: "name", help: "1 to 64 visible characters; not needed with --file", optional: true }],
    options: ruleOptions,
    examples: [
      "lampkeeper schedule add 'Evening light' --at sunset-15m --not-before 17:00 --days mon-fri --if anybody-home --room Kitchen --on --bri 60% --kelvin 2700 --fade 5s",
      "lampkeeper schedule add 'Wake up' --at 06:45 --days weekdays --room Bedroom --wake-up 30m --bri 80%",
      "lampkeeper schedule add 'Coming home' --when arrives:first --if sun-down --lamp Hall --on",
      "lampkeeper schedule add --file rules.yaml",
    ],
    run: async (context, [name], options) => await addRules(context, name, options),
  },
  {
    path: "schedule change",
    summary: "Change a rule; what is not said stays",
    args: [ruleArgument],
    options: [
      { name: "name", value: "NAME", help: "another name" },
      { name: "enabled", help: "run it again after --disabled" },
      { name: "no-conditions", help: "whatever is so" },
      ...ruleOptions,
    ],
    examples: ["lampkeeper schedule change 'Evening light' --at sunset-20m"],
    run: async (context, [word = ""], options) => await changeRule(context, word, options),
  },
  {
    path: "schedule pause",
    summary: "Let a rule rest: for a while, until a time, or until it is resumed",
    args: [ruleArgument],
    options: [
      { name: "for", value: "TIME", help: "so long, such as 1h or 7d" },
      { name: "until", value: "TIME", help: "until then, such as 2026-12-27T18:00 (this computer's zone)" },
    ],
    examples: ["lampkeeper schedule pause 'Evening light' --for 7d"],
    run: async (context, [word = ""], options) => {
      const [rule, body] = [await findRule(context, word), pauseBody(options)];
      if (context.dryRun) return { data: { id: rule.id, ...body }, text: `${rule.name} would rest` };
      const paused = await context.hub().call("pauseSchedule", { id: rule.id, body });
      const until = paused.pausedUntil ?? undefined;
      const end =
        until === undefined ? "until it is resumed" : `until ${timeText(until, await zoneOf(context))}`;
      return { data: paused, text: `${rule.name} rests ${end}` };
    },
  },
  acting("resume", "End the rest of a rule", "runs again", (context, id) =>
    context.hub().call("resumeSchedule", { id }),
  ),
  acting("run", "Do now what a rule does, whatever its conditions", "is done", (context, id) =>
    context.hub().call("runSchedule", { id }),
  ),
  {
    path: "schedule explain",
    summary: "When a rule runs next, how it went last, what holds it back, and which condition is not so",
    args: [ruleArgument],
    options: [
      {
        name: "at",
        value: "TIME",
        help: "as it would be then, such as 2026-12-24T18:00 (this computer's zone)",
      },
    ],
    examples: ["lampkeeper schedule explain 'Evening light'"],
    run: async (context, [word = ""], options) => {
      const rule = await findRule(context, word);
      const at = typeof options["at"] === "string" ? { at: instantOfText(options["at"], "--at") } : {};
      const [explanation, clock] = await Promise.all([
        context.hub().call("explainSchedule", { id: rule.id, query: at }),
        context.hub().call("readClock"),
      ]);
      return {
        data: explanation,
        text: explainText(explanation, clock.now, await zoneOf(context)),
        next: clockText(clock),
      };
    },
  },
  {
    path: "schedule remove",
    summary: "Remove a rule",
    args: [ruleArgument],
    examples: ["lampkeeper schedule remove 'Evening light' --yes"],
    run: async (context, [word = ""]) => {
      const rule = await findRule(context, word);
      if (context.dryRun) return { data: { id: rule.id }, text: `${rule.name} would be removed` };
      await context.confirm(`Remove the rule ${rule.name}?`);
      await context.hub().call("removeSchedule", { id: rule.id });
      return { data: { id: rule.id }, text: `${rule.name} is removed` };
    },
  },
  {
    path: "schedule diff",
    summary: "What would run at another time, or no more, if rules were changed; nothing is changed",
    args: [{ ...ruleArgument, optional: true }],
    options: [
      ...ruleOptions.filter(({ name }) => name !== "days"),
      { name: "days", value: "N", help: "look so many days ahead; 366 when absent" },
    ],
    examples: [
      "lampkeeper schedule diff 'Evening light' --at sunset-20m",
      "lampkeeper schedule diff --file rules.yaml --days 30",
    ],
    run: async (context, [word], options) => await differences(context, word, options),
  },
];
