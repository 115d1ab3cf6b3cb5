import type { BenchRadio } from "../../testing/bench/bench.ts";
import type { ConformanceReport } from "../../testing/bench/conformance.ts";
import type { Spread } from "../../testing/bench/samples.ts";
import type { SoakReport } from "../../testing/bench/soak.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";
import type { Table } from "../table.ts";
import { captureTo, withKeysOption } from "./capture.ts";
import { lampOf, lampOption, profileOf, profileOption } from "./lamp-choice.ts";
import { addressOf, type Bench, countOf, heardAt, loadBench, radioOption, withRadio } from "./radio.ts";

const addressArgument = { name: "address", help: "of the lamp, such as a4:c1:38:02:83:f4" } as const;

const msText = (ms: number | undefined): string => (ms === undefined ? "" : `${ms} ms`);

const spreadCells = ({ count, p50, p95, p99, max }: Spread): readonly string[] => [
  String(count),
  msText(p50),
  msText(p95),
  p99 === undefined ? "under 100 samples" : msText(p99),
  msText(max),
];
const spreadColumns = ["SAMPLES", "P50", "P95", "P99", "MAX"];

const caseTable = ({ cases }: ConformanceReport): Table => ({
  columns: ["REQUIREMENT", "VERDICT", "CASE", "DETAIL"],
  rows: cases.map(({ id, verdict, title, detail }) => [id, verdict, title, detail ?? ""]),
});

/** Writes the reports that are asked for. */
const conformanceResult = (
  context: Context,
  options: Options,
  bench: Bench,
  report: ConformanceReport,
): Result => {
  const { junit, html } = options;
  if (typeof junit === "string") context.writeReport(junit, bench.conformanceJunit(report));
  if (typeof html === "string") context.writeReport(html, bench.conformanceHtml(report));
  context.out.say(`a ${report.lamp.kind} lamp of ${report.lamp.profile}, radio: ${report.lamp.radio}`);
  return {
    data: report,
    text: caseTable(report),
    ...(report.ok ? {} : { exit: "assertionFailed" as const }),
  };
};

const reportOptions = [
  { name: "junit", value: "FILE", help: "write a JUnit report", completes: "file" },
  { name: "html", value: "FILE", help: "write a page for people", completes: "file" },
] as const;

const conform = async (context: Context, options: Options): Promise<Result> => {
  const address = lampOf(options);
  const { capture } = options;
  return await withRadio(options, async (radio, bench) => {
    const profile = profileOf(bench, options, await heardAt(radio, bench, context, address));
    const end = typeof capture === "string" ? captureTo(context, options, radio, bench, capture) : undefined;
    const say = (message: string) => context.out.say(message);
    const report = await bench.conformanceOf(radio, { address, profile, signal: context.signal, say });
    end?.();
    return conformanceResult(context, options, bench, report);
  });
};

const soakText = ({
  connections,
  failures,
  reasons,
  usableMs,
  interrupted,
  durationMs,
}: SoakReport): Table => ({
  columns: ["CONNECTIONS", "FAILURES", "REASONS", "TIME", ...spreadColumns],
  rows: [
    [
      String(connections),
      String(failures),
      Object.entries(reasons)
        .map(([reason, count]) => `${reason} ${count}`)
        .join(", "),
      `${Math.round(durationMs / 1_000)} s${interrupted ? ", interrupted" : ""}`,
      ...(usableMs === undefined ? [] : spreadCells(usableMs)),
    ],
  ],
});

const soak = async (context: Context, word: string, options: Options): Promise<Result> => {
  const address = addressOf(word);
  const count = countOf(options, "count", 1, 10_000_000);
  const hours = countOf(options, "hours", 1, 10_000);
  const most =
    hours === undefined ? { count: count ?? 100 } : { ms: hours * 3_600_000, ...(count && { count }) };
  return await withRadio(options, async (radio, bench) => {
    const peer = await heardAt(radio, bench, context, address);
    const report = await bench.soaked(radio.central, radio.clock, {
      peer,
      most,
      signal: context.signal,
      tried: (connections, failures) =>
        context.out.detail(`${connections} connections, ${failures} failures`),
    });
    if (typeof options["out"] === "string")
      context.writeReport(options["out"], `${JSON.stringify(report, null, 2)}\n`);
    return { data: report, text: soakText(report) };
  });
};

const sessionWith = async (
  context: Context,
  word: string,
  options: Options,
  radio: BenchRadio,
  bench: Bench,
) => {
  const address = addressOf(word);
  const found = await heardAt(radio, bench, context, address);
  const profile = profileOf(bench, options, found);
  return { address, found, profile };
};

const bench = async (context: Context, word: string, options: Options): Promise<Result> => {
  const count = countOf(options, "count", 1, 100_000) ?? 100;
  return await withRadio(options, async (radio, loaded) => {
    const { address, found: peer, profile } = await sessionWith(context, word, options, radio, loaded);
    const parts = {
      ...radio,
      peer,
      signal: context.signal,
      say: (message: string) => context.out.say(message),
    };
    const session = new loaded.LampSession(parts, profile);
    const report = await loaded.latenciesOf(session, radio.clock, address, count);
    return {
      data: report,
      text: {
        columns: ["OPERATION", ...spreadColumns],
        rows: report.operations.map(({ operation, ms }) => [operation, ...spreadCells(ms)]),
      },
    };
  });
};

const record = async (context: Context, word: string, options: Options): Promise<Result> => {
  const { out } = options;
  if (typeof out !== "string") throw usageError("--out names the file to write");
  return await withRadio(options, async (radio, loaded) => {
    const { address, found, profile } = await sessionWith(context, word, options, radio, loaded);
    const central = new loaded.RecordingCentral(radio.central, radio.clock);
    const say = (message: string) => context.out.say(message);
    const heard = { ...radio, central };
    const report = await loaded.conformanceOf(heard, { address, profile, signal: context.signal, say });
    const recording = central.recording(found, { id: profile.id, bonded: profile.link.bonded });
    context.writeReport(out, `${JSON.stringify(recording, null, 1)}\n`);
    const { exchanges } = recording;
    return {
      data: { file: out, profile: profile.id, exchanges: exchanges.length, conforms: report.ok },
      text: `${exchanges.length} exchanges in ${out}; the lamp ${report.ok ? "conforms" : "does not conform"} to ${profile.id}`,
    };
  });
};

const replay = async (context: Context, file: string, options: Options): Promise<Result> => {
  const loaded = await loadBench();
  const recording = readAs(loaded, context.readFile(file));
  const profile = loaded.bleLampProfiles.find(({ id }) => id === recording.profile);
  if (profile === undefined)
    throw new CliError("notFound", "not_found", `there is no profile "${recording.profile}" here`);
  const radio = loaded.virtualRadio(1, "fast", (clock) => [new loaded.RecordedTwin(clock, recording)]);
  try {
    const say = (message: string) => context.out.say(message);
    const asked = { address: loaded.RecordedTwin.address, profile, signal: context.signal, say };
    const report = await radio.run(loaded.conformanceOf(radio, asked));
    return conformanceResult(context, options, loaded, report);
  } finally {
    await radio.close();
  }
};

const readAs = ({ readRecording, InvalidInput }: Bench, text: string) => {
  try {
    return readRecording(text);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new CliError("usage", "invalid_recording", error.message, "made by: lampkeeper ble twin record");
  }
};

export const lampTestCommands: readonly CommandDefinition[] = [
  {
    path: "ble conform",
    summary: "Try a lamp against its profile; exit code 8 when it does not conform",
    details:
      "The same cases for a lamp and for the simulation of one; the report says which it was (docs/ble-bench.md). The lamp goes on and off and through its colours, and is on at the end",
    options: [
      radioOption,
      lampOption,
      profileOption,
      ...reportOptions,
      {
        name: "capture",
        value: "FILE",
        help: "also keep every packet, as ble capture does",
        completes: "file",
      },
      withKeysOption,
    ],
    examples: [
      "lampkeeper ble conform --lamp a4:c1:38:02:83:f4 --profile triones/triones --junit report.xml --html report.html",
    ],
    run: async (context, _, options) => await conform(context, options),
  },
  {
    path: "ble soak",
    summary: "Connect to a lamp again and again, and count what fails and why",
    details: "Ctrl-C ends it, and what was found out until then is reported",
    args: [addressArgument],
    options: [
      radioOption,
      { name: "count", value: "N", help: "connections (default 100)" },
      { name: "hours", value: "N", help: "how long, in the place of --count or beside it" },
      { name: "out", value: "FILE", help: "also write the report, as JSON", completes: "file" },
    ],
    examples: ["lampkeeper ble soak a4:c1:38:02:83:f4 --hours 8 --out soak.json"],
    run: async (context, [address = ""], options) => await soak(context, address, options),
  },
  {
    path: "ble bench",
    summary: "How long connecting, commanding, reading and answering take",
    details: "No 99th percentile is given of fewer than 100 samples; histograms are in --json",
    args: [addressArgument],
    options: [
      radioOption,
      profileOption,
      { name: "count", value: "N", help: "samples of each (default 100)" },
    ],
    examples: ["lampkeeper ble bench a4:c1:38:02:83:f4 --count 200 --json"],
    run: async (context, [address = ""], options) => await bench(context, address, options),
  },
  {
    path: "ble twin",
    summary: "Record a lamp, and try the recording where there is no lamp",
    details:
      "record takes an address, tries the lamp as ble conform does and keeps what it said, without its address; replay takes the file and tries that instead",
    args: [
      { name: "what", help: "record or replay", completes: { choices: ["record", "replay"] } },
      { name: "subject", help: "address of a lamp, or a recording", completes: "file" },
    ],
    options: [
      radioOption,
      profileOption,
      { name: "out", value: "FILE", help: "where to keep the recording", completes: "file" },
      ...reportOptions,
    ],
    examples: [
      "lampkeeper ble twin record a4:c1:38:02:83:f4 --out lamp.json",
      "lampkeeper ble twin replay lamp.json --junit report.xml",
    ],
    run: async (context, [what, subject = ""], options) => {
      if (what === "record") return await record(context, subject, options);
      if (what === "replay") return await replay(context, subject, options);
      throw usageError("ble twin takes record or replay");
    },
  },
];
