import fc from "fast-check";
import { generate, type Packet, parser } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { type HotPublish, PacketSplitter } from "../../../hub/broker/packet-splitter.ts";
import { publishPacket } from "../../../hub/broker/publish-packet.ts";

const publish = (topic: string, payload: string, qos: 0 | 1 | 2, retain: boolean): Packet => ({
  cmd: "publish",
  topic,
  payload,
  qos,
  retain,
  dup: false,
  ...(qos > 0 ? { messageId: 7 } : {}),
});

const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("a", "a/b", "küche"),
      fc.string({ maxLength: 300 }),
      fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>,
      fc.boolean(),
    )
    .map((given) => publish(...given)),
  fc.constant<Packet>({ cmd: "pingreq" }),
  fc.constant<Packet>({ cmd: "puback", messageId: 9 }),
  fc.constant<Packet>({ cmd: "subscribe", messageId: 3, subscriptions: [{ topic: "x", qos: 0 }] }),
);

/** What somebody else's parser reads. */
const parsed = (bytes: Buffer): string[] => {
  const seen: string[] = [];
  const reader = parser();
  reader.on("packet", (packet) => seen.push(shown(packet)));
  reader.parse(bytes);
  return seen;
};

const shown = (packet: Packet): string =>
  packet.cmd === "publish"
    ? `publish ${packet.topic} ${packet.payload} ${packet.qos} ${packet.retain} ${packet.messageId ?? 0}`
    : `${packet.cmd}`;

const split = (chunks: readonly Buffer[], takesPubacks = true) => {
  const hot: HotPublish[] = [];
  const splitter = new PacketSplitter(70_000, {
    publish: (message) => hot.push({ ...message, payload: Buffer.from(message.payload) }),
    takesPubacks: () => takesPubacks,
  });
  splitter.isHot = true;
  const results = chunks.map((chunk) => splitter.take(chunk));
  const violation = results.find((result) => typeof result === "string");
  const passed = Buffer.concat(results.filter((result) => typeof result !== "string"));
  return { hot, passed, violation, splitter };
};

const cut = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const places = [...new Set(at.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, n) => bytes.subarray(place, places[n] ?? bytes.length));
};

describe("packet splitter", () => {
  test("however the bytes are cut, the packets are those another parser reads, in their order", () => {
    fc.assert(
      fc.property(
        fc.array(packets, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map((packet) => generate(packet)));
          const { hot, passed } = split(cut(bytes, cuts));
          const isHot = (packet: Packet) => packet.cmd === "publish" && packet.qos < 2;
          expect(
            hot.map(
              ({ topic, payload, qos, retain, identifier }) =>
                `publish ${topic} ${payload} ${qos} ${retain} ${identifier}`,
            ),
          ).toEqual(sent.filter(isHot).map(shown));
          const rest = sent.filter((packet) => !isHot(packet) && packet.cmd !== "puback");
          expect(parsed(passed)).toEqual(rest.map(shown));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("before the session is open everything is passed on", () => {
    const bytes = generate(publish("a", "x", 0, false));
    const splitter = new PacketSplitter(100, {
      publish: () => expect.unreachable(),
      takesPubacks: () => true,
    });
    expect(splitter.take(bytes)).toEqual(bytes);
  });

  test("a packet that is too large is refused at its header", () => {
    expect(split([Buffer.from([0x30, 0xff, 0xff, 0x7f])]).violation).toBe("oversized");
    expect(split([Buffer.from([0x30, 0xff]), Buffer.from([0xff, 0x7f])]).violation).toBe("oversized");
  });

  test.each([
    ["a length field of five bytes", [0x30, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a topic longer than its packet", [0x30, 3, 0, 9, 97]],
    ["QoS 1 without an identifier", [0x32, 3, 0, 1, 97]],
    ["identifier zero", [0x32, 5, 0, 1, 97, 0, 0]],
    ["an empty PUBLISH", [0x30, 0]],
    ["a duplicate of QoS 0", [0x38, 3, 0, 1, 97]],
    ["a PUBACK with something more", [0x40, 3, 0, 1, 1]],
  ])("%s is malformed", (_name, bytes) => {
    expect(split([Buffer.from(bytes)]).violation).toBe("malformed");
  });

  test("noise never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        expect(() => split(chunks.map((chunk) => Buffer.from(chunk)))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  test("a packet we build is the one another library builds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("a", "a/b/c", "küche"),
        fc.integer({ min: 0, max: 20_000 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 65_535 }),
        (topic, length, retain, identifier) => {
          const payload = Buffer.alloc(length, 120);
          const qos = identifier === 0 ? 0 : 1;
          const theirs = generate({
            cmd: "publish",
            topic,
            payload,
            qos,
            retain,
            dup: false,
            ...(qos === 1 ? { messageId: identifier } : {}),
          });
          expect(publishPacket(topic, payload, retain, identifier).equals(theirs)).toBe(true);
        },
      ),
    );
  });
});
