import type { AnswerOf } from "../../../hub/api/contract.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";

type DataExport = AnswerOf<"exportHome">;

const personOf = async (context: Context, word: string) =>
  findOne("person", word, (await context.hub().call("listPeople")).data);

const told = (copy: DataExport): string =>
  [
    ...copy.sections.map(({ collection, records }) => `${collection}  ${records.length}`),
    ...copy.withheld.map(({ collection, records }) => `${collection}  ${records}, held and not shown`),
  ].join("\n");

/** Into a new file of one's own alone, or onto the terminal in few words. */
const kept = (context: Context, copy: DataExport, file: string | undefined): Result => {
  if (file === undefined) return { data: copy, text: told(copy) };
  context.writeFile(file, `${JSON.stringify(copy, null, 2)}\n`);
  return { data: { file, sections: copy.sections.length }, text: `${told(copy)}\nin ${file}` };
};

const textOf = async (context: Context, route: "exportCalendar" | "readOwnReport"): Promise<string> =>
  await new Response(await context.hub().bytes(route)).text();

const exported = async (context: Context, options: Options): Promise<Result> => {
  const { person, output, as = "json" } = options;
  const file = typeof output === "string" ? output : undefined;
  if (as === "calendar" || as === "report") {
    if (person !== undefined) throw usageError("--person goes with JSON alone");
    const text = await textOf(context, as === "calendar" ? "exportCalendar" : "readOwnReport");
    if (file === undefined) return { data: { text }, text: text.trimEnd() };
    context.writeFile(file, text);
    return { data: { file }, text: `in ${file}` };
  }
  if (as !== "json") throw usageError("--as takes json, report or calendar");
  const hub = context.hub();
  if (options["own"] === true) return kept(context, await hub.call("readOwnData"), file);
  if (typeof person !== "string") return kept(context, await hub.call("exportHome"), file);
  return kept(context, await hub.call("exportPerson", { id: (await personOf(context, person)).id }), file);
};

const receiptText = (name: string, { recipients, rules, stillNamed }: AnswerOf<"erasePerson">): string =>
  [
    `${name} is erased, here and in every backup`,
    `${rules.removed} rules went with them, ${rules.changed} go on without them`,
    ...recipients.map(
      ({ recipient, confirmed }) => `${recipient} was told${confirmed ? ", and has erased it" : ""}`,
    ),
    ...stillNamed.map(
      ({ collection, key }) => `${collection} ${key} is called by this name: call it otherwise`,
    ),
  ].join("\n");

const erased = async (context: Context, word: string): Promise<Result> => {
  const { id, name } = await personOf(context, word);
  if (context.dryRun) return { data: { id }, text: `${name} would be erased` };
  await context.confirm(`Erase ${name} for good, here and in every backup?`);
  const receipt = await context.hub().call("erasePerson", { id });
  return { data: receipt, text: receiptText(name, receipt) };
};

const rightsText = (name: string, rights: AnswerOf<"readPersonRights">): string =>
  [
    name,
    `  still right    ${rights.due ? "to be asked: more than a year ago" : rights.confirmed}`,
    `  restricted     ${rights.restricted ?? "no"}`,
    ...(rights.notice === undefined ? [] : [`  told           ${rights.notice.seen ?? "not seen yet"}`]),
    `  objects to     ${rights.objections.join(", ") || "nothing"}`,
  ].join("\n");

type Restricting = "restrictPerson" | "announceLift" | "liftRestriction";

const restrict = async (context: Context, route: Restricting, word: string): Promise<Result> => {
  const { id, name } = await personOf(context, word);
  if (context.dryRun) return { data: { id }, text: "the hub would be asked for that" };
  const rights = await context.hub().call(route, { id });
  return { data: rights, text: rightsText(name, rights) };
};

const person = { name: "person", help: "name or id", completes: "person" } as const;
const output = {
  name: "output",
  short: "o",
  value: "FILE",
  help: "a new file of its owner alone",
  completes: "file",
} as const;

/** What people can do about what is held of them. */
export const rightsCommands: readonly CommandDefinition[] = [
  {
    path: "privacy export",
    summary: "A copy of what is held: of the home, of yourself, or of somebody who cannot sign in",
    details:
      "Passwords, keys, the place and the veil are in no export. A file is new, and its owner's alone. The schema is docs/export.schema.json.",
    options: [
      { name: "own", help: "of yourself; sign in as a person first" },
      { name: "person", value: "PERSON", help: "of somebody who has no account", completes: "person" },
      {
        name: "as",
        value: "FORM",
        help: "json; report: your own, to read; calendar: the schedules, as iCalendar",
        completes: { choices: ["json", "report", "calendar"] },
      },
      output,
    ],
    examples: [
      "lampkeeper privacy export --output home.json",
      "lampkeeper privacy export --own --as report",
      "lampkeeper privacy export --as calendar --output schedules.ics",
    ],
    run: async (context, _args, options) => await exported(context, options),
  },
  {
    path: "privacy import",
    summary: "Take the export of a home into a hub that has none: all of it at the next start, or nothing",
    args: [{ name: "file", help: "the export of a home", completes: "file" }],
    examples: ["lampkeeper privacy import home.json"],
    run: async (context, [file = ""]) => {
      const bytes = context.readBytes(file);
      if (context.dryRun) return { data: { file }, text: `${file} would be sent` };
      const taken = await context.hub().call("importHome", { bytes });
      const counts = Object.entries(taken.records).map(([name, count]) => `${name}  ${count}`);
      return { data: taken, text: counts.join("\n"), next: "restart the hub: the home is there then" };
    },
  },
  {
    path: "privacy erase",
    summary: "Erase a person, here and in every backup; says who was told",
    args: [person],
    examples: ["lampkeeper privacy erase Ana --yes"],
    run: async (context, [word = ""]) => await erased(context, word),
  },
  {
    path: "privacy rights",
    summary: "What a person has asked for",
    args: [person],
    examples: ["lampkeeper privacy rights Ana"],
    run: async (context, [word = ""]) => {
      const { id, name } = await personOf(context, word);
      const rights = await context.hub().call("readPersonRights", { id });
      return { data: rights, text: rightsText(name, rights) };
    },
  },
  {
    path: "privacy restrict",
    summary: "Only keep what is held of a person: rules about them rest",
    args: [person],
    examples: ["lampkeeper privacy restrict Ana"],
    run: async (context, [word = ""]) => await restrict(context, "restrictPerson", word),
  },
  {
    path: "privacy announce-lift",
    summary: "Tell a person that their restriction is about to end",
    args: [person],
    examples: ["lampkeeper privacy announce-lift Ana"],
    run: async (context, [word = ""]) => await restrict(context, "announceLift", word),
  },
  {
    path: "privacy lift",
    summary: "End a restriction, once its person has seen the notice",
    args: [person],
    examples: ["lampkeeper privacy lift Ana"],
    run: async (context, [word = ""]) => await restrict(context, "liftRestriction", word),
  },
  {
    path: "scene share",
    summary: "A scene to give away: its light alone, without names, rooms and lamps",
    args: [{ name: "scene", help: "name or id", completes: "scene" }],
    options: [output],
    examples: ["lampkeeper scene share Evening --output evening.json"],
    run: async (context, [word = ""], options) => {
      const { id } = findOne("scene", word, (await context.hub().call("listScenes")).data);
      const scene = await context.hub().call("shareScene", { id });
      if (typeof options["output"] !== "string") return { data: scene, text: JSON.stringify(scene) };
      context.writeFile(options["output"], `${JSON.stringify(scene, null, 2)}\n`);
      return { data: { file: options["output"] }, text: `in ${options["output"]}` };
    },
  },
];

/** What cannot be given is said before anything is asked for. */
export const needed = (value: string | boolean | undefined, option: string): string => {
  if (typeof value === "string" && value !== "") return value;
  throw new CliError("usage", "usage", `--${option} is needed`);
};
