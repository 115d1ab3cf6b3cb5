import { exitCodes, exitMeanings } from "./cli-error.ts";
import { commands, globalOptions, nouns } from "./commands.ts";
import type { CliOption, CommandDefinition } from "./definition.ts";
import { argumentText, flagsOf } from "./program.ts";

/** The two pages that are written from the definitions: docs/cli.md and docs/man/lampkeeper.1. */

const exits = Object.entries(exitMeanings) as [keyof typeof exitCodes, string][];

const usageOf = ({ path, args, options }: CommandDefinition): string =>
  [
    "lampkeeper",
    path,
    ...(args ?? []).map(argumentText),
    ...((options ?? []).length > 0 ? ["[options]"] : []),
  ].join(" ");

const variables = [
  ["LAMPKEEPER_HUB", "as --hub"],
  ["LAMPKEEPER_TOKEN_FILE", "as --token-file"],
  ["LAMPKEEPER_READY_FILE", "as --ready-file"],
  ["LAMPKEEPER_TIMEOUT", "as --timeout"],
  ["LAMPKEEPER_TIME_ZONE", "as --time-zone"],
  ["NO_COLOR", "no colours; FORCE_COLOR the contrary"],
] as const;

const findingText =
  "A command finds its hub by --hub with --token-file, or by --ready-file, or by the ready file of a hub that runs in this folder. Secrets are never given in flags or variables.";

// Markdown

const cell = (text: string): string => text.replace(/([|<>])/g, "\\$1");

const optionTable = (options: readonly CliOption[]): string =>
  [
    "| option | |",
    "| --- | --- |",
    ...options.map((option) => `| \`${flagsOf(option)}\` | ${cell(option.help)} |`),
  ].join("\n");

const commandSection = (command: CommandDefinition): string =>
  [
    `### lampkeeper ${command.path}`,
    `${command.summary}.${command.details === undefined ? "" : ` ${command.details}`}`,
    ["```", usageOf(command), "```"].join("\n"),
    ...((command.args ?? []).length === 0
      ? []
      : [(command.args ?? []).map((each) => `- \`${argumentText(each)}\`: ${each.help}`).join("\n")]),
    ...((command.options ?? []).length === 0 ? [] : [optionTable(command.options ?? [])]),
    ["```sh", ...command.examples, "```"].join("\n"),
  ].join("\n\n");

const nounText = (name: string): string => {
  const noun = nouns.find((each) => each.name === name);
  const alias = noun?.alias === undefined ? "" : ` (also \`${noun.alias}\`)`;
  return noun === undefined ? "" : `${noun.summary}${alias}.`;
};

/** docs/cli.md. */
export const referencePage = (): string => {
  const groups = Map.groupBy(commands, ({ path }) => (path.includes(" ") ? (path.split(" ")[0] ?? "") : ""));
  const sections = [...groups].flatMap(([noun, members]) =>
    noun === ""
      ? ["## The hub and its home", ...members.map(commandSection)]
      : [`## ${noun}`, nounText(noun), ...members.map(commandSection)],
  );
  return `${[
    "# The command line",
    "<!-- Written by `npm run docs` from app-sim/cli. Do not edit. -->",
    `\`lampkeeper <noun> <verb>\`. Data goes to standard output, messages to standard error. ${findingText}`,
    'With `--json` a command answers with one document, `{ "schema": "lampkeeper.cli/1", "ok": true, "data": … }`; an error is one on standard error, `{ "schema": "lampkeeper.cli/1", "ok": false, "error": { "code", "message", "hint", "exit" } }`. Fields may be added, never changed.',
    "From a checkout: `npm run -s lampkeeper -- lamp list`.",
    "## Options of every command",
    optionTable(globalOptions),
    "## Environment",
    ["| variable | |", "| --- | --- |", ...variables.map(([name, help]) => `| \`${name}\` | ${help} |`)].join(
      "\n",
    ),
    "## Exit codes",
    [
      "| code | |",
      "| --- | --- |",
      ...exits.map(([exit, meaning]) => `| ${exitCodes[exit]} | ${meaning} |`),
      "| 130, 143 | interrupted, terminated |",
    ].join("\n"),
    ...sections,
  ].join("\n\n")}\n`;
};

// roff, man(7)

/** A leading dot or quote would be a request, a bare hyphen may become a dash. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/^([.'])/gm, "\\&$1");

const tagged = (tag: string, text: string): string => [".TP", `\\fB${roff(tag)}\\fR`, roff(text)].join("\n");

const manualCommand = (command: CommandDefinition): string =>
  [
    `.SS "${roff(usageOf(command))}"`,
    roff(`${command.summary}.${command.details === undefined ? "" : ` ${command.details}`}`),
    ...(command.args ?? []).map((each) => tagged(argumentText(each), each.help)),
    ...(command.options ?? []).map((option) => tagged(flagsOf(option), option.help)),
    ".PP",
    ".nf",
    ...command.examples.map(roff),
    ".fi",
  ].join("\n");

/** docs/man/lampkeeper.1. */
export const manualPage = (version: string): string =>
  `${[
    `.\\" Written by npm run docs from app-sim/cli. Do not edit.`,
    `.TH LAMPKEEPER 1 "" "lampkeeper ${version}" "User Commands"`,
    ".SH NAME",
    "lampkeeper \\- keeps your lamps and keeps your secrets",
    ".SH SYNOPSIS",
    "\\fBlampkeeper\\fR \\fInoun\\fR \\fIverb\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    roff(findingText),
    ".SH OPTIONS",
    ...globalOptions.map((option) => tagged(flagsOf(option), option.help)),
    ".SH COMMANDS",
    ...commands.map(manualCommand),
    ".SH ENVIRONMENT",
    ...variables.map(([name, help]) => tagged(name, help)),
    ".SH EXIT STATUS",
    ...exits.map(([exit, meaning]) => tagged(String(exitCodes[exit]), meaning)),
    tagged("130, 143", "interrupted, terminated"),
  ].join("\n")}\n`;
