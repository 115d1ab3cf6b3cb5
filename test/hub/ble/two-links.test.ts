import { describe, expect, test } from "vitest";
import { eventJson } from "../../../hub/api/event-json.ts";
import { schemas } from "../../../hub/api/schemas/schemas.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Minutes, Percent, Seconds } from "../../../hub/domain/units.ts";
import { type CollectionName, collections } from "../../../hub/privacy/data-map.ts";
import { BleTestLamp } from "../../support/ble-test-lamp.ts";
import { proves } from "../../support/proves.ts";
import { twoRadioHome } from "../../support/two-radio-home.ts";

/** A whole hub, with a bulb that is on its broker and on its radio. */

describe(`a bulb with two links ${proves("U15")}`, () => {
  test("is spoken to over the network while that is good, and the radio makes no connection", async () => {
    const { ask, links, raw, network, changes, hub } = await twoRadioHome();
    expect(await ask({ on: true, brightness: Percent(40) })).toBe("confirmed");
    expect(network.goal).toMatchObject({ on: true, level: 40 });
    expect(links()).toMatchObject({ inUse: "mqtt", reason: "usual" });
    expect(links()?.links.map(({ isUp }) => isUp)).toEqual([true, true]);
    expect([raw.links, changes]).toEqual([0, []]);
    await hub.close();
  });

  test("goes on over Bluetooth where its network is cut, and back when that has been there for half a minute", async () => {
    const { ask, light, links, cutNetwork, bluetooth, network, changes, clock, hub } = await twoRadioHome();
    await ask({ on: true, brightness: Percent(40) });
    cutNetwork();
    expect(await ask({ brightness: Percent(70) })).toBe("confirmed");
    expect(light()).toMatchObject({ reachable: true, reported: { on: true } });
    expect(bluetooth.goal.level).toBe(Math.round(0.7 * 254));
    expect(links()).toMatchObject({ inUse: "ble", reason: "lost" });
    cutNetwork(false);
    await clock.advance(Seconds(25));
    expect(links()?.inUse).toBe("ble");
    await clock.advance(Seconds(15));
    expect(links()).toMatchObject({ inUse: "mqtt", reason: "restored" });
    expect(await ask({ brightness: Percent(20) })).toBe("confirmed");
    expect(network.goal.level).toBe(20);
    expect(changes.map(({ link, reason }) => [link, reason])).toEqual([
      ["ble", "lost"],
      ["mqtt", "restored"],
    ]);
    await hub.close();
  });

  test("says nothing on either link while it is isolated, and is told what is desired when it is let back", async () => {
    const { lamp, ask, light, network, bluetooth, clock, hub } = await twoRadioHome();
    await ask({ on: true, brightness: Percent(40) });
    hub.inventory.changeDevice(lamp, { isolated: true });
    await clock.advance(Minutes(2));
    expect(light()?.reachable).toBe(false);
    void ask({ brightness: Percent(70) });
    await clock.advance(Minutes(2));
    expect([network.goal.level, bluetooth.goal.level]).toEqual([40, Math.round(0.4 * 254)]);
    hub.inventory.changeDevice(lamp, { isolated: false });
    await clock.advance(Minutes(2));
    expect(light()).toMatchObject({ reachable: true });
    expect(bluetooth.goal.level).toBe(Math.round(0.7 * 254));
    await hub.close();
  });

  test("leaves the home with both its names, also while it is reached by the second", async () => {
    const { lamp, ask, links, cutNetwork, network, changes, clock, hub } = await twoRadioHome();
    cutNetwork();
    await ask({ on: true });
    expect(links()?.inUse).toBe("ble");
    hub.inventory.replaceDevice(lamp, { profile: network.model.id, address: "successor" });
    expect(hub.inventory.device(lamp)?.bluetooth).toBeUndefined();
    cutNetwork(false);
    await clock.advance(Minutes(2));
    expect(links()).toBeUndefined();
    expect(hub.lights.get(lamp)?.reachable).toBe(false);
    expect(changes.at(-1)).toMatchObject({ link: "ble" });
    await hub.close();
  });

  test("is never called unreachable while one of the two can be reached", async () => {
    const { cutNetwork, clock, ether, bluetooth, events, light, hub } = await twoRadioHome();
    const wasThere = events.length;
    for (const isCut of [true, false, true, false]) {
      cutNetwork(isCut);
      await clock.advance(Minutes(2));
    }
    ether.take(bluetooth.address);
    await clock.advance(Minutes(2));
    expect(light()?.reachable).toBe(true);
    const gone = events.slice(wasThere).filter((event) => event.kind === "device.availability-changed");
    expect(gone).toEqual([]);
    cutNetwork();
    await clock.advance(Minutes(1));
    expect(light()?.reachable).toBe(false);
    ether.place(bluetooth);
    await clock.advance(Minutes(1));
    expect(light()?.reachable).toBe(true);
    await hub.close();
  });

  test("does a command that its network leaves unanswered over the radio", async () => {
    const { network, bluetooth, ask, light, links, hub } = await twoRadioHome();
    network.misbehave({ ignore: 1 });
    expect(await ask({ on: true, brightness: Percent(30) }, 10)).toBe("confirmed");
    expect(bluetooth.goal).toMatchObject({ on: true, level: Math.round(0.3 * 254) });
    expect(links()).toMatchObject({ inUse: "ble", reason: "lost" });
    expect(light()).toMatchObject({ reachable: true, desired: { on: true } });
    await hub.close();
  });

  test("does a command that fails over the radio over the network", async () => {
    const { cutNetwork, clock, ether, bluetooth, network, lamp, light, links, hub } = await twoRadioHome();
    cutNetwork();
    await clock.advance(Seconds(40));
    expect(links()?.inUse).toBe("ble");
    cutNetwork(false);
    await clock.advance(Seconds(8));
    ether.take(bluetooth.address);
    hub.lights.command(lamp, { on: true, brightness: Percent(80) }, { kind: "person" });
    await clock.advance(Seconds(40));
    expect(links()?.inUse).toBe("mqtt");
    expect(network.goal).toMatchObject({ on: true, level: 80 });
    expect(light()).toMatchObject({ reachable: true, reported: { on: true } });
    await hub.close();
  });

  test("does not do late over the radio what was said before the change", async () => {
    const { cutNetwork, clock, ether, bluetooth, network, lamp, links, hub } = await twoRadioHome();
    cutNetwork();
    await clock.advance(Minutes(1));
    cutNetwork(false);
    await clock.advance(Seconds(29));
    ether.move(bluetooth.address, { latency: Seconds(6) });
    hub.lights.command(lamp, { on: true, brightness: Percent(10) }, { kind: "person" });
    await clock.advance(Seconds(2));
    expect(links()?.inUse).toBe("mqtt");
    hub.lights.command(lamp, { brightness: Percent(60) }, { kind: "person" });
    const levels: number[] = [];
    bluetooth.seen = ({ level }) => levels.push(Math.round((level / 254) * 100));
    network.seen = ({ level }) => levels.push(level);
    await clock.advance(Minutes(1));
    expect(new Set(levels)).toEqual(new Set([60]));
    await hub.close();
  });

  test("ends in the newest state, however often links go while it is commanded", async () => {
    const { cutNetwork, clock, network, bluetooth, lamp, light, hub } = await twoRadioHome();
    for (let round = 1; round <= 20; round++) {
      hub.lights.command(lamp, { on: true, brightness: Percent(round * 4) }, { kind: "person" });
      await clock.advance(Seconds(round % 3));
      cutNetwork(round % 2 === 1);
      await clock.advance(Seconds(round % 5));
    }
    cutNetwork(false);
    await clock.advance(Minutes(2));
    expect(light()).toMatchObject({ desired: { brightness: 80 }, reachable: true });
    expect(network.goal.level).toBeCloseTo(80, 0);
    expect(bluetooth.goal.level).toBe(Math.round(0.8 * 254));
    await hub.close();
  });

  test("that comes back on its network as it was before is told what is desired, and nobody is taken to have touched it", async () => {
    const { cutNetwork, clock, network, ask, light, hub } = await twoRadioHome("mipow/playbulb");
    await ask({ on: true, brightness: Percent(20) });
    cutNetwork();
    await ask({ brightness: Percent(90) });
    // What the radio was told has not come to the part of it that is on the network.
    network.unplug();
    network.plugIn();
    expect(network.goal.level).toBe(20);
    cutNetwork(false);
    await clock.advance(Minutes(1));
    expect(light()).toMatchObject({ desired: { brightness: 90 }, cause: { kind: "person" } });
    expect(network.goal.level).toBe(90);
    await hub.close();
  });

  test("that hears its access point badly is spoken to over the radio, and over the network again when it hears it well", async () => {
    const { network, clock, changes, ask, links, hub } = await twoRadioHome();
    await ask({ on: true });
    network.misbehave({ signal: -86 });
    await clock.advance(Minutes(2));
    expect(links()).toMatchObject({ inUse: "ble", reason: "weak" });
    network.misbehave({ signal: -77 });
    await clock.advance(Minutes(5));
    expect(links()?.inUse).toBe("ble");
    network.misbehave({ signal: -60 });
    await clock.advance(Minutes(5));
    expect(links()).toMatchObject({ inUse: "mqtt", reason: "restored" });
    expect(changes).toHaveLength(2);
    await hub.close();
  });

  test("that is touched is heard by whichever link says so", async () => {
    const { network, cutNetwork, clock, ask, light, hub } = await twoRadioHome();
    await ask({ on: true });
    cutNetwork();
    await ask({ brightness: Percent(50) });
    cutNetwork(false);
    await clock.advance(Seconds(10));
    network.touch({ on: false });
    await clock.advance(Seconds(1));
    expect(light()).toMatchObject({ desired: { on: false }, cause: { kind: "device" } });
    await clock.advance(Minutes(2));
    expect(light()).toMatchObject({ desired: { on: false }, reported: { on: false } });
    await hub.close();
  });

  test("waits for its network after a start of the hub, though the radio hears it first", async () => {
    const { changes, clock, links, hub } = await twoRadioHome();
    expect(clock.monotonic()).toBeLessThan(Minutes(1));
    expect([changes, links()?.inUse]).toEqual([[], "mqtt"]);
    await hub.close();
  });

  test("whose second link is removed stays, and is spoken to over the network", async () => {
    const { cutNetwork, clock, ask, lamp, links, network, hub } = await twoRadioHome();
    cutNetwork();
    await clock.advance(Seconds(40));
    hub.inventory.removeBluetooth(lamp);
    cutNetwork(false);
    await clock.advance(Seconds(10));
    expect(links()).toBeUndefined();
    expect(await ask({ on: true, brightness: Percent(10) })).toBe("confirmed");
    expect(network.goal.level).toBe(10);
    await hub.close();
  });

  test("that leaves the home while it is on Bluetooth is said nothing more, by either link", async () => {
    const { cutNetwork, clock, lamp, bluetooth, events, hub } = await twoRadioHome();
    cutNetwork();
    await clock.advance(Seconds(40));
    hub.inventory.removeDevice(lamp);
    const heard = events.length;
    cutNetwork(false);
    bluetooth.touch({ on: true });
    await clock.advance(Minutes(10));
    expect(hub.lights.list()).toEqual([]);
    expect(events.slice(heard).filter((event) => "device" in event || "lamp" in event)).toEqual([]);
    const again = hub.inventory.addDevice({
      profile: "lampkeeper/color-bulb",
      name: "Hall",
      address: "hall",
    });
    expect(hub.lights.get(again.id as LampId)).toMatchObject({ reported: null });
    await hub.close();
  });

  test("that never says over the radio what it shows is not called confirmed there", async () => {
    const { cutNetwork, ask, light, bluetooth, clock, hub } = await twoRadioHome("elk/bledom");
    expect(await ask({ on: true, brightness: Percent(40) })).toBe("confirmed");
    cutNetwork();
    expect(await ask({ brightness: Percent(90) })).toBe("accepted");
    expect(light()).toMatchObject({ reported: null, readsBack: false, desired: { brightness: 90 } });
    expect(bluetooth.goal.on).toBe(true);
    cutNetwork(false);
    await clock.advance(Minutes(1));
    expect(light()).toMatchObject({ readsBack: true, reported: { brightness: 90 } });
    await hub.close();
  });
});

/** Everything that is in the store, opened; but for how late it is. */
const recordsOf = (store: Awaited<ReturnType<typeof twoRadioHome>>["hub"]["store"]) =>
  (Object.keys(collections) as CollectionName[]).flatMap((name) =>
    [...store.collection(name).entries()].flatMap(([key, value]) =>
      key === "clock" ? [] : [{ name, key, value }],
    ),
  );

const strangers = Array.from({ length: 12 }, (_, at) => new BleTestLamp(`c0:ff:ee:00:00:${at + 10}`, "open"));

describe(`what is heard is kept nowhere ${proves("U15")}`, () => {
  test("an hour of signals and of strangers, with nothing asked, changes no record, no line of the log and no history", async () => {
    const { network, ether, bluetooth, clock, ask, hub, lamp, log, events } = await twoRadioHome();
    for (const stranger of strangers) ether.place(stranger);
    await ask({ on: true });
    await clock.advance(Seconds(10));
    const kept = () =>
      structuredClone([recordsOf(hub.store), log.lines, hub.lights.why(lamp).entries, events]);
    const before = kept();
    for (let minute = 0; minute < 60; minute++) {
      network.misbehave({ signal: -50 - (minute % 25) });
      ether.move(bluetooth.address, { rssi: -45 - (minute % 40) });
      await clock.advance(Minutes(1));
    }
    expect(hub.lights.links(lamp)?.links.map(({ signal }) => signal !== undefined)).toEqual([true, true]);
    expect(kept()).toEqual(before);
    await hub.close();
  });

  test("a session with changes of the link leaves no signal and no stranger in a record, the log, an event or the history", async () => {
    const { network, ether, clock, ask, cutNetwork, changes, hub, lamp, log, events } = await twoRadioHome();
    for (const stranger of strangers) ether.place(stranger);
    for (const signal of [-61.337, -86.337, -61.337]) {
      network.misbehave({ signal });
      await clock.advance(Minutes(2));
      await ask({ on: "toggle" });
    }
    cutNetwork();
    await ask({ on: true });
    expect(changes.length).toBeGreaterThan(2);
    const told = events.filter(({ kind }) => kind === "device.link-changed");
    expect(told).toHaveLength(changes.length);
    // What the event stream says of it has a shape, with nothing else in it.
    for (const event of told) expect(schemas.Event().parse(eventJson(event))).toEqual(eventJson(event));
    const held = JSON.stringify([recordsOf(hub.store), log.lines, hub.lights.why(lamp).entries, events]);
    expect(held).toContain(lamp);
    expect(held).not.toMatch(/337|rssi|signal"|dBm|c0:?ff:?ee/i);
    await hub.close();
  });
});
