import { beforeAll, expect, test } from "vitest";
import type { HousePlan } from "../../../devices/sim/furnish.ts";
import { type Enrolment, SimHouse } from "../../../devices/sim/house.ts";
import { MqttTransport } from "../../../devices/sim/mqtt-transport.ts";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import { ExternalBroker } from "../../../hub/broker/external-broker.ts";
import type { AccessGrant } from "../../../hub/broker/mqtt-bus.ts";
import { NetworkFailed } from "../../../hub/domain/errors.ts";
import { Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Connection, ConnectOptions } from "../../../hub/ports/network.ts";
import { proves } from "../../support/proves.ts";
import { Bench } from "./air.ts";

/** The mains comes back for two hundred devices in the same millisecond; whom they look for takes longer to be there. */
const devices = 200;
const port = 1883;
const brokerBack = Seconds(25);
const step = Millis(100);
/** More than so many of them within a quarter of a second would be a storm. */
const mostAtOnce = devices / 10;

// A device loads it with its first link. That takes the machine's time, in which no virtual time may pass.
beforeAll(async () => void (await import("mqtt")));

/** The largest number of instants within any `windowMs`. */
const densest = (instants: readonly number[], windowMs: number): number => {
  const sorted = [...instants].sort((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from, at) => sorted.slice(at).filter((to) => to < from + windowMs).length),
  );
};

test("what is counted as a storm is one: two hundred at once, and not one each second", () => {
  expect(
    densest(
      Array.from({ length: devices }, () => 5),
      250,
    ),
  ).toBe(devices);
  expect(
    densest(
      Array.from({ length: devices }, (_, at) => at * 1_000),
      250,
    ),
  ).toBe(1);
});

test.each([1, 2, 3])(
  `lamps come back apart from each other, all of them, and none is refused, seed %i ${proves("EN303645:5.9-3")}`,
  async (seed) => {
    const { clock } = new Bench();
    const random = new SeededRandom(seed);
    const network = new SimNetwork(clock, random.fork("network"));
    const attempts: number[] = [];
    /** Each lamp has an address of its own. */
    const watchedFrom = (host: string) => ({
      ...network.from(host),
      connect: async (options: ConnectOptions): Promise<Connection["stream"]> => {
        attempts.push(clock.monotonic());
        return await network.connect(options, host);
      },
    });
    const plan: HousePlan = {
      rooms: ["All"],
      devices: Array.from({ length: devices }, (_, at) => ({
        kind: "lamp",
        profile: "tasmota/rgbcct-light",
        name: `lamp ${at}`,
        room: 0,
        powerOn: "previous",
      })),
    };
    const grants = new Map<string, AccessGrant>();
    let next = 0;
    const enrol = (): Enrolment => {
      const address = `dev${next++}`;
      grants.set(address, {
        id: address,
        kind: "device",
        publishes: [`+/${address}/+`],
        subscribes: [`+/${address}/+`],
      });
      return { id: address, address, username: address, password: Buffer.from("its own") };
    };
    const house = new SimHouse(clock, random, plan, {
      enrol,
      transport: ({ address, username, password }) =>
        new MqttTransport(clock, random.fork(address), watchedFrom(address), {
          endpoint: { host: "127.0.0.1", port },
          clientId: address,
          username,
          password,
        }),
    });
    const brokerOf = () =>
      new EmbeddedBroker(clock, network, new MemoryLog(), {
        authenticate: (username) => grants.get(username),
      });
    /** Lives through an absence of the broker. @returns the broker, and when each lamp was linked to it */
    const afterAbsence = async () => {
      const began = clock.monotonic();
      attempts.length = 0;
      while (clock.monotonic() < began + brokerBack) await clock.advance(step);
      const broker = brokerOf();
      await broker.listen({ host: "127.0.0.1", port });
      const linked = new Map<string, number>();
      while (linked.size < devices && clock.monotonic() < began + Minutes(2)) {
        await clock.advance(step);
        await settle();
        for (const { address, isLinked } of house.lamps)
          if (isLinked && !linked.has(address)) linked.set(address, clock.monotonic());
      }
      return { broker, linked };
    };
    const expectOrder = ({ broker, linked }: Awaited<ReturnType<typeof afterAbsence>>) => {
      expect(linked.size).toBe(devices);
      expect(densest([...linked.values()], 250)).toBeLessThanOrEqual(mostAtOnce);
      // Patience grows: in half a minute without anybody there, no lamp asks more than eight times on average.
      expect(attempts.length).toBeLessThanOrEqual(devices * 8);
      const { signIns, signInsRefused, connectionsRefused } = broker.counters;
      expect([signIns, signInsRefused, connectionsRefused]).toEqual([devices, 0, 0]);
    };
    for (const lamp of house.lamps) lamp.plugIn();
    const powered = await afterAbsence();
    expectOrder(powered);
    // The power goes for the hub alone: every lamp sees its link end in the same moment.
    await powered.broker.close();
    await clock.advance(step);
    await settle();
    expect(house.lamps.filter(({ isLinked }) => isLinked)).toEqual([]);
    const restarted = await afterAbsence();
    expectOrder(restarted);
    for (const lamp of house.lamps) lamp.stop();
    await restarted.broker.close();
  },
);

test(`hubs that lost one broker come back to it apart from each other ${proves("EN303645:5.9-3")}`, async () => {
  const { clock } = new Bench();
  const attempts: { readonly hub: number; readonly at: number }[] = [];
  const hubs = Array.from({ length: devices }, (_, hub) => {
    const network = {
      clock,
      connect: async () => {
        attempts.push({ hub, at: clock.monotonic() });
        throw new NetworkFailed("nobody is there");
      },
    };
    const options = {
      endpoint: { host: "broker.test", port: 8883 },
      clientId: `hub-${hub}`,
      base: `home${hub}`,
    };
    return new ExternalBroker(new SeededRandom(hub), network, new MemoryLog(), options);
  });
  for (const hub of hubs) hub.start();
  const began = clock.monotonic();
  while (clock.monotonic() < began + brokerBack) {
    await clock.advance(step);
    await settle();
  }
  await clock.advance(Minutes(1));
  // When a broker is there again, each comes with its next try.
  const first = new Map<number, number>();
  for (const { hub, at } of attempts) if (at >= began + brokerBack && !first.has(hub)) first.set(hub, at);
  expect(first.size).toBe(devices);
  expect(densest([...first.values()], 250)).toBeLessThanOrEqual(mostAtOnce);
  await Promise.all(hubs.map((hub) => hub.close()));
});
