import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { typed } from "./terminal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const failing =
  "version: 1\nname: failing\nhome: { bulbs: 1, sensors: 0 }\nsteps: [{ expect-why: { lamp: Ceiling, kind: rule, within: 1s } }]\n";

test("scenario run plays files, and writes report and trace", async () => {
  const [junit, trace] = [join(folder, "report.xml"), join(folder, "trace.ndjson")];
  const { code, stdout } = await typed([
    "scenario",
    "run",
    "docs/scenarios/evening.yaml",
    "--junit",
    junit,
    "--trace",
    trace,
  ]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "passed  An evening in the living room (9 steps)\n" });
  expect(readFileSync(junit, "utf8")).toContain('tests="9" failures="0"');
  const events = readFileSync(trace, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).kind);
  expect(events).toContain("light.reported");
  expect((await typed(["trace", "diff", trace, trace])).code).toBe(0);
  expect((await typed(["trace", "show", trace, "--kind", "light.desired"])).stdout).toContain(
    "light.desired-changed",
  );
});

test("a failing scenario ends with 8 and says why", async () => {
  const file = put("failing.yaml", failing);
  const { code, stdout } = await typed(["scenario", "run", file]);
  expect(code).toBe(8);
  expect(stdout).toMatch(/step 1[\s\S]*expected[\s\S]*"rule"[\s\S]*actual/);
  const document = JSON.parse((await typed(["scenario", "run", file, "--json"])).stdout);
  expect(document).toMatchObject({
    schema: "lampkeeper.cli/1",
    ok: false,
    data: [{ name: "failing", ok: false }],
  });
});

test("a file that is no scenario ends with 2, one that is not there with 5", async () => {
  const file = put("broken.yaml", "version: 1\nname: x\nsteps: [{ explode: now }]\n");
  const { code, stderr } = await typed(["scenario", "check", file]);
  expect(code).toBe(2);
  expect(stderr).toContain("explode");
  expect((await typed(["scenario", "run", join(folder, "nothing.yaml")])).code).toBe(5);
});

test("check and list play nothing", async () => {
  expect((await typed(["scenario", "check", put("a.yaml", failing)])).stdout).toBe("ok  failing (1 steps)\n");
  expect((await typed(["scenario", "list", folder])).stdout).toContain("failing");
  expect((await typed(["scenario", "list", "--plain"])).stdout.split("\n").length).toBeGreaterThan(3);
});

test("two traces that part end with 8 and name the line", async () => {
  const [a, b] = [put("a.ndjson", '{"t":0}\n{"t":1}\n'), put("b.ndjson", '{"t":0}\n{"t":2}\n')];
  const { code, stdout } = await typed(["trace", "diff", a, b, "--json"]);
  expect(code).toBe(8);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, data: { same: false, line: 2 } });
  expect((await typed(["trace", "show", put("c.ndjson", "{")])).code).toBe(2);
});
