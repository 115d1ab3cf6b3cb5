import fc from "fast-check";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ExternalBroker, type ExternalBrokerOptions } from "../../../hub/broker/external-broker.ts";
import { OfflineQueue, type QueuedMessage } from "../../../hub/broker/offline-queue.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { Inbox } from "../../support/broker-rig.ts";
import { testIdentity } from "../../support/certificates.ts";
import { MosquittoServer } from "../../support/mosquitto-server.ts";
import { WatchedClock } from "../../support/watched-clock.ts";

let hubs = 0;
const users = { hub: "one password", app: "another" };

// Real processes and sockets on whatever machine: nothing here measures time, so nothing needs a short limit.
describe("the hub at a real Mosquitto", { timeout: 180_000 }, () => {
  const server = new MosquittoServer();
  const open: { close(): Promise<void> }[] = [];
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    await server.start(users);
  }, 300_000);
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });
  afterAll(() => server.close());

  const app = async (): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.port}`, {
      username: "app",
      password: users.app,
      protocolVersion: 5,
      reconnectPeriod: 0,
    });
    clients.push(client);
    return client;
  };

  const hub = (options: Partial<ExternalBrokerOptions> = {}) => {
    const clock = new WatchedClock(Instant(0));
    const log = new MemoryLog();
    const bus = new ExternalBroker(new SeededRandom(1), new NodeNetwork(clock), log, {
      endpoint: { host: "127.0.0.1", port: server.port },
      username: "hub",
      password: Buffer.from(users.hub),
      base: "homes/one",
      clientId: `hub-${hubs++}`,
      ...options,
    });
    open.push(bus);
    return { bus, clock, log };
  };

  const connected = (bus: ExternalBroker): Promise<void> =>
    new Promise((done) => {
      const stop = bus.onConnection((isConnected) => {
        if (!isConnected) return;
        stop();
        done();
      });
    });

  const started = async (options: Partial<ExternalBrokerOptions> = {}) => {
    const rig = hub(options);
    const ready = connected(rig.bus);
    rig.bus.start();
    await ready;
    return rig;
  };

  test("says that it is there, and by its will that it is not", async () => {
    const client = await app();
    const inbox = new Inbox().listen(client);
    await client.subscribeAsync("homes/one/bridge/state", { qos: 1 });
    const { bus } = await started();
    while (inbox.messages.at(-1)?.payload !== '{"state":"online"}')
      await inbox.has(inbox.messages.length + 1);
    await bus.close();
    while (inbox.messages.at(-1)?.payload !== '{"state":"offline"}')
      await inbox.has(inbox.messages.length + 1);
    expect(bus.isConnected).toBe(false);
  });

  test("publishes and hears, each message once though two of its filters match", async () => {
    const { bus } = await started();
    const first = new Inbox();
    const second = new Inbox();
    bus.subscribe("homes/one/+/set", first.push);
    bus.subscribe("homes/one/#", second.push);
    const client = await app();
    const inbox = new Inbox().listen(client);
    await client.subscribeAsync("homes/one/l-1", { qos: 1 });
    bus.publish("homes/one/l-1", "state", { retain: true, qos: 1 });
    await inbox.has(1);
    await client.publishAsync("homes/one/l-1/set", "ON", { qos: 1 });
    expect(await first.has(1)).toMatchObject([{ topic: "homes/one/l-1/set", payload: "ON" }]);
    const heard = () => second.messages.filter(({ topic }) => topic.endsWith("/set"));
    while (heard().length === 0) await second.has(second.messages.length + 1);
    await client.publishAsync("homes/one/l-1/set", "OFF", { qos: 1 });
    await first.has(2);
    expect(first.messages).toHaveLength(2);
    expect(heard().length).toBeLessThanOrEqual(2);
  });

  test("retained messages reach a subscription made before the connection", async () => {
    const client = await app();
    await client.publishAsync("homes/one/kept", "old", { retain: true, qos: 1 });
    const { bus } = hub();
    const inbox = new Inbox();
    bus.subscribe("homes/one/kept", inbox.push);
    bus.start();
    expect(await inbox.has(1)).toEqual([{ topic: "homes/one/kept", payload: "old", retain: true }]);
    await client.publishAsync("homes/one/kept", "", { retain: true, qos: 1 });
  });

  test("a broker that goes and comes back: the hub waits, returns, subscribes anew and brings what is newest", async () => {
    const { bus, clock } = await started();
    const inbox = new Inbox();
    bus.subscribe("homes/one/+/set", inbox.push);
    const lost = new Promise<void>((done) => {
      bus.onConnection((isConnected) => isConnected || done());
    });
    await server.stop();
    await lost;
    bus.publish("homes/one/l-1", "old", { retain: true });
    bus.publish("homes/one/l-1", "new", { retain: true });
    bus.publish("homes/one/l-2", "must arrive", { qos: 1 });
    bus.publish("homes/one/l-3", "need not", { qos: 0 });
    expect(bus.gauges).toEqual({ queued: 2, dropped: 1 });
    // The first attempt finds nobody and arms the next pause.
    await clock.endPause();
    await clock.isArmed();
    expect(bus.isConnected).toBe(false);
    await server.start(users);
    const client = await app();
    const seen = new Inbox().listen(client);
    await client.subscribeAsync("homes/one/+", { qos: 1 });
    const back = connected(bus);
    await clock.endPause();
    await back;
    expect((await seen.has(2)).map(({ payload }) => payload)).toEqual(["new", "must arrive"]);
    // What waited left after the subscriptions, on one connection: the broker has them.
    await client.publishAsync("homes/one/l-1/set", "ON", { qos: 1 });
    expect(await inbox.has(1)).toMatchObject([{ payload: "ON" }]);
    expect(bus.connects).toBe(2);
  });

  test("wrong credentials are told without being shown, and tried again ever less often", async () => {
    const { bus, clock, log } = hub({ password: Buffer.from("guess") });
    bus.start();
    const pauses = [await clock.endPause(), await clock.endPause(), await clock.endPause()];
    const refusals = log.lines.filter(({ event }) => event === "external-broker.refused");
    expect(refusals.length).toBeGreaterThanOrEqual(3);
    // 135: not authorised (MQTT 5, 3.2.2.2).
    expect(refusals[0]?.fields).toEqual({ reason: "135" });
    expect(JSON.stringify(log.lines)).not.toContain("guess");
    expect(bus.isConnected).toBe(false);
    // 1, 2, 4 s, each shortened by at most half.
    pauses.forEach((pause, attempt) => {
      expect(pause).toBeGreaterThanOrEqual(500 * 2 ** attempt);
      expect(pause).toBeLessThanOrEqual(1_000 * 2 ** attempt);
    });
  });

  test("over TLS with the owner's own authority, and not without it", async () => {
    const tls = testIdentity();
    const secure = new MosquittoServer();
    await secure.start(users, tls);
    const endpoint = { host: "127.0.0.1", port: secure.port };
    const { bus } = await started({ endpoint: { ...endpoint, tls: { authority: tls.certificate } } });
    expect(bus.isConnected).toBe(true);
    const { bus: distrusting, clock, log } = hub({ endpoint: { ...endpoint, tls: {} } });
    distrusting.start();
    await clock.isArmed();
    expect(log.lines[0]).toMatchObject({
      event: "external-broker.unreachable",
      fields: { code: "network_failed" },
    });
    await Promise.all([bus.close(), distrusting.close()]);
    await secure.close();
  });

  test("wildcards in a topic and broken filters are refused at once", () => {
    const { bus } = hub();
    expect(() => bus.publish("a/+", "x")).toThrow(expect.objectContaining({ code: "invalid_input" }));
    expect(() => bus.subscribe("a/#/b", () => undefined)).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});

test("the queue never exceeds its limit, and of each retained topic holds only the newest", () => {
  const message: fc.Arbitrary<QueuedMessage> = fc.record({
    topic: fc.constantFrom<string>("a", "b", "c", "d"),
    payload: fc.nat().map((n) => Buffer.from(String(n))),
    retain: fc.boolean(),
    qos: fc.constantFrom<0 | 1>(0, 1),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (messages, limit) => {
      const queue = new OfflineQueue(limit);
      for (const each of messages) queue.put(each);
      expect(queue.size).toBeLessThanOrEqual(limit);
      const waiting = queue.takeAll();
      const retained = waiting.filter(({ retain }) => retain);
      expect(new Set(retained.map(({ topic }) => topic)).size).toBe(retained.length);
      for (const each of retained) {
        expect(each).toBe(messages.findLast(({ topic, retain }) => retain && topic === each.topic));
      }
      // In the order of the latest news.
      const places = waiting.map((each) => messages.lastIndexOf(each));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(queue.size).toBe(0);
    }),
  );
});
