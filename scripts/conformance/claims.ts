import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { standards } from "../../test/conformance/provisions.ts";
import { notices, requirements } from "../../test/conformance/requirements.ts";

/** A test that says what it proves, as it stands in its file: whether it passes is another question. */
export interface Claim {
  readonly file: string;
  readonly title: string;
  readonly proves: readonly string[];
}

const marked = /(?:`((?:[^`\\]|\\.)*?)\$\{)?\bproves\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g;

const claimsOf = (file: string, text: string): readonly Claim[] =>
  [...text.matchAll(marked)].map(([, title = "", ids = ""]) => ({
    file,
    title: title.replace(/\s+/g, " ").replaceAll("\\`", "`").trim(),
    proves: [...ids.matchAll(/"([^"]+)"/g)].map(([, id = ""]) => id),
  }));

/** Every claim of the tests, by file. */
export const claimsIn = (folder = "test"): readonly Claim[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"))
    .sort()
    .flatMap((file) => claimsOf(file, readFileSync(file, "utf8")));

const testsFor = (id: string, claims: readonly Claim[]): string =>
  claims
    .filter(({ proves }) => proves.includes(id))
    .map(({ file, title }) => `\`${file.replace(/^test\//, "")}\`: ${title}`)
    .join("<br>");

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const requirementRows = (letter: string, claims: readonly Claim[]): string =>
  Object.entries(requirements)
    .filter(([id]) => id.startsWith(letter))
    .map(
      ([id, { quote, promise }]) =>
        `| <a id="${id}"></a>${id} | “${cell(quote)}” | ${cell(promise)} | ${cell(testsFor(id, claims))} |`,
    )
    .join("\n");

const provisionRows = (prefix: string, claims: readonly Claim[]): string => {
  const ids = [...new Set(claims.flatMap(({ proves }) => proves))]
    .filter((id) => (prefix === "M" ? /^M\d/.test(id) : id.startsWith(`${prefix}:`)))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return ids.map((id) => `| ${id} | ${cell(testsFor(id, claims))} |`).join("\n");
};

/** The page that leads from a promise to the tests that prove it. */
export const conformanceDocument = (claims: readonly Claim[]): string =>
  `# What is promised, and what proves it

Five vendors' privacy notices say what a system like this collects, promises and owes its users. Each of their promises is a
row here: their words, what this house makes of them, and the tests that show it. \`npm run conformance\` runs those tests and
says of each row whether it is proven; the notice of a hub leads here from every sentence.

${Object.entries(notices)
  .map(
    ([letter, name]) =>
      `## ${name}\n\n| id | they say | this house | tests |\n| --- | --- | --- | --- |\n${requirementRows(letter, claims)}`,
  )
  .join("\n\n")}

${Object.entries(standards)
  .map(
    ([prefix, name]) =>
      `## ${name}\n\n| provision | tests |\n| --- | --- |\n${provisionRows(prefix, claims)}`,
  )
  .join("\n\n")}
`;
