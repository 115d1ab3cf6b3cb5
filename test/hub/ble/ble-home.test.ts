import { describe, expect, test } from "vitest";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { NoRadio } from "../../../hub/platform/no-radio.ts";
import { addressOf, bleHome } from "../../support/ble-home.ts";
import { proves } from "../../support/proves.ts";

/** A whole hub, with lamps of a radio. */

test(`a lamp that reads back is connected, written and believed when it says so ${proves("H10")}`, async () => {
  const { lamps, ask, clock, hub } = await bleHome(["open"]);
  const [{ id, device }] = lamps as [(typeof lamps)[0]];
  expect(hub.lights.get(id)).toMatchObject({ reported: null, readsBack: true });
  await clock.advance(Seconds(10));
  // First contact: the home takes it as it is.
  expect(hub.lights.get(id)).toMatchObject({ reachable: true, reported: { on: false } });
  const command = hub.lights.command(id, { on: true }, { kind: "person" });
  const settled = hub.lights.settled(command.command, id, Seconds(20));
  await clock.advance(Seconds(10));
  expect(await settled).toBe("confirmed");
  expect(device.on).toBe(true);
  device.touch(false);
  await clock.advance(Seconds(1));
  expect(await ask(id, true)).toMatchObject({ desired: { on: true }, reported: { on: true } });
  await hub.close();
});

test("somebody at the switch of a connected lamp is heard", async () => {
  const { lamps, ask, clock, hub } = await bleHome(["open"]);
  const [{ id, device }] = lamps as [(typeof lamps)[0]];
  await ask(id, true);
  device.touch(false);
  await clock.advance(Seconds(1));
  expect(hub.lights.get(id)).toMatchObject({ desired: { on: false }, cause: { kind: "device" } });
  await hub.close();
});

test("a lamp that never says what it shows is asked once, and what was asked is never called shown", async () => {
  const { lamps, clock, hub } = await bleHome(["mute"]);
  const [{ id, device }] = lamps as [(typeof lamps)[0]];
  await clock.advance(Seconds(10));
  expect(hub.lights.get(id)).toMatchObject({ reachable: true, reported: null, readsBack: false });
  const { command } = hub.lights.command(id, { on: true }, { kind: "person" });
  const settled = hub.lights.settled(command, id, Seconds(20));
  await clock.advance(Minutes(10));
  expect(await settled).toBe("accepted");
  expect(device.told).toEqual(["on 100"]);
  expect(hub.lights.get(id)).toMatchObject({ desired: { on: true }, reported: null });
  const [newest] = hub.lights.why(id).entries;
  expect(newest?.acceptedAt).toBeGreaterThan(newest?.cause.at ?? Infinity);
  expect(newest?.confirmedAt).toBeUndefined();
  expect(await hub.lights.settled(command, id, Seconds(1))).toBe("accepted");
  await hub.close();
});

test("a lamp that only tells changes, and is asked how it is again and again, is never called gone", async () => {
  const { lamps, ask, clock, hub } = await bleHome(["telling"]);
  const [{ id }] = lamps as [(typeof lamps)[0]];
  expect(await ask(id, true)).toMatchObject({ reachable: true, reported: { on: true } });
  const seen = new Set<boolean | undefined>();
  for (let minute = 0; minute < 40; minute++) {
    await clock.advance(Minutes(1));
    seen.add(hub.lights.get(id)?.reachable);
  }
  expect([...seen]).toEqual([true]);
  await hub.close();
});

test("a lamp whose power comes back gets its state again, also one that says nothing", async () => {
  const { lamps, ask, clock, ether, hub } = await bleHome(["mute"]);
  const [{ id, device }] = lamps as [(typeof lamps)[0]];
  await ask(id, true);
  ether.take(device.address);
  device.on = false;
  expect(await ask(id, true, 60)).toMatchObject({ reachable: false });
  expect(hub.lights.why(id).entries[0]).toMatchObject({ notRun: "unreachable" });
  ether.place(device);
  await clock.advance(Seconds(90));
  expect(device.on).toBe(true);
  expect(hub.lights.get(id)).toMatchObject({ reachable: true });
  await hub.close();
});

test("where the radio hears nobody a lamp that comes back is found all the same, only later", async () => {
  const { lamps, ask, clock, ether, raw, hub } = await bleHome(["open"]);
  const [{ id, device }] = lamps as [(typeof lamps)[0]];
  await ask(id, false);
  raw.scan = () => ({ cancel: () => {} });
  raw.become("off");
  raw.become("on");
  ether.take(device.address);
  expect(await ask(id, true, 60)).toMatchObject({ reachable: false });
  ether.place(device);
  await clock.advance(Minutes(2));
  expect(hub.lights.get(id)).toMatchObject({ reachable: true, reported: { on: true } });
  await hub.close();
});

test("twenty lamps on a radio of five links all end in the state that was asked for", async () => {
  const kinds = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? "open" : "mute"));
  const { lamps, clock, hub, raw } = await bleHome(kinds as ("open" | "mute")[]);
  let most = 0;
  raw.fault = () => {
    most = Math.max(most, raw.links);
    return undefined;
  };
  for (const on of [true, false, true]) {
    for (const { id } of lamps)
      hub.lights.command(id, { on, brightness: Percent(on ? 40 : 80) }, { kind: "person" });
    await clock.advance(Minutes(2));
    expect(lamps.filter(({ device }) => device.on !== on)).toEqual([]);
  }
  expect(most).toBe(5);
  for (const { id, device } of lamps) {
    expect(device.level).toBe(40);
    expect(hub.lights.why(id).entries.filter(({ notRun }) => notRun)).toEqual([]);
  }
  await hub.close();
});

test("one lamp that is never there does not keep the others waiting", async () => {
  const { lamps, ether, clock, hub } = await bleHome(["open", "open", "open"]);
  const [absent, ...others] = lamps as [(typeof lamps)[0], ...typeof lamps];
  await clock.advance(Seconds(20));
  ether.take(absent.device.address);
  hub.lights.command(absent.id, { on: true }, { kind: "person" });
  await clock.advance(Seconds(1));
  for (const { id } of others) hub.lights.command(id, { on: true }, { kind: "person" });
  await clock.advance(Seconds(30));
  expect(others.map(({ device }) => device.on)).toEqual([true, true]);
  await clock.advance(Minutes(1));
  expect(hub.lights.get(absent.id)).toMatchObject({ reachable: false });
  await hub.close();
});

test("two lamps with one name each get what is meant for them", async () => {
  const { lamps, ask, hub } = await bleHome(["open", "open"]);
  const [first, second] = lamps as [(typeof lamps)[0], (typeof lamps)[0]];
  hub.inventory.changeDevice(second.id, { name: "Lamp 0" });
  await ask(first.id, true);
  expect([first.device.on, second.device.on]).toEqual([true, false]);
  await hub.close();
});

describe("a pairing", () => {
  test("is made once and kept over links", async () => {
    const { lamps, ask, clock, hub } = await bleHome(["bonded"]);
    const [{ id, device }] = lamps as [(typeof lamps)[0]];
    expect(await ask(id, true)).toMatchObject({ reported: { on: true } });
    device.isPairable = false;
    await clock.advance(Minutes(2));
    expect(await ask(id, false)).toMatchObject({ reported: { on: false } });
    await hub.close();
  });

  test("that the lamp has forgotten is said, with what to do, and no other lamp suffers", async () => {
    const { lamps, ask, clock, ether, hub } = await bleHome(["bonded", "open"]);
    const [bonded, other] = lamps as [(typeof lamps)[0], (typeof lamps)[0]];
    await ask(bonded.id, true);
    await clock.advance(Minutes(2));
    ether.forgetBond(bonded.device.address);
    bonded.device.isPairable = false;
    await ask(bonded.id, false, 30);
    expect(hub.lights.why(bonded.id).entries[0]).toMatchObject({ notRun: "unpaired" });
    expect(bonded.device.on).toBe(true);
    expect(await ask(other.id, true)).toMatchObject({ reported: { on: true } });
    // Removed and added again it is paired anew.
    hub.inventory.removeDevice(bonded.id);
    bonded.device.isPairable = true;
    await clock.advance(Seconds(10));
    const again = hub.inventory.addDevice({
      profile: "test/bonded",
      name: "Again",
      address: bonded.device.address,
    });
    expect(await ask(again.id as LampId, false)).toMatchObject({ reported: { on: false } });
    await hub.close();
  });
});

describe("an adapter", () => {
  test.each(["connect", "entries", "notify", "write", "read"] as const)(
    "that is pulled out at `%s` and put back: the lamp ends as asked",
    async (step) => {
      const { lamps, clock, raw, hub } = await bleHome(["open"]);
      const [{ id, device }] = lamps as [(typeof lamps)[0]];
      let isPulled = false;
      raw.fault = ({ kind }) => {
        if (kind !== step || isPulled) return undefined;
        isPulled = true;
        clock.after(Seconds(0.001), () => raw.become("absent"));
        return undefined;
      };
      hub.lights.command(id, { on: true }, { kind: "person" });
      await clock.advance(Seconds(30));
      expect(isPulled).toBe(true);
      expect(raw.links).toBe(0);
      expect(hub.lights.get(id)).toMatchObject({ reachable: false });
      raw.become("on");
      await clock.advance(Minutes(1));
      expect(device.on).toBe(true);
      expect(hub.lights.get(id)).toMatchObject({ reachable: true, reported: { on: true } });
      await hub.close();
    },
  );

  test.each([
    ["absent", "plug in a Bluetooth adapter"],
    ["denied", "rfkill unblock bluetooth"],
    ["off", "bluetoothctl power on"],
  ] as const)("that is %s is said, with its repair, and the hub runs", async (state, repair) => {
    class Without extends NoRadio {
      override state() {
        return state;
      }
    }
    const { lamps, ask, hub } = await bleHome(["open"], { radio: new Without() });
    const [{ id }] = lamps as [(typeof lamps)[0]];
    expect(hub.checks()).toContainEqual({ check: "bluetooth", state: "warn", found: state, repair });
    expect(await ask(id, true)).toMatchObject({ reachable: false, desired: { on: true } });
    expect(hub.lights.why(id).entries[0]).toMatchObject({ notRun: "unreachable" });
    await hub.close();
  });

  test("that never answers from the beginning: the hub starts without waiting for it", async () => {
    class Deaf extends NoRadio {
      override readonly capabilities = { bonding: true, rawAdvertisements: true, maxLinks: 5 };
      override state() {
        return "on" as const;
      }
      override connect() {
        return new Promise<never>(() => {});
      }
      override close() {
        return new Promise<never>(() => {});
      }
    }
    const { lamps, clock, hub } = await bleHome(["open"], { radio: new Deaf() });
    // No time has passed on its clock.
    expect(clock.monotonic()).toBe(0);
    const [{ id }] = lamps as [(typeof lamps)[0]];
    for (let attempt = 0; attempt < 10; attempt++) {
      hub.lights.command(id, { on: attempt % 2 === 0 }, { kind: "person" });
      await clock.advance(Minutes(2));
    }
    expect(hub.lights.get(id)).toMatchObject({ reachable: false, reported: null });
    expect(hub.checks()).toContainEqual(expect.objectContaining({ found: "the adapter does not answer" }));
    const closed = hub.close();
    await clock.advance(Seconds(30));
    await closed;
  });

  test("that never answers is started anew, then called denied; when it hears again it is on", async () => {
    const { lamps, clock, raw, hub } = await bleHome(["open"]);
    const [{ id, device }] = lamps as [(typeof lamps)[0]];
    const scan = raw.scan.bind(raw);
    raw.become("absent");
    raw.scan = () => ({ cancel: () => {} });
    raw.fault = () => "hang";
    raw.become("on");
    hub.lights.command(id, { on: true }, { kind: "person" });
    await clock.advance(Minutes(20));
    expect(raw.restarts).toBeGreaterThan(1);
    expect(hub.checks()).toContainEqual(
      expect.objectContaining({ check: "bluetooth", found: "the adapter does not answer" }),
    );
    raw.scan = scan;
    raw.fault = () => undefined;
    await clock.advance(Minutes(10));
    expect(hub.checks()).toContainEqual({ check: "bluetooth", state: "ok", found: "on" });
    expect(device.on).toBe(true);
    await hub.close();
  });
});

test("a device of the radio has no credentials at the broker, and no other kind of address", async () => {
  const { hub, lamps } = await bleHome(["open"]);
  const device = hub.inventory.device((lamps[0] as (typeof lamps)[0]).id);
  expect(device).toMatchObject({ address: "a4c138000000", via: "ble" });
  expect(hub.identities.credentialsOf(device as NonNullable<typeof device>)).toBeUndefined();
  const wanted = { profile: "test/open", name: "Other" };
  expect(() => hub.inventory.addDevice(wanted)).toThrow("a4:c1:38:02:83:f4");
  expect(() => hub.inventory.addDevice({ ...wanted, address: "shelf" })).toThrow("a4:c1:38:02:83:f4");
  expect(() => hub.inventory.addDevice({ ...wanted, address: addressOf(1), via: "owner" })).toThrow("MQTT");
  expect(() => hub.inventory.addDevice({ ...wanted, address: addressOf(0).toUpperCase() })).toThrow(
    "belongs to another device",
  );
  expect(hub.inventory.addDevice({ ...wanted, address: `${addressOf(1)}-random` })).toMatchObject({
    address: "a4c138000001-random",
  });
  await hub.close();
});
