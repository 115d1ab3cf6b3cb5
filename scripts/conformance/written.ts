import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { conformancePage } from "./pages.ts";
import { proofsIn, type TestReport } from "./proofs.ts";
import { type Statement, statementOf } from "./statement.ts";

/** Where a run leaves what it has shown. */
export const conformanceFolder = join("dist", "conformance");

/** Writes what a run has shown, for programs and for people. */
export const writeStatement = (report: TestReport, folder = conformanceFolder): Statement => {
  const statement = statementOf(proofsIn(report, process.cwd()), {
    version: manifest.version,
    date: new Date().toISOString(),
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "conformance.json"), `${JSON.stringify(statement, null, 2)}\n`);
  writeFileSync(join(folder, "index.html"), conformancePage(statement));
  return statement;
};
