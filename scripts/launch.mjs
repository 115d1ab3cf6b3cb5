#!/usr/bin/env node
/**
 * The first thing that runs, on a fresh clone and on any Node from 18: plain JavaScript without dependencies.
 * It finds or fetches a Node that can open the encrypted store, installs what is missing, builds what is out of date,
 * and then becomes the command line, or runs one of the repository's own scripts (`--run NAME`).
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const launcher = fileURLToPath(import.meta.url);
const root = dirname(dirname(launcher));
const dist = join(root, "dist");

/** Encrypted SQLite needs Node-API 10; on an older Node it does not fail, it crashes without a message. */
const neededNapi = 10;

/** The repository's own commands. `builds`: the bundle must be fresh before it runs. */
const scripts = {
  test: { file: "test.ts", builds: true },
  "test:long": { file: "test.ts", builds: true, env: { LAMPKEEPER_LONG: "1" } },
  conformance: { file: "conformance.ts", builds: true },
  check: { file: "check.ts" },
  bench: { file: "bench.ts", builds: true },
  sim: { file: "sim.ts" },
  build: { file: "build.ts", isBuild: true },
  lint: { file: "lint.ts" },
  format: { file: "format.ts" },
  docs: { file: "docs.ts" },
  advisories: { file: "advisories.ts" },
  "make-update": { file: "make-update.ts", builds: true },
  "new-profile": { file: "new-profile.ts" },
  "ble-air": { file: "ble-air.ts" },
  cities: { file: "cities.ts" },
};

const say = (text) => process.stderr.write(`lampkeeper: ${text}\n`);

/** Something a person has to do first; told without a stack. */
class Advice extends Error {}

const main = async ([command, ...rest]) => {
  if (Number(process.versions.napi) < neededNapi) {
    return await run(await pinnedNode(), [launcher, ...process.argv.slice(2)]);
  }
  await install(root, (name) => !name.optional);
  if (command === "--run") return await runScript(rest[0], rest.slice(1));
  await buildIfStale();
  return await runCommandLine(command, process.argv.slice(2));
};

const runScript = async (name, args) => {
  const script = Object.hasOwn(scripts, name ?? "") ? scripts[name] : undefined;
  if (script === undefined || !existsSync(join(root, "scripts", script.file))) {
    throw new Advice(`there is no script "${name ?? ""}"; there are: ${Object.keys(scripts).join(", ")}`);
  }
  if (script.isBuild) return await withLock(buildLock, () => build(args));
  if (script.builds) await buildIfStale();
  return await runTypeScript(script.file, args, script.env);
};

/** Commands that are no part of the command line; it only knows how to explain them. */
const bundles = { serve: "hub.js", sim: "hub.js", supervise: "supervise.js" };

/** In this process, so that the process id is the hub's own. */
const runCommandLine = async (command, args) => {
  module.enableCompileCache?.(join(dist, "compile-cache"));
  const isHelp = args.includes("--help") || args.includes("-h");
  const bundle = !isHelp && Object.hasOwn(bundles, command ?? "") ? bundles[command] : "cli.js";
  const { main } = await import(pathToFileURL(join(dist, bundle)).href);
  await main(args);
  return process.exitCode ?? 0;
};

// Node

const pinnedNode = async () => {
  const name = `node-${process.platform}-${process.arch}`;
  const runtime = join(root, "scripts", "runtime");
  const lock = JSON.parse(readFileSync(join(runtime, "package-lock.json"), "utf8"));
  if (lock.packages[`node_modules/${name}`] === undefined) {
    throw new Advice(
      `this needs Node 22.14 or newer (24 LTS is best), and ${process.version} is running. ` +
        `Install it from https://nodejs.org and start again.`,
    );
  }
  await install(runtime, (_, path) => path === `node_modules/${name}`);
  return join(runtime, "node_modules", name, "bin", "node");
};

/** Node runs TypeScript by itself from 22.18; before that it has to be told. */
const runTypeScript = (file, args, env) =>
  run(
    process.execPath,
    [...(process.features.typescript ? [] : typeScriptFlags), join(root, "scripts", file), ...args],
    { env },
  );

const typeScriptFlags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];

/** glibc keeps freed memory in two places, not in eight for each core (docs/adr/0013-memory.md). */
const memory = { MALLOC_ARENA_MAX: "2" };

const withNodeFirst = (env) => {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const path = [dirname(process.execPath), process.env[key]].filter(Boolean).join(delimiter);
  return { ...memory, ...process.env, [key]: path, ...env };
};

/** Runs a program on our terminal; signals go on to it, its exit code comes back. */
const run = (program, args, { env, ...options } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: "inherit",
      cwd: process.cwd(),
      ...options,
      env: withNodeFirst(env),
    });
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    const pass = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, pass);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const signal of signals) process.off(signal, pass);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });

// Packages

const install = async (folder, isNeeded) => {
  if (isInstalled(folder, isNeeded)) return;
  if (isLink(join(folder, "node_modules"))) {
    throw new Advice(
      "node_modules is a link and does not match package-lock.json; install where it points to",
    );
  }
  await withLock(join(folder, ".install.lock"), async () => {
    if (isInstalled(folder, isNeeded)) return;
    say(`installing packages${folder === root ? "" : " (Node 24, because this one is too old)"}, once`);
    const code = await npm(["ci", "--include=dev", "--include=optional", "--prefix", folder], folder);
    if (code !== 0) throw new Advice(`npm ci failed (exit code ${code}); see above`);
  });
};

/** As npm does: what its own record says is there, against the lockfile. An installed package has no lockfile. */
const isInstalled = (folder, isNeeded) => {
  const wanted = packagesIn(join(folder, "package-lock.json"));
  if (wanted === undefined) return true;
  const present = packagesIn(join(folder, "node_modules", ".package-lock.json"));
  if (present === undefined) return false;
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== "" && isNeeded(entry, path))
    .every(([path, { version }]) => present[path]?.version === version);
};

const packagesIn = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
};

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** npm's messages go to stderr: stdout belongs to the command that follows. */
const npm = (args, cwd) => {
  const own = process.env["npm_execpath"] ?? "";
  const options = { cwd, stdio: ["ignore", 2, 2] };
  return basename(own) === "npm-cli.js"
    ? run(process.execPath, [own, ...args], options)
    : run("npm", args, { ...options, shell: process.platform === "win32" });
};

// The bundle

/** Everything the bundle is made from. */
const sources = [
  "hub",
  "devices",
  "app-sim",
  "scripts/build.ts",
  "scripts/build-web.ts",
  "package-lock.json",
];

const buildLock = join(root, ".build.lock");

const buildIfStale = async () => {
  if (isStale()) await withLock(buildLock, async () => isStale() && (await build()));
};

const build = async (args = []) => {
  const stamp = sourcesStamp();
  const code = await runTypeScript("build.ts", args, {});
  if (code !== 0) throw new Advice(`the build failed (exit code ${code}); see above`);
  writeAtomically(join(dist, "stamp"), stamp);
  return code;
};

/** An installed package has only the bundle, which is then used as it is. */
const isStale = () => {
  if (!existsSync(join(root, "scripts", "build.ts"))) return false;
  try {
    return readFileSync(join(dist, "stamp"), "utf8") !== sourcesStamp();
  } catch {
    return true;
  }
};

/** Sizes and times of all sources: says at once that one was changed, added or removed, without reading any. */
const sourcesStamp = () => {
  const hash = createHash("sha256").update(process.version);
  const add = (path) => {
    const file = statSync(join(root, path), { throwIfNoEntry: false });
    if (file?.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
    else if (file !== undefined) hash.update(`${path} ${file.size} ${file.mtimeMs}\n`);
  };
  for (const path of sources) add(path);
  return hash.digest("hex");
};

const writeAtomically = (file, text) => {
  const fresh = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(fresh, text);
  renameSync(fresh, file);
};

// Two first starts at once

const withLock = async (file, work) => {
  while (!tryLock(file)) await new Promise((done) => setTimeout(done, 100));
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};

const tryLock = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw new Advice(`cannot write ${file} (${error.code})`);
    if (isAbandoned(file)) rmSync(file, { force: true });
    return false;
  }
};

/** Its owner is gone, or died before it could write its number. */
const isAbandoned = (file) => {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    if (owner === 0) return Date.now() - statSync(file).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Advice)) throw error;
  say(error.message);
  process.exitCode = 1;
}
