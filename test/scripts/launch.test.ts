import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** A checkout in miniature: the launcher, a lockfile, a build and a command line that say what happened to them. */
let root: string;

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const lock = (packages: Record<string, { version: string }>) =>
  JSON.stringify({ lockfileVersion: 3, packages });

const logged = (file: string): string[] =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8").trim().split("\n") : [];

/** Does what the launcher relies on: leaves npm's own record behind. */
const fakeNpm = `
import { appendFileSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
const folder = process.argv[process.argv.indexOf("--prefix") + 1];
appendFileSync(join(${"process.env.LOG_FOLDER"}, "npm.log"), process.argv[2] + " " + process.execPath + "\\n");
await new Promise((done) => setTimeout(done, 300));
mkdirSync(join(folder, "node_modules"), { recursive: true });
copyFileSync(join(folder, "package-lock.json"), join(folder, "node_modules", ".package-lock.json"));
`;

const fakeBuild = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("build.log", "built\\n");
mkdirSync("dist", { recursive: true });
writeFileSync("dist/cli.js", ${JSON.stringify(`
export const main = async (args) => {
  if (args[0] === "wait") {
    process.on("SIGTERM", () => { console.log("ended"); process.exit(0); });
    setInterval(() => undefined, 1000);
    console.log(process.pid);
    await new Promise(() => undefined);
  }
  console.log(JSON.stringify({ args, node: process.execPath, pid: process.pid, path: process.env.PATH }));
  process.exitCode = Number(args[1] ?? 0);
};`)});
writeFileSync("dist/hub.js", "export const main = async (args) => console.log('hub', ...args);");
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  mkdirSync(join(root, "scripts", "runtime"), { recursive: true });
  cpSync("scripts/launch.mjs", join(root, "scripts", "launch.mjs"));
  put("package.json", '{ "type": "module" }');
  put("package-lock.json", lock({ "node_modules/aedes": { version: "1.2.0" } }));
  put("npm-cli.js", fakeNpm);
  put("scripts/build.ts", fakeBuild);
  put(
    "scripts/lint.ts",
    'console.log("lint", process.env.PATH?.split(":")[0], process.env.MALLOC_ARENA_MAX);',
  );
  put("hub/main.ts", "");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const environment = () => ({ ...process.env, npm_execpath: join(root, "npm-cli.js"), LOG_FOLDER: root });

const launch = (args: readonly string[], nodeArgs: readonly string[] = []) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const given = [...nodeArgs, join(root, "scripts", "launch.mjs"), ...args];
    execFile(process.execPath, given, { cwd: root, env: environment() }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });

/** Makes this Node look like one that cannot open the store; the pinned one it goes to looks as it is. */
const old = (platform: string = process.platform) => [
  "--import",
  `data:text/javascript,Object.defineProperty(process.versions,"napi",{value:"9"});Object.defineProperty(process,"platform",{value:"${platform}"})`,
];

const pinned = `node-${process.platform}-${process.arch}`;

describe("the launcher", () => {
  test("installs and builds on a first start, and does neither on the second", async () => {
    const first = await launch(["lamp", "0"]);
    expect(first.stderr).toContain("installing packages");
    expect(JSON.parse(first.stdout).args).toEqual(["lamp", "0"]);
    const second = await launch(["lamp"]);
    expect(second.stderr).toBe("");
    expect(logged("npm.log")).toHaveLength(1);
    expect(logged("build.log")).toHaveLength(1);
  });

  test("knows every command that the package file promises", async () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const promised = Object.values<string>(scripts).flatMap((line) => /--run (\S+)/.exec(line)?.[1] ?? []);
    const { stderr, code } = await launch(["--run", "no-such-script"]);
    expect(code).not.toBe(0);
    expect(stderr.split("there are: ")[1]?.trim().split(", ").toSorted()).toEqual(promised.toSorted());
  });

  test("installs again when the lockfile names another version", async () => {
    await launch(["lamp"]);
    put("package-lock.json", lock({ "node_modules/aedes": { version: "1.2.1" } }));
    await launch(["lamp"]);
    expect(logged("npm.log")).toHaveLength(2);
  });

  test("builds again when a source is changed, added or removed", async () => {
    await launch(["lamp"]);
    appendFileSync(join(root, "hub", "main.ts"), "// more\n");
    await launch(["lamp"]);
    put("hub/lights/new.ts", "");
    await launch(["lamp"]);
    rmSync(join(root, "hub", "lights"), { recursive: true });
    await launch(["lamp"]);
    expect(logged("build.log")).toHaveLength(4);
  });

  test("two first starts at once install and build once", async () => {
    const [a, b] = await Promise.all([launch(["lamp"]), launch(["lamp"])]);
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(logged("npm.log")).toHaveLength(1);
    expect(logged("build.log")).toHaveLength(1);
  });

  test("a lock whose owner is gone does not hold it up", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "close");
    put(".install.lock", String(dead.pid));
    expect((await launch(["lamp"])).code).toBe(0);
  });

  test("keeps the exit code of the command", async () => {
    expect((await launch(["lamp", "6"])).code).toBe(6);
  });

  test("on a Node that cannot open the store, fetches the pinned one and runs there", async () => {
    put("scripts/runtime/package-lock.json", lock({ [`node_modules/${pinned}`]: { version: "24.21.0" } }));
    const bin = join(root, "scripts", "runtime", "node_modules", pinned, "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, "node"));
    const first = await launch(["lamp", "7"], old());
    expect(first.stderr).toContain("Node 24");
    expect(first.code).toBe(7);
    expect(logged("npm.log")).toHaveLength(2);
    expect((await launch(["lamp"], old())).stderr).toBe("");
    expect(logged("npm.log")).toHaveLength(2);
  });

  test("says what to install where there is no pinned Node", async () => {
    put("scripts/runtime/package-lock.json", lock({}));
    const { code, stderr } = await launch(["lamp"], old("sunos"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/needs Node 22\.14 or newer/);
    expect(logged("npm.log")).toEqual([]);
  });

  test("an installed package uses its bundle as it is", async () => {
    await launch(["lamp"]);
    for (const path of ["hub", "package-lock.json", "scripts/build.ts", "node_modules"]) {
      rmSync(join(root, path), { recursive: true });
    }
    expect((await launch(["lamp"])).code).toBe(0);
    expect(logged("build.log")).toHaveLength(1);
  });

  test("sim and serve go straight to the hub, their help to the command line", async () => {
    expect((await launch(["sim", "--bulbs", "2"])).stdout).toBe("hub sim --bulbs 2\n");
    expect(JSON.parse((await launch(["serve", "--help"])).stdout).args).toEqual(["serve", "--help"]);
  });

  test("scripts find the chosen Node first on their path, and little memory is kept for nothing unless somebody says how much", async () => {
    vi.stubEnv("MALLOC_ARENA_MAX", undefined);
    expect((await launch(["--run", "lint"])).stdout).toBe(`lint ${dirname(process.execPath)} 2\n`);
    vi.stubEnv("MALLOC_ARENA_MAX", "7");
    expect((await launch(["--run", "lint"])).stdout).toBe(`lint ${dirname(process.execPath)} 7\n`);
    vi.unstubAllEnvs();
  });

  test("an unknown script is named, with those there are", async () => {
    const { code, stderr } = await launch(["--run", "lnt"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no script "lnt".*lint/);
  });

  test("a link instead of node_modules is never emptied", async () => {
    symlinkSync(tmpdir(), join(root, "node_modules"));
    const { code, stderr } = await launch(["lamp"]);
    expect(code).toBe(1);
    expect(stderr).toContain("node_modules is a link");
  });

  test("a failed build is told and not run", async () => {
    put("scripts/build.ts", "process.exitCode = 3;");
    const { code, stdout, stderr } = await launch(["lamp"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("the build failed");
  });

  test.each([
    ["in its own process", []],
    ["through the pinned Node", old()],
  ])("SIGTERM ends the command %s", async (_, nodeArgs) => {
    put("scripts/runtime/package-lock.json", lock({ [`node_modules/${pinned}`]: { version: "24.21.0" } }));
    const bin = join(root, "scripts", "runtime", "node_modules", pinned, "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, "node"));
    const child = spawn(process.execPath, [...nodeArgs, join(root, "scripts", "launch.mjs"), "wait"], {
      cwd: root,
      env: environment(),
    });
    const [pid] = await once(child.stdout, "data");
    expect(Number(pid) === child.pid).toBe(nodeArgs.length === 0);
    child.kill("SIGTERM");
    const [[text], [code]] = await Promise.all([once(child.stdout, "data"), once(child, "close")]);
    expect(String(text)).toBe("ended\n");
    expect(code).toBe(0);
  });
});
