import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Advisory, advisoryOf, exploitable, type Register, waiting } from "./support/advisories.ts";
import { registerFile, registerOf } from "./support/register.ts";
import { components } from "./support/sbom.ts";

/**
 * `npm run -s advisories`: what is known against the components of the hub, and what waits for an answer; exit code 1 when there
 * is anything. `--add FILE…` takes advisories in OSV's format (as osv.dev and GitHub publish them) into the register, without a network.
 */
const { values, positionals } = parseArgs({ options: { add: { type: "boolean" } }, allowPositionals: true });
const today = new Date().toISOString().slice(0, 10);

const withAdded = (register: Register, files: readonly string[]): Register => {
  const added = files.map((file) => advisoryOf(JSON.parse(readFileSync(file, "utf8")) as Advisory, today));
  const known = new Set(register.advisories.map(({ id }) => id));
  return { ...register, advisories: [...register.advisories, ...added.filter(({ id }) => !known.has(id))] };
};

const parts = components();
const register = values.add === true ? withAdded(registerOf(), positionals) : registerOf();
if (values.add === true) writeFileSync(registerFile, `${JSON.stringify(register, null, 2)}\n`);
const findings = [...exploitable(parts, register, today), ...waiting(register, today)];
for (const { id, what, due, overdue } of findings)
  console.log(`${id}  ${what}; due ${due}${overdue ? ", OVERDUE" : ""}`);
const { on, where, components: looked } = register.looked;
const names = new Set(parts.map(({ name }) => name));
console.log(
  `${parts.length} components; ${register.advisories.length} advisories, ${findings.length} open; looked through on ${on} (${where}), ${looked.length} of ${names.size} by name`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
