import { once } from "node:events";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { generate } from "mqtt-packet";
import { afterEach, describe, expect, test } from "vitest";
import type { BrokerLimits } from "../../../hub/broker/broker-limits.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import { BrokerRig, closing, Inbox, passwordOf } from "../../support/broker-rig.ts";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";

const rigs: BrokerRig[] = [];
const start = async (limits: Partial<BrokerLimits> = {}, clock?: Clock): Promise<BrokerRig> => {
  const rig = await new BrokerRig(limits, clock).listen();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

const raw = async (port: number): Promise<Socket> => {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
};

const publishPacket = { cmd: "publish", topic: "a", dup: false, retain: false } as const;

/** Resolves when it is closed, in whatever way: a reset is one. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((done) => {
    socket.once("close", () => done());
  });

const connectPacket = (id: string, more: object = {}): Buffer =>
  generate({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    clientId: id,
    keepalive: 60,
    username: id,
    password: Buffer.from(passwordOf(id)),
    ...more,
  });

const signedIn = async (rig: BrokerRig, id: string, more: object = {}): Promise<Socket> => {
  const socket = await raw(rig.port);
  socket.write(connectPacket(id, more));
  const [connack] = await once(socket, "data");
  expect([...connack]).toEqual([0x20, 2, 0, 0]);
  return socket;
};

/** Asked as somebody who was not there before: who made the noise may have used up its sign-ins. */
const stillServes = async (rig: BrokerRig): Promise<void> => {
  const client = await rig.client("witness");
  const inbox = new Inbox().listen(client);
  await client.subscribeAsync("alive");
  await client.publishAsync("alive", "yes", { qos: 1 });
  await inbox.has(1);
  client.end(true);
};

describe("sizes", () => {
  test("a payload of 64 KiB passes, one of a megabyte ends its connection and nobody else's", async () => {
    const rig = await start();
    const other = await rig.client("owner", { clientId: "other" });
    const inbox = new Inbox().listen(other);
    await other.subscribeAsync("big");
    const client = await rig.client("owner", { clientId: "big" });
    await client.publishAsync("big", Buffer.alloc(65_536, 120), { qos: 1 });
    expect((await inbox.has(1))[0]?.payload).toHaveLength(65_536);
    const gone = closing(client);
    client.publish("big", Buffer.alloc(1 << 20, 120));
    await gone;
    expect(other.connected).toBe(true);
    expect(rig.broker.counters.oversized).toBe(1);
    await stillServes(rig);
  });

  test("nothing of an announced gigabyte is gathered", async () => {
    const rig = await start();
    const socket = await raw(rig.port);
    const gone = ended(socket);
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    await gone;
    expect(rig.broker.counters.oversized).toBe(1);
  });

  test.each(["a/".repeat(40), "deep/".repeat(30_000), "x".repeat(2_000), "a/+", "a/#", "$SYS/a", "a\0b"])(
    "a bad topic (%#) ends the connection, and the broker lives",
    async (topic) => {
      const rig = await start();
      const socket = await signedIn(rig, "owner");
      const gone = ended(socket);
      const bytes = Buffer.from(topic);
      const length = bytes.length + 2;
      const header = [0x30, (length & 127) | 128, ((length >> 7) & 127) | 128, (length >> 14) & 127];
      socket.write(Buffer.concat([Buffer.from([...header, bytes.length >> 8, bytes.length & 255]), bytes]));
      await gone;
      await stillServes(rig);
    },
  );
});

describe("rates and counts", () => {
  test(`a client over its rate is read more slowly, and loses nothing ${proves("CRA:I.2.i")}`, async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await start({ clientMessages: { perSecond: 100, burst: 50 } }, clock);
    const inbox = new Inbox();
    rig.broker.subscribe("n", inbox.push);
    const socket = await signedIn(rig, "owner");
    const publish = (n: number) =>
      generate({ cmd: "publish", topic: "n", payload: String(n), qos: 0, retain: false, dup: false });
    socket.write(Buffer.concat(Array.from({ length: 200 }, (_, n) => publish(n))));
    await inbox.has(51);
    await settle(20);
    expect(inbox.messages.length).toBeLessThan(60);
    while (inbox.messages.length < 200) await clock.advance(Seconds(0.05));
    expect(inbox.messages.map(({ payload }) => Number(payload))).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    );
    expect(rig.broker.counters.throttled).toBeGreaterThan(0);
    socket.destroy();
  });

  test("connections of one credential are counted, and one more is told not now", async () => {
    const rig = await start({ connectionsPerClient: 2 });
    const first = await rig.client("owner", { clientId: "1" });
    await rig.client("owner", { clientId: "2" });
    await expect(rig.client("owner", { clientId: "3" })).rejects.toThrow(/unavailable/i);
    await first.endAsync();
    while (rig.broker.gauges.sessions > 1) await settle();
    await rig.client("owner", { clientId: "3" });
  });

  test("a storm of wills is only as large as the sign-ins that are let through", async () => {
    const rig = await start({ deviceConnects: { perSecond: 0.001, burst: 5 } });
    rig.access.device("lamp");
    const wills = new Inbox();
    rig.broker.subscribe("device/+/availability", wills.push);
    const will = { topic: "device/lamp/availability", payload: Buffer.from("offline"), qos: 0, retain: true };
    for (let n = 0; n < 20; n++) {
      const socket = await raw(rig.port);
      socket.write(connectPacket("lamp", { will }));
      await Promise.race([new Promise((done) => socket.once("data", done)), ended(socket)]);
      socket.destroy();
    }
    await wills.has(5);
    await settle(20);
    expect(wills.messages).toHaveLength(5);
  });

  test("subscriptions of one connection are counted", async () => {
    const rig = await start({ subscriptions: 3 });
    const client = await rig.client("owner");
    await client.subscribeAsync(["a", "b", "c"]);
    await expect(client.subscribeAsync("d")).rejects.toThrow();
  });

  test("connections in all are counted", async () => {
    const rig = await start({ connections: 2 });
    await Promise.all([signedIn(rig, "owner"), signedIn(rig, "owner", { clientId: "2" })]);
    const third = await raw(rig.port);
    await ended(third);
    expect(rig.broker.counters.connectionsRefused).toBe(1);
  });
});

describe("silence", () => {
  test("who opens a connection and says nothing is shown out", async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await start({ connectTimeout: Seconds(10) }, clock);
    const socket = await raw(rig.port);
    while (rig.broker.gauges.connections === 0) await settle();
    const gone = ended(socket);
    socket.write(Buffer.from([0x10]));
    await clock.advance(Seconds(12));
    await gone;
    expect(rig.broker.counters.silent).toBe(1);
  });

  test("who breaks its keep-alive is gone after one and a half times of it, with its will", async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await start({}, clock);
    rig.access.device("lamp");
    const wills = new Inbox();
    rig.broker.subscribe("device/+/availability", wills.push);
    const will = { topic: "device/lamp/availability", payload: Buffer.from("offline"), qos: 0, retain: true };
    const socket = await signedIn(rig, "lamp", { keepalive: 10, will });
    await clock.advance(Seconds(14));
    socket.write(generate({ cmd: "pingreq" }));
    await once(socket, "data");
    await clock.advance(Seconds(14));
    expect(wills.messages).toEqual([]);
    const gone = ended(socket);
    await clock.advance(Seconds(3));
    await gone;
    expect(wills.messages).toHaveLength(1);
  });

  test("a hub whose own clock leaps loses no connection: sockets are in real time", async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await new BrokerRig({}, clock, new SystemClock()).listen();
    rigs.push(rig);
    const client = await rig.client("owner", { keepalive: 10 });
    await clock.advance(Seconds(86_400));
    await client.publishAsync("still", "here", { qos: 1 });
    expect(rig.broker.counters.silent).toBe(0);
  });

  test("who promises no keep-alive is held to the longest", async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await start({ keepAlive: Seconds(100) }, clock);
    const socket = await signedIn(rig, "owner", { keepalive: 0 });
    const gone = ended(socket);
    await clock.advance(Seconds(152));
    await gone;
    expect(rig.broker.counters.silent).toBe(1);
  });
});

describe("slow readers", () => {
  test("who reads nothing is disconnected when too much waits for it, and the others get everything", async () => {
    const rig = await start({ unsentBytes: 200_000 });
    const slow = await signedIn(rig, "owner", { clientId: "slow" });
    slow.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] }));
    await once(slow, "data");
    slow.pause();
    const good = await rig.client("owner", { clientId: "good" });
    const inbox = new Inbox().listen(good);
    await good.subscribeAsync("#");
    const count = 400;
    for (let n = 0; n < count; n++) {
      rig.broker.publish("a", Buffer.alloc(30_000, 120));
      await inbox.has(n + 1);
    }
    expect(rig.broker.counters.slowReaders).toBe(1);
    expect(rig.broker.gauges.unsentBytes).toBeLessThan(200_000);
    slow.destroy();
  });

  test("who takes nothing for too long is disconnected, however little waits", async () => {
    const clock = new VirtualClock(Instant(0));
    const rig = await start({ stall: Seconds(20), keepAlive: Seconds(0) }, clock);
    const slow = await signedIn(rig, "owner", { clientId: "slow", keepalive: 0 });
    slow.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] }));
    await once(slow, "data");
    slow.pause();
    while (rig.broker.gauges.unsentBytes < 1 << 20) {
      rig.broker.publish("a", Buffer.alloc(60_000, 120));
      await settle();
    }
    await clock.advance(Seconds(21));
    expect(rig.broker.counters.slowReaders).toBe(1);
    slow.destroy();
  });

  test("a burst of ten thousand to one reader arrives whole and in order", async () => {
    const rig = await start();
    const client = await rig.client("owner");
    const inbox = new Inbox().listen(client);
    await client.subscribeAsync("#");
    const count = 10_000;
    for (let n = 0; n < count; n++) rig.broker.publish("a", String(n));
    const all = await inbox.has(count);
    expect(all.every(({ payload }, n) => payload === String(n))).toBe(true);
  });

  test("a burst of ten thousand from one client reaches the hub whole, and the hub breathes", async () => {
    const rig = await start();
    const inbox = new Inbox();
    rig.broker.subscribe("a", inbox.push);
    const count = 10_000;
    // Turns of the event loop, not milliseconds: a busy machine takes longer over each.
    let [mostInATurn, before, isOver] = [0, 0, false];
    const breathe = (): void => {
      mostInATurn = Math.max(mostInATurn, inbox.messages.length - before);
      before = inbox.messages.length;
      if (!isOver) setImmediate(breathe);
    };
    setImmediate(breathe);
    const packets = Array.from({ length: count }, (_, n) =>
      generate({ ...publishPacket, payload: String(n), qos: n % 2 === 0 ? 0 : 1, messageId: n + 1 }),
    );
    const socket = await raw(rig.port);
    socket.resume();
    // In one piece, so that thousands are read at once.
    socket.write(Buffer.concat([connectPacket("owner"), ...packets]));
    await inbox.has(count);
    isOver = true;
    breathe();
    socket.destroy();
    expect(new Set(inbox.messages.map(({ payload }) => payload)).size).toBe(count);
    // A thousand when they are read, and a thousand of those that wait.
    expect(mostInATurn).toBeLessThanOrEqual(2_000);
  });
});

describe("noise on the wire", () => {
  const send = async (rig: BrokerRig, chunks: readonly Uint8Array[]): Promise<void> => {
    const socket = await raw(rig.port);
    const gone = ended(socket);
    socket.resume();
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
    await gone;
  };

  test(`raw bytes never take the broker down ${proves("EN303645:5.13-1B", "A39", "CRA:I.2.h")}`, async () => {
    const rig = await start();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }),
        (chunks) => send(rig, chunks),
      ),
      { numRuns: size(150, 5_000) },
    );
    await stillServes(rig);
  });

  test("packets with a few bytes changed never take it down, before signing in and after", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const will = { topic: "device/lamp/availability", payload: Buffer.from("offline"), qos: 1, retain: true };
    const common = { topic: "device/lamp/state", payload: "{}", retain: true, dup: false } as const;
    const valid = [
      connectPacket("owner", { will: undefined }),
      connectPacket("lamp", { will }),
      generate({ cmd: "publish", ...common, qos: 0 }),
      generate({ cmd: "publish", ...common, qos: 1, messageId: 5 }),
      generate({ cmd: "publish", ...common, qos: 2, messageId: 6 }),
      generate({ cmd: "pubrel", messageId: 6 }),
      generate({
        cmd: "subscribe",
        messageId: 7,
        subscriptions: [
          { topic: "a/+", qos: 1 },
          { topic: "b/#", qos: 2 },
        ],
      }),
      generate({ cmd: "unsubscribe", messageId: 8, unsubscriptions: ["a/+"] }),
      generate({ cmd: "pingreq" }),
      generate({ cmd: "disconnect" }),
    ];
    const change = fc.record({ at: fc.nat(200), byte: fc.nat(255) });
    const mutated = fc
      .tuple(fc.constantFrom(...valid), fc.array(change, { maxLength: 3 }))
      .map(([packet, changes]) => {
        const copy = Buffer.from(packet);
        for (const { at, byte } of changes) copy[at % copy.length] = byte;
        return copy;
      });
    const opening = fc.constantFrom(...valid.slice(0, 2).map((packet) => [packet]), []);
    await fc.assert(
      fc.asyncProperty(opening, fc.array(mutated, { minLength: 1, maxLength: 6 }), (first, rest) =>
        send(rig, [...first, ...rest]),
      ),
      { numRuns: size(250, 10_000) },
    );
    await stillServes(rig);
  });
});
