import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { MosquittoSubscriber, mosquittoPublish } from "../support/mosquitto-clients.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { size } from "../support/size.ts";

/** The product as its users have it: `npm start`'s own command, and clients that share no code with us. */

interface Light {
  readonly id: string;
  readonly name: string;
  readonly capabilities: {
    readonly colorTemperature?: unknown;
    readonly color?: unknown;
    readonly brightness?: unknown;
  };
}

interface LitLight {
  readonly room: string;
  readonly desired: { readonly on: boolean; readonly colorTemperature?: number };
  readonly capabilities: { readonly colorTemperature?: { readonly min: number } };
}

beforeAll(() => {
  requireProgram("mosquitto_sub");
}, 300_000);

describe("a home of twenty lamps", () => {
  test("is lit by those who have just moved in: some lamps, each room in one evening's white", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "20", "--seed", "3");
    const { body } = await hub.api("GET", "/lights");
    const lit = (body as { data: LitLight[] }).data.filter(({ desired }) => desired.on);
    expect(lit.length).toBeGreaterThan(5);
    expect(lit.length).toBeLessThan(20);
    const whites = new Map<string, number[]>();
    for (const { room, desired, capabilities } of lit) {
      const { colorTemperature: white = 0 } = desired;
      if (capabilities.colorTemperature === undefined) continue;
      expect(white).toBeGreaterThan(2_150);
      expect(white).toBeLessThan(3_050);
      // What cannot be as warm as the others is as warm as it can be.
      if (capabilities.colorTemperature.min < 2_250) whites.set(room, [...(whites.get(room) ?? []), white]);
    }
    expect([...whites.values()].some((each) => each.length > 1)).toBe(true);
    for (const each of whites.values()) expect(Math.max(...each) - Math.min(...each)).toBeLessThan(40);
  });

  test("an independent client switches, dims and colours every lamp and sees it confirmed", {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "20", "--seed", "3");
    const { mqtt, lamps } = hub.ready;
    expect(lamps).toHaveLength(20);
    using states = new MosquittoSubscriber(mqtt, `${mqtt.base}/+`);
    const confirmed = (lamp: string, wanted: Record<string, unknown>) =>
      states.until(({ topic, payload }) => {
        if (topic !== `${mqtt.base}/${lamp}`) return false;
        const state = JSON.parse(payload);
        return Object.entries(wanted).every(([key, value]) =>
          typeof value === "number" ? Math.abs(state[key] - value) <= 1 : state[key] === value,
        );
      });
    const { body } = await hub.api("GET", "/lights");
    const lights = (body as { data: Light[] }).data;
    await Promise.all(
      lights.map(async ({ id, capabilities }) => {
        const set = (command: object) =>
          mosquittoPublish(mqtt, `${mqtt.base}/${id}/set`, JSON.stringify(command));
        await set({ state: "ON" });
        await confirmed(id, { state: "ON" });
        if (capabilities.brightness) {
          await set({ brightness: 100 });
          await confirmed(id, { state: "ON", brightness: 100 });
        }
        if (capabilities.colorTemperature) {
          await set({ color_temp: 300 });
          await confirmed(id, { color_temp: 300, color_mode: "color_temp" });
        }
        if (capabilities.color) {
          await set({ color: { x: 0.45, y: 0.4 } });
          await confirmed(id, { color_mode: "xy" });
        }
        await set({ state: "OFF" });
        await confirmed(id, { state: "OFF" });
      }),
    );
  });

  test(`without credentials, with wrong ones or outside its scope a client gets nothing ${proves("EN303645:5.5-4", "IR8425:InterfaceAccessControl", "CRA:I.2.d")}`, {
    timeout: 60_000,
  }, async () => {
    using folder = scratch();
    await using hub = await HubProcess.start(folder.path, "--bulbs", "2");
    const { mqtt, lamps } = hub.ready;
    const topic = `${mqtt.base}/${lamps[0]}`;
    for (const login of [
      { username: "", password: "" },
      { username: mqtt.username, password: "wrong" },
      { username: "l-aaaaaaaaaaaa", password: mqtt.password },
    ]) {
      using nobody = new MosquittoSubscriber({ ...mqtt, ...login }, "#", "-W", "5");
      await nobody.exit;
      expect(nobody.heard).toEqual([]);
      await expect(
        mosquittoPublish({ ...mqtt, ...login }, `${topic}/set`, '{"state":"ON"}'),
      ).rejects.toThrow();
    }
    using everything = new MosquittoSubscriber(mqtt, "device/#", "-W", "2");
    await everything.exit;
    expect(everything.heard).toEqual([]);
    const guest = await fetch(`${hub.ready.api.url}/lights`);
    expect(guest.status).toBe(401);
  });

  test("the ready file is for its owner alone, the process is the hub's own, and it ends cleanly", async () => {
    using folder = scratch();
    const hub = await HubProcess.start(folder.path, "--bulbs", "3", "--sensors", "2");
    const file = hub.readyFile;
    expect(hub.ready).toMatchObject({
      schema: "lampkeeper.ready/1",
      version: "0.1.0",
      mqtt: { base: "lampkeeper" },
    });
    expect(hub.ready.sensors).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(`/proc/${hub.ready.pid}/cmdline`, "utf8")).toContain("lampkeeper");
    for (const path of ["/healthz", "/readyz"]) {
      expect((await fetch(new URL(path, hub.ready.app))).status).toBe(200);
    }
    expect(await hub.stop()).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(hub.output).not.toContain(hub.ready.api.token);
  });
});

describe("a second start with the same folder", () => {
  test("brings back rooms, scenes, names and the state that should hold", { timeout: 60_000 }, async () => {
    using folder = scratch();
    const first = await HubProcess.start(folder.path, "--bulbs", "4");
    const lamp = first.ready.lamps[0] ?? "";
    const rooms = (await first.api("GET", "/rooms")).body as { data: { id: string }[] };
    const room = rooms.data[0]?.id ?? "";
    await first.api("PATCH", `/lights/${lamp}`, { name: "Reading lamp" });
    await first.api("PATCH", `/rooms/${room}`, { name: "Library" });
    const scene = await first.api("POST", "/scenes", { name: "Quiet", capture: room });
    expect(scene.status).toBe(201);
    const put = await first.api("PUT", `/lights/${lamp}/state?wait=reported`, { on: true, brightness: 37 });
    expect(put.status).toBe(200);
    expect(await first.stop()).toBe(0);

    await using second = await HubProcess.start(folder.path, "--bulbs", "4");
    expect([...second.ready.lamps].sort()).toEqual([...first.ready.lamps].sort());
    expect(second.ready.hubId).toBe(first.ready.hubId);
    expect(second.ready.mqtt.password).not.toBe(first.ready.mqtt.password);
    const light = await second.api("GET", `/lights/${lamp}`);
    expect(light.body).toMatchObject({ name: "Reading lamp", desired: { on: true, brightness: 37 } });
    expect((await second.api("GET", `/rooms/${room}`)).body).toMatchObject({ name: "Library" });
    const scenes = (await second.api("GET", "/scenes")).body as { data: { name: string }[] };
    expect(scenes.data.map(({ name }) => name)).toContain("Quiet");
  });

  test(`after kill -9 at any moment everything acknowledged is there ${proves("EN303645:5.9-2", "CRA:I.2.h")}`, {
    timeout: 120_000,
  }, async () => {
    using folder = scratch();
    // What each lamp may be called: the acknowledged name, or one that was asked for after it.
    const allowed = new Map<string, Set<string>>();
    const check = async (hub: HubProcess): Promise<void> => {
      const lights = (await hub.api("GET", "/lights")).body as { data: Light[] };
      for (const { id, name } of lights.data) {
        expect([...(allowed.get(id) ?? [name])]).toContain(name);
        allowed.set(id, new Set([name]));
      }
    };
    const rename = async (hub: HubProcess, id: string, name: string): Promise<void> => {
      allowed.get(id)?.add(name);
      const { status } = await hub.api("PATCH", `/lights/${id}`, { name });
      if (status === 200) allowed.set(id, new Set([name]));
    };
    const rounds = size(3, 30);
    for (let round = 0; round < rounds; round++) {
      const hub = await HubProcess.start(folder.path, "--bulbs", "5");
      await check(hub);
      const changes = hub.ready.lamps.flatMap((id, at) => [
        rename(hub, id, `Lamp ${round}.${at}`),
        hub.api("PUT", `/lights/${id}/state`, { on: true, brightness: 10 + round }),
      ]);
      // Kill in the middle: as soon as the first change is acknowledged, while the others are under way.
      await Promise.any(changes);
      await hub.kill();
      await Promise.allSettled(changes);
    }
    await using last = await HubProcess.start(folder.path, "--bulbs", "5");
    await check(last);
  });

  test("a folder in use is refused, and whoever uses it does not notice", { timeout: 60_000 }, async () => {
    using folder = scratch();
    await using first = await HubProcess.start(folder.path, "--bulbs", "1");
    await expect(HubProcess.start(folder.path, "--bulbs", "1")).rejects.toThrow(/store_locked|in use/);
    expect((await first.api("GET", "/lights")).status).toBe(200);
  });
});

test(`nothing a person wrote lies in clear in the data folder ${proves("M1")}`, {
  timeout: 60_000,
}, async () => {
  using folder = scratch();
  const hub = await HubProcess.start(folder.path, "--bulbs", "3");
  const canary = "Canary-8f3a-room";
  expect((await hub.api("POST", "/rooms", { name: canary })).status).toBe(201);
  await hub.kill();
  const files = readdirSync(join(folder.path, "data"), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(readFileSync(join(file.parentPath, file.name)).includes(canary)).toBe(false);
  }
  expect(hub.output).not.toContain(canary);
});
