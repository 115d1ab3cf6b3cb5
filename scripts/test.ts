import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countResults, type VitestReport } from "./support/count-results.ts";
import { run } from "./support/run.ts";

/**
 * All tests, and at the end what did not run and why, and one plain line: `N passed, N failed`. The launcher has built
 * the bundle before. `LAMPKEEPER_LONG=1` (npm run test:long) runs every suite at full size.
 */
const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
const reportFile = join(folder, "report.json");
const notRunFile = join(folder, "not-run.ndjson");

const readReport = (): VitestReport | undefined =>
  existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport) : undefined;

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

const test = async (): Promise<void> => {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const code = await run("vitest", ["run", ...reporters, ...process.argv.slice(2)], {
    LAMPKEEPER_NOT_RUN_FILE: notRunFile,
  });
  const { passed, failed } = countResults(readReport(), code);
  tellNotRun();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

try {
  await test();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
