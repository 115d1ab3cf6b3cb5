import { afterEach, describe, expect, test } from "vitest";
import { profiles } from "../../devices/registry.ts";
import type { HousePlan } from "../../devices/sim/furnish.ts";
import { SimHouse } from "../../devices/sim/house.ts";
import { MqttTransport } from "../../devices/sim/mqtt-transport.ts";
import { type SessionHost, SessionTransport } from "../../devices/sim/session-transport.ts";
import { buildHub } from "../../hub/compose.ts";
import { NotAuthorised } from "../../hub/domain/errors.ts";
import { Instant, Millis, Percent, Seconds } from "../../hub/domain/units.ts";
import { hubConfig } from "../../hub/options.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";

const products = [
  ...Array.from({ length: 4 }, () => "lampkeeper/color-bulb"),
  ...Array.from({ length: 3 }, () => "tasmota/dimmer"),
  "zigbee2mqtt/dimmable-light",
];

let stop = async () => {};
afterEach(() => stop());

/** A hub with eight lamps in one room, and a record of what the hub sends to them. */
const home = async (how: "objects" | "sockets") => {
  const clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1)));
  const random = new SeededRandom(5);
  const log = new MemoryLog();
  const network = new SimNetwork(clock, random.fork("network"));
  const hub = buildHub(
    {
      clock,
      random,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, new SimDisk(random.fork("disk"))),
      network,
      ble: new SimBle(),
      panel: new SimPanel(),
      wifi: new NoWifi(),
      log,
    },
    new Map(profiles.map((profile) => [profile.id, profile])),
    hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" }),
    { version: "0.0.0" },
  );
  const endpoint = await hub.start();
  const room = hub.inventory.addRoom("Hall");
  const devices = hub.inventory.addDevices(
    products.map((profile, at) => ({ profile, name: `Lamp ${at}`, address: `lamp-${at}`, room: room.id })),
  );
  const host: SessionHost = {
    attach: ({ id }, listener) => {
      const device = hub.inventory.deviceAt(id);
      const grant = device && hub.grantOfDevice(device);
      if (grant === undefined) throw new NotAuthorised("no such device");
      return hub.broker.attach(grant, listener);
    },
  };
  let next = 0;
  const plan: HousePlan = {
    rooms: ["Hall"],
    devices: products.map((profile) => ({ kind: "lamp", profile, name: "", room: 0, powerOn: "previous" })),
  };
  const house = new SimHouse(clock, random.fork("house"), plan, {
    enrol: () => {
      const device = devices[next++] as (typeof devices)[number];
      const { username = "", password = Buffer.alloc(0) } = hub.identities.credentialsOf(device) ?? {};
      return { id: device.id, address: device.address, username, password };
    },
    transport: ({ address, username, password }) =>
      how === "objects"
        ? new SessionTransport(clock, host, address)
        : new MqttTransport(clock, random.fork(address), network, {
            endpoint,
            clientId: address,
            ...(username === undefined ? {} : { username }),
            ...(password === undefined ? {} : { password }),
          }),
  });
  const sent: string[] = [];
  for (const filter of ["device/+/command", "device/group/+/command", "cmnd/#", "zigbee2mqtt/+/set"]) {
    hub.broker.subscribe(filter, ({ topic }) => sent.push(topic));
  }
  house.start();
  /** Sockets take real time, the clock does not: seconds pass until it is so. */
  const until = async (isSo: () => boolean) => {
    for (let second = 0; second < 600 && !isSo(); second++) await clock.advance(Seconds(1));
  };
  const areThere = () =>
    house.lamps.every(({ isLinked }) => isLinked) && hub.lights.list().every(({ reachable }) => reachable);
  // A Tasmota begins anew when it joins.
  await until(() => areThere() && house.lamps.filter(({ groups }) => groups.length > 0).length === 7);
  await clock.advance(Seconds(10));
  sent.length = 0;
  stop = async () => {
    house.close();
    await hub.close();
    await clock.advance(Seconds(1));
  };
  const show = async (brightness: number) => {
    await until(areThere);
    sent.length = 0;
    const { lamps } = hub.lights.command(
      room.id,
      { on: true, brightness: Percent(brightness) },
      { kind: "api" },
    );
    await clock.advance(Seconds(4));
    await until(() => lamps.every(({ lamp }) => hub.lights.why(lamp).settled));
    return house.lamps.map(({ goal, model }) => Math.round((goal.level / model.limits.full) * 100));
  };
  return { hub, house, clock, room, sent, show };
};

describe.each(["objects", "sockets"] as const)("lamps as %s", (how) => {
  test("eight lamps in a room are three messages, and each lamp confirms for itself", async () => {
    const { hub, sent, show } = await home(how);
    expect(await show(40)).toEqual(products.map(() => 40));
    expect(sent.filter((topic) => topic.includes("r-"))).toHaveLength(2);
    expect(sent).toHaveLength(3);
    const whys = hub.lights.list().map(({ id }) => hub.lights.why(id));
    expect(whys.every(({ settled, entries }) => settled && entries[0]?.confirmedAt !== undefined)).toBe(true);
    expect(new Set(whys.map(({ cause }) => cause.command)).size).toBe(1);
  });

  test("lamps of different colours are dimmed as one message, and each keeps its own", async () => {
    const { hub, house, clock, sent, show } = await home(how);
    const native = house.lamps.slice(0, 4);
    for (const [at, lamp] of native.entries())
      lamp.touch({ on: true, level: 80, temperature: 200 + 50 * at });
    await clock.advance(Seconds(10));
    expect(await show(30)).toEqual(products.map(() => 30));
    expect(sent).toHaveLength(3);
    expect(native.map(({ goal }) => goal.temperature)).toEqual([200, 250, 300, 350]);
    const shown = hub.lights.list().flatMap(({ desired }) => desired.colorTemperature ?? []);
    expect(shown).toEqual([200, 250, 300, 350]);
  });

  test("a lamp that is not as the hub thinks is set right by its own message", async () => {
    const { hub, house, clock, sent, show } = await home(how);
    const [lamp] = house.lamps;
    if (lamp === undefined) throw new Error("no lamp");
    lamp.touch({ on: true, level: 80, temperature: 200 });
    await clock.advance(Seconds(10));
    // It changes without a word.
    lamp.set({ temperature: 400 }, 0);
    expect(await show(30)).toEqual(products.map(() => 30));
    expect(sent[3]).toBe("device/lamp-0/command");
    expect(lamp.goal.temperature).toBe(200);
    expect(hub.lights.list().every(({ id }) => hub.lights.why(id).settled)).toBe(true);
  });

  test("a lamp that misses the message gets its own", async () => {
    const { clock, house, sent, show } = await home(how);
    const deaf = [house.lamps[1], house.lamps[5]];
    for (const lamp of deaf) lamp?.misbehave({ ignore: 1 });
    clock.after(Millis(500), () => {
      for (const lamp of deaf) lamp?.misbehave({});
    });
    expect(await show(60)).toEqual(products.map(() => 60));
    expect(sent.slice(3)).toEqual(["device/lamp-1/command", "cmnd/lamp-5/Backlog0"]);
  });

  test("a lamp that leaves the room hears no more of it, also when it will not let go", async () => {
    const { hub, house, clock, sent, show } = await home(how);
    const [moved] = house.lamps;
    const id = hub.inventory.deviceAt(moved?.address ?? "")?.id;
    if (moved === undefined || id === undefined) throw new Error("no lamp");
    const before = moved.groups;
    hub.inventory.changeDevice(id, { room: null });
    await clock.advance(Seconds(1));
    expect(moved.groups).toEqual([]);
    moved.join(before);
    await clock.advance(Seconds(1));
    const [own, ...others] = await show(70);
    expect(own).not.toBe(70);
    expect(others).toEqual(products.slice(1).map(() => 70));
    expect(sent).toHaveLength(3);
  });
});
