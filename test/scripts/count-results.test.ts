import { expect, test } from "vitest";
import { countResults } from "../../scripts/support/count-results.ts";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((status) => ({ status })),
});

test("tests that passed and failed are counted as they are", () => {
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    testResults: [file("passed", "passed"), file("failed", "passed", "failed")],
  };
  expect(countResults(report, 1)).toEqual({ passed: 2, failed: 1 });
});

test("a file that does not load is a failure", () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 0,
    testResults: [file("passed", "passed"), file("failed")],
  };
  expect(countResults(report, 1)).toEqual({ passed: 1, failed: 1 });
});

test.each([
  ["an unhandled error beside green tests", { numPassedTests: 5, numFailedTests: 0, testResults: [] }, 1],
  ["no test at all", { numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0],
  ["a runner that died before its report", undefined, 137],
])("%s is a failure", (_, report, code) => {
  expect(countResults(report, code).failed).toBe(1);
});
