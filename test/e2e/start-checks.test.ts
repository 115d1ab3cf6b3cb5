import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";

/** `lampkeeper serve` in a process of its own, expected to end by itself. */
const serve = (data: string, { node = [], env = {} }: { node?: string[]; env?: Record<string, string> }) => {
  const options = ["--data", data, "--app-port", "0", "--mqtt-port", "0"];
  const run = spawnSync(process.execPath, [...node, "scripts/launch.mjs", "serve", ...options], {
    encoding: "utf8",
    timeout: 20_000,
    env: { ...process.env, ...env },
  });
  return { code: run.status, stderr: run.stderr };
};

const checksOf = async (hub: HubProcess) => {
  const { body } = await hub.api("GET", "/checks");
  return (body as { data: { check: string; state: string; found: string }[] }).data;
};
const stateOf = async (hub: HubProcess, check: string) =>
  (await checksOf(hub)).find((each) => each.check === check);

/** Whether somebody listens where the inspector would. */
const inspectorListens = () =>
  new Promise<boolean>((done) => {
    const socket = connect(9229, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });

describe("a hub refuses to start where what it holds would leak", () => {
  test.each([
    ["inspector", { node: ["--inspect=127.0.0.1:0"] }],
    ["inspector", { env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } }],
    ["heap-snapshot", { node: ["--heapsnapshot-near-heap-limit=1"] }],
    ["heap-snapshot", { env: { NODE_OPTIONS: "--heapsnapshot-signal=SIGUSR2" } }],
  ])("%s: %o", (check, how) => {
    using folder = scratch();
    const data = join(folder.path, "data");
    const { code, stderr } = serve(data, how);
    expect({ code, said: stderr.split("\n").findLast((line) => line !== "") }).toEqual({
      code: 6,
      said: expect.stringMatching(new RegExp(`^lampkeeper: ${check}: .+ \\(start_refused\\)$`)),
    });
    expect(existsSync(data)).toBe(false);
  });
});

describe("a running hub", () => {
  test(`does not open the inspector on SIGUSR1 ${proves("EN303645:5.6-4A")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "1");
    const before = await inspectorListens();
    process.kill(hub.ready.pid, "SIGUSR1");
    // An answer shows that it has lived on past the signal.
    expect((await hub.api("GET", "/lights")).status).toBe(200);
    expect(await inspectorListens()).toBe(before);
    expect(readFileSync(`/proc/${hub.ready.pid}/status`, "latin1")).toMatch(/^State:\s+[SR]/m);
    expect(hub.output).not.toMatch(/Debugger listening/);
  });

  test(`that dies leaves no memory in a core file ${proves("M10", "ISVS:2.3.4")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, "--bulbs", "1");
    const { pid } = hub.ready;
    expect((await stateOf(hub, "core-dump"))?.state).toBe("ok");
    const filter = readFileSync(`/proc/${pid}/coredump_filter`, "latin1").trim();
    const limit = /^Max core file size +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, "latin1"))?.[1];
    expect(limit === "0" || Number.parseInt(filter, 16) === 0).toBe(true);
    await hub.stop();
  });

  test(`makes files of keys and data its owner's alone again, and says so ${proves("EN303645:5.6-7", "M20")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    const data = join(folder.path, "data");
    const first = await HubProcess.start(folder.path, "--bulbs", "1");
    await first.stop();
    const files = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files) chmodSync(file, 0o644);
    chmodSync(data, 0o755);
    await using hub = await HubProcess.start(folder.path, "--bulbs", "1");
    expect(await stateOf(hub, "file-modes")).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/[3-9] were not/),
    });
    expect(await stateOf(hub, "folder-modes")).toMatchObject({
      state: "warn",
      found: "open to others: data",
    });
    const wide = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0);
    expect(wide).toEqual([]);
  });

  test("finds nothing to say of a sound machine, and each row has its repair", {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "1");
    const checks = await checksOf(hub);
    expect(checks.map(({ check }) => check)).toEqual([
      "inspector",
      "core-dump",
      "report",
      "heap-snapshot",
      "file-modes",
      "folder-modes",
      "swap",
      "io-uring",
      "bluetooth",
    ]);
    const own = checks.filter(({ check }) => check !== "swap" && check !== "bluetooth");
    expect(own.filter(({ state }) => state !== "ok")).toEqual([]);
    const doctor = execFileSync(
      process.execPath,
      ["scripts/launch.mjs", "doctor", "--plain", "--ready-file", hub.readyFile],
      { encoding: "utf8" },
    );
    expect(doctor).toMatch(/^ok\tcore-dump\t/m);
  });
});

test("a process whose core limit is not 0 writes core files without memory", () => {
  using folder = scratch();
  const script = `
    import { startFacts } from "${process.cwd()}/hub/platform/node/start-facts.ts";
    const secret = Buffer.from("Y29yZS1jYW5hcnktNzE5Mw==", "base64").toString("latin1").repeat(3);
    if (process.argv[1] === "closed") process.stdout.write(startFacts("/nowhere", "/nowhere").coreDump);
    globalThis.kept = Buffer.from(secret);
    process.kill(process.pid, "SIGSEGV");
    setInterval(() => {}, 1_000);`;
  const crashed = (how: string) => {
    const node = `'${process.execPath}' --input-type=module-typescript -e '${script.replaceAll("'", "'\\''")}' ${how}`;
    const run = spawnSync("sh", ["-c", `ulimit -c unlimited; ${node}`], {
      cwd: folder.path,
      encoding: "utf8",
    });
    const cores = readdirSync(folder.path).filter((name) => name.startsWith("core"));
    const found = cores.some((name) => readFileSync(join(folder.path, name)).includes("core-canary-7193"));
    for (const name of cores) execFileSync("rm", [join(folder.path, name)]);
    return { said: run.stdout, cores: cores.length, found };
  };
  const open = crashed("open");
  const closed = crashed("closed");
  expect(closed).toMatchObject({ said: "empty", found: false });
  // Where the system hands core files to another program there is none to look into.
  expect(open.found).toBe(open.cores > 0);
}, 60_000);
