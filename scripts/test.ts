import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestReport } from "./conformance/proofs.ts";
import { conformanceFolder, writeStatement } from "./conformance/written.ts";
import { countResults, type VitestReport } from "./support/count-results.ts";
import { run } from "./support/run.ts";

/**
 * All tests, and at the end what did not run and why, and one plain line: `N passed, N failed`. The launcher has built
 * the bundle before. `LAMPKEEPER_LONG=1` (npm run test:long) runs every suite at full size.
 */
const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
const reportFile = join(folder, "report.json");
const notRunFile = join(folder, "not-run.ndjson");

type Report = VitestReport & TestReport;

const readReport = (): Report | undefined =>
  existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, "utf8")) as Report) : undefined;

interface NotRun {
  readonly what: string;
  readonly reason: string;
}

const readNotRun = (): NotRun[] =>
  !existsSync(notRunFile)
    ? []
    : readFileSync(notRunFile, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as NotRun);

const tellNotRun = (): void => {
  const lines = new Set(readNotRun().map(({ what, reason }) => `  ${what}: ${reason}`));
  console.log(`\nNot run: ${lines.size === 0 ? "nothing" : lines.size}`);
  for (const line of lines) console.log(line);
};

/** What has been shown by a run of everything; of a part it would say too little. */
const tellConformance = (report: Report): void => {
  const { requirements, provisions } = writeStatement(report);
  const proven = (verdicts: readonly { readonly result: string }[]) =>
    `${verdicts.filter(({ result }) => result === "proven").length} of ${verdicts.length}`;
  console.log(
    `\nProven: ${proven(requirements)} requirements, ${proven(provisions)} provisions (${conformanceFolder})`,
  );
};

const test = async (): Promise<void> => {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const code = await run("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
    LAMPKEEPER_NOT_RUN_FILE: notRunFile,
  });
  const report = readReport();
  const { passed, failed } = countResults(report, code);
  if (report !== undefined && process.argv.length === 2) tellConformance(report);
  tellNotRun();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

try {
  await test();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
