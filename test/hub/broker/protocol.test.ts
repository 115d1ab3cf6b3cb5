import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { afterEach, describe, expect, test } from "vitest";
import type { BrokerLimits } from "../../../hub/broker/broker-limits.ts";
import { BrokerRig, Inbox, passwordOf } from "../../support/broker-rig.ts";

const rigs: BrokerRig[] = [];
const start = async (limits: Partial<BrokerLimits> = {}): Promise<BrokerRig> => {
  const rig = await new BrokerRig(limits).listen();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

/** A client that does nothing by itself: it sends what it is told and shows what comes. */
class Wire {
  readonly socket: Socket;
  readonly #seen: Packet[] = [];
  #wake: () => void = () => undefined;
  #isClosed = false;

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const reader = parser();
    reader.on("packet", (packet) => {
      this.#seen.push(packet);
      this.#wake();
    });
    this.socket.on("data", (chunk) => reader.parse(chunk));
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  send(...packets: Packet[]): this {
    this.socket.write(Buffer.concat(packets.map((packet) => generate(packet))));
    return this;
  }

  /** The next packet; undefined when the connection is closed. */
  async next(): Promise<Packet | undefined> {
    for (;;) {
      const packet = this.#seen.shift();
      if (packet !== undefined || this.#isClosed) return packet;
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  async closed(): Promise<void> {
    if (!this.#isClosed) await once(this.socket, "close");
  }
}

const signIn = (id: string, more: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 4,
  clean: true,
  clientId: "",
  keepalive: 60,
  username: id,
  password: Buffer.from(passwordOf(id)),
  ...more,
});

const kept = { clean: false, clientId: "panel" } as const;

const open = async (rig: BrokerRig, id: string, more: Partial<IConnectPacket> = {}): Promise<Wire> => {
  const wire = new Wire(rig.port).send(signIn(id, more));
  expect(await wire.next()).toMatchObject({ cmd: "connack", returnCode: 0 });
  return wire;
};

const subscribe = (topic: string, qos: 0 | 1 | 2): Packet => ({
  cmd: "subscribe",
  messageId: 1,
  subscriptions: [{ topic, qos }],
});
const publish = (topic: string, payload: string, qos: 0 | 1 | 2, messageId = 0, dup = false): Packet => ({
  cmd: "publish",
  topic,
  payload,
  qos,
  dup,
  retain: false,
  ...(qos > 0 ? { messageId } : {}),
});

describe("the beginning", () => {
  test("other versions of the protocol are told so, and shown out", async () => {
    const rig = await start();
    for (const protocolVersion of [5, 3] as const) {
      const wire = new Wire(rig.port).send(signIn("owner", { protocolVersion, clientId: "x" }));
      expect(await wire.next()).toMatchObject({ cmd: "connack", returnCode: 1, sessionPresent: false });
      expect(await wire.next()).toBeUndefined();
    }
    await open(rig, "owner", { protocolId: "MQIsdp", protocolVersion: 3, clientId: "old" });
  });

  test("who gives no name is welcome, unless it wants to be remembered", async () => {
    const rig = await start();
    await open(rig, "owner");
    // The library would not write such a thing.
    const packet = generate(signIn("owner"));
    const flagsAt = 2 + 6 + 1;
    packet[flagsAt] = (packet[flagsAt] ?? 0) & ~2;
    const wire = new Wire(rig.port);
    wire.socket.write(packet);
    expect(await wire.next()).toMatchObject({ cmd: "connack", returnCode: 2 });
    expect(await wire.next()).toBeUndefined();
  });

  test("anything before CONNECT, and a second CONNECT, ends it", async () => {
    const rig = await start();
    for (const packet of [publish("a", "x", 0), { cmd: "pingreq" } as const, subscribe("a", 0)]) {
      expect(await new Wire(rig.port).send(packet).next()).toBeUndefined();
    }
    for (const more of [{}, kept]) {
      const wire = await open(rig, "owner", more);
      expect(await wire.send(signIn("owner", more)).next()).toBeUndefined();
    }
    expect(rig.broker.counters.malformed).toBe(5);
  });

  test.each([{}, kept])("what is sent ahead of CONNACK is answered after it (%o)", async (more) => {
    const rig = await start();
    const wire = new Wire(rig.port).send(
      signIn("owner", more),
      subscribe("a", 1),
      publish("a", "1", 1, 7),
      { cmd: "pingreq" },
      { cmd: "disconnect" },
    );
    const seen: (string | undefined)[] = [];
    for (let packet = await wire.next(); packet !== undefined; packet = await wire.next())
      seen.push(packet.cmd);
    expect(seen.slice(0, 1)).toEqual(["connack"]);
    expect(seen).toContain("pingresp");
    expect(seen).toContain("puback");
    while (rig.broker.gauges.connections > 0) await new Promise((done) => setImmediate(done));
  });

  test("flags that are not free end it", async () => {
    const rig = await start();
    for (const bytes of [
      [0xc1, 0],
      [0x80, 6, 0, 1, 0, 1, 97, 0],
      [0x60, 2, 0, 1],
      [0xf0, 0],
      [0x20, 2, 0, 0],
    ]) {
      const wire = await open(rig, "owner");
      wire.socket.write(Buffer.from(bytes));
      expect(await wire.next()).toBeUndefined();
    }
  });
});

describe("names", () => {
  test.each([
    ["a clean session", {}, {}],
    ["a kept session", kept, kept],
    ["a clean session a kept one", kept, {}],
    ["a kept session a clean one", {}, kept],
  ])("%s replaces the one before of the same name", async (_name, before, after) => {
    const rig = await start();
    const first = await open(rig, "owner", { ...before, clientId: "panel" });
    const other = await open(rig, "witness", { clientId: "panel" });
    const second = await open(rig, "owner", { ...after, clientId: "panel" });
    expect(await first.next()).toBeUndefined();
    expect(await second.send({ cmd: "pingreq" }).next()).toEqual(
      expect.objectContaining({ cmd: "pingresp" }),
    );
    expect(await other.send({ cmd: "pingreq" }).next()).toEqual(expect.objectContaining({ cmd: "pingresp" }));
    expect(rig.broker.counters.takeovers).toBe(1);
    expect(rig.broker.gauges).toMatchObject({ sessions: 2, connections: 2 });
  });

  test("a session is there again, until a clean one of its name", async () => {
    const rig = await start();
    const presents: boolean[] = [];
    for (const clean of [false, false, true, false]) {
      const wire = new Wire(rig.port).send(signIn("owner", { clean, clientId: "panel" }));
      const connack = await wire.next();
      if (connack?.cmd === "connack") presents.push(connack.sessionPresent);
      await wire.send(subscribe("a", 1)).next();
      wire.send({ cmd: "disconnect" });
      await wire.closed();
    }
    expect(presents).toEqual([false, true, false, false]);
  });
});

describe("subscriptions", () => {
  test("each gets its answer, and what is known already follows", async () => {
    const rig = await start();
    rig.broker.publish("a", "known", { retain: true, qos: 1 });
    const wire = await open(rig, "owner");
    wire.send({
      cmd: "subscribe",
      messageId: 9,
      subscriptions: [
        { topic: "a", qos: 2 },
        { topic: "$SYS/#", qos: 0 },
        { topic: "a/#/b", qos: 0 },
        { topic: "b", qos: 1 },
      ],
    });
    expect(await wire.next()).toMatchObject({ cmd: "suback", messageId: 9, granted: [2, 0x80, 0x80, 1] });
    expect(await wire.next()).toMatchObject({ cmd: "publish", topic: "a", qos: 1, retain: true });
  });

  test("the same filter again replaces the first, and what is known comes again", async () => {
    const rig = await start();
    rig.broker.publish("a", "known", { retain: true });
    const wire = await open(rig, "owner");
    for (const qos of [0, 1] as const) {
      wire.send(subscribe("a", qos));
      expect(await wire.next()).toMatchObject({ cmd: "suback", granted: [qos] });
      expect(await wire.next()).toMatchObject({ cmd: "publish", retain: true });
    }
    rig.broker.publish("a", "new", { qos: 1 });
    expect(await wire.next()).toMatchObject({ cmd: "publish", payload: Buffer.from("new"), qos: 1 });
    expect(await wire.send({ cmd: "pingreq" }).next()).toMatchObject({ cmd: "pingresp" });
  });

  test.each([{}, kept])("what was unsubscribed comes no more, and makes room (%o)", async (more) => {
    const rig = await start({ subscriptions: 1 });
    const wire = await open(rig, "owner", more);
    wire.send(subscribe("a", 0));
    expect(await wire.next()).toMatchObject({ granted: [0] });
    wire.send({ cmd: "unsubscribe", messageId: 2, unsubscriptions: ["a", "never/there"] });
    expect(await wire.next()).toMatchObject({ cmd: "unsuback", messageId: 2 });
    rig.broker.publish("a", "x");
    wire.send(subscribe("b", 0));
    expect(await wire.next()).toMatchObject({ cmd: "suback", granted: [0] });
    wire.send(subscribe("c", 0));
    expect(await wire.next()).toMatchObject({ cmd: "suback", granted: [0x80] });
  });
});

describe("QoS 2", () => {
  test.each([{}, kept])(
    "is taken in once, however often it is sent, and acknowledged each time (%o)",
    async (more) => {
      const rig = await start();
      const seen = new Inbox();
      rig.broker.subscribe("a", seen.push);
      const wire = await open(rig, "owner", more);
      wire.send(publish("a", "1", 2, 5));
      expect(await wire.next()).toMatchObject({ cmd: "pubrec", messageId: 5 });
      wire.send(publish("a", "1", 2, 5, true));
      expect(await wire.next()).toMatchObject({ cmd: "pubrec", messageId: 5 });
      for (let n = 0; n < 2; n++) {
        wire.send({ cmd: "pubrel", messageId: 5 });
        expect(await wire.next()).toMatchObject({ cmd: "pubcomp", messageId: 5 });
      }
      wire.send(publish("a", "2", 2, 5));
      expect(await wire.next()).toMatchObject({ cmd: "pubrec", messageId: 5 });
      expect((await seen.has(2)).map(({ payload }) => payload)).toEqual(["1", "2"]);
    },
  );

  test.each([{}, kept])("is given out and seen through to its end (%o)", async (more) => {
    const rig = await start();
    const wire = await open(rig, "owner", more);
    await wire.send(subscribe("a", 2)).next();
    const other = await open(rig, "witness");
    other.send(publish("a", "x", 2, 1));
    const message = await wire.next();
    expect(message).toMatchObject({ cmd: "publish", qos: 2, payload: Buffer.from("x") });
    const messageId = message?.cmd === "publish" ? (message.messageId ?? 0) : 0;
    expect(await wire.send({ cmd: "pubrec", messageId }).next()).toMatchObject({ cmd: "pubrel", messageId });
    wire.send({ cmd: "pubcomp", messageId }, { cmd: "pingreq" });
    expect(await wire.next()).toMatchObject({ cmd: "pingresp" });
  });

  test.each([{}, kept])(
    "what was retained on the way in is kept for who is away without the flag (%o)",
    async (more) => {
      const rig = await start();
      const away = await open(rig, "owner", kept);
      await away.send(subscribe("a", 2)).next();
      away.socket.destroy();
      await away.closed();
      const wire = await open(rig, "witness", more);
      wire.send({ cmd: "publish", topic: "a", payload: "x", qos: 2, messageId: 1, retain: true, dup: false });
      expect(await wire.next()).toMatchObject({ cmd: "pubrec" });
      expect(rig.broker.gauges.retained).toBe(1);
      const back = await open(rig, "owner", kept);
      expect(await back.next()).toMatchObject({ cmd: "publish", topic: "a", qos: 2, retain: false });
    },
  );

  test.each([{}, kept])("open handshakes are counted (%o)", async (more) => {
    const rig = await start({ inflight: 2 });
    const wire = await open(rig, "owner", more);
    for (const id of [1, 2]) {
      wire.send(publish("a", "x", 2, id));
      expect(await wire.next()).toMatchObject({ cmd: "pubrec", messageId: id });
    }
    expect(await wire.send(publish("a", "x", 2, 3)).next()).toBeUndefined();
  });

  test.each([{}, kept])("outside its grant it ends the connection, and nobody sees it (%o)", async (more) => {
    const rig = await start();
    rig.access.client("guest", ["mine"], []);
    const seen = new Inbox();
    rig.broker.subscribe("#", seen.push);
    const wire = await open(rig, "guest", more);
    expect(await wire.send(publish("yours", "x", 2, 1)).next()).toBeUndefined();
    expect(rig.broker.counters.publishesRefused).toBe(1);
    expect(seen.messages).toEqual([]);
  });
});

describe("wills", () => {
  test("a device that comes again says so after the will of the connection it replaces", async () => {
    const rig = await start();
    rig.access.device("lamp");
    const seen = new Inbox();
    const topic = "device/lamp/availability";
    rig.broker.subscribe(topic, seen.push);
    const will = { topic, payload: Buffer.from("offline"), qos: 0, retain: true } as const;
    await open(rig, "lamp", { will });
    const again = new Wire(rig.port).send(signIn("lamp", { will }), publish(topic, "online", 0));
    expect(await again.next()).toMatchObject({ cmd: "connack", returnCode: 0 });
    expect((await seen.has(2)).map(({ payload }) => payload)).toEqual(["offline", "online"]);
  });

  test("of who reads too slowly, its will does not disturb the message on its way to others", async () => {
    const rig = await start({ unsentBytes: 200_000 });
    const keeper = await open(rig, "owner", kept);
    await keeper.send(subscribe("#", 1)).next();
    const will = { topic: "will", payload: Buffer.from("slow"), qos: 1, retain: false } as const;
    const slow = await open(rig, "owner", { clientId: "slow", will });
    await slow.send(subscribe("#", 1)).next();
    const last = await open(rig, "witness", kept);
    await last.send(subscribe("#", 1)).next();
    slow.socket.pause();
    const topics = { keeper: new Set<string>(), last: new Set<string>() };
    let count = 0;
    for (; rig.broker.counters.slowReaders === 0; count++) {
      rig.broker.publish(`n/${count}`, Buffer.alloc(60_000, 120), { qos: 1 });
      for (const [name, wire] of Object.entries({ keeper, last })) {
        const message = await wire.next();
        if (message?.cmd !== "publish") continue;
        topics[name as keyof typeof topics].add(message.topic);
        wire.send({ cmd: "puback", messageId: message.messageId ?? 0 });
      }
    }
    for (const wire of [keeper, last]) {
      const message = await wire.next();
      expect(message).toMatchObject({ topic: "will", payload: Buffer.from("slow") });
      if (message?.cmd === "publish") wire.send({ cmd: "puback", messageId: message.messageId ?? 0 });
    }
    const expected = new Set(Array.from({ length: count }, (_, n) => `n/${n}`));
    expect(topics).toEqual({ keeper: expected, last: expected });
    // All was acknowledged: nothing waits for either.
    await Promise.all([keeper, last].map((wire) => wire.send({ cmd: "pingreq" }).next()));
    for (const [id, wire] of [
      ["owner", keeper],
      ["witness", last],
    ] as const) {
      wire.socket.destroy();
      await wire.closed();
      const back = new Wire(rig.port).send(signIn(id, kept), { cmd: "pingreq" });
      expect(await back.next()).toMatchObject({ cmd: "connack", sessionPresent: true });
      expect(await back.next()).toMatchObject({ cmd: "pingresp" });
    }
  });

  test.each([{}, kept])(
    "speak when the connection is lost or broken off, not after DISCONNECT (%o)",
    async (more) => {
      const rig = await start();
      const seen = new Inbox();
      rig.broker.subscribe("will/+", seen.push);
      const will = (topic: string) =>
        ({ topic, payload: Buffer.from("gone"), qos: 1, retain: false }) as const;
      const polite = await open(rig, "owner", { ...more, clientId: "1", will: will("will/polite") });
      polite.send({ cmd: "disconnect" });
      await polite.closed();
      const lost = await open(rig, "owner", { ...more, clientId: "2", will: will("will/lost") });
      lost.socket.destroy();
      await seen.has(1);
      const broken = await open(rig, "owner", { ...more, clientId: "3", will: will("will/broken") });
      broken.socket.write(Buffer.from([0xf0, 0]));
      await seen.has(2);
      await open(rig, "owner", { ...more, clientId: "4", will: will("will/replaced") });
      await open(rig, "owner", { ...more, clientId: "4" });
      expect((await seen.has(3)).map(({ topic }) => topic)).toEqual([
        "will/lost",
        "will/broken",
        "will/replaced",
      ]);
    },
  );
});
