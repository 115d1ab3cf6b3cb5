import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodingsOf, holds } from "../support/encodings.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { copiesInMemory } from "../support/process-memory.ts";
import { proves } from "../support/proves.ts";

/** The home's network from its being set to its being forgotten, on the disk of a hub that runs as it ships. */

const canary = { ssid: "Canary Lane 4711", password: "canary-password-0815" };
const bytes = Uint8Array.of(
  canary.ssid.length,
  ...Buffer.from(canary.ssid),
  canary.password.length,
  ...Buffer.from(canary.password),
);

/** Every byte of every file, and each file's name. */
const filesIn = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? [Buffer.from(path), readFileSync(path)] : [Buffer.from(path)];
    }),
  );

const clean = (where: Buffer): boolean => Object.values(canary).every((secret) => !holds(where, secret));

test(`set, joined, joined again after the plug was pulled, told to a lamp, forgotten: nowhere in clear, nor in memory ${proves("U12", "U13", "M10", "EN303645:5.5-6")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const said: string[] = [];
  const options = ["--bulbs", "2", "--sensors", "0", "--log-level", "debug"];
  const tell = <Answer>(answer: Answer): Answer => {
    said.push(JSON.stringify(answer));
    return answer;
  };
  const api = async (hub: HubProcess, method: string, path: string, body?: unknown) =>
    tell(await hub.api(method, path, body));
  const disk = join(folder.path, "data");

  const hub = await HubProcess.start(folder.path, ...options);
  tell(await hub.send("PUT", "/sim/access-point", bytes));
  expect(tell(await hub.send("PUT", "/wifi", bytes))).toMatchObject({ status: 200, body: { set: true } });
  expect((await api(hub, "POST", "/wifi/test")).body).toEqual({ outcome: "joined" });
  // What the hub is asked with is read into its memory: its token is there, the password is not any more.
  expect(copiesInMemory(hub.ready.pid, Buffer.from(hub.ready.api.token))).toBeGreaterThan(0);
  await expect
    .poll(() => copiesInMemory(hub.ready.pid, Buffer.from(canary.password)), { timeout: 20_000 })
    .toBe(0);
  await hub.kill();
  said.push(hub.output);
  expect(existsSync(join(disk, "hub.db"))).toBe(true);
  expect(clean(filesIn(disk))).toBe(true);
  cpSync(disk, join(folder.path, "copy"), { recursive: true });

  await using again = await HubProcess.start(folder.path, ...options);
  // The simulated air is made anew with the process: what is not is what the hub kept.
  tell(await again.send("PUT", "/sim/access-point", bytes));
  expect((await api(again, "POST", "/wifi/test")).body).toEqual({ outcome: "joined" });
  expect((await api(again, "GET", "/wifi")).body).toMatchObject({ set: true, link: "joined" });

  const devices = (await again.api("GET", "/sim/devices")).body as {
    data: { id: string; label?: string }[];
  };
  const { id, label = "" } = devices.data.find((device) => device.label !== undefined) ?? {};
  await api(again, "POST", "/wifi/window", { seconds: 60 });
  const share = (code: string) =>
    again.send("POST", `/devices/${id}/wifi`, Uint8Array.from(Buffer.from(code)));
  expect(tell(await share("ABCD-EFGH-IJKL-MNOP-QRST"))).toMatchObject({
    status: 409,
    body: { code: "printed_code_wrong" },
  });
  expect(tell(await share(label)).body).toEqual({ outcome: "joined" });
  expect((await api(again, "GET", "/sim/access-point")).body).toEqual({ plugged: true, stations: 2 });

  expect((await api(again, "DELETE", "/wifi")).status).toBe(204);
  expect((await api(again, "POST", "/wifi/test")).body).toMatchObject({ code: "wifi_not_set" });
  expect((await api(again, "GET", "/wifi")).body).toMatchObject({ set: false, link: "apart" });
  // The lamp that was told lives in this process too, and has its own copy in its flash, encrypted as on a chip.
  for (const thing of ["access-point", `devices/${id}`])
    for (const what of ["unplug", "plug"]) await api(again, "POST", `/sim/${thing}/${what}`);
  await expect
    .poll(async () => (await api(again, "GET", "/sim/access-point")).body, { timeout: 20_000 })
    .toEqual({ plugged: true, stations: 1 });
  await expect
    .poll(() => copiesInMemory(again.ready.pid, Buffer.from(canary.password)), { timeout: 20_000 })
    .toBe(0);
  await again.stop();
  said.push(again.output);
  expect(clean(filesIn(disk))).toBe(true);
  expect(clean(Buffer.from(said.join("\n")))).toBe(true);

  // The keys as they are now do not open the disk as it was then.
  cpSync(join(disk, "key-register"), join(folder.path, "copy", "key-register"));
  cpSync(join(disk, "keys"), join(folder.path, "copy", "keys"), { recursive: true, force: true });
  using replay = scratch();
  cpSync(join(folder.path, "copy"), join(replay.path, "data"), { recursive: true });
  await using old = await HubProcess.start(replay.path, ...options);
  expect((await old.api("GET", "/wifi")).body).toMatchObject({ set: false });
});

test("the search finds each form that it looks for", () => {
  for (const form of encodingsOf(canary.password)) {
    expect(clean(Buffer.concat([Buffer.from("before"), form, Buffer.from("after")]))).toBe(false);
  }
  for (const shift of [0, 1, 2]) {
    const around = Buffer.concat([Buffer.alloc(shift, 1), Buffer.from(canary.password), Buffer.from("!!!")]);
    expect(clean(Buffer.from(around.toString("base64")))).toBe(false);
  }
});
