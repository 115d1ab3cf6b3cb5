import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { HubProcess, scratch } from "../../support/hub-process.ts";
import { proves } from "../../support/proves.ts";

/** How a flaw that lets somebody choose a text is carried on with; each leaves a mark where it worked. */
const attempts: Readonly<Record<string, string>> = {
  eval: "mark(eval('40 + 2'))",
  "indirect eval": "mark((0, eval)('40 + 2'))",
  Function: "mark(Function('return 42')())",
  "new Function": "mark(new Function('return 42')())",
  "by any object": "mark({}.constructor.constructor('return 42')())",
  "by any function": "mark((() => {}).constructor('return 42')())",
  "an async function": "mark(await (async () => {}).constructor('return 42')())",
  "a generator": "mark((function* () {}).constructor('yield 42')().next().value)",
  "an async generator": "mark((await (async function* () {}).constructor('yield 42')().next()).value)",
  "a row with more in it": 'mark(Function(\'return (v0) => ({"a":v0,"b":(()=>42)()})\')()(1).b)',
  "a row with a default": "mark(Function('return (v0=42) => ({\"a\":v0})')()().a)",
  "a key called __proto__":
    'const merged = {}; for (const [key, value] of Object.entries(JSON.parse(\'{"__proto__":{"polluted":42}}\'))) { merged[key] ??= {}; Object.assign(merged[key], value); } mark({}.polluted)',
  "constructor.prototype": "({}).constructor.prototype.polluted = 42; mark({}.polluted)",
  "of all lists": "[].constructor.prototype.polluted = 42; mark([].polluted)",
};

/** Each in a process of its own, as a package in `node_modules` would do it. @returns what worked */
const worked = (isClosed: boolean): readonly string[] => {
  using folder = scratch();
  const home = join(folder.path, "node_modules", "evil");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "evil", main: "index.cjs" }));
  const each = Object.entries(attempts).map(
    ([name, code]) => `${JSON.stringify(name)}: async (mark) => { ${code} }`,
  );
  writeFileSync(join(home, "index.cjs"), `exports.attempts = { ${each.join(",\n")} };`);
  const main = join(folder.path, "main.mjs");
  writeFileSync(
    main,
    `import { createRequire } from "node:module";
     import { closeLanguage } from ${JSON.stringify(resolve("hub/platform/node/closed-language.ts"))};
     const { attempts } = createRequire(import.meta.url)("evil");
     if (${isClosed}) for (const _ of "twice") closeLanguage();
     const worked = [];
     for (const [name, attempt] of Object.entries(attempts)) {
       await attempt((got) => got === 42 && worked.push(name)).catch(() => {});
       for (const shared of [Object.prototype, Array.prototype]) delete shared.polluted;
     }
     const kinds = [() => {}, async () => {}, function* () {}].map(({ constructor }) => constructor.name).join();
     if (kinds !== "Function,AsyncFunction,GeneratorFunction") throw new Error("kinds of functions are not told apart");
     if (!(main instanceof Function) || [].concat([1])[0] !== 1) throw new Error("the language is broken");
     function main() {}
     // Node asks itself for a global object where a web stream ends.
     const { readable, writable } = new TransformStream();
     new Blob(["lamp"]).stream().pipeTo(writable).catch(() => {});
     if ((await new Response(readable).text()) !== "lamp") throw new Error("web streams are broken");
     console.log(JSON.stringify(worked));`,
  );
  return JSON.parse(
    execFileSync(process.execPath, ["--no-warnings", main], { encoding: "utf8", timeout: 60_000 }),
  );
};

test(`a flaw that lets somebody choose a text does not become code, nor a property of everything ${proves("CRA:I.2.k")}`, () => {
  expect(worked(true)).toEqual([]);
}, 60_000);

test("in a process that is not closed each of them works", () => {
  expect(worked(false)).toEqual(Object.keys(attempts));
}, 60_000);

test(`the hub that ships is closed so, and lives ${proves("CRA:I.2.k")}`, { timeout: 120_000 }, async () => {
  using folder = scratch();
  const spy = join(folder.path, "spy.cjs");
  const found = join(folder.path, "found.json");
  // Looked at from inside, by a module that Node loads before the hub, long after it is ready.
  writeFileSync(
    spy,
    `const fs = require("node:fs");
     if (process.argv.some((word) => word === "sim")) setInterval(() => {
       let made; try { made = ({}).constructor.constructor("return 42")(); } catch (error) { made = error.constructor.name; }
       const said = { made, extensible: Object.isExtensible(Object.prototype), proto: "__proto__" in {} };
       fs.writeFileSync(${JSON.stringify(found)} + ".new", JSON.stringify(said));
       fs.renameSync(${JSON.stringify(found)} + ".new", ${JSON.stringify(found)});
     }, 50).unref();`,
  );
  process.env["NODE_OPTIONS"] = `--require ${spy}`;
  try {
    await using hub = await HubProcess.start(folder.path, "--bulbs", "2", "--sensors", "1", "--people", "1");
    const [lamp] = hub.ready.lamps;
    expect((await hub.api("PUT", `/lights/${lamp}/state?wait=reported`, { on: true })).status).toBe(200);
    await expect
      .poll(() => JSON.parse(readFileSync(found, "utf8")))
      .toEqual({ made: "CodeRefused", extensible: false, proto: false });
    expect((await hub.api("GET", "/privacy/notice")).status).toBe(200);
  } finally {
    delete process.env["NODE_OPTIONS"];
  }
});
