import { expect, test } from "vitest";
import { startHub } from "../../../app-sim/testing/testing.ts";
import { lampImage } from "../../../devices/sim/behaviours/firmware.ts";

/** Lamps of a simulated home take firmware as a hub carries it: by its API, over the broker, in their own dialect. */
const home = async () => {
  const hub = await startHub({ bulbs: 2, sensors: 1, seed: 3 });
  const [id = "", other = ""] = hub.lamps.map((lamp) => lamp.id);
  return {
    hub,
    id,
    other,
    update: (bytes: Uint8Array) => hub.api.call("updateDevice", { id, bytes }),
    firmware: (device = id) => hub.api.call("readDeviceFirmware", { id: device }),
  };
};

test("a good image is tried and kept, by that lamp alone", async () => {
  const { hub, id, other, update, firmware } = await home();
  await using _ = hub;
  expect(await firmware()).toEqual({ device: id, version: null, update: "unknown" });
  expect(await update(lampImage("1.1.0", "well"))).toMatchObject({ update: "sent" });
  await hub.clock.advance({ seconds: 20 });
  expect(await firmware()).toEqual({ device: id, version: "1.1.0", update: "trial" });
  await hub.clock.advance({ seconds: 20 });
  expect(await firmware()).toEqual({ device: id, version: "1.1.0", update: "idle" });
  expect((await firmware(other)).update).toBe("unknown");
  await hub.lamp(id).set({ on: true, brightness: 40 });
  await update(lampImage("1.1.0", "well"));
  await hub.clock.advance({ seconds: 1 });
  expect(await firmware()).toMatchObject({ version: "1.1.0", update: "refused", reason: "update_too_old" });
});

test.each([
  ["crashes", "crashed", { seconds: 30 }],
  ["hangs", "late", { minutes: 3 }],
] as const)("an image that %s is taken back, and the lamp says so", async (behaves, reason, after) => {
  const { hub, id, update, firmware } = await home();
  await using _ = hub;
  await update(lampImage("1.1.0", behaves));
  await hub.clock.advance(after);
  expect(await firmware()).toEqual({ device: id, version: "1.0.0", update: "reverted", reason });
  await hub.lamp(id).set({ on: true, brightness: 40 });
});

test("a lamp that loses its mains while it tries an image goes back", async () => {
  const { hub, id, update, firmware } = await home();
  await using _ = hub;
  await update(lampImage("1.1.0", "well"));
  await hub.clock.advance({ seconds: 10 });
  hub.lamp(id).unplug();
  await hub.clock.advance({ minutes: 1 });
  hub.lamp(id).plug();
  await hub.clock.advance({ minutes: 1 });
  expect(await firmware()).toMatchObject({ version: "1.0.0", update: "reverted", reason: "interrupted" });
});

test("an image that is not its maker's, for another lamp, or none, is refused in words", async () => {
  const { hub, update, firmware } = await home();
  await using _ = hub;
  const good = lampImage("1.1.0", "well");
  const forged = Buffer.from(good);
  forged[20] = (forged[20] ?? 0) ^ 1;
  for (const [image, reason] of [
    [forged, "update_not_trusted"],
    [lampImage("1.1.0", "well", "other-lamp"), "update_other_model"],
    [good.subarray(0, good.length - 1), "update_truncated"],
    [Buffer.from("noise"), "update_damaged"],
  ] as const) {
    await update(image);
    await hub.clock.advance({ seconds: 1 });
    expect(await firmware()).toMatchObject({ version: "1.0.0", update: "refused", reason });
  }
});

test("what cannot be updated, is away, or is sent nothing is refused", async () => {
  const { hub, id, update } = await home();
  await using _ = hub;
  await expect(update(new Uint8Array())).rejects.toMatchObject({ code: "empty_image" });
  const { data } = await hub.api.call("listDevices");
  const sensor = data.find(({ kind }) => kind === "sensor")?.id ?? "";
  const image = lampImage("1.1.0", "well");
  await expect(hub.api.call("updateDevice", { id: sensor, bytes: image })).rejects.toMatchObject({
    code: "not_capable",
  });
  await expect(hub.api.call("updateDevice", { id: "l-aaaaaaaaaaaa", bytes: image })).rejects.toMatchObject({
    code: "not_found",
  });
  hub.lamp(id).unplug();
  await hub.clock.advance({ minutes: 2 });
  await expect(update(image)).rejects.toMatchObject({ code: "conflict" });
});
