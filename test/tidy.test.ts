import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

/**
 * What must not stand in the house, and what to write instead. Each ban carries an example that it must catch, so a
 * pattern that catches nothing any more is noticed.
 */
interface Ban {
  readonly what: string;
  readonly instead: string;
  readonly pattern: RegExp;
  /** Path beginnings; everything when absent. */
  readonly within?: readonly string[];
  readonly except?: readonly string[];
  readonly planted: string;
}

const code = ["hub/", "devices/", "app-sim/", "scripts/", "test/"];
const production = ["hub/", "devices/"];

const bans: readonly Ban[] = [
  {
    what: "a plain Error",
    instead: "throw a HubError with a stable code (hub/domain/errors.ts)",
    pattern: /new (Type|Range)?Error\(/,
    within: production,
    planted: 'throw new Error("bad topic");',
  },
  {
    what: "a note to do it later",
    instead: "do it, or leave it out",
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    planted: "// TODO handle this",
  },
  {
    what: "a stub",
    instead: "leave out what does not work",
    pattern: /not (yet )?implemented|unimplemented/i,
    planted: 'throw new Unsupported("not implemented");',
  },
  {
    what: "an absolute path of somebody's machine",
    instead: "a path relative to the repository, or os.tmpdir()",
    pattern: /(?<![\w.~}:/])\/(home|work|root|Users|tmp)\/|[A-Z]:\\\\?Users/,
    planted: 'readFileSync("/home/ana/secret")',
  },
  {
    what: "the host of a package registry",
    instead: "nothing: npm knows where it gets packages from",
    pattern: /\b(registry|deb|files|mirror)\.[a-z-]+\.[a-z]{2,}\b|verdaccio|artifactory/i,
    planted: "https://registry.example.org/aedes",
  },
  {
    what: "how the project is developed",
    instead: "what the reader of the code needs to know",
    pattern: /\b(this|that|later|next|previous) issue\b/i,
    planted: "// comes with a later issue",
  },
  {
    what: "the console",
    instead: "the Log port (hub/ports/log.ts)",
    pattern: /\bconsole\.\w/,
    within: production,
    planted: 'console.log("hello");',
  },
  {
    what: "real chance",
    instead: "the Random port (hub/ports/random.ts)",
    pattern: /\bMath\.random\b/,
    within: ["hub/", "devices/", "test/"],
    planted: "const jitter = Math.random();",
  },
  {
    what: "the operating system",
    instead: "a port, filled in hub/platform/node",
    pattern:
      /from "(node:)?(fs|fs\/promises|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|os)"/,
    within: production,
    except: ["hub/platform/node/", "hub/main.ts"],
    planted: 'import { readFileSync } from "node:fs";',
  },
  {
    what: "a switched-off check",
    instead: "code that passes it",
    pattern: /@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable|istanbul ignore|v8 ignore/,
    within: code,
    except: ["test/types/"],
    planted: "// @ts-ignore",
  },
  {
    what: "a test that does not run",
    instead: "notRun() of test/support/not-run.ts, which is listed at the end with its reason",
    pattern: /\b(test|it|describe|suite)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)\b/,
    within: ["test/"],
    except: ["test/support/not-run.ts"],
    planted: 'test.skip("later", () => {});',
  },
  {
    what: "a drawer for everything",
    instead: "a file named after the main thing inside",
    pattern: /from "[^"]*\/(utils?|helpers?|common|misc|manager)\.tsx?"/,
    within: code,
    planted: 'import { pad } from "./utils.ts";',
  },
];

const skippedFolders = ["node_modules", "dist", ".git", ".lampkeeper", "coverage", "test/vectors"];
const textFiles = /\.(tsx?|mjs|js|json|md|css|html|yaml|yml|sh|svg)$|^\.ci\/|^\.npmrc$|LICENSE$/;

const allFiles = (folder = "."): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skippedFolders.includes(path) || skippedFolders.includes(entry.name)) return [];
    return entry.isDirectory() ? allFiles(path) : [path];
  });

/** This file spells out what it forbids. */
const files = allFiles().filter((file) => textFiles.test(file) && file !== "test/tidy.test.ts");
const sources = files.filter((file) => /\.(tsx?|mjs|css)$/.test(file));
const textOf = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

const concerns = (ban: Ban, file: string): boolean =>
  (ban.within ?? [""]).some((start) => file.startsWith(start)) &&
  !(ban.except ?? []).some((start) => file.startsWith(start));

const linesWith = (pattern: RegExp, text: string): number[] =>
  text.split("\n").flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));

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
const tables = ["hub/api/contract.ts", "hub/privacy/data-map.ts", "hub/privacy/outlets.ts"];

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
test("every source file is used by something that runs", () => {
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
