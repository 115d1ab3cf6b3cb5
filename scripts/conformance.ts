import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { TestReport } from "./conformance/proofs.ts";
import { isComplete, type Statement } from "./conformance/statement.ts";
import type { Verdict } from "./conformance/verdict.ts";
import { conformanceFolder, writeStatement } from "./conformance/written.ts";
import { run } from "./support/run.ts";

/**
 * What is promised, and what proves it: runs the tests that say what they prove, or takes the report of a run
 * (`--report FILE`), prints a line for each requirement, and writes `conformance.json` and a page.
 */
const { values } = parseArgs({
  options: {
    report: { type: "string" },
    out: { type: "string", default: conformanceFolder },
  },
});

const testFiles = (): readonly string[] =>
  readdirSync("test", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, "utf8").includes("proves("));

const ownReport = async (): Promise<TestReport> => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const file = join(folder, "report.json");
  try {
    await run("vitest", [
      "run",
      "--reporter=dot",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...testFiles(),
    ]);
    return JSON.parse(readFileSync(file, "utf8")) as TestReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const line = (verdict: Verdict & { readonly promise?: string; readonly says?: string }): string => {
  const { id, result, tests, promise, says } = verdict;
  return `${id.padEnd(18)} ${result.padEnd(14)} ${`${tests.length}`.padStart(3)}  ${promise ?? says ?? ""}`;
};

const print = ({ requirements, provisions, unknown }: Statement): void => {
  console.log(`\n${"ID".padEnd(18)} ${"RESULT".padEnd(14)} TESTS  PROMISE`);
  for (const verdict of [...requirements, ...provisions]) console.log(line(verdict));
  const proven = (verdicts: readonly Verdict[]) =>
    `${verdicts.filter(({ result }) => result === "proven").length} of ${verdicts.length}`;
  console.log(`\n${proven(requirements)} requirements and ${proven(provisions)} provisions are proven.`);
  for (const { id, tests, result } of requirements)
    if (result === "failed")
      for (const { file, title, outcome } of tests)
        if (outcome === "failed") console.log(`${id} fails in ${file}: ${title}`);
  if (unknown.length > 0) console.log(`Claimed by a test and in no table: ${unknown.join(", ")}`);
};

const report = values.report
  ? (JSON.parse(readFileSync(values.report, "utf8")) as TestReport)
  : await ownReport();
const statement = writeStatement(report, values.out);
print(statement);
console.log(`Written: ${join(values.out, "conformance.json")} and ${join(values.out, "index.html")}`);
process.exitCode = isComplete(statement) ? 0 : 1;
