import { xmlText } from "../xml-text.ts";
import type { CaseResult, ConformanceReport } from "./conformance.ts";
import type { Wire } from "./lamp-session.ts";

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

const arrows: Readonly<Record<Wire["way"], string>> = { written: "→", notified: "←", read: "⇐" };

const wireText = ({ wire }: CaseResult): string =>
  wire
    .map(
      ({ atMs, way, characteristic, bytes }) => `${seconds(atMs)} ${arrows[way]} ${characteristic} ${bytes}`,
    )
    .join("\n");

const suiteName = ({ lamp }: ConformanceReport): string =>
  `${lamp.profile} on a ${lamp.kind} lamp (${lamp.radio})`;

const junitCase = (result: CaseResult): string => {
  const { id, title, verdict, detail = "", durationMs } = result;
  const head = `    <testcase classname="${id}" name="${xmlText(title)}" time="${seconds(durationMs)}">`;
  const verdicts: Readonly<Record<CaseResult["verdict"], string>> = {
    passed: "",
    failed: `\n      <failure message="${xmlText(detail)}"/>`,
    blocked: `\n      <skipped message="blocked: ${xmlText(detail)}"/>`,
    "not-applicable": `\n      <skipped message="not applicable"/>`,
  };
  const wire = wireText(result);
  const out = wire === "" ? "" : `\n      <system-out>${xmlText(wire)}</system-out>`;
  return `${head}${verdicts[verdict]}${out}\n    </testcase>`;
};

/** JUnit's XML as CI systems read it. Blocked cases are skipped ones: a failed one says why. */
export const conformanceJunit = (report: ConformanceReport): string => {
  const { cases, lamp } = report;
  const count = (...verdicts: readonly CaseResult["verdict"][]) =>
    cases.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="${xmlText(suiteName(report))}" tests="${cases.length}" failures="${count("failed")}" errors="0" skipped="${count("blocked", "not-applicable")}" time="${time}">`,
    "    <properties>",
    ...Object.entries(lamp).map(
      ([name, value]) => `      <property name="lamp.${name}" value="${xmlText(value)}"/>`,
    ),
    "    </properties>",
    ...cases.map(junitCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

const style =
  "body{font:16px system-ui;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}" +
  "td,th{text-align:left;padding:.4rem;border-bottom:1px solid #8884;vertical-align:top}pre{margin:.4rem 0}" +
  ".passed{color:#176b2c}.failed{color:#b3161b;font-weight:bold}.blocked{color:#8a5300}";

const htmlCase = (result: CaseResult): string => {
  const { id, title, verdict, detail = "", durationMs, wire } = result;
  const bytes =
    wire.length === 0
      ? ""
      : `<details><summary>${wire.length} values</summary><pre>${xmlText(wireText(result))}</pre></details>`;
  return `<tr><td>${id}<td>${xmlText(title)}${bytes}<td class="${verdict}">${verdict}<td>${xmlText(detail)}<td>${seconds(durationMs)} s</tr>`;
};

/** One page that needs nothing else. */
export const conformanceHtml = (report: ConformanceReport): string => {
  const { lamp, ok, cases } = report;
  const name = lamp.name === undefined ? "" : ` "${lamp.name}"`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${xmlText(suiteName(report))}</title><style>${style}</style>
<h1>${xmlText(lamp.profile)}: ${ok ? "conforms" : "does not conform"}</h1>
<p>A <strong>${lamp.kind}</strong> lamp${xmlText(name)} at ${lamp.address}; radio: ${xmlText(lamp.radio)}.
<table><tr><th>Requirement<th>Case<th>Verdict<th>Detail<th>Time</tr>
${cases.map(htmlCase).join("\n")}
</table></html>
`;
};
