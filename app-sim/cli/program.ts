import { Command, CommanderError, Help, Option } from "commander";
import { usageError } from "./cli-error.ts";
import { commands, globalOptions, nouns } from "./commands.ts";
import type { ArgumentDefinition, CliOption, CommandDefinition } from "./definition.ts";
import { nearest } from "./nearest.ts";
import type { Options } from "./settings.ts";

/** What was typed, understood. */
export interface Parsed {
  readonly command: CommandDefinition;
  readonly args: readonly string[];
  readonly options: Options;
}

/** Help or version: printed by the parser, nothing is left to do. `text` is for standard output. */
export interface Answered {
  readonly text: string;
}

export const flagsOf = ({ short, name, value }: CliOption): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`;

export const argumentText = ({ name, optional, variadic }: ArgumentDefinition): string => {
  const dots = variadic ? "..." : "";
  return optional ? `[${name}${dots}]` : `<${name}${dots}>`;
};

const addOption = (command: Command, option: CliOption): void => {
  // Commander reads `--no-x` as the negation of `--x`; ours are switches of their own.
  command.addOption(new Option(flagsOf(option), option.help));
};

const firstExamples = [
  "lampkeeper sim",
  "lampkeeper lamp set Hall --bri 60% --kelvin 2700",
  "lampkeeper why Hall",
];

/** What somebody sees who typed nothing but the name. */
const shortHelp = `Lampkeeper keeps your lamps and keeps your secrets.

  ${firstExamples.join("\n  ")}

All commands: lampkeeper --help
`;

const examplesText = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}\n`;

/** Parses the words after the program's name. @throws CliError wrong usage, with what may have been meant */
export const parse = (argv: readonly string[], version: string): Parsed | Answered => {
  let parsed: Parsed | undefined;
  const said: string[] = [];
  const program = programOf(version, (found) => {
    parsed = found;
  });
  quieten(program, (text) => said.push(text));
  try {
    if (argv.length === 0) said.push(shortHelp);
    else program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageOf(error, argv);
  }
  return parsed ?? { text: said.join("").trimEnd() };
};

const programOf = (version: string, found: (parsed: Parsed) => void): Command => {
  const program = new Command("lampkeeper")
    .description("A smart-lighting hub that keeps your lamps and keeps your secrets.")
    .version(version)
    .helpCommand(false)
    .addHelpText("after", examplesText(firstExamples))
    .configureHelp({ showGlobalOptions: true, formatHelp: formatHelp });
  for (const option of globalOptions) addOption(program, option);
  for (const command of commands) addCommand(program, command, found);
  return program;
};

/** In a noun's or verb's help the global options are one line, not a page. */
const formatHelp = (command: Command, helper: Help): string => {
  helper.showGlobalOptions = false;
  const text = Help.prototype.formatHelp.call(helper, command, helper);
  return command.parent === null ? text : `${text}\nGlobal options: lampkeeper --help\n`;
};

const addCommand = (
  program: Command,
  definition: CommandDefinition,
  found: (parsed: Parsed) => void,
): void => {
  const words = definition.path.split(" ");
  const verb = words.at(-1) ?? "";
  const parent = words.length === 1 ? program : nounOf(program, words[0] ?? "");
  const command = parent
    .command(verb)
    .description([definition.summary, definition.details].filter(Boolean).join(". "))
    .summary(definition.summary)
    .addHelpText("after", examplesText(definition.examples))
    .action(() =>
      found({ command: definition, args: command.args, options: kebab(command.optsWithGlobals()) }),
    );
  for (const argument of definition.args ?? []) command.argument(argumentText(argument), argument.help);
  for (const option of definition.options ?? []) addOption(command, option);
};

const nounOf = (program: Command, name: string): Command => {
  const known = program.commands.find((each) => each.name() === name);
  if (known !== undefined) return known;
  const noun = nouns.find((each) => each.name === name);
  const made = program
    .command(name)
    .description(noun?.summary ?? "")
    .helpCommand(false);
  return noun?.alias === undefined ? made : made.alias(noun.alias);
};

/** Commander's camelCase back to what was typed; `color: false` back to `no-color`. */
const kebab = (values: Readonly<Record<string, unknown>>): Options => {
  const options: Record<string, string | boolean> = {};
  for (const [key, value] of Object.entries(values)) {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value === false) options[`no-${name}`] = true;
    else if (typeof value === "string" || value === true) options[name] = value;
  }
  if (values["color"] === true) delete options["color"];
  if (values["input"] === true) delete options["input"];
  return options;
};

const quieten = (command: Command, say: (text: string) => void): void => {
  command
    .exitOverride()
    .configureOutput({ writeOut: say, writeErr: () => undefined, outputError: () => undefined });
  for (const each of command.commands) quieten(each, say);
};

const usageOf = (error: CommanderError, argv: readonly string[]) => {
  if (error.code === "commander.help") {
    const noun = argv.find((word) => !word.startsWith("-")) ?? "";
    return usageError(`${noun} needs a verb: ${verbsOf(noun).join(", ")}`, `see: lampkeeper ${noun} --help`);
  }
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const hint = suggestion?.replace(/^\(|\)$/g, "").toLowerCase() ?? hintFor(message);
  return usageError(message, hint);
};

const verbsOf = (noun: string): readonly string[] => {
  const name = nouns.find((each) => each.alias === noun)?.name ?? noun;
  return commands
    .filter(({ path }) => path.startsWith(`${name} `))
    .map(({ path }) => path.slice(name.length + 1));
};

const hintFor = (message: string): string => {
  const unknown = /unknown command '([^']*)'/.exec(message)?.[1];
  const words = commands.flatMap(({ path }) => path.split(" ").slice(0, 1));
  const meant = unknown === undefined ? [] : nearest(unknown, [...new Set(words)]);
  return meant.length > 0 ? `did you mean ${meant.join(" or ")}?` : "see: lampkeeper --help";
};
