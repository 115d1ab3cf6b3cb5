import { afterEach, expect, test } from "vitest";
import { profileById, profiles } from "../../../devices/registry.ts";
import type { HousePlan } from "../../../devices/sim/furnish.ts";
import { type Enrolment, SimHouse } from "../../../devices/sim/house.ts";
import { MqttTransport } from "../../../devices/sim/mqtt-transport.ts";
import { type SessionHost, SessionTransport } from "../../../devices/sim/session-transport.ts";
import type { DeviceTransport } from "../../../devices/sim/transport.ts";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import type { AccessGrant } from "../../../hub/broker/mqtt-bus.ts";
import { confirms } from "../../../hub/domain/apply-command.ts";
import { addressed, addressedTopic, templateOf } from "../../../hub/domain/frame.ts";
import type { LightState } from "../../../hub/domain/light.ts";
import type { LampProfile, MqttLink } from "../../../hub/domain/profile.ts";
import { mergeReport } from "../../../hub/domain/report.ts";
import { Millis, Percent } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import { Bench } from "./air.ts";

/*
 * One device of every profile over MQTT, on the real broker with its real checks: a device that spoke or listened beside the
 * topics its profile declares would be cut off.
 */
const onBroker = profiles.filter(({ link }) => link.kind === "mqtt");
const lamps = onBroker.filter((profile): profile is LampProfile => profile.kind === "lamp");
const plan: HousePlan = {
  rooms: ["All"],
  devices: onBroker.map(({ kind, id }) => ({ kind, profile: id, name: id, room: 0, powerOn: "previous" })),
};

const mqttLink = ({ link }: { readonly link: unknown }): MqttLink => link as MqttLink;

let stop = async () => {};
afterEach(() => stop());

const home = async (how: "objects" | "sockets") => {
  const { clock } = new Bench();
  const random = new SeededRandom(4);
  const network = new SimNetwork(clock, random.fork("network"));
  const grants = new Map<string, AccessGrant>();
  const access = {
    authenticate: (username: string, password: Uint8Array) =>
      Buffer.from(password).toString() === `of ${username}` ? grants.get(username) : undefined,
  };
  const broker = new EmbeddedBroker(clock, network, new MemoryLog(), access);
  const { endpoint } = await broker.listen({ host: "127.0.0.1", port: 0 });
  let next = 0;
  const enrol = ({ profile: id }: { readonly profile: string }): Enrolment => {
    const profile = profileById(id);
    const address = `dev${next++}`;
    const own = (templates: readonly string[]) => templates.map((each) => addressedTopic(each, address));
    const { publishes, subscribes } = mqttLink(profile ?? { link: { publishes: [], subscribes: [] } });
    grants.set(address, {
      id: address,
      kind: "device",
      publishes: own(publishes),
      subscribes: own(subscribes),
    });
    return { id: id, address, username: address, password: Buffer.from(`of ${address}`) };
  };
  const host: SessionHost = {
    attach: ({ id }, listener) => broker.attach(grants.get(id) as AccessGrant, listener),
  };
  const transport = ({ address, username, password }: Enrolment): DeviceTransport =>
    how === "objects"
      ? new SessionTransport(clock, host, address)
      : new MqttTransport(clock, random.fork(address), network, {
          endpoint,
          clientId: address,
          username,
          password,
        });
  const house = new SimHouse(clock, random, plan, { enrol, transport });
  const shown = new Map<string, LightState>();
  const online = new Map<string, boolean>();
  for (const device of [...house.lamps, ...house.sensors]) {
    const profile = profileById(device.model.id);
    for (const template of mqttLink(profile ?? { link: { publishes: [] } }).publishes) {
      broker.subscribe(addressedTopic(template, device.address), ({ topic, payload }) => {
        const known = templateOf(topic, device.address, [template]) ?? "";
        const said = new TextDecoder().decode(payload);
        const report = profile?.decode({ kind: "mqtt", topic: known, payload: said });
        if (report === undefined) return;
        if (report.online !== undefined) online.set(device.model.id, report.online);
        const before = shown.get(device.model.id) ?? { on: false, brightness: Percent(100) };
        if ("state" in report) shown.set(device.model.id, mergeReport(before, report.state ?? {}));
      });
    }
  }
  const pass = async (ms: number) => {
    await settle(30);
    await clock.advance(Millis(ms));
    await settle(30);
  };
  house.start();
  stop = async () => {
    house.close();
    await pass(1_000);
    await broker.close();
    await pass(1_000);
  };
  const command = (profile: LampProfile, target: LightState) => {
    const address = house.lamp(profile.id)?.address ?? "";
    for (const frame of profile.encode(target)) {
      if (frame.kind !== "mqtt") continue;
      const { topic, payload } = addressed(frame, address);
      broker.publish(topic, payload);
    }
  };
  return { house, shown, online, command, pass };
};

const target = ({ capabilities }: LampProfile): LightState => ({
  on: true,
  brightness: Percent(capabilities.brightness === undefined ? 100 : 40),
  ...(capabilities.color === undefined ? {} : { color: { x: 0.3, y: 0.4 } }),
});

test.each(["objects", "sockets"] as const)(
  "as %s, every device is online and every lamp obeys",
  async (how) => {
    const { house, shown, online, command, pass } = await home(how);
    for (let turn = 0; turn < 100 && online.size < onBroker.length; turn++) await pass(100);
    expect(onBroker.filter(({ id }) => online.get(id) !== true).map(({ id }) => id)).toEqual([]);
    for (const profile of lamps) command(profile, target(profile));
    await pass(2_000);
    const astray = lamps.filter((profile) => {
      const state = shown.get(profile.id);
      return state === undefined || !confirms(target(profile), state, profile.capabilities);
    });
    expect(astray.map(({ id }) => [id, shown.get(id)])).toEqual([]);
    expect([...house.lamps, ...house.sensors].every((device) => device.isLinked)).toBe(true);
  },
);

test("as objects, a lamp that loses its mains is told offline by the broker", async () => {
  const { house, online, pass } = await home("objects");
  await pass(100);
  house.lamp("tasmota/dimmer")?.unplug();
  await pass(100);
  expect(online.get("tasmota/dimmer")).toBe(false);
  expect([...online.values()].filter((each) => !each)).toHaveLength(1);
});
