import { describe, expect, test } from "vitest";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { addressOf } from "../../support/ble-home.ts";
import { BleTestLamp, bleTestProfiles } from "../../support/ble-test-lamp.ts";
import { anna, bela, pairingHome } from "../../support/pairing-home.ts";
import { proves } from "../../support/proves.ts";

const coded = (code: string) => expect.objectContaining({ code });

test(`a lamp is found, blinks and is as it was, and is added: with its name, its room and its first contact ${proves("H10")}`, async () => {
  const { hub, lamps, begun, identify, ended, clock } = await pairingHome(["open"]);
  const [lamp] = lamps as [BleTestLamp];
  const room = hub.inventory.addRoom("Study");
  const id = await begun();
  expect(hub.pairing.view(id, anna)).toMatchObject({
    step: "finding",
    candidates: [{ address: lamp.address, name: "Test", rssi: expect.closeTo(-60, -1), isWeak: false }],
  });
  lamp.on = true;
  lamp.level = 40;
  expect(await identify(id, lamp.address)).toMatchObject({ step: "finding" });
  expect(lamp.told).toEqual(["off 40", "on 40", "off 40", "on 40"]);
  expect(hub.inventory.devices()).toEqual([]);
  const wish = { address: lamp.address, name: "Shelf", room: room.id };
  expect(await ended(hub.pairing.add(id, anna, wish))).toMatchObject({ step: "done" });
  const [device] = hub.inventory.devices();
  expect(device).toMatchObject({ name: "Shelf", profile: "test/open", via: "ble", room: room.id });
  await clock.advance(Seconds(10));
  expect(hub.lights.get(device?.id as LampId)).toMatchObject({ reachable: true, reported: { on: true } });
  expect(lamp.told).toHaveLength(4);
  await hub.close();
});

test("one that never says what it shows blinks, and is on", async () => {
  const { hub, lamps, begun, identify } = await pairingHome(["mute"], {
    profiles: [bleTestProfiles.mute],
  });
  const [lamp] = lamps as [BleTestLamp];
  await identify(await begun(), lamp.address);
  expect(lamp.told).toEqual(["on 100", "off 100", "on 100"]);
  await hub.close();
});

test("two lamps with one name: the one that blinks is the one that is added", async () => {
  const { hub, lamps, begun, identify, add, clock } = await pairingHome(["open", "open"]);
  const [first, second] = lamps as [BleTestLamp, BleTestLamp];
  const id = await begun();
  expect(hub.pairing.view(id, anna).candidates.map(({ name }) => name)).toEqual(["Test", "Test"]);
  await identify(id, second.address);
  expect([first.told.length, second.told.length]).toEqual([0, 4]);
  await add(id, second.address);
  await clock.advance(Seconds(5));
  expect(hub.inventory.devices().map(({ address }) => address)).toEqual(["a4c138000001"]);
  await hub.close();
});

describe("a pairing", () => {
  test("is one for each caller, nobody else's, and over after ten minutes with all it has heard", async () => {
    const { hub, begun, clock } = await pairingHome(["open"]);
    const first = await begun();
    const second = await begun();
    expect(() => hub.pairing.view(first, anna)).toThrow(coded("not_found"));
    expect(() => hub.pairing.view(second, bela)).toThrow(coded("not_found"));
    await clock.advance(Minutes(10));
    expect(() => hub.pairing.view(second, anna)).toThrow(coded("not_found"));
    await hub.close();
  });

  test("ends with the credential that began it", async () => {
    const { hub, begun, clock } = await pairingHome([]);
    const id = await begun();
    hub.bus.publish({ kind: "home.changed", what: "token", id: anna, change: "removed", at: clock.now() });
    expect(() => hub.pairing.view(id, anna)).toThrow(coded("not_found"));
    await hub.close();
  });

  test("says that there is somebody else to choose, and how far it is, and nothing of who", async () => {
    const { hub, begun, lamps, identify } = await pairingHome(["open"]);
    const said: object[] = [];
    hub.bus.subscribe("pairing.changed", (event) => said.push(event));
    const id = await begun();
    await identify(id, (lamps[0] as BleTestLamp).address);
    expect(said).toMatchObject([{ step: "finding" }, { step: "identifying" }, { step: "finding" }]);
    expect(JSON.stringify(said)).not.toMatch(/a4:?c1/);
    await hub.close();
  });

  test("that ends while a lamp is spoken to adds nothing, and forgets the keys of the pairing", async () => {
    const { hub, begun, lamps, add, clock, raw } = await pairingHome(["bonded"], {
      profiles: [bleTestProfiles.bonded],
    });
    const forgotten: string[] = [];
    const id = await begun();
    raw.fault = ({ kind, address }) => {
      if (kind === "forget") forgotten.push(address);
      if (kind === "read") clock.after(Seconds(0.001), () => hub.pairing.end(id, anna));
      return undefined;
    };
    const [lamp] = lamps as [BleTestLamp];
    expect(await add(id, lamp.address)).toBe("not_found");
    await clock.advance(Seconds(5));
    expect(hub.inventory.devices()).toEqual([]);
    expect(forgotten).toEqual([lamp.address]);
    await hub.close();
  });

  test("of a lamp that was added leaves its keys where they are", async () => {
    const { hub, begun, lamps, add, clock, raw } = await pairingHome(["bonded"], {
      profiles: [bleTestProfiles.bonded],
    });
    const [lamp] = lamps as [BleTestLamp];
    const id = await begun();
    expect(await add(id, lamp.address)).toMatchObject({ step: "done" });
    lamp.isPairable = false;
    hub.pairing.end(id, anna);
    await clock.advance(Minutes(1));
    const [device] = hub.inventory.devices();
    expect(hub.lights.get(device?.id as LampId)).toMatchObject({ reachable: true });
    expect(raw.links).toBe(0);
    await hub.close();
  });
});

test("strangers are in no log, and of thousands of them a bounded number is listed", async () => {
  const { hub, begun, ether, log, clock } = await pairingHome([]);
  const id = await begun(0);
  for (let at = 0; at < 5_000; at++) {
    const low = (at & 0xff).toString(16).padStart(2, "0");
    const high = (at >> 8).toString(16).padStart(2, "0");
    const lamp = new BleTestLamp(`c0:ff:ee:00:${high}:${low}`, "open");
    ether.place(lamp, { rssi: -90 + (at % 40) });
    await clock.advance(Seconds(at % 100 === 0 ? 1 : 0));
    ether.take(lamp.address);
  }
  const near = new BleTestLamp(addressOf(0), "open");
  ether.place(near, { rssi: -40 });
  await clock.advance(Seconds(3));
  const { candidates } = hub.pairing.view(id, anna);
  expect(candidates.length).toBeLessThanOrEqual(256);
  expect(candidates[0]?.address).toBe(near.address);
  expect(JSON.stringify(log)).not.toMatch(/c0:?ff:?ee/);
  await hub.close();
});

describe("another driver", () => {
  test("is chosen afterwards, for a lamp that speaks it", async () => {
    const { hub, begun, lamps, add, clock } = await pairingHome(["open"]);
    const [lamp] = lamps as [BleTestLamp];
    expect(await add(await begun(), lamp.address, "Shelf", "test/mute")).toMatchObject({ step: "done" });
    const id = hub.inventory.devices()[0]?.id as LampId;
    await clock.advance(Seconds(10));
    expect(hub.lights.get(id)).toMatchObject({ readsBack: false });
    hub.inventory.changeDevice(id, { profile: "test/open" });
    await clock.advance(Minutes(1));
    expect(hub.lights.get(id)).toMatchObject({ profile: "test/open", readsBack: true, reachable: true });
    hub.lights.command(id, { on: false }, { kind: "person" });
    await clock.advance(Seconds(10));
    expect([lamp.on, hub.lights.get(id)?.reported?.on]).toEqual([false, false]);
    await hub.close();
  });

  test("is none of another kind", async () => {
    const { hub, begun, lamps, add } = await pairingHome(["open"]);
    await add(await begun(), (lamps[0] as BleTestLamp).address);
    const id = hub.inventory.devices()[0]?.id as LampId;
    expect(() => hub.inventory.changeDevice(id, { profile: "test/bonded" })).toThrow(coded("not_capable"));
    expect(() => hub.inventory.changeDevice(id, { profile: "test/none" })).toThrow(coded("invalid_input"));
    expect(hub.inventory.device(id)?.profile).toBe("test/open");
    await hub.close();
  });
});
