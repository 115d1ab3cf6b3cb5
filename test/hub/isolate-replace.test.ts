import { expect, test } from "vitest";
import { profileById } from "../../devices/registry.ts";
import type { WallTime } from "../../hub/domain/civil.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import { Hours, Minutes, Percent, Seconds } from "../../hub/domain/units.ts";
import { addressOf, bleHome } from "../support/ble-home.ts";
import { BleTestLamp, bleTestProfiles } from "../support/ble-test-lamp.ts";
import { proves } from "../support/proves.ts";

/** What is left to do with a lamp that nobody can mend: this kind takes no firmware over its link. */

type Home = Awaited<ReturnType<typeof bleHome>>;

/** What the radio of the home is asked to do with this address from now on. */
const contacts = ({ raw }: Home, address: string): (() => number) => {
  let count = 0;
  raw.fault = (call) => {
    if (call.address === address && call.kind !== "close") count++;
    return undefined;
  };
  return () => count;
};

test(`a lamp without updates is cut off, and the rest of the home lives on ${proves("EN303645:5.3-15A")}`, async () => {
  const home = await bleHome(["open", "open"]);
  const { hub, clock, lamps, ask } = home;
  const [bad, good] = lamps as [Home["lamps"][0], Home["lamps"][0]];
  await ask(bad.id, true);
  expect(hub.lights.get(bad.id)).toMatchObject({ reachable: true, reported: { on: true } });
  expect(bad.device.on).toBe(true);
  hub.inventory.changeDevice(bad.id, { isolated: true });
  await clock.advance(Seconds(20));
  expect(hub.lights.get(bad.id)?.reachable).toBe(false);
  const used = contacts(home, bad.device.address);
  const told = [...bad.device.told];
  // It is commanded, it says something, and an hour goes by: nothing gets through, either way.
  expect(await ask(bad.id, false)).toMatchObject({ desired: { on: false }, reported: { on: true } });
  bad.device.touch(false);
  await clock.advance(Hours(1));
  expect([bad.device.told, used(), hub.lights.get(bad.id)?.reported]).toEqual([
    told,
    0,
    { on: true, brightness: 100 },
  ]);
  expect(await ask(good.id, true)).toMatchObject({ reachable: true, reported: { on: true } });
  // It is still there, and comes back when it is let in again.
  hub.inventory.changeDevice(bad.id, { isolated: false });
  await clock.advance(Minutes(2));
  expect(hub.lights.get(bad.id)).toMatchObject({ reachable: true });
  await hub.close();
});

test("an isolated lamp stays isolated over a restart, and is told nothing at the start", async () => {
  const home = await bleHome(["open"]);
  const [{ id, device }] = home.lamps as [Home["lamps"][0]];
  await home.ask(id, true);
  home.hub.inventory.changeDevice(id, { isolated: true });
  await home.hub.close();
  const again = await bleHome([], { disk: home.disk });
  again.ether.place(device);
  const used = contacts(again, device.address);
  await again.clock.advance(Minutes(10));
  expect([used(), again.hub.lights.get(id)?.reachable]).toEqual([0, false]);
  expect(again.hub.inventory.device(id)?.isolated).toBe(true);
  await again.hub.close();
});

test("on the broker an isolated device has no session, and its password opens none", async () => {
  const tasmota = profileById("tasmota/dimmer");
  const { hub } = await bleHome([], { profiles: tasmota === undefined ? [] : [tasmota] });
  const device = hub.inventory.addDevice({ profile: "tasmota/dimmer", name: "Hall" });
  const { username = "", password = Buffer.alloc(0) } = hub.identities.credentialsOf(device) ?? {};
  const login = () => hub.grantOfLogin(username, Buffer.from(password), "192.0.2.7");
  const grant = login();
  expect(grant).toMatchObject({ id: device.address, kind: "device" });
  let ended = 0;
  if (grant !== undefined) hub.broker.attach(grant, { onMessage: () => {}, onClosed: () => ended++ });
  hub.inventory.changeDevice(device.id, { isolated: true });
  expect([ended, hub.broker.isOnline(device.address), login()]).toEqual([1, false, undefined]);
  hub.inventory.changeDevice(device.id, { isolated: false });
  expect(login()).toMatchObject({ id: device.address });
  await hub.close();
});

test(`another lamp takes its place: its rules, scene, room and group go on with the new one ${proves("EN303645:5.3-15B")}`, async () => {
  const home = await bleHome(["open"]);
  const { hub, clock, ether, lamps, ask } = home;
  const [{ id, device: old }] = lamps as [Home["lamps"][0]];
  const room = hub.inventory.addRoom("Hall");
  hub.inventory.changeDevice(id, { room: room.id });
  const group = hub.inventory.addGroup("Ceiling", [id]);
  const inAnHour = ((clock.now() / 1_000 + 3_600) % 86_400) as WallTime;
  const rule = hub.schedules.add({
    name: "evening",
    enabled: true,
    triggers: [{ kind: "daily", at: { kind: "time", at: inAnHour }, days: {} }],
    conditions: [],
    actions: [{ kind: "light", target: id, command: { on: true } }],
    catchUp: { kind: "now" },
  });
  await ask(id, false);
  const scene = hub.scenes.add({
    name: "Night",
    room: null,
    states: { [id]: { on: true, brightness: Percent(20) } },
  });
  const fresh = new BleTestLamp(addressOf(7), "mute");
  ether.place(fresh);
  const told = [...old.told];
  const used = contacts(home, old.address);
  const replaced = hub.inventory.replaceDevice(id, {
    profile: bleTestProfiles.mute.id,
    address: fresh.address,
  });
  expect(replaced).toMatchObject({ id, room: room.id, profile: bleTestProfiles.mute.id, name: "Lamp 0" });
  expect(hub.inventory.group(group.id)?.members).toEqual([id]);
  expect(hub.schedules.list().map(({ id: each }) => each)).toEqual([rule.id]);
  await clock.advance(Hours(1));
  await clock.advance(Minutes(1));
  expect([fresh.on, old.on, old.told, used()]).toEqual([true, false, told, 0]);
  expect(hub.lights.why(id as LampId).cause).toMatchObject({ kind: "rule", rule: rule.id });
  expect(Object.keys(hub.scenes.get(scene.id)?.states ?? {})).toEqual([id]);
  expect(await ask(id, false)).toMatchObject({ desired: { on: false } });
  expect([fresh.on, old.on]).toEqual([false, false]);
  await hub.close();
});
