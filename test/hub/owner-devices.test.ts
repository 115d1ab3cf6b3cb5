import mqtt, { type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { profiles } from "../../devices/registry.ts";
import { type Enrolment, SimHouse } from "../../devices/sim/house.ts";
import { MqttTransport } from "../../devices/sim/mqtt-transport.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import { Instant } from "../../hub/domain/units.ts";
import type { LightView } from "../../hub/lights/lamp.ts";
import { hubConfig, simConfig } from "../../hub/options.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { SimAir } from "../../hub/sim-air.ts";
import { SimHome } from "../../hub/sim-home.ts";
import { MosquittoServer } from "../support/mosquitto-server.ts";

/** Devices that live on a Mosquitto of the owner's own, with passwords and an access list as an owner would write them. */

const users = { one: "first", two: "second", hall: "third", porch: "fourth", app: "fifth" };
const hubRights = (base: string) => [
  `user ${base}`,
  `topic readwrite ${base}/#`,
  ...["device", "tele", "stat", "cmnd", "zigbee2mqtt", "wled"].map((topic) => `topic readwrite ${topic}/#`),
];
/** A device may touch its own topics: its user name is its address. */
const acl = [
  ...hubRights("one"),
  ...hubRights("two"),
  "user app",
  "topic readwrite one/#",
  "topic readwrite two/#",
  "pattern write stat/%u/#",
  "pattern write tele/%u/#",
  "pattern read cmnd/%u/#",
];
const tasmota = "tasmota/rgbcct-light";
const known = new Map(profiles.map((profile) => [profile.id, profile]));

describe("devices on the owner's own broker", { timeout: 180_000 }, () => {
  const server = new MosquittoServer();
  const open: (() => unknown)[] = [];
  beforeAll(async () => {
    await server.start(users, undefined, acl);
  }, 300_000);
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  afterAll(() => server.close());

  const endpoint = () => ({ host: "127.0.0.1", port: server.port });

  /** A hub in this process whose own time runs ten times as fast: nothing is measured, only waited for. */
  const startHub = async (base: "one" | "two", seed = 1) => {
    const random = new SeededRandom(seed);
    const clock = new PacedClock(new SystemClock(), Instant(Date.UTC(2026, 5, 21)), 10);
    const log = new MemoryLog();
    const network = new NodeNetwork();
    const platform = {
      clock,
      random,
      log,
      network,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, new SimDisk(random.fork("disk"))),
      ble: new SimBle(),
      panel: new SimPanel(),
      wifi: new NoWifi(),
    };
    const broker = `mqtt://127.0.0.1:${server.port}`;
    const config = hubConfig({ "app-port": "0", "mqtt-port": "0", broker, "broker-user": base, base });
    const password = Buffer.from(users[base]);
    const hub = buildHub(platform, known, config, { version: "0", ownerBroker: { password } });
    const embedded = await hub.start();
    open.push(() => hub.close());
    const owner = { endpoint: endpoint(), username: base, password };
    const air = new SimAir(platform.clock, platform.entropy, random).lamps;
    return { hub, air, world: { ...platform, sockets: new SystemClock(), broker: embedded, owner } };
  };

  /** A Tasmota with a user of its own at the broker; it knows nothing of any hub. */
  const plugIn = (address: "hall" | "porch"): SimHouse => {
    const clock = new PacedClock(new SystemClock(), Instant(0), 10);
    const enrolment: Enrolment = { id: address, address };
    const device = { kind: "lamp", profile: tasmota, name: "", room: 0, powerOn: "previous" } as const;
    const house = new SimHouse(
      clock,
      new SeededRandom(1),
      { rooms: [], devices: [device] },
      {
        enrol: () => enrolment,
        transport: () =>
          new MqttTransport(new SystemClock(), new SeededRandom(2), new NodeNetwork(), {
            endpoint: endpoint(),
            clientId: address,
            username: address,
            password: Buffer.from(users[address]),
          }),
      },
    );
    house.start();
    open.push(() => house.close());
    return house;
  };

  const app = async (): Promise<MqttClient> => {
    const url = `mqtt://127.0.0.1:${server.port}`;
    const client = await mqtt.connectAsync(url, { username: "app", password: users.app, reconnectPeriod: 0 });
    open.push(() => client.end(true));
    return client;
  };

  /** Resolves with the first payload on `topic` that is as wanted, retained or new. */
  const heard = (client: MqttClient, topic: string, wanted: (payload: string) => boolean): Promise<string> =>
    new Promise((done) => {
      client.on("message", (at, payload) => {
        if (at === topic && wanted(String(payload))) done(String(payload));
      });
      client.subscribe(topic, { qos: 1 });
    });

  const shows = (hub: Hub, id: LampId, wanted: (light: LightView) => boolean): Promise<void> =>
    new Promise((done) => {
      const look = () => {
        const light = hub.lights.get(id);
        if (light === undefined || !wanted(light)) return;
        stop();
        done();
      };
      const stop = hub.bus.subscribeAll(look);
      look();
    });

  const isUp = ({ reachable, reported }: LightView) => reachable && reported !== null;
  const add = (hub: Hub, address: string): LampId =>
    hub.inventory.addDevice({ profile: tasmota, name: address, address, via: "owner" }).id as LampId;

  test("a command on the owner's broker reaches a Tasmota there, and its confirmed state comes back", async () => {
    const { hub } = await startHub("one");
    const lamp = add(hub, "hall");
    plugIn("hall");
    await shows(hub, lamp, isUp);
    const client = await app();
    await client.publishAsync(`one/${lamp}/set`, '{"state":"ON","brightness":127}', { qos: 1 });
    const state = await heard(client, `one/${lamp}`, (payload) => payload.includes('"ON"'));
    expect(JSON.parse(state)).toMatchObject({ state: "ON", brightness: 127 });
    expect(hub.lights.get(lamp)?.cause.kind).toBe("mqtt");
  });

  test("a device that spoke long before it was added is found by what the broker has kept of it", async () => {
    const { hub } = await startHub("one");
    const first = add(hub, "hall");
    plugIn("hall");
    const porch = plugIn("porch");
    await shows(hub, first, isUp);
    const watcher = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.port}`, {
      username: "one",
      password: users.one,
      reconnectPeriod: 0,
    });
    open.push(() => watcher.end(true));
    await heard(watcher, "tele/porch/LWT", (payload) => payload === "Online");
    expect(porch.lamps).toHaveLength(1);
    const second = add(hub, "porch");
    await shows(hub, second, isUp);
  });

  test("what anybody says at the hub's broker in its name is not believed, nor is a neighbour at the owner's", async () => {
    const { hub } = await startHub("one");
    const lamp = add(hub, "hall");
    plugIn("hall");
    await shows(hub, lamp, isUp);
    const heardOf: boolean[] = [];
    hub.bus.subscribe("device.availability-changed", ({ online }) => heardOf.push(online));
    hub.broker.publish("tele/hall/LWT", "Offline", { retain: true });
    const neighbour = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.port}`, {
      username: "porch",
      password: users.porch,
      reconnectPeriod: 0,
      protocolVersion: 5,
    });
    open.push(() => neighbour.end(true));
    // 135: not authorised (MQTT 5, 3.4.2.1).
    await expect(neighbour.publishAsync("tele/hall/LWT", "Offline", { qos: 1 })).rejects.toMatchObject({
      code: 135,
    });
    expect(heardOf).toEqual([]);
    const { command } = hub.lights.command(lamp, { on: true }, { kind: "api" });
    await shows(hub, lamp, ({ reported, cause }) => reported?.on === true && cause.command === command);
    expect(hub.lights.get(lamp)?.reachable).toBe(true);
  });

  test("a broker that stops and returns: the lamp is unreachable by time-out, then shows what was asked meanwhile", async () => {
    const { hub } = await startHub("one");
    const lamp = add(hub, "hall");
    plugIn("hall");
    await shows(hub, lamp, isUp);
    await server.stop();
    hub.lights.command(lamp, { on: true }, { kind: "api" });
    await shows(hub, lamp, ({ reachable }) => !reachable);
    await server.start(users, undefined, acl);
    await shows(hub, lamp, ({ reachable, reported }) => reachable && reported?.on === true);
    const client = await app();
    const state = await heard(client, "one/bridge/state", (payload) => payload.includes("online"));
    expect(state).toBe('{"state":"online"}');
  });

  test("two hubs and their simulated lamps on one broker do not disturb each other", async () => {
    const homes = await Promise.all(
      (["one", "two"] as const).map(async (base, at) => {
        const { hub, world, air } = await startHub(base, at + 1);
        const home = new SimHome(hub, world, air, simConfig({ bulbs: "3", sensors: "0" }));
        open.push(() => home.close());
        home.start();
        return { hub, lamps: hub.lights.list().map(({ id }) => id) };
      }),
    );
    const [one, two] = homes;
    if (one === undefined || two === undefined) throw new Error("no homes");
    for (const { hub, lamps } of homes) await Promise.all(lamps.map((lamp) => shows(hub, lamp, isUp)));
    const addresses = homes.flatMap(({ hub }) => hub.inventory.devices().map(({ address }) => address));
    expect(new Set(addresses).size).toBe(6);
    expect(homes.flatMap(({ hub }) => hub.inventory.devices().map(({ via }) => via))).not.toContain("hub");
    const client = await app();
    for (const lamp of one.lamps) await client.publishAsync(`one/${lamp}/set`, "ON", { qos: 1 });
    for (const lamp of two.lamps) await client.publishAsync(`two/${lamp}/set`, "OFF", { qos: 1 });
    await Promise.all(one.lamps.map((lamp) => heard(client, `one/${lamp}`, (said) => said.includes('"ON"'))));
    await Promise.all(
      two.lamps.map((lamp) => heard(client, `two/${lamp}`, (said) => said.includes('"OFF"'))),
    );
    expect(one.hub.lights.list().map(({ desired }) => desired.on)).toEqual([true, true, true]);
    expect(two.hub.lights.list().map(({ desired }) => desired.on)).toEqual([false, false, false]);
  });
});
