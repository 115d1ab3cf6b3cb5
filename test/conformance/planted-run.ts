import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestReport } from "../../scripts/conformance/proofs.ts";
import { type Plant, plantVariable } from "./planted-source.ts";

/** Nothing of what this run has told its own workers. */
const environment = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: tmpdir() };

/** Runs test files on their own, with a fault in one source file or without. */
export const runPlanted = (tests: readonly string[], plant?: Plant): TestReport => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-planted-"));
  const report = join(folder, "report.json");
  try {
    spawnSync(
      process.execPath,
      [
        resolve("node_modules/vitest/vitest.mjs"),
        "run",
        "--reporter=json",
        `--outputFile=${report}`,
        ...tests,
      ],
      {
        encoding: "utf8",
        env: { ...environment, ...(plant && { [plantVariable]: JSON.stringify(plant) }) },
      },
    );
    return JSON.parse(readFileSync(report, "utf8")) as TestReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
