import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startOf } from "../../scripts/support/profile-start.ts";

/** A copy of the house, so that the real registry stays as it is. */
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const parts =
    "biome.json package.json tsconfig.json vitest.config.ts hub devices app-sim scripts test/conformance test/devices test/sim test/support docs/sbom.cdx.json";
  for (const path of parts.split(" ")) {
    cpSync(path, join(copy, path), { recursive: true, filter: (each) => !each.includes("node_modules") });
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
});

afterEach(() => rmSync(copy, { recursive: true }));

const run = (...command: string[]) => {
  const [program = "", ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, encoding: "utf8" });
  return { status, output: stdout + stderr };
};

const newProfile = (...args: string[]) =>
  run(process.execPath, "--import", "tsx", "scripts/new-profile.ts", ...args);
const tool = (name: string, ...args: string[]) => run(join("node_modules", ".bin", name), ...args);

test("new profiles compile, are in order, and pass the tests that every profile passes", () => {
  for (const [vendor, ...rest] of [
    ["acme-lights", "bl-100"],
    ["glow-works", "gb-2", "ble"],
  ] as const) {
    const made = newProfile(vendor, ...rest);
    expect(made).toMatchObject({ status: 0 });
    expect(made.output).toContain(`devices/profiles/${vendor}.ts`);
    const text = readFileSync(join(copy, `devices/profiles/${vendor}.ts`), "utf8");
    expect(text.split("\n").length).toBeLessThan(60);
  }
  expect(tool("tsc", "--noEmit")).toEqual({ status: 0, output: "" });
  expect(tool("biome", "check", "--error-on-warnings", "devices")).toMatchObject({ status: 0 });
  const tests = tool(
    "vitest",
    "run",
    "test/devices/profiles.test.ts",
    "test/devices/ble-fuzz.test.ts",
    "test/devices/sim/conformance.test.ts",
  );
  expect(tests.output).toMatch(/Tests .*passed/);
  expect(tests.status).toBe(0);
}, 120_000);

test("the README's lamp is the one that is begun", () => {
  const { text } = startOf("acme", "glow", "ble");
  expect(readFileSync("README.md", "utf8")).toContain(`\`\`\`ts\n${text}\`\`\``);
});

test("a vendor that is there already is not written over", () => {
  const before = readFileSync(join(copy, "devices/profiles/tasmota.ts"), "utf8");
  expect(newProfile("tasmota", "new-one")).toMatchObject({ status: 6 });
  expect(readFileSync(join(copy, "devices/profiles/tasmota.ts"), "utf8")).toBe(before);
});

test.each([
  [],
  ["acme"],
  ["acme", "x", "ble", "y"],
  ["../acme", "x"],
  ["Acme", "x"],
  ["acme", "x y"],
  ["acme", "x", "y"],
])("%j is answered with how it is meant", (...args) => {
  const answer = newProfile(...args);
  expect(answer.status).toBe(2);
  expect(answer.output).toContain("usage:");
});
