/** What of vitest's JSON report counts. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * A file that could not even be loaded counts as one failure, as does a run that failed although no test did (an
 * unhandled error, a crash of the runner).
 */
export const countResults = (
  report: VitestReport | undefined,
  exitCode: number,
): { passed: number; failed: number } => {
  const passed = report?.numPassedTests ?? 0;
  const unloaded = (report?.testResults ?? []).filter(
    (file) => file.status === "failed" && !file.assertionResults.some((each) => each.status === "failed"),
  ).length;
  const failed = (report?.numFailedTests ?? 0) + unloaded;
  const isSilentFailure = failed === 0 && (exitCode !== 0 || report === undefined || passed === 0);
  return { passed, failed: isSilentFailure ? 1 : failed };
};
