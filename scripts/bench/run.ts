import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bundle.ts";
import type { Case, Conditions } from "./case.ts";
import { installPeers } from "./peers.ts";
import { table, writeResults } from "./report.ts";
import { exitCodeOf, missed, type Row } from "./row.ts";

const options = {
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  json: { type: "string", default: join(root, "bench", "results.json") },
  "install-peers": { type: "boolean", default: false },
  verbose: { type: "boolean", short: "v", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const usageOf = (cases: readonly Case[]): string =>
  `npm run bench -- [case ...] [--quick] [--rounds N] [--json FILE] [--install-peers] [--verbose]

cases: ${cases.map(({ name }) => name).join(", ")}
`;

const runCase = async (each: Case, conditions: Conditions): Promise<Row[]> => {
  try {
    return await each.run(conditions);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return each.promises.map((promised) => missed(promised, reason));
  }
};

/** Where the report goes and where the progress. */
export interface Voices {
  out(text: string): void;
  progress(text: string): void;
}

/** Fewer rounds would let one disturbance decide; `--quick` is for seeing that everything runs. */
const fullRounds = 5;
const quickRounds = 1;

/** Runs the cases that `args` names, or all. @returns exit code: 0, 1 a row was missed, 2 wrong usage */
export const runBenchmarks = async (
  cases: readonly Case[],
  args: readonly string[],
  { out, progress }: Voices,
): Promise<number> => {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  if (values.help) {
    out(usageOf(cases));
    return 0;
  }
  const unknown = positionals.filter((name) => !cases.some((each) => each.name === name));
  const rounds = Number(values.rounds ?? (values.quick ? quickRounds : fullRounds));
  if (unknown.length > 0 || !(Number.isInteger(rounds) && rounds > 0)) {
    progress(
      unknown.length > 0 ? `no case is called ${unknown.join(", ")}` : "rounds: a whole number above 0",
    );
    progress(usageOf(cases));
    return 2;
  }
  if (values["install-peers"]) installPeers();
  const say = values.verbose ? progress : () => undefined;
  const startedAt = performance.now();
  const rows: Row[] = [];
  for (const each of cases) {
    if (positionals.length > 0 && !positionals.includes(each.name)) continue;
    progress(`bench: ${each.name}`);
    const found = await runCase(each, { rounds, quick: values.quick, say });
    progress(table(found));
    rows.push(...found);
  }
  const took = performance.now() - startedAt;
  const misses = rows.filter(({ verdict }) => verdict === "missed").length;
  out(`${table(rows)}\n\n${rows.length} rows, ${misses} missed, ${Math.round(took / 1_000)} s`);
  writeResults(values.json, rows, { rounds, quick: values.quick, took });
  return exitCodeOf(rows);
};
