import mqtt from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ExternalBroker } from "../../../hub/broker/external-broker.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { PacedClock } from "../../../hub/platform/sim/paced-clock.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { sweepRetained, topicsOf } from "../../../hub/reset/retained-sweep.ts";
import { MosquittoServer } from "../../support/mosquitto-server.ts";
import { byId } from "./reset-home.ts";

/** What a hub leaves on the owner's own broker, a Mosquitto of Debian. */

const server = new MosquittoServer();
const users = { hub: "first", guest: "second" };

beforeAll(async () => {
  await server.start(users, undefined, [
    "user hub",
    "topic readwrite #",
    "user guest",
    "topic write lampkeeper/#",
    "topic read elsewhere",
  ]);
}, 300_000);
afterAll(() => server.close());

const devices = [
  { id: "l-aaaaaaaaaaaa", kind: "lamp", profile: "lampkeeper/dimmable-bulb", address: "one", via: "owner" },
  { id: "l-bbbbbbbbbbbb", kind: "lamp", profile: "tasmota/dimmer", address: "two", via: "owner" },
] as const;
const home = { hub: "5b8af21a5d2226ba", announced: true, devices: devices as never };
const outcomes = { "l-aaaaaaaaaaaa": "confirmed", "l-bbbbbbbbbbbb": "told" } as const;
const topics = topicsOf(home, "lampkeeper", byId, outcomes);

const client = () => mqtt.connectAsync({ port: server.port, username: "hub", password: users.hub });

/** Everything the broker gives to whoever comes new. */
const retained = async (): Promise<readonly string[]> => {
  const reader = await client();
  const found: string[] = [];
  const all = new Promise<void>((done) => {
    reader.on("message", (topic, _, { retain }) => (topic === "mark" ? done() : retain && found.push(topic)));
  });
  await reader.subscribeAsync(["#"]);
  await reader.publishAsync("mark", "");
  await all;
  await reader.endAsync();
  return found.toSorted();
};

const leave = async (others: readonly string[]): Promise<void> => {
  const writer = await client();
  for (const topic of [...topics, ...others])
    await writer.publishAsync(topic, "Zyxcanary", { retain: true, qos: 1 });
  await writer.endAsync();
};

const swept = async (
  user: keyof typeof users,
  plant?: (broker: ExternalBroker) => void,
): Promise<boolean> => {
  const network = new NodeNetwork();
  // Nothing is measured: what is waited for in vain is over soon.
  const clock = new PacedClock(new SystemClock(), Instant(0), user === "guest" ? 30 : 1);
  const broker = new ExternalBroker(new SeededRandom(1), network, new MemoryLog(), {
    endpoint: { host: "127.0.0.1", port: server.port },
    username: user,
    password: Buffer.from(users[user]),
    base: "lampkeeper",
    clientId: `lampkeeper-${user}`,
    isSilent: true,
  });
  plant?.(broker);
  broker.start();
  try {
    return await sweepRetained(clock, broker, topics, "lampkeeper/bridge/reset");
  } finally {
    await broker.close();
  }
};

const ofOthers = ["homeassistant/device/else/config", "tele/two/LWT", "two/l-aaaaaaaaaaaa"];

test("is taken back: home, discovery, and the topics of lamps that forgot; nothing of others", async () => {
  await leave(ofOthers);
  expect(await retained()).toEqual([...topics, ...ofOthers].toSorted());
  expect(await swept("hub")).toBe(true);
  expect(await retained()).toEqual(ofOthers);
  expect(topics).toContain("homeassistant/device/5b8af21a5d2226ba/config");
  expect(topics).toContain("device/one/availability");
});

test("planted: a message that is left is noticed", async () => {
  await leave([]);
  const forgets = (broker: ExternalBroker) => {
    const publish = broker.publish.bind(broker);
    broker.publish = (topic, payload, options) => {
      if (topic !== "lampkeeper/l-bbbbbbbbbbbb") publish(topic, payload, options);
    };
  };
  expect(await swept("hub", forgets)).toBe(false);
  expect(await swept("hub")).toBe(true);
});

test("where the hub may not look, nothing is confirmed", async () => {
  expect(await swept("guest")).toBe(false);
});
