import { closeSync, createReadStream, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import manifest from "../../package.json" with { type: "json" };
import { CliError, exitCodes } from "./cli-error.ts";
import { completionsFor, type LiveNames } from "./completion.ts";
import type { Context, GrowingFile } from "./context.ts";
import { HubLink } from "./hub-link.ts";
import { Output, type Streams, type Voice } from "./output.ts";
import { type Answered, type Parsed, parse } from "./program.ts";
import {
  addressOf,
  type Environment,
  type Options,
  type Setting,
  settingOf,
  settingsOf,
  timeoutMsOf,
  urlOf,
} from "./settings.ts";
import { typedSecret } from "./typed-secret.ts";

/** Everything of the process that a command may touch; tests hand in their own. */
export interface Surroundings extends Streams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** What somebody at the terminal types to a question; undefined: they gave up. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Runs one command line. @returns the exit code */
export const runCli = async (argv: readonly string[], around: Surroundings): Promise<number> => {
  if (argv[0] === "complete") return await complete(argv.slice(argv[1] === "--" ? 2 : 1), around);
  let out = new Output(around, voiceOf(typedSwitches(argv), around));
  try {
    const parsed = parse(argv, manifest.version);
    if (isAnswered(parsed)) {
      out.text(`${parsed.text}\n`);
      return exitCodes.ok;
    }
    out = new Output(around, voiceOf(parsed.options, around));
    const result = await parsed.command.run(contextOf(parsed, out, around), parsed.args, parsed.options);
    if (result !== undefined) out.result(result);
    return exitCodes[result?.exit ?? "ok"];
  } catch (error) {
    if (around.signal.aborted && !(error instanceof CliError)) return exitCodes.timeout;
    out.error(asCliError(error));
    return exitCodes[asCliError(error).exit];
  }
};

const isAnswered = (parsed: Parsed | Answered): parsed is Answered => "text" in parsed;

/** Before parsing has succeeded, the words themselves say how errors are to be told. */
const typedSwitches = (argv: readonly string[]): Options =>
  Object.fromEntries(argv.filter((word) => word.startsWith("--")).map((word) => [word.slice(2), true]));

const voiceOf = (options: Options, { environment, stdout }: Surroundings): Voice => ({
  json: options["json"] === true,
  ndjson: options["ndjson"] === true,
  plain: options["plain"] === true,
  quiet: options["quiet"] === true,
  verbose: options["verbose"] === true,
  color: hasColor(options, environment, stdout.isTTY === true),
});

/** NO_COLOR and --no-color win, then FORCE_COLOR, then whether somebody looks (no-color.org, clig.dev). */
const hasColor = (options: Options, environment: Environment, isTerminal: boolean): boolean => {
  if (options["no-color"] === true || (environment["NO_COLOR"] ?? "") !== "" || options["plain"] === true)
    return false;
  return (environment["FORCE_COLOR"] ?? "") !== "" || (isTerminal && environment["TERM"] !== "dumb");
};

const contextOf = ({ options }: Parsed, out: Output, around: Surroundings): Context => {
  const settings = settingsOf(options, around.environment);
  let link: HubLink | undefined;
  return {
    out,
    settings,
    hub: () => {
      link ??= linkOf(settings, (message) => out.detail(message));
      return link;
    },
    door: () =>
      new HubLink({ url: urlOf(settings) }, timeoutMsOf(settings), (message) => out.detail(message)),
    dryRun: options["dry-run"] === true,
    confirm: async (question) => await confirm(question, options, around),
    canAsk: canAsk(options, around),
    ask: async (question) => await ask(question, options, around),
    signal: around.signal,
    readFile: (path) => readInput(path).toString(),
    readSecret: (path) => withoutLineBreak(readInput(path)),
    askSecret: async (question, option) => await askSecret(question, option, options, around),
    readBytes: (path) => readInput(path),
    openBytes: (path) => openInput(path),
    writeFile: (path, text) => writePrivate(path, text),
    growFile: (path) => growingFile(path),
    writeReport: (path, text) => writeReport(path, text),
  };
};

const linkOf = (settings: readonly Setting[], detail: (message: string) => void): HubLink =>
  new HubLink(
    addressOf(settings, () => readFileSync(0, "utf8")),
    timeoutMsOf(settings),
    detail,
  );

const canAsk = (options: Options, { stdin, stdout }: Surroundings): boolean =>
  options["no-input"] !== true && stdin.isTTY === true && stdout.isTTY === true;

const ask = async (question: string, options: Options, around: Surroundings): Promise<string> => {
  if (!canAsk(options, around))
    throw new CliError("usage", "answer_needed", question, "nobody can answer here");
  const answer = await around.ask(question);
  if (answer === undefined) throw new CliError("refused", "not_confirmed", "nothing was done");
  return answer.trim();
};

const confirm = async (question: string, options: Options, around: Surroundings): Promise<void> => {
  if (options["yes"] === true) return;
  if (!canAsk(options, around))
    throw new CliError("usage", "confirmation_needed", question, "nobody can answer here: say --yes");
  const answer = await ask(`${question} [y/N] `, options, around);
  if (!/^y(es)?$/i.test(answer)) throw new CliError("refused", "not_confirmed", "nothing was done");
};

/** A line of this terminal; Ctrl-D gives up. */
const askedHere = async (question: string): Promise<string | undefined> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const givenUp = new Promise<undefined>((done) => reader.once("close", () => done(undefined)));
  try {
    return await Promise.race([reader.question(question), givenUp]);
  } finally {
    reader.close();
  }
};

const askSecret = async (
  question: string,
  option: string,
  options: Options,
  { stdin, stderr }: Surroundings,
): Promise<Buffer> => {
  if (options["no-input"] === true || stdin.isTTY !== true)
    throw new CliError("usage", "answer_needed", question, `nobody can answer here: give ${option} FILE`);
  stderr.write(`${question}: `);
  const typed = await typedSecret(process.stdin);
  stderr.write("\n");
  if (typed === undefined) throw new CliError("refused", "not_confirmed", "nothing was done");
  return typed;
};

/** Editors and `echo` end a file with one. */
const withoutLineBreak = (bytes: Buffer): Buffer => {
  const rest = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
  return rest.length < bytes.length && rest.at(-1) === 0x0d ? rest.subarray(0, -1) : rest;
};

const readInput = (path: string): Buffer => {
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch {
    throw new CliError("notFound", "file_not_found", `cannot read ${path}`);
  }
};

const openInput = (path: string): ReadableStream<Uint8Array> => {
  try {
    const fd = path === "-" ? 0 : openSync(path, "r");
    return Readable.toWeb(createReadStream("", { fd })) as ReadableStream<Uint8Array>;
  } catch {
    throw new CliError("notFound", "file_not_found", `cannot read ${path}`);
  }
};

/** Answers may hold credentials: the file is its owner's alone, and an existing one is never overwritten. */
const growingFile = (path: string): GrowingFile => {
  try {
    const file = openSync(path, "wx", 0o600);
    return { write: (bytes) => void writeSync(file, bytes), close: () => closeSync(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new CliError(
      "refused",
      "file_not_written",
      code === "EEXIST" ? `${path} exists already` : `cannot write ${path} (${code})`,
    );
  }
};

const writePrivate = (path: string, text: string): void => {
  const file = growingFile(path);
  file.write(Buffer.from(text));
  file.close();
};

const writeReport = (path: string, text: string): void => {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new CliError("refused", "file_not_written", `cannot write ${path} (${code})`);
  }
};

const asCliError = (error: unknown): CliError => {
  if (error instanceof CliError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CliError(
    "bug",
    "unexpected",
    `this is a bug: ${text}`,
    "please report it with the command you typed",
  );
};

const lists = {
  lamp: "listLights",
  sensor: "listDevices",
  device: "listDevices",
  room: "listRooms",
  zone: "listZones",
  group: "listGroups",
  scene: "listScenes",
  schedule: "listSchedules",
  token: "listTokens",
  person: "listPeople",
  target: "listRooms",
} as const;

/** Nobody waits longer than this for the Tab key, unless they said so. */
const completionTimeoutMs = 100;

const complete = async (words: readonly string[], around: Surroundings): Promise<number> => {
  const settings = settingsOf(typedValues(words), around.environment);
  const isUsual = settingOf(settings, "timeout").origin === "default";
  const live: LiveNames = async (kind) => {
    try {
      const address = addressOf(settings, () => "");
      const link = new HubLink(
        address,
        isUsual ? completionTimeoutMs : timeoutMsOf(settings),
        () => undefined,
      );
      return (await link.call(lists[kind])).data.map(({ name }) => name);
    } catch {
      // No hub, no names: the fixed words are still offered.
      return [];
    }
  };
  for (const word of await completionsFor(words, live)) around.stdout.write(`${word}\n`);
  return exitCodes.ok;
};

/** Options with values among words that do not parse yet. */
const typedValues = (words: readonly string[]): Options =>
  Object.fromEntries(
    words.flatMap((word, at) => (word.startsWith("--") ? [[word.slice(2), words[at + 1]]] : [])),
  );

/** Runs the command line of this process and sets its exit code. */
export const main = async (argv: readonly string[]): Promise<void> => {
  const ended = new AbortController();
  let signalCode = 0;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      signalCode = code;
      ended.abort();
    });
  }
  // A reader that leaves early (| head) is no error.
  process.stdout.on("error", () => process.exit(exitCodes.ok));
  const { stdin, stdout, stderr, env } = process;
  const code = await runCli(argv, {
    stdin,
    stdout,
    stderr,
    environment: env,
    signal: ended.signal,
    ask: askedHere,
  });
  process.exitCode = signalCode === 0 ? code : signalCode;
};
