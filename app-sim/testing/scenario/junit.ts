import { xmlText as xml } from "../xml-text.ts";
import { failureText, type ScenarioResult } from "./play-scenario.ts";

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

const suite = ({ name, steps }: ScenarioResult): string => {
  const failures = steps.filter(({ ok }) => !ok).length;
  const time = seconds(steps.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const cases = steps.map(({ step, title, durationMs, failure }) => {
    const head = `    <testcase classname="${xml(name)}" name="${step}. ${xml(title)}" time="${seconds(durationMs)}"`;
    if (failure === undefined) return `${head}/>`;
    return `${head}>\n      <failure message="${xml(failure.message)}">${xml(failureText(failure))}</failure>\n    </testcase>`;
  });
  return [
    `  <testsuite name="${xml(name)}" tests="${steps.length}" failures="${failures}" errors="0" skipped="0" time="${time}">`,
    ...cases,
    "  </testsuite>",
  ].join("\n");
};

/** JUnit's XML as CI systems read it: a suite per scenario, a case per step. */
export const junitReport = (results: readonly ScenarioResult[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...results.map(suite), "</testsuites>", ""].join(
    "\n",
  );
