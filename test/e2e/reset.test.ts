import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkWipe } from "../../app-sim/verify/wipe-check.ts";
import type { SignedCertificate } from "../../hub/domain/wipe-certificate.ts";
import { typed } from "../app-sim/cli/terminal.ts";
import { HubProcess, type Ready, scratch } from "../support/hub-process.ts";
import { MosquittoServer } from "../support/mosquitto-server.ts";
import { proves } from "../support/proves.ts";
import { lampkeeper } from "../support/refused-start.ts";
import { beginReset, startedAnew } from "../support/reset-process.ts";

/** A reset as its owner does it: by the command line, on a hub that is a process, with lamps that have sockets. */

const small = ["--bulbs", "3", "--sensors", "1", "--people", "1"];
const canaries = ["Zyxcanary pantry", "Zyxcanary lamp", "Zyxcanary Tilda"];

/** Told to the hub, and shown to have arrived. */
const lived = async (hub: HubProcess): Promise<void> => {
  await hub.api("POST", "/rooms", { name: canaries[0] });
  await hub.api("PATCH", `/lights/${hub.ready.lamps[0]}`, { name: canaries[1] });
  await hub.api("POST", "/people", { name: canaries[2] });
  const read = await Promise.all(["/rooms", "/lights", "/people"].map((path) => hub.api("GET", path)));
  const text = JSON.stringify(read);
  for (const canary of canaries) expect(text).toContain(canary);
};

const certificateIn = (file: string): SignedCertificate => JSON.parse(readFileSync(file, "utf8"));

/** Resolves when the file is there, or is gone. */
const becomes = async (folder: string, name: string, isThere: boolean): Promise<void> => {
  const isSo = () => existsSync(join(folder, name)) === isThere;
  const watcher = watch(folder, { recursive: true });
  await new Promise<void>((done) => {
    watcher.on("change", () => isSo() && done());
    if (isSo()) done();
  });
  watcher.close();
};

const once = (url: string, { api }: Ready): Promise<Response> =>
  fetch(`${url}/rooms`, { headers: { authorization: `Bearer ${api.token}` } });

/** A connection that is left from before ended with the hub that was reset. */
const ask = (url: string, ready: Ready): Promise<Response> => once(url, ready).catch(() => once(url, ready));

const statusWith = async (ready: Ready, url: string): Promise<number> => (await ask(url, ready)).status;

test(`a hub that is sold: erased, certified, and another hub from then on ${proves("H47", "EN303645:5.11-1", "EN303645:5.11-4", "CRA:I.2.b", "IR8425:ProductConfiguration")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, ...small, "--lamps", "mqtt");
  await lived(hub);
  const [file, list] = ["wiped.json", "canaries.txt"].map((name) => join(folder.path, name)) as [
    string,
    string,
  ];
  writeFileSync(list, canaries.join("\n"));
  const challenge = "0123456789abcdef";
  const words = ["reset", "factory", "--yes", "--certificate", file, "--challenge", challenge];
  const { code, stderr } = lampkeeper(...words, "--ready-file", hub.readyFile);
  expect([code, stderr]).toEqual([0, expect.stringContaining("device key")]);
  const key = /device key ([0-9a-f]{64}), counter (\d+)/.exec(stderr) ?? [];
  const certificate = certificateIn(file);
  expect(certificate.devices).toMatchObject({ confirmed: 3, unconfirmed: [] });
  const check = ["verify-certificate", file, "--device-key", key[1] ?? "", "--counter", key[2] ?? ""];
  expect(lampkeeper(...check, "--challenge", challenge).code).toBe(0);
  expect(lampkeeper(...check, "--challenge", "ff".repeat(8)).code).toBe(11);
  const now = await startedAnew(hub);
  expect(now.hubId).not.toBe(hub.ready.hubId);
  expect(now.pid).toBe(hub.ready.pid);
  expect([await statusWith(hub.ready, now.api.url), await statusWith(now, now.api.url)]).toEqual([401, 200]);
  expect(checkWipe([now.data], canaries).leftovers).toEqual([]);
  expect(lampkeeper("verify-wipe", "--data", now.data, "--canaries", list).code).toBe(0);
  expect(JSON.stringify(certificate)).not.toContain("Zyxcanary");
});

describe("the plug is pulled", () => {
  test.each<[when: string, name: string, isThere: boolean]>([
    ["when it has been written down", "reset-intent", true],
    ["when the store goes", "hub.db", false],
    ["when the key register goes", "key-register", false],
    ["when the certificate is there", "reset-certificate", true],
  ])("%s: the next start ends it", { timeout: 120_000 }, async (_, name, isThere) => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, ...small);
    await lived(hub);
    const happens = becomes(hub.ready.data, name, isThere);
    const id = await beginReset(hub);
    await happens;
    await hub.kill();
    await using next = await HubProcess.start(folder.path, ...small);
    expect(next.ready.hubId).not.toBe(hub.ready.hubId);
    expect(certificateIn(join(next.ready.data, "reset-certificate"))).toMatchObject({
      reset: { id },
      verification: { result: "passed" },
    });
    expect(existsSync(join(next.ready.data, "reset-intent"))).toBe(false);
    expect(checkWipe([next.ready.data], canaries).leftovers).toEqual([]);
    expect(JSON.stringify((await next.api("GET", "/rooms")).body)).not.toContain("Zyxcanary");
  });

  test("while it waits for a lamp that is off: the lamp that came back is told then", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, ...small, "--log-level", "info");
    await lived(hub);
    await hub.api("POST", `/sim/devices/${hub.ready.lamps[0]}/unplug`);
    const intent = join(hub.ready.data, "reset-intent");
    await beginReset(hub);
    await expect
      .poll(() => existsSync(intent) && readFileSync(intent, "utf8").split("confirmed").length, {
        timeout: 30_000,
        interval: 20,
      })
      .toBe(3);
    await hub.kill();
    await using next = await HubProcess.start(folder.path, ...small);
    const { devices } = certificateIn(join(next.ready.data, "reset-certificate"));
    expect(devices).toMatchObject({ confirmed: 3, unconfirmed: [] });
  });
});

test(`a hub that is handed over: house and lamps stay, names and people go ${proves("A53")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(folder.path, ...small);
  await lived(hub);
  const { code } = lampkeeper("reset", "hand-over", "--yes", "--ready-file", hub.readyFile);
  expect(code).toBe(0);
  const now = await startedAnew(hub);
  expect(now.lamps.toSorted()).toEqual(hub.ready.lamps.toSorted());
  expect(await (await ask(now.api.url, now)).text()).toMatch(/"Room 1"/);
  expect(await statusWith(hub.ready, now.api.url)).toBe(401);
});

test(`a hub for real devices asks for somebody at its button ${proves("ISVS:2.2.3")}`, {
  timeout: 60_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.serve(folder.path);
  const offer = await hub.api("POST", "/reset", { level: "factory" });
  expect(offer).toMatchObject({ status: 202, body: { needsButton: true } });
  const { id } = offer.body as { id: string };
  const refused = await hub.api("POST", `/reset/${id}/confirm`);
  expect(refused).toMatchObject({ status: 409, body: { code: "second_step_needed" } });
  expect(existsSync(join(hub.ready.data, "reset-intent"))).toBe(false);
});

describe("with the owner's own broker", { timeout: 120_000 }, () => {
  const server = new MosquittoServer();
  beforeAll(async () => {
    await server.start({ hub: "first" });
  }, 300_000);
  afterAll(() => server.close());

  /** What the broker gives to whoever comes new. */
  const retained = async (): Promise<string> => {
    const reader = await mqtt.connectAsync({ port: server.port, username: "hub", password: "first" });
    let text = "";
    const all = new Promise<void>((done) => {
      reader.on("message", (topic, payload) => {
        if (topic === "mark") done();
        else text += `${topic} ${payload}\n`;
      });
    });
    await reader.subscribeAsync(["#"]);
    await reader.publishAsync("mark", "");
    await all;
    await reader.endAsync();
    return text;
  };

  test(`nothing of the home stays there, and lamps that live there forget too ${proves("M21", "EN303645:5.11-2")}`, async () => {
    using folder = scratch();
    const password = join(folder.path, "password");
    writeFileSync(password, "first", { mode: 0o600 });
    const owner = ["--broker", `mqtt://127.0.0.1:${server.port}`, "--broker-user", "hub"];
    const options = [...small, ...owner, "--broker-password-file", password, "--home-assistant"];
    await using hub = await HubProcess.start(folder.path, ...options, "--lamps", "mqtt");
    await lived(hub);
    await expect.poll(retained, { timeout: 20_000, interval: 100 }).toContain(canaries[1]);
    const file = join(folder.path, "wiped.json");
    const words = ["reset", "factory", "--yes", "--certificate", file, "--ready-file", hub.readyFile];
    // In this process: somebody has to read what Mosquitto says meanwhile, or it stands still.
    expect((await typed(words)).code).toBe(0);
    expect(certificateIn(file)).toMatchObject({ retainedMessages: "confirmed", devices: { confirmed: 3 } });
    await startedAnew(hub);
    const text = await retained();
    const { hubId, lamps } = hub.ready;
    const ofThisHome = [...canaries, ...lamps, `homeassistant/device/${hubId}`, `sim-${hubId}-lamp`];
    for (const word of ofThisHome) expect(text).not.toContain(word);
  });
});

test(`by the button: let go early it does nothing, after four seconds the Wi-Fi is forgotten, after eleven all is erased ${proves("H47")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  // The button is held by the hub's own clock.
  await using hub = await HubProcess.start(folder.path, ...small, "--speed", "10");
  await lived(hub);
  await hub.send("PUT", "/wifi", Buffer.from("\u0004home\u000amoonlight1"));
  const press = async (seconds: number) => {
    await hub.api("POST", "/sim/panel/press", { seconds });
    const look = async () => (await hub.api("GET", "/sim/panel")).body;
    await expect.poll(look, { timeout: 20_000 }).toMatchObject({ pressed: false });
    return (await hub.api("GET", "/wifi")).body;
  };
  expect(await press(1)).toMatchObject({ set: true });
  expect(await press(4)).toMatchObject({ set: false });
  await hub.api("POST", "/sim/panel/press", { seconds: 11 });
  const now = await startedAnew(hub);
  expect(now.hubId).not.toBe(hub.ready.hubId);
  expect(checkWipe([now.data], canaries).leftovers).toEqual([]);
  expect(certificateIn(join(now.data, "reset-certificate")).reset).toMatchObject({ level: "factory" });
});
