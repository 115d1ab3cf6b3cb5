import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";
import { bans, concerns, linesWith } from "./support/bans.ts";
import { proves } from "./support/proves.ts";

const skippedFolders = ["node_modules", "dist", ".git", ".lampkeeper", "coverage", "test/vectors"];
const textFiles = /\.(tsx?|mjs|js|json|md|css|html|yaml|yml|sh|svg)$|^\.ci\/|^\.npmrc$|LICENSE$/;

const allFiles = (folder = "."): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skippedFolders.includes(path) || skippedFolders.includes(entry.name)) return [];
    return entry.isDirectory() ? allFiles(path) : [path];
  });

/** One file spells out what is forbidden. */
const files = allFiles().filter((file) => textFiles.test(file) && file !== "test/support/bans.ts");
const sources = files.filter((file) => /\.(tsx?|mjs|css)$/.test(file));
const textOf = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

test.each(bans)("nowhere stands $what; instead: $instead", (ban) => {
  const found = files
    .filter((file) => concerns(ban, file))
    .flatMap((file) => linesWith(ban.pattern, textOf.get(file) ?? "").map((line) => `${file}:${line}`));
  expect(found).toEqual([]);
});

test.each(bans)("the ban on $what catches its planted example", (ban) => {
  expect(linesWith(ban.pattern, `first line\n${ban.planted}\n`)).toEqual([2]);
});

const mostLines = 500;
const linesOf = (text: string): number => text.trimEnd().split("\n").length;

/** Tables may be long. */
const tables = [
  "hub/api/contract.ts",
  "hub/privacy/data-map.ts",
  "hub/privacy/outlets.ts",
  "test/conformance/requirements.ts",
];

test("no file hides a second noun behind more than 500 lines", () => {
  const long = sources.filter(
    (file) => !tables.includes(file) && linesOf(textOf.get(file) ?? "") > mostLines,
  );
  expect(long).toEqual([]);
  expect(linesOf("x\n".repeat(mostLines + 1))).toBeGreaterThan(mostLines);
});

test("files are kebab-case", () => {
  const isKebab = (file: string) => /(^|\/)[a-z0-9]+([-.][a-z0-9]+)*$/.test(file);
  expect(sources.filter((file) => !isKebab(file))).toEqual([]);
  expect(isKebab("hub/lights/LightService.ts")).toBe(false);
});

// Dead files

/** Where people, processes and tools enter; everything else must be imported by something. */
const entrances = [
  /^scripts\/[\w-]+\.(ts|mjs)$/,
  /^hub\/(main|start-image|supervise)\.ts$/,
  /^hub\/platform\/node\/ble\/stack-main\.ts$/,
  /^app-sim\/cli\/proof\/part-main\.ts$/,
  /^app-sim\/(cli|web)\/main\.tsx?$/,
  /^app-sim\/testing\/(testing|vitest)\.ts$/,
  /^app-sim\/web\/style\/index\.css$/,
  /^scripts\/bench\/servers\//,
  /\.test\.tsx?$/,
  /^test\/types\//,
  /^[\w.]+\.config\.ts$/,
];

const importsOf = (file: string): string[] =>
  [
    ...(textOf.get(file) ?? "").matchAll(/(?:from|import|href=|src=|new URL)\s*\(?\s*"(\.{0,2}\/?[^"]+)"/g),
  ].map((match) => relative(".", normalize(join(dirname(file), match[1] ?? ""))));

const unreached = (all: readonly string[], importedBy: (file: string) => readonly string[]): string[] => {
  const imported = new Set(all.flatMap(importedBy));
  return all.filter((file) => !imported.has(file) && !entrances.some((entrance) => entrance.test(file)));
};

const testFile = /^test\//;

/** Fillings and rules that only tests need for now; may only become fewer. */
const scaffolding = [
  "hub/lifecycle/reset-button.ts",
  "hub/platform/sim/sim-network.ts",
  "hub/platform/sim/sim-slots.ts",
];

/** What only tests use belongs to test/support. */
test(`every source file is used by something that runs ${proves("EN303645:5.6-6")}`, () => {
  const graph = files.filter((file) => /\.(tsx?|css|mjs)$/.test(file));
  const house = graph.filter((file) => !testFile.test(file));
  expect(unreached(house, importsOf).filter((file) => !scaffolding.includes(file))).toEqual([]);
  expect(unreached(graph, importsOf)).toEqual([]);
});

test("a file that nothing imports is found", () => {
  const graph = { "hub/main.ts": ["hub/a.ts"], "hub/a.ts": [], "hub/dead.ts": ["hub/a.ts"] };
  expect(unreached(Object.keys(graph), (file) => graph[file as keyof typeof graph])).toEqual(["hub/dead.ts"]);
});

// Tests that look at nothing

/** A test asserts itself, or calls a function of its file that does. */
const withoutAssertion = (text: string): string[] => {
  const asserts = new RegExp(["expect", "assert", ...assertingFunctions(text)].join("|"), "i");
  const starts = [
    ...text.matchAll(
      /^[ \t]*(?:await )?(?:test|it)(?:\.(?:each|for|concurrent|sequential))*(?:<[^>]*>)?\(/gm,
    ),
  ].map((match) => match.index);
  return starts
    .map((start, index) => text.slice(start, starts[index + 1]))
    .filter((body) => !asserts.test(body))
    .map((body) => body.split("\n")[0]?.trim() ?? "");
};

const assertingFunctions = (text: string): string[] =>
  text
    .split(/^(?=const |function |async function )/m)
    .filter((part) => /\bexpect\(/.test(part.split(/^(?:describe|test)/m)[0] ?? ""))
    .flatMap((part) => /^(?:const|function|async function) (\w+)/.exec(part)?.[1] ?? [])
    .map((name) => `\\b${name}\\(`);

test("every test looks at something", () => {
  const blind = files
    .filter((file) => /^test\/.*\.(test|contract)\.tsx?$/.test(file))
    .flatMap((file) => withoutAssertion(textOf.get(file) ?? "").map((line) => `${file}: ${line}`));
  expect(blind).toEqual([]);
});

test("a test that looks at nothing is found", () => {
  const planted = 'test("a", () => {\n  go();\n});\n\ntest("b", () => {\n  expect(1).toBe(1);\n});\n';
  expect(withoutAssertion(planted)).toEqual(['test("a", () => {']);
  const called = `const refused = () => {\n  expect(1).toBe(1);\n};\n\ntest("a", () => {\n  refused();\n});\n`;
  expect(withoutAssertion(called)).toEqual([]);
});

// Docstrings

const documented = ["hub/domain/", "hub/ports/", "hub/api/", "devices/kit/"];
/** A field describes itself with `described()`, for the OpenAPI document. */
const selfDescribed = "hub/api/schemas/";

interface Exported {
  readonly name: string;
  readonly isDocumented: boolean;
}

const exportsOf = (text: string): Exported[] => {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:declare |abstract |async )*(?:const|function|class|interface|type) (\w+)/.exec(
      line,
    )?.[1];
    return name === undefined ? [] : [{ name, isDocumented: /\*\/\s*$/.test(lines[index - 1] ?? "") }];
  });
};

/** Of what the lower floors export, so much explains itself in a docstring; may only rise. */
const leastDocumented = 0.69;

test("what the lower floors export is documented", () => {
  const exported = files
    .filter((file) => documented.some((folder) => file.startsWith(folder)) && !file.startsWith(selfDescribed))
    .flatMap((file) =>
      exportsOf(textOf.get(file) ?? "").map((each) => ({ ...each, name: `${file} ${each.name}` })),
    );
  const bare = exported.filter((each) => !each.isDocumented).map((each) => each.name);
  expect(1 - bare.length / exported.length, `without a docstring: ${bare.join(", ")}`).toBeGreaterThanOrEqual(
    leastDocumented,
  );
});

test("an export without a docstring is seen", () => {
  expect(exportsOf("/** A. */\nexport const a = 1;\n\nexport const b = 2;\n")).toEqual([
    { name: "a", isDocumented: true },
    { name: "b", isDocumented: false },
  ]);
});
