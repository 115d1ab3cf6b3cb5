import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startHub, TestUsageError, WaitTimedOut } from "../../../app-sim/testing/testing.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

/** Handles of this process that would keep it alive or leak. */
const openHandles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout|Pipe|FS/.test(kind));

describe("a hub inside a test", () => {
  test("is ready at the time that was asked for, with its lamps and sensors", async () => {
    await using hub = await startHub({
      bulbs: 20,
      sensors: 3,
      seed: 7,
      clock: { now: "2026-11-23T17:00:00" },
    });
    expect(hub.clock.now.toISOString()).toBe("2026-11-23T17:00:00.000Z");
    expect(hub.lamps).toHaveLength(20);
    expect(hub.sensors).toHaveLength(3);
    expect(hub.lamps.every(({ isReachable, reported }) => isReachable && reported !== null)).toBe(true);
    expect(hub.trace()).toBe("");
  });

  test("answers over real HTTP and MQTT", async () => {
    await using hub = await startHub({ bulbs: 2 });
    const answer = await fetch(`${hub.url}/api/v1/lights`, {
      headers: { authorization: `Bearer ${hub.token}` },
    });
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(2);
    const { connectAsync } = await import("mqtt");
    const client = await connectAsync(hub.mqttUrl, { ...hub.mqtt, protocolVersion: 4 });
    const lamp = hub.lamps[0];
    await client.publishAsync(`lampkeeper/${lamp?.id}/set`, '{"state":"ON","brightness":127}', { qos: 1 });
    await hub.waitFor(() => lamp?.desired.on === true);
    await client.endAsync();
    expect(lamp?.desired.brightness).toBeCloseTo(50, 0);
    expect(lamp?.cause.kind).toBe("mqtt");
  });

  test("a command reaches the lamp when the clock is moved on", async () => {
    await using hub = await startHub({ bulbs: 3, seed: 4 });
    const [lamp] = hub.lamps;
    await lamp?.set({ on: true, brightness: 40, transition: 2 });
    expect(lamp?.desired).toMatchObject({ on: true });
    await hub.clock.advance({ seconds: 5 });
    expect(lamp?.reported).toMatchObject({ on: true });
    expect((await lamp?.why())?.settled).toBe(true);
  });

  test("lamps are unplugged, touched and made to misbehave", async () => {
    await using hub = await startHub({ bulbs: 2 });
    const [lamp] = hub.lamps;
    lamp?.unplug();
    await hub.clock.advance({ minutes: 5 });
    expect(lamp?.isReachable).toBe(false);
    lamp?.plug();
    await hub.clock.advance({ minutes: 1 });
    expect(lamp?.isReachable).toBe(true);
    lamp?.touch({ on: true });
    await hub.clock.advance({ seconds: 10 });
    expect(lamp?.state).toMatchObject({ on: true, cause: { kind: "device" } });
    lamp?.fault({ ignore: 1 });
    await lamp?.set({ on: false });
    await hub.clock.advance({ seconds: 10 });
    expect(lamp?.reported?.on).toBe(true);
  });

  test("a sensor senses", async () => {
    await using hub = await startHub({ sensors: 6 });
    const sensor = hub.sensors.find(({ reading }) => reading.occupancy !== undefined);
    sensor?.sense({ occupancy: true });
    await hub.clock.advance({ seconds: 1 });
    expect(sensor?.reading.occupancy).toBe(true);
  });

  test("the same seed and steps give the same trace, another seed another", async () => {
    const live = async (seed: number): Promise<string> => {
      await using hub = await startHub({ bulbs: 8, sensors: 4, seed });
      for (const lamp of hub.lamps) await lamp.set({ on: true, brightness: 60 });
      await hub.clock.advance({ hours: 3 });
      expect(hub.trace()).not.toBe("");
      return hub.traceHash();
    };
    const [first, second, other] = [await live(5), await live(5), await live(6)];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test("time zone and locale of the machine make no difference", async () => {
    const script = `import { startHub } from "./app-sim/testing/testing.ts";
await using hub = await startHub({ bulbs: 3, clock: { now: "2026-06-21T20:00:00" } });
await hub.lamps[0].set({ on: true });
await hub.clock.advance({ minutes: 10 });
console.log(hub.clock.now.getTime(), hub.traceHash());`;
    const traces = await Promise.all(
      [
        ["UTC", "C"],
        ["Pacific/Apia", "tr_TR.UTF-8"],
      ].map(async ([TZ, LC_ALL]) => {
        const env = { ...process.env, TZ, LC_ALL };
        const args = ["--experimental-strip-types", "--input-type=module", "-e", script];
        return (await promisify(execFile)(process.execPath, args, { env })).stdout;
      }),
    );
    expect(traces[1]).toBe(traces[0]);
  });

  test("a jump steps civil time and nothing else", async () => {
    await using hub = await startHub({ bulbs: 1, clock: { now: "2026-06-21T20:00:00Z" } });
    hub.clock.jump({ hours: -10 });
    expect(hub.clock.now.toISOString()).toBe("2026-06-21T10:00:00.000Z");
    await hub.clock.until("2026-06-21T11:00:00Z");
    expect(hub.clock.now.toISOString()).toBe("2026-06-21T11:00:00.000Z");
    await expect(hub.clock.until("2026-06-21T11:00:00Z")).resolves.toBeUndefined();
    await expect(hub.clock.until("2026-06-20T11:00:00Z")).rejects.toBeInstanceOf(TestUsageError);
  });

  test("time can pass by itself, as fast as wanted", async () => {
    await using hub = await startHub({ bulbs: 1, clock: { mode: "scaled", speed: 1_000 } });
    const [lamp] = hub.lamps;
    await lamp?.set({ on: true, transition: 10 });
    await hub.waitFor(() => lamp?.reported?.on === true);
    expect(lamp?.reported?.on).toBe(true);
  });

  test("events can be followed", async () => {
    const hub = await startHub({ bulbs: 1 });
    const kinds: string[] = [];
    const reading = (async () => {
      for await (const event of hub.events) kinds.push(event.kind);
    })();
    await hub.lamps[0]?.set({ on: true });
    await hub.clock.advance({ seconds: 5 });
    await hub.close();
    await reading;
    expect(kinds).toContain("light.desired-changed");
    expect(kinds).toContain("light.reported");
  });

  test("a wait in vain quotes the newest events and the manual clock", async () => {
    await using hub = await startHub({ bulbs: 1 });
    await hub.lamps[0]?.set({ on: true });
    const vain = hub.waitFor(() => false, 50);
    await expect(vain).rejects.toBeInstanceOf(WaitTimedOut);
    await expect(vain).rejects.toThrow(/clock\.advance[\s\S]*light\.desired-changed/);
  });

  test("an unknown or ambiguous lamp is answered with those there are", async () => {
    await using hub = await startHub({ bulbs: 6, seed: 7 });
    expect(() => hub.lamp("nowhere")).toThrow("Kitchen/Ceiling");
    expect(() => hub.lamp("Ceiling")).toThrow("3 lamps are called");
    expect(hub.lamp("Kitchen/Ceiling").name).toBe("Ceiling");
    expect(hub.lamp("Floor lamp").id).toBe(hub.lamps[1]?.id);
  });

  test("it reaches out nowhere: a broker of one's own is refused without a network", async () => {
    await expect(startHub({ broker: "mqtt://127.0.0.1:1883" })).rejects.toBeInstanceOf(TestUsageError);
    await using hub = await startHub({ bulbs: 1 });
    await hub.clock.advance({ hours: 24 });
    expect(hub.egress.list()).toEqual([]);
  });

  test("nothing is left behind", async () => {
    const before = openHandles();
    for (let round = 0; round < 3; round++) {
      await using hub = await startHub({ bulbs: 5 });
      await fetch(`${hub.url}/healthz`).then((answer) => answer.text());
    }
    await expect.poll(() => openHandles().length).toBeLessThanOrEqual(before.length + 1);
  });

  test("a process that disposed of its hub ends by itself", async () => {
    const script = `import { startHub } from "./app-sim/testing/testing.ts";
{ await using hub = await startHub({ bulbs: 3 }); await hub.lamps[0].set({ on: true }); await hub.clock.advance({ seconds: 5 }); }
await new Promise(setImmediate);
console.log(JSON.stringify(process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind))));`;
    const args = ["--experimental-strip-types", "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toBe("[]\n");
  });

  test("fifty live side by side", async () => {
    const hubs = await Promise.all(Array.from({ length: 50 }, (_, seed) => startHub({ bulbs: 3, seed })));
    const urls = hubs.flatMap(({ url, mqttUrl }) => [url, mqttUrl]);
    expect(new Set(urls).size).toBe(100);
    await Promise.all(hubs.map((hub) => hub.close()));
  });
});

test("a Bluetooth lamp of one's own is within the hub's reach", async () => {
  const world = { clock: new VirtualClock(Instant(0)), random: new SeededRandom(1) };
  const loops = { fades: new FadeLoop(world.clock), flashes: new FlashLoop(world.clock) };
  const model = bleLampModels.get("elk/bledom");
  if (model === undefined) throw new Error("no such model");
  const lamp = new BleLamp({ ...world, ...loops }, "a4:c1:38:02:83:f4", model);
  lamp.plugIn();
  await world.clock.advance(Seconds(2));
  await using hub = await startHub({ bulbs: 0, sensors: 0, bluetooth: [lamp] });
  const body = { profile: "elk/bledom", name: "Strip", address: lamp.address };
  const { id } = await hub.api.call("addDevice", { body });
  await hub.clock.advance({ seconds: 10 });
  await hub.api.call("setLight", { id, body: { on: true }, query: {} });
  await hub.clock.advance({ seconds: 10 });
  expect(lamp.light.on).toBe(true);
  expect(await hub.api.call("getLight", { id })).toMatchObject({
    reachable: true,
    readsBack: false,
    reported: null,
    desired: { on: true },
  });
  hub.ether.take(lamp.address);
  await hub.api.call("setLight", { id, body: { on: false }, query: {} });
  await hub.clock.advance({ minutes: 1 });
  expect(await hub.api.call("getLight", { id })).toMatchObject({ reachable: false });
});
