import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CliError } from "../../app-sim/cli/cli-error.ts";
import { commands, globalOptions, nouns } from "../../app-sim/cli/commands.ts";
import { parse } from "../../app-sim/cli/program.ts";
import { InvalidInput } from "../../hub/domain/errors.ts";
import { optionDefinitions, supervisionDefinitions } from "../../hub/option-definitions.ts";
import { parseOptions, parseSupervision } from "../../hub/options.ts";
import { proves } from "../support/proves.ts";

const documents = ["README.md", "CHANGELOG.md"].concat(
  readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
);

/** As the pages themselves are made: heading to anchor. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([
    ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
    ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id),
    ...[...text.matchAll(/\{#?([\w.-]+)(?::[^}]*)?\}/g)].map(([, id = ""]) => id),
  ]);

const deadLinks = (file: string, text: string): readonly string[] =>
  [...text.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const found = path === "" ? file : join(dirname(file), path);
    if (!existsSync(found)) return [`${file}: ${target}`];
    if (anchor === undefined || anchorsOf(readFileSync(found, "utf8")).has(anchor)) return [];
    return [`${file}: ${target}`];
  });

test(`every link in the documents leads somewhere ${proves("IR8425:Documentation")}`, () => {
  expect(documents.flatMap((file) => deadLinks(file, readFileSync(file, "utf8")))).toEqual([]);
  expect(deadLinks("docs/x.md", "[a](none.md) [b](cli.md#nowhere) [c](cli.md#the-command-line)")).toEqual([
    "docs/x.md: none.md",
    "docs/x.md: cli.md#nowhere",
  ]);
});

/** Words as a shell reads them, as far as these documents need it: to a comment, a pipe or a redirection. */
const wordsOf = (line: string): readonly string[] =>
  [...line.replace(/\s[#|<>].*$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );

const lineOf = (text: string): readonly string[] =>
  /^(?:npm run -s )?lampkeeper (?:-- )?(.+)$/.exec(text.trim())?.slice(1) ?? [];

/** Lines in blocks for a shell: people type them as they are. */
const typedIn = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.replaceAll("\\\n", "").split("\n").flatMap(lineOf),
  );

/** What stands between backticks in a sentence: the beginning of a command, and `a|b` where it may be either. */
const namedIn = (text: string): readonly string[] =>
  [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].flatMap(([, span = ""]) => lineOf(span));

/** What is wrong with it, in the program's own words; nothing: it can be typed. */
const faultOfTyped = (line: string): string | undefined => {
  const words = wordsOf(line);
  const [command, ...options] = words;
  try {
    if (command === "serve" || command === "sim") parseOptions(command === "sim", options);
    else if (command === "supervise") parseSupervision(options);
    else parse(words, "0.0.0");
    return undefined;
  } catch (error) {
    if (error instanceof CliError || error instanceof InvalidInput) return `${line}: ${error.message}`;
    throw error;
  }
};

/** Every way to read what stands there. */
const expanded = (words: readonly string[]): readonly (readonly string[])[] =>
  words.reduce<readonly (readonly string[])[]>(
    (ways, word) => ways.flatMap((before) => word.split("|").map((either) => [...before, either])),
    [[]],
  );

const isOption = (word: string): boolean => word.startsWith("--");
const optionsOf = (path: string): ReadonlySet<string> =>
  new Set(
    [
      ...(commands.find((command) => command.path === path)?.options ?? []),
      ...globalOptions,
      ...(/^(?:serve|sim|supervise)$/.test(path) ? [...optionDefinitions, ...supervisionDefinitions] : []),
    ].map(({ name }) => `--${name}`),
  );

/** The first words of a signed message (docs/presence-token.md), and how a command is built. */
const noCommands = ["presence token", "<noun> <verb>"];

/** What of it the program does not know; nothing: noun, verb and options are there. */
const faultOfNamed = (line: string): string | undefined => {
  if (noCommands.includes(line)) return undefined;
  for (const words of expanded(wordsOf(line))) {
    const [noun = "", verb = "", third = ""] = words;
    const paths = [`${noun} ${verb} ${third}`, `${noun} ${verb}`, noun];
    const path = paths.find((each) => commands.some((command) => command.path === each));
    const isNoun =
      path === undefined && (verb === "" || verb === "…") && nouns.some(({ name }) => name === noun);
    if (path === undefined && !isNoun) return `${line}: no such command`;
    const unknown = words.filter(isOption).find((word) => path !== undefined && !optionsOf(path).has(word));
    if (unknown !== undefined) return `${line}: no option ${unknown}`;
  }
  return undefined;
};

test(`every command in the documents is one ${proves("IR8425:Documentation", "IR8425:Education")}`, () => {
  const texts = documents.map((file) => readFileSync(file, "utf8"));
  const [typed, named] = [texts.flatMap(typedIn), texts.flatMap(namedIn)];
  expect([typed.length > 100, named.length > 50]).toEqual([true, true]);
  expect(typed.flatMap((line) => faultOfTyped(line) ?? [])).toEqual([]);
  expect(named.flatMap((line) => faultOfNamed(line) ?? [])).toEqual([]);
  expect(faultOfTyped("lamp set Hall --brightness 3")).toMatch(/--brightness/);
  expect(faultOfNamed("lamp brighten")).toMatch(/no such command/);
  expect(faultOfNamed("lamp set --brightness")).toMatch(/no option/);
});
