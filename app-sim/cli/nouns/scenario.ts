import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ScenarioResult } from "../../testing/scenario/play-scenario.ts";
import type { Scenario } from "../../testing/scenario/scenario-schema.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";

/** Brought along only by the commands that need them: a hub and a validator. */
const load = () => import("../../testing/scenario/scenarios.ts");

const filesArgument = {
  name: "files",
  help: "scenario files (YAML)",
  variadic: true,
  completes: "file",
} as const;

const read = async (context: Context, file: string): Promise<Scenario> => {
  const { readScenario, InvalidScenario } = await load();
  try {
    return readScenario(context.readFile(file), file);
  } catch (error) {
    if (!(error instanceof InvalidScenario)) throw error;
    throw new CliError("usage", "invalid_scenario", error.message, "the format: docs/testing.md");
  }
};

const play = async (context: Context, scenario: Scenario): Promise<ScenarioResult> => {
  const { freshStage, playScenario } = await load();
  const stage = await freshStage(scenario);
  try {
    return await playScenario(scenario, stage);
  } finally {
    await stage.close();
    context.out.detail(`${scenario.name}: played`);
  }
};

const runAll = async (context: Context, files: readonly string[], options: Options): Promise<Result> => {
  const { failureText, junitReport } = await load();
  const scenarios = await Promise.all(files.map((file) => read(context, file)));
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) results.push(await play(context, scenario));
  const { junit, trace } = options;
  if (typeof junit === "string") context.writeReport(junit, junitReport(results));
  if (typeof trace === "string") context.writeReport(trace, results.map((result) => result.trace).join(""));
  const lines = results.flatMap(({ name, ok, steps }) => {
    const failed = steps.find((step) => !step.ok);
    const head = `${ok ? "passed" : "failed"}  ${name} (${steps.length} steps)`;
    return failed?.failure === undefined
      ? [head]
      : [head, `  step ${failed.step}: ${failed.title}`, failureText(failed.failure)];
  });
  return {
    data: results.map(({ trace: _trace, ...result }) => result),
    text: lines.join("\n"),
    ...(results.every(({ ok }) => ok) ? {} : { exit: "assertionFailed" as const }),
  };
};

const scenarioFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    throw new CliError("notFound", "file_not_found", `cannot read the folder ${folder}`);
  }
};

export const scenarioCommands: readonly CommandDefinition[] = [
  {
    path: "scenario run",
    summary: "Play scenarios, each on a fresh simulated home; exit code 8 when one fails",
    details:
      "Needs no hub and no network. A failing step says what was expected, what was there and the ten events before",
    args: [filesArgument],
    options: [
      { name: "junit", value: "FILE", help: "write a JUnit report", completes: "file" },
      {
        name: "trace",
        value: "FILE",
        help: "write everything that happened, one JSON object per line",
        completes: "file",
      },
    ],
    examples: ["lampkeeper scenario run docs/scenarios/evening.yaml --junit report.xml"],
    run: runAll,
  },
  {
    path: "scenario check",
    summary: "Whether files are scenarios, without playing them",
    args: [filesArgument],
    examples: ["lampkeeper scenario check docs/scenarios/evening.yaml"],
    run: async (context, files) => {
      const scenarios = await Promise.all(files.map((file) => read(context, file)));
      return {
        data: scenarios.map(({ name, steps }, index) => ({ file: files[index], name, steps: steps.length })),
        text: scenarios.map(({ name, steps }) => `ok  ${name} (${steps.length} steps)`).join("\n"),
      };
    },
  },
  {
    path: "scenario list",
    summary: "The scenarios of a folder",
    args: [{ name: "folder", help: "default: docs/scenarios", optional: true, completes: "file" }],
    examples: ["lampkeeper scenario list", "lampkeeper scenario list tests/home"],
    run: async (context, [folder = join("docs", "scenarios"), ...more]) => {
      if (more.length > 0) throw usageError("one folder at a time");
      const files = scenarioFiles(folder);
      const scenarios = await Promise.all(files.map((file) => read(context, file)));
      return {
        data: scenarios.map(({ name, steps }, index) => ({ file: files[index], name, steps: steps.length })),
        text: {
          columns: ["SCENARIO", "STEPS", "FILE"],
          rows: scenarios.map(({ name, steps }, index) => [name, String(steps.length), files[index] ?? ""]),
          empty: "no scenarios there",
        },
      };
    },
  },
];
