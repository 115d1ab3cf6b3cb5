import { expect, test } from "vitest";
import type { TestHub } from "../../../app-sim/testing/test-hub.ts";
import { startHub } from "../../../app-sim/testing/testing.ts";
import { proves } from "../../support/proves.ts";

/** The simulated home, by its API alone: as a developer or the app has it. */
const bulbOf = async (hub: TestHub) => {
  const { data } = await hub.api.call("listDevices");
  const found = data.find(({ links }) => links !== undefined);
  if (found === undefined) throw new Error("no bulb with two radios");
  const { id } = found;
  return {
    id,
    links: async () => (await hub.api.call("getDevice", { id })).links,
    misbehave: (...misbehaviours: readonly string[]) =>
      hub.api.call("misbehaveSimDevice", { id, body: { misbehaviours } }),
    set: async (brightness: number) => {
      await hub.api.call("setLight", { id, body: { on: true, brightness } });
      await hub.clock.advance({ seconds: 15 });
      return await hub.api.call("getLight", { id });
    },
  };
};

test(`a simulated bulb goes on over Bluetooth when its network is cut or far, and back, and why says so ${proves("U15")}`, async () => {
  await using hub = await startHub({ bulbs: 20, twoRadios: 1 });
  await hub.clock.advance({ minutes: 1 });
  const bulb = await bulbOf(hub);
  expect(await bulb.set(30)).toMatchObject({ reachable: true, reported: { brightness: 30 } });
  expect(await bulb.links()).toMatchObject({
    inUse: "mqtt",
    links: [
      { link: "mqtt", reachable: true, signal: -55 },
      { link: "ble", reachable: true, signal: expect.any(Number) },
    ],
  });
  await bulb.misbehave("offline");
  const onAir = await bulb.set(70);
  expect(onAir).toMatchObject({ reachable: true, readsBack: true });
  expect(onAir.reported?.brightness).toBeCloseTo(70, 0);
  expect((await hub.api.call("explainLight", { id: bulb.id })).links).toMatchObject({
    inUse: "ble",
    reason: "lost",
    since: expect.stringMatching(/^2026-/),
  });
  await bulb.misbehave();
  await hub.clock.advance({ minutes: 1 });
  expect(await bulb.links()).toMatchObject({ inUse: "mqtt", reason: "restored" });
  await bulb.misbehave("far-from-wifi");
  await hub.clock.advance({ minutes: 2 });
  expect(await bulb.links()).toMatchObject({ inUse: "ble", reason: "weak" });
});

test("such a bulb has one mains: unplugged it is gone on both, and plugged in it is as it was", async () => {
  await using hub = await startHub({ bulbs: 20, twoRadios: 1 });
  await hub.clock.advance({ minutes: 1 });
  const bulb = await bulbOf(hub);
  await bulb.set(30);
  await hub.api.call("unplugSimDevice", { id: bulb.id });
  await hub.clock.advance({ minutes: 1 });
  expect(await hub.api.call("getLight", { id: bulb.id })).toMatchObject({ reachable: false });
  await hub.api.call("plugSimDevice", { id: bulb.id });
  await hub.clock.advance({ minutes: 1 });
  expect(await hub.api.call("getLight", { id: bulb.id })).toMatchObject({
    reachable: true,
    reported: { on: true, brightness: 30 },
  });
});
