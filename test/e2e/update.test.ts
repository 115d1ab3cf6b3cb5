import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { release as running } from "../../hub/release.ts";
import { bundleOf, release, stranger } from "../hub/lifecycle/update-rig.ts";
import { scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { SupervisedHub } from "../support/supervised-hub.ts";

/** Updates as they happen on a device: real processes, real files, the bundle as it ships. */

let goodUpdate: Buffer;

beforeAll(() => {
  using folder = scratch();
  const key = join(folder.path, "release.pem");
  const out = join(folder.path, "hub.update");
  writeFileSync(key, release.privateKey.export({ type: "pkcs8", format: "pem" }));
  const command = ["scripts/launch.mjs", "--run", "make-update", "--key", key, "--out", out];
  execFileSync(process.execPath, [...command, "--version", "9.1.0"], { stdio: "ignore" });
  goodUpdate = readFileSync(out);
}, 120_000);

const keyIn = (folder: string): readonly string[] => {
  const file = join(folder, "release.pub");
  writeFileSync(file, release.publicKey.export({ type: "spki", format: "pem" }));
  return ["--update-key", file];
};

const commandLine = (folder: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, ["scripts/launch.mjs", ...words, "--ready-file", join(folder, "ready.json")], {
    encoding: "utf8",
  });

/** An image that is nothing but this. */
const imageOf = (script: string, version = "9.0.0"): Buffer =>
  bundleOf({ version, counter: 1, dataFormat: running.dataFormat, files: { "hub.js": script } });

/** A hub that has taken the good update and runs it on trial. */
const onTrial = async (folder: string, key: readonly string[]): Promise<SupervisedHub> => {
  const hub = new SupervisedHub(folder, [], key);
  await hub.nextReady();
  await hub.api("PUT", "/update", goodUpdate);
  await hub.nextReady();
  return hub;
};

test(`a good update is started on trial, confirmed, and started from then on, whatever is killed ${proves("U46", "EN303645:5.3-1", "EN303645:5.3-3", "IR8425:SoftwareUpdate", "CRA:I.2.c")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const key = keyIn(folder.path);
  const first = await onTrial(folder.path, key);
  expect(await first.api("GET", "/update")).toMatchObject({
    image: "a",
    version: "9.1.0",
    confirmed: "factory",
    trial: { image: "a", phase: "running" },
  });
  expect(await first.api("POST", "/update/confirm")).toMatchObject({
    confirmed: "a",
    previous: "factory",
    last: { what: "confirmed", version: "9.1.0" },
  });
  const { stages } = await first.api("GET", "/system");
  expect(stages).toMatchObject(
    ["store", "keys", "clock", "rooms", "broker", "app"].map((stage) => ({ stage, ok: true })),
  );
  await first.kill();
  await first.isGone();

  await using second = new SupervisedHub(folder.path, [], key);
  await second.nextReady();
  expect(await second.api("GET", "/update")).toMatchObject({ image: "a", version: "9.1.0" });
  await second.api("POST", "/update/revert");
  await second.nextReady();
  expect(await second.api("GET", "/update")).toMatchObject({
    image: "factory",
    last: { what: "reverted", version: "9.1.0", reason: "asked" },
  });
});

test("the supervisor is killed while a version is on trial: the one before comes back", {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const key = keyIn(folder.path);
  const first = await onTrial(folder.path, key);
  await first.kill();
  // Nobody would start it anew: it ends, and its folder is free.
  await first.isGone();

  await using second = new SupervisedHub(folder.path, [], key);
  await second.nextReady();
  expect(await second.api("GET", "/update")).toMatchObject({
    image: "factory",
    last: { what: "reverted", version: "9.1.0", reason: "interrupted" },
  });
});

test(`at the set-up it is asked whether updates come by themselves; yes brings the one that lies there, with its risk and its hour told ${proves("EN303645:5.3-4A", "EN303645:5.3-4B", "EN303645:5.3-11", "EN303645:5.3-12")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const risk = "A made-up weakness of this test";
  const script = "export const main = () => {};";
  const update = bundleOf({
    version: "9.2.0",
    counter: 1,
    dataFormat: running.dataFormat,
    risk,
    files: { "hub.js": script },
  });
  writeFileSync(join(folder.path, "lampkeeper-hub.update"), update);
  const key = keyIn(folder.path);
  await using hub = new SupervisedHub(folder.path, [], [...key, "--update-from", folder.path]);
  await hub.nextReady();
  expect(await hub.api("GET", "/update/choices")).toEqual({
    supervised: true,
    source: true,
    automatic: "unanswered",
    default: "off",
    notices: true,
  });
  expect(await hub.api("POST", "/update/look")).toMatchObject({ offer: { version: "9.2.0", risk } });
  expect(await hub.api("GET", "/update/notices")).toEqual({
    data: [{ kind: "available", version: "9.2.0", risk }],
  });
  expect(await hub.api("GET", "/update")).not.toHaveProperty("trial");
  const said = commandLine(folder.path, "update", "automatic", "on");
  expect([said.status, said.stdout]).toEqual([0, expect.stringContaining("come by themselves, at night")]);
  expect(await hub.api("GET", "/update")).toMatchObject({ trial: { version: "9.2.0", phase: "waiting" } });
  const { data } = await hub.api("GET", "/update/notices");
  expect(data).toEqual([{ kind: "restart", version: "9.2.0", risk, at: expect.stringMatching(/^\d{4}-/) }]);
  const [{ at = "" } = {}] = data as { at?: string }[];
  expect(Date.parse(at) - Date.now()).toBeGreaterThan(59 * 60_000);
  const status = commandLine(folder.path, "update", "status");
  expect(status.stdout).toMatch(/model lampkeeper-hub/);
  expect(await hub.api("PUT", "/update/choices", { notices: false })).toMatchObject({ notices: false });
  expect(await hub.api("GET", "/update/notices")).toEqual({ data: [] });
  expect(await hub.api("PUT", "/update/choices", { automatic: false })).toMatchObject({ automatic: "off" });
  expect(await hub.api("GET", "/update")).not.toHaveProperty("trial");
});

test.each([
  [undefined, "2"],
  ["7", "7"],
])(
  "an image is started so that little memory is kept for nothing, unless its owner says how much: %s",
  {
    timeout: 60_000,
  },
  async (said, given) => {
    vi.stubEnv("MALLOC_ARENA_MAX", said);
    using folder = scratch();
    await using hub = new SupervisedHub(folder.path, [], []);
    vi.unstubAllEnvs();
    const { pid } = await hub.nextReady();
    expect(readFileSync(`/proc/${pid}/environ`, "latin1").split("\0")).toContain(`MALLOC_ARENA_MAX=${given}`);
  },
);

describe("an update that", () => {
  test.each([
    ["crashes", "crashed", "export const main = async () => process.exit(7);", []],
    ["does not load", "crashed", "import './nowhere.js'; export const main = () => {};", []],
    [
      "never gets well",
      "late",
      "export const main = async () => { setInterval(() => {}, 1_000); };",
      ["--trial", "3"],
    ],
    [
      "hangs after it is ready",
      "silent",
      "export const main = async (_, supervision) => { supervision.ready(); for (;;); };",
      ["--silence", "5"],
    ],
  ] as const)("%s is taken back, and says why", { timeout: 120_000 }, async (_, reason, script, words) => {
    using folder = scratch();
    await using hub = new SupervisedHub(folder.path, words, keyIn(folder.path));
    await hub.nextReady();
    expect(await hub.api("PUT", "/update", imageOf(script))).toMatchObject({
      trial: { image: "a", version: "9.0.0", phase: "waiting" },
    });
    await hub.nextReady();
    expect(await hub.api("GET", "/update")).toMatchObject({
      image: "factory",
      images: [{ image: "factory" }],
      last: { what: "reverted", version: "9.0.0", reason },
    });
  });
});

test(`what was not signed by a known key is refused, and a slot that was changed is not started ${proves("U46", "EN303645:5.3-2", "EN303645:5.3-10", "EN303645:5.7-1", "EN303645:5.7-2")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const key = keyIn(folder.path);
  const first = new SupervisedHub(folder.path, [], key);
  await first.nextReady();
  const foreign = bundleOf({
    version: "9.0.0",
    counter: 1,
    dataFormat: running.dataFormat,
    key: stranger.privateKey,
  });
  const file = join(folder.path, "foreign.update");
  writeFileSync(file, foreign);
  const typed = commandLine(folder.path, "update", "install", file);
  expect(typed).toMatchObject({ status: 11 });
  expect(typed.stderr).toContain("nobody whom this hub trusts has signed the update");
  const good = join(folder.path, "good.update");
  writeFileSync(good, goodUpdate);
  expect(commandLine(folder.path, "update", "install", good)).toMatchObject({ status: 0 });
  await first.nextReady();
  await first.api("POST", "/update/confirm");
  expect(await first.stop()).toBe(0);
  appendFileSync(join(folder.path, "data", "slots", "a", "hub.js"), "\nprocess.exit(9);\n");

  await using second = new SupervisedHub(folder.path, [], key);
  await second.nextReady();
  expect(await second.api("GET", "/update")).toMatchObject({
    image: "factory",
    last: { what: "reverted", version: "9.1.0", reason: "damaged" },
  });
});

test("systemd is told that the hub is ready and alive", { timeout: 60_000 }, async () => {
  using folder = scratch();
  const told = join(folder.path, "told");
  writeFileSync(join(folder.path, "systemd-notify"), `#!/bin/sh\necho "$1" >> "${told}"\n`);
  chmodSync(join(folder.path, "systemd-notify"), 0o700);
  await using hub = new SupervisedHub(folder.path, ["--silence", "5"], keyIn(folder.path), {
    NOTIFY_SOCKET: "/run/systemd/notify",
    WATCHDOG_USEC: "1000000",
  });
  await hub.nextReady();
  expect(await hub.appears("told", /--ready\n(.*\n)*WATCHDOG=1/)).toContain("WATCHDOG=1");
});

test("the exit code of a hub that cannot start is the supervisor's", { timeout: 60_000 }, async () => {
  using folder = scratch();
  const hub = new SupervisedHub(folder.path, [], ["--bulbs", "many"]);
  await expect(hub.nextReady()).rejects.toThrow(/ended with 2/);
});
