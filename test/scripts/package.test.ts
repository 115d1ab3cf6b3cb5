import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proves } from "../support/proves.ts";

/** Somebody else's project, with the package as npm would pack it and its dependencies beside. */
let project: string;
/** Of an earlier build: a hub that runs from it may still load it. */
const leftOver = join("dist", "chunks", "chunk-OFEARLIER.js");
let packed: { readonly size: number; readonly files: readonly { readonly path: string }[] };

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: project, encoding: "utf8", timeout: 120_000 });

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  writeFileSync(leftOver, "");
  const build = [resolve("scripts/launch.mjs"), "--run", "build", "--package"];
  execFileSync(process.execPath, build, { stdio: "pipe", timeout: 120_000 });
  const pack = ["pack", "--json", "--pack-destination", project];
  const answer = JSON.parse(
    execFileSync("npm", pack, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  packed = answer[0];
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "lampkeeper"), { recursive: true });
  run("tar", "-xzf", answer[0].filename, "--strip-components=1", "-C", join(modules, "lampkeeper"));
  for (const name of readdirSync("node_modules").filter((name) => !name.startsWith("."))) {
    symlinkSync(resolve("node_modules", name), join(modules, name));
  }
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
}, 240_000);

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
  rmSync(leftOver, { force: true });
});

test(`the package is small and holds what runs, not what it is made from ${proves("EN303645:5.6-6")}`, () => {
  expect(packed.size).toBeLessThan(3 * 1024 * 1024);
  const paths = packed.files.map(({ path }) => path);
  expect(existsSync(leftOver)).toBe(true);
  expect(paths).not.toContain("dist/chunks/chunk-OFEARLIER.js");
  expect(paths).toEqual(
    expect.arrayContaining(["dist/hub.js", "dist/app/index.html", "docs/man/lampkeeper.1"]),
  );
  expect(
    paths.filter((path) => /^(hub|devices|app-sim|test)\/|node_modules|stamp|compile-cache/.test(path)),
  ).toEqual([]);
});

test("its command runs from the bundle", () => {
  const launcher = join(project, "node_modules", "lampkeeper", "scripts", "launch.mjs");
  expect(run(process.execPath, launcher, "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(statSync(launcher).mode & 0o111).not.toBe(0);
});

test("lampkeeper/testing starts a hub in a stranger's test", () => {
  const script = `import { startHub } from "lampkeeper/testing";
await using hub = await startHub({ bulbs: 3, seed: 7 });
await hub.lamps[0].set({ on: true });
await hub.clock.advance({ seconds: 5 });
process.stdout.write(JSON.stringify(hub.lamps[0].reported.on));`;
  expect(run(process.execPath, "--input-type=module", "-e", script)).toBe("true");
});

test(`lampkeeper/verify checks a certificate, with no package beside it ${proves("M18")}`, () => {
  const script = `import { checkCertificate } from "lampkeeper/verify";
process.stdout.write(checkCertificate("{}", { deviceKey: Buffer.alloc(32) }).refusal);`;
  const modules = join(project, "node_modules");
  const lonely = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  try {
    mkdirSync(join(lonely, "node_modules"));
    symlinkSync(join(modules, "lampkeeper"), join(lonely, "node_modules", "lampkeeper"));
    const said = execFileSync(
      process.execPath,
      ["--preserve-symlinks", "--input-type=module", "-e", script],
      { cwd: lonely, encoding: "utf8" },
    );
    expect(said).toBe("malformed");
  } finally {
    rmSync(lonely, { recursive: true, force: true });
  }
});

test("its types are inferred in a strict project", () => {
  writeFileSync(
    join(project, "home.test.ts"),
    `import { startHub, type TestLamp } from "lampkeeper/testing";
import { test } from "lampkeeper/vitest"; test("a", async ({ hub, clock }) => {
  const lamp: TestLamp = hub.lamp("Hall");
  const on: boolean | undefined = lamp.reported?.on;
  await clock.advance({ hours: on ? 1 : 2 });
  // @ts-${"expect"}-error a lamp has no such command
  await lamp.set({ brightnes: 5 });
});
export const hub = await startHub({ bulbs: 2, clock: { mode: "manual" } });
`,
  );
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--lib",
    "es2024,esnext.disposable,dom",
  ];
  expect(
    run(
      join("node_modules", ".bin", "tsc").replace("node_modules", resolve("node_modules")),
      ...options,
      "--skipLibCheck",
      "--types",
      "node",
      "home.test.ts",
    ),
  ).toBe("");
});
