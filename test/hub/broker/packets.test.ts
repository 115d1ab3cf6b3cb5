import fc from "fast-check";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { readConnect } from "../../../hub/broker/connect-packet.ts";
import {
  answerPacket,
  connackPacket,
  packetType,
  pingrespPacket,
  readIdentifier,
  readSubscribe,
  readUnsubscribe,
  subackPacket,
} from "../../../hub/broker/control-packets.ts";
import { PacketReader } from "../../../hub/broker/packet-reader.ts";
import { publishPacket, readPublish } from "../../../hub/broker/publish-packet.ts";
import { size } from "../../support/size.ts";

const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const identifier = fc.integer({ min: 1, max: 65_535 });
/** No NUL, and nothing that is not UTF-8: those we refuse and others do not. */
const text = fc
  .string({ unit: "grapheme", maxLength: 40 })
  .filter((each) => !/[\0\uFFFD]/.test(each) && each.isWellFormed());
const topic = fc.constantFrom("a", "a/b", "küche", "a/+/c", "#");
const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));

const publishes: fc.Arbitrary<Packet> = fc
  .record({
    topic: fc.constantFrom("a", "a/b", "küche"),
    payload: bytes,
    qos,
    retain: fc.boolean(),
    identifier,
  })
  .map(({ topic, payload, qos, retain, identifier }) => ({
    cmd: "publish",
    topic,
    payload,
    qos,
    retain,
    dup: false,
    ...(qos > 0 ? { messageId: identifier } : {}),
  }));

const connects: fc.Arbitrary<IConnectPacket> = fc
  .record({
    name: fc.constantFrom(["MQTT", 4] as const, ["MQIsdp", 3] as const),
    clientId: text.map((each) => each || "x"),
    clean: fc.boolean(),
    keepalive: fc.nat(65_535),
    will: fc.option(
      fc.record({
        topic,
        payload: bytes.map((each) => Buffer.concat([each, Buffer.from("!")])),
        qos,
        retain: fc.boolean(),
      }),
    ),
    username: fc.option(text.map((each) => each || "x")),
    password: fc.option(bytes),
  })
  .map(({ name: [protocolId, protocolVersion], will, username, password, ...rest }) => ({
    cmd: "connect",
    protocolId,
    protocolVersion,
    ...rest,
    ...(will === null ? {} : { will }),
    ...(username === null ? {} : { username }),
    ...(username === null || password === null ? {} : { password }),
  }));

const controls: fc.Arbitrary<Packet> = fc.oneof(
  fc.constantFrom<Packet>({ cmd: "pingreq" }, { cmd: "disconnect" }),
  fc
    .record({ cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"), messageId: identifier })
    .map((packet) => packet as Packet),
  fc
    .record({
      messageId: identifier,
      subscriptions: fc.array(fc.record({ topic, qos }), { minLength: 1, maxLength: 5 }),
    })
    .map((packet): Packet => ({ cmd: "subscribe", ...packet })),
  fc
    .record({ messageId: identifier, unsubscriptions: fc.array(topic, { minLength: 1, maxLength: 5 }) })
    .map((packet): Packet => ({ cmd: "unsubscribe", ...packet })),
);

const packets = fc.oneof(publishes, connects, controls);

/** A packet as both readings tell it; undefined: refused. */
type Told = object | undefined;

const toldConnect = (data: Buffer, start: number, end: number): Told => {
  const read = readConnect(data, start, end);
  if (typeof read === "string") return undefined;
  const { will, password, ...rest } = read;
  return {
    ...rest,
    password: password.toString("hex"),
    will: will && { ...will, payload: will.payload.toString("hex") },
  };
};

const toldPublish = (data: Buffer, at: number, start: number, end: number): Told => {
  const read = readPublish(data, at, start, end);
  if (read === undefined) return undefined;
  const { packet, payload, ...rest } = read;
  const isPlain = read.qos === 0 && !read.retain;
  expect(packet?.toString("hex")).toBe(isPlain ? data.toString("hex", at, end) : undefined);
  return { ...rest, payload: payload.toString("hex") };
};

const ours = (data: Buffer, at: number, start: number, end: number): Told => {
  const type = (data[at] ?? 0) >> 4;
  if (type === packetType.connect) return toldConnect(data, start, end);
  if (type === packetType.publish) return toldPublish(data, at, start, end);
  if (type === packetType.subscribe) return readSubscribe(data, start, end);
  if (type === packetType.unsubscribe) return readUnsubscribe(data, start, end);
  if (type === packetType.pingreq || type === packetType.disconnect) return start === end ? {} : undefined;
  const read = readIdentifier(data, start, end);
  return read === undefined ? undefined : { identifier: read };
};

const hex = (given: string | Buffer | undefined): string => Buffer.from(given ?? "").toString("hex");

const theirs = (packet: Packet): Told => {
  switch (packet.cmd) {
    case "connect": {
      const { clientId, clean, keepalive, will, username, password } = packet;
      return {
        clientId,
        isClean: clean,
        keepAlive: keepalive,
        will: will && { topic: will.topic, payload: hex(will.payload), qos: will.qos, retain: will.retain },
        username: username ?? "",
        password: hex(password),
      };
    }
    case "publish": {
      const { topic, payload, qos, retain, messageId = 0 } = packet;
      return { topic, payload: hex(payload), qos, retain, identifier: messageId };
    }
    case "subscribe":
      return {
        identifier: packet.messageId,
        wishes: packet.subscriptions.map(({ topic, qos }) => ({ filter: topic, qos })),
      };
    case "unsubscribe":
      return { identifier: packet.messageId, filters: packet.unsubscriptions };
    case "pingreq":
    case "disconnect":
      return {};
    default:
      return { identifier: packet.messageId };
  }
};

/** What somebody else's parser reads; undefined: refused. */
const parsed = (data: Buffer): Told => {
  let seen: Told;
  const reader = parser();
  reader.on("packet", (packet) => {
    seen = theirs(packet);
  });
  reader.on("error", () => {
    seen = undefined;
  });
  reader.parse(data);
  return seen;
};

const readAll = (chunks: readonly Buffer[], largest = 70_000) => {
  const read: Told[] = [];
  const reader = new PacketReader(largest, {
    onPacket: (data, at, start, end) => {
      const told = ours(data, at, start, end);
      read.push(told);
      return told !== undefined;
    },
  });
  const violation = chunks.map((chunk) => reader.take(chunk)).find((each) => each !== undefined);
  return { read, violation };
};

const cut = (data: Buffer, at: readonly number[]): Buffer[] => {
  const places = [...new Set(at.map((each) => each % (data.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, n) => data.subarray(place, places[n] ?? data.length));
};

describe("what a client sends", () => {
  test("however it is cut, we read what another parser reads, in its order", () => {
    fc.assert(
      fc.property(
        fc.array(packets, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (sent, cuts) => {
          const data = sent.map((packet) => generate(packet));
          const { read, violation } = readAll(cut(Buffer.concat(data), cuts));
          expect(violation).toBeUndefined();
          expect(read).toEqual(data.map(parsed));
        },
      ),
      { numRuns: size(500, 20_000) },
    );
  });

  test("with bytes changed, we read what another parser reads, or refuse it", () => {
    const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(packets, changes, (packet, changes) => {
        const data = Buffer.from(generate(packet));
        // The length field stays: this is about what stands behind it.
        const body = data.length > 127 + 2 ? 3 : 2;
        if (data.length <= body) return;
        for (const { at, byte } of changes) data[body + (at % (data.length - body))] = byte;
        const told = ours(data, 0, body, data.length);
        if (told !== undefined) expect(told).toEqual(parsed(data));
      }),
      { numRuns: size(2_000, 100_000) },
    );
  });

  test("a CONNECT that is cut short, and anything with something more, is refused", () => {
    const startOf = (packet: Buffer): number => (packet.length > 127 + 2 ? 3 : 2);
    fc.assert(
      fc.property(connects, controls, fc.nat(), (packet, control, at) => {
        const whole = generate(packet);
        const start = startOf(whole);
        expect(ours(whole, 0, start, start + (at % (whole.length - start)))).toBeUndefined();
        for (const each of [whole, generate(control)]) {
          const more = Buffer.concat([each, Buffer.from([0])]);
          expect(ours(more, 0, startOf(each), more.length)).toBeUndefined();
        }
      }),
      { numRuns: size(500, 20_000) },
    );
  });

  test("noise never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        expect(() => readAll(chunks.map((chunk) => Buffer.from(chunk)))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  test("a packet that is too large is refused at its header", () => {
    expect(readAll([Buffer.from([0x30, 0xff, 0xff, 0x7f])]).violation).toBe("oversized");
    expect(readAll([Buffer.from([0x30, 0xff]), Buffer.from([0xff, 0x7f])]).violation).toBe("oversized");
  });

  test.each([
    ["a length field of five bytes", [0x30, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a topic longer than its packet", [0x30, 3, 0, 9, 97]],
    ["QoS 1 without an identifier", [0x32, 3, 0, 1, 97]],
    ["identifier zero", [0x32, 5, 0, 1, 97, 0, 0]],
    ["QoS 3", [0x36, 5, 0, 1, 97, 0, 1]],
    ["an empty PUBLISH", [0x30, 0]],
    ["a duplicate of QoS 0", [0x38, 3, 0, 1, 97]],
    ["a PUBACK with something more", [0x40, 3, 0, 1, 1]],
    ["a SUBSCRIBE to nothing", [0x82, 2, 0, 1]],
    ["a SUBSCRIBE with QoS 3", [0x82, 6, 0, 1, 0, 1, 97, 3]],
    ["a SUBSCRIBE with identifier zero", [0x82, 6, 0, 0, 0, 1, 97, 0]],
    ["a filter that is not UTF-8", [0x82, 6, 0, 1, 0, 1, 0xff, 0]],
    ["a filter with NUL", [0x82, 6, 0, 1, 0, 1, 0, 0]],
    ["an UNSUBSCRIBE of nothing", [0xa2, 2, 0, 1]],
  ])("%s is malformed", (_name, data) => {
    expect(readAll([Buffer.from(data)]).violation).toBe("malformed");
  });

  const mqtt = [0, 4, 77, 81, 84, 84];
  test.each([
    ["the reserved flag", [...mqtt, 4, 3, 0, 0, 0, 0], "malformed"],
    ["a will's details without a will", [...mqtt, 4, 0b101010, 0, 0, 0, 0], "malformed"],
    ["a will of QoS 3", [...mqtt, 4, 0b11110, 0, 0, 0, 0, 0, 1, 97, 0, 0], "malformed"],
    ["a password without a name", [...mqtt, 4, 66, 0, 0, 0, 0, 0, 0], "malformed"],
    ["another protocol", [0, 4, 77, 81, 84, 85, 4, 2, 0, 0, 0, 0], "malformed"],
    ["no level at all", mqtt, "malformed"],
    ["MQTT 5", [...mqtt, 5, 2, 0, 0, 0, 0, 0], "unacceptable"],
    ["the old name with the new level", [0, 6, 77, 81, 73, 115, 100, 112, 4, 2, 0, 0, 0, 0], "unacceptable"],
  ])("a CONNECT with %s is refused", (_name, data, answer) => {
    expect(readConnect(Buffer.from(data), 0, data.length)).toBe(answer);
  });
});

describe("what we send", () => {
  test("a message is what another library builds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("a", "a/b/c", "küche"),
        fc.integer({ min: 0, max: 20_000 }),
        fc.boolean(),
        qos,
        identifier,
        (topic, length, retain, qos, identifier) => {
          const payload = Buffer.alloc(length, 120);
          const more = qos > 0 ? { messageId: identifier } : {};
          const theirs = generate({ cmd: "publish", topic, payload, qos, retain, dup: false, ...more });
          expect(publishPacket(topic, payload, retain, qos, identifier).equals(theirs)).toBe(true);
        },
      ),
    );
  });

  test("answers are what another library builds", () => {
    fc.assert(
      fc.property(
        identifier,
        fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 300 }),
        fc.nat(5),
        (messageId, granted, returnCode) => {
          for (const cmd of ["puback", "pubrec", "pubrel", "pubcomp", "unsuback"] as const)
            expect(answerPacket(packetType[cmd], messageId)).toEqual(generate({ cmd, messageId } as Packet));
          expect(subackPacket(messageId, granted)).toEqual(generate({ cmd: "suback", messageId, granted }));
          const connack = generate({ cmd: "connack", returnCode, sessionPresent: false });
          expect(connackPacket(returnCode)).toEqual(connack);
          expect(pingrespPacket).toEqual(generate({ cmd: "pingresp" }));
        },
      ),
    );
  });
});
