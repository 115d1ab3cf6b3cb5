import { appendFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * A test that cannot run on this machine: shown as skipped, and listed with its reason at the end of `npm test`
 * (scripts/test.ts names the file). For what the machine lacks (a mount, a radio), never for what is unfinished.
 */
export const notRun = (what: string, reason: string): void => {
  const file = process.env["LAMPKEEPER_NOT_RUN_FILE"];
  test(what, ({ skip }) => {
    expect(reason).not.toBe("");
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ what, reason })}\n`);
    skip(reason);
  });
};

/** Runs the test where there is no obstacle, and lists it as not run with the obstacle otherwise. */
export const testUnless = (
  obstacle: string | undefined,
  name: string,
  body: () => void | Promise<void>,
  timeoutMs?: number,
): void => {
  if (obstacle === undefined) test(name, body, timeoutMs);
  else notRun(name, obstacle);
};
