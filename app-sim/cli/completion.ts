import { commands, globalOptions, nouns } from "./commands.ts";
import type { CliOption, CommandDefinition, Completes } from "./definition.ts";

/** Names a running hub has; asked with a short limit, for nobody waits for the Tab key. */
export type LiveNames = (
  kind: Exclude<Completes, { readonly choices: readonly string[] } | "file">,
) => Promise<readonly string[]>;

/** What can stand where the cursor is. `words`: what was typed so far, the last one unfinished (maybe empty). */
export const completionsFor = async (
  words: readonly string[],
  live: LiveNames,
): Promise<readonly string[]> => {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const command = commandIn(before);
  const options = [...(command?.options ?? []), ...globalOptions];
  const pending = optionAwaitingValue(before, options);
  const found =
    pending !== undefined
      ? await fill(pending.completes, live)
      : await wordsFor(before, last, command, options, live);
  return found.filter((each) => each.startsWith(last));
};

/** Nouns may stand under another word. */
const canonical = (word: string): string => nouns.find(({ alias }) => alias === word)?.name ?? word;

const plainWords = (words: readonly string[]): readonly string[] => {
  const takesValue = (word: string) =>
    [...globalOptions, ...commands.flatMap(({ options }) => options ?? [])].some(
      ({ name, value }) => value !== undefined && word === `--${name}`,
    );
  return words.filter((word, index) => !word.startsWith("-") && !takesValue(words[index - 1] ?? ""));
};

const commandIn = (words: readonly string[]): CommandDefinition | undefined => {
  const [noun = "", verb = ""] = plainWords(words);
  const named = (wanted: string) => commands.find(({ path }) => path === wanted);
  return named(`${canonical(noun)} ${verb}`) ?? named(noun);
};

const optionAwaitingValue = (
  words: readonly string[],
  options: readonly CliOption[],
): CliOption | undefined =>
  options.find(({ name, value }) => value !== undefined && words.at(-1) === `--${name}`);

const wordsFor = async (
  before: readonly string[],
  last: string,
  command: CommandDefinition | undefined,
  options: readonly CliOption[],
  live: LiveNames,
): Promise<readonly string[]> => {
  if (last.startsWith("-")) return [...options.map(({ name }) => `--${name}`), "--help"];
  const typed = plainWords(before);
  const next = commands
    .map(({ path }) => path.split(" "))
    .filter((path) => typed.every((word, at) => path[at] === canonical(word)));
  const verbs = [...new Set(next.flatMap((path) => path[typed.length] ?? []))];
  return command === undefined ? verbs : [...(await argumentFor(command, before, live)), ...verbs];
};

const argumentFor = async (
  command: CommandDefinition,
  before: readonly string[],
  live: LiveNames,
): Promise<readonly string[]> => {
  const given = plainWords(before).length - command.path.split(" ").length;
  const args = command.args ?? [];
  const argument = args[given] ?? args.find(({ variadic }) => variadic);
  return await fill(argument?.completes, live);
};

/** Files are the shell's own business: nothing is offered and it falls back. */
const fill = async (completes: Completes | undefined, live: LiveNames): Promise<readonly string[]> => {
  if (completes === undefined || completes === "file") return [];
  return typeof completes === "string" ? await live(completes) : completes.choices;
};
