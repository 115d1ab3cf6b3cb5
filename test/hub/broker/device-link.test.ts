import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeviceLink, grantOf } from "../../../hub/broker/device-link.ts";
import type { MqttBus, MqttMessage } from "../../../hub/broker/mqtt-bus.ts";
import { Permissions } from "../../../hub/broker/permissions.ts";
import { addressedTopic } from "../../../hub/domain/frame.ts";
import type { MqttFrame, MqttLink } from "../../../hub/domain/profile.ts";
import { Instant, Millis } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

/** A bus that shows what is asked of it. */
class SpyBus implements MqttBus {
  readonly published: string[] = [];
  readonly handlers = new Map<string, (message: MqttMessage) => void>();
  subscribed = 0;

  publish(topic: string, payload: string | Uint8Array): void {
    this.published.push(`${topic} ${String(payload)}`);
  }

  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void {
    this.subscribed++;
    this.handlers.set(filter, handler);
    return () => {
      if (this.handlers.get(filter) === handler) this.handlers.delete(filter);
    };
  }

  arrive(filter: string, topic: string, payload: string | Uint8Array): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    this.handlers.get(filter)?.({ topic, payload: bytes, retain: false });
  }
}

/** A bus that delivers by MQTT's own rule, level by level. */
class BoardBus implements MqttBus {
  readonly #handlers: [filter: string, handler: (message: MqttMessage) => void][] = [];

  publish(topic: string, payload: string | Uint8Array): void {
    const message = { topic, payload: Buffer.from(payload), retain: false };
    for (const [filter, handler] of this.#handlers) if (matches(filter, topic)) handler(message);
  }

  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void {
    const entry: [string, (message: MqttMessage) => void] = [filter, handler];
    this.#handlers.push(entry);
    return () => this.#handlers.splice(this.#handlers.indexOf(entry), 1);
  }
}

const matches = (filter: string, topic: string): boolean => {
  const [wanted, levels] = [filter.split("/"), topic.split("/")];
  return (
    wanted.length === levels.length && wanted.every((level, at) => level === "+" || level === levels[at])
  );
};

const lamp: MqttLink = {
  kind: "mqtt",
  publishes: ["stat/{address}/RESULT", "tele/{address}/LWT"],
  subscribes: ["cmnd/{address}/+"],
};
const frame = (topic: string, payload: string): MqttFrame => ({ kind: "mqtt", topic, payload });

const rig = () => {
  const clock = new VirtualClock(Instant(0));
  const bus = new SpyBus();
  const link = new DeviceLink(clock, bus);
  const heard: string[] = [];
  link.onFrame((address, { topic, payload }: MqttFrame) => heard.push(`${address} ${topic} ${payload}`));
  return { clock, bus, link, heard };
};

describe("device link", () => {
  test("ten thousand lamps of a kind are one subscription per template, ended by the last of them", () => {
    const { bus, link, heard } = rig();
    for (let n = 0; n < 10_000; n++) link.attach(`lamp-${n}`, lamp);
    expect([...bus.handlers.keys()]).toEqual(["stat/+/RESULT", "tele/+/LWT"]);
    expect(bus.subscribed).toBe(2);
    for (let n = 0; n < 10_000; n++) bus.arrive("stat/+/RESULT", `stat/lamp-${n}/RESULT`, String(n));
    expect(heard).toHaveLength(10_000);
    expect(heard[9_999]).toBe("lamp-9999 stat/{address}/RESULT 9999");
    for (let n = 1; n < 10_000; n++) link.detach(`lamp-${n}`);
    expect(bus.handlers.size).toBe(2);
    link.detach("lamp-0");
    expect(bus.handlers.size).toBe(0);
  });

  test("a frame comes with its address and the topic as the profile writes it", () => {
    const { bus, link, heard } = rig();
    link.attach("a1", lamp);
    bus.arrive("stat/+/RESULT", "stat/a1/RESULT", "{}");
    bus.arrive("stat/+/RESULT", "stat/stranger/RESULT", "{}");
    expect(heard).toEqual(["a1 stat/{address}/RESULT {}"]);
  });

  test("an address may stand inside a level", () => {
    const { bus, link, heard } = rig();
    link.attach("e4f1", { kind: "mqtt", publishes: ["shelly-{address}-x/events"], subscribes: [] });
    bus.arrive("+/events", "shelly-e4f1-x/events", "1");
    bus.arrive("+/events", "shelly-e4f1-y/events", "2");
    bus.arrive("+/events", "e4f1/events", "3");
    expect(heard).toEqual(["e4f1 shelly-{address}-x/events 1"]);
  });

  test("bytes that are no text, or too many, reach no driver and are counted", () => {
    const { bus, link, heard } = rig();
    link.attach("a1", lamp);
    bus.arrive("stat/+/RESULT", "stat/a1/RESULT", Uint8Array.of(0xff, 0xfe));
    bus.arrive("stat/+/RESULT", "stat/a1/RESULT", "x".repeat(65_537));
    expect([heard, link.ignored]).toEqual([[], 2]);
  });

  test("frames go out in order, as far apart as the link asks", async () => {
    const { clock, bus, link } = rig();
    link.attach("a1", { ...lamp, spacing: Millis(50) });
    link.attach("b2", lamp);
    link.send("a1", [frame("cmnd/{address}/POWER", "ON"), frame("cmnd/{address}/DIMMER", "5")]);
    link.send("a1", [frame("cmnd/{address}/DIMMER", "9")]);
    link.send("b2", [frame("cmnd/{address}/POWER", "ON")]);
    expect(bus.published).toEqual(["cmnd/a1/POWER ON", "cmnd/b2/POWER ON"]);
    await clock.advance(Millis(50));
    expect(bus.published.slice(2)).toEqual(["cmnd/a1/DIMMER 5"]);
    await clock.advance(Millis(50));
    expect(bus.published.slice(3)).toEqual(["cmnd/a1/DIMMER 9"]);
  });

  test("what waits for a device that is detached is not sent, and nothing stays armed", async () => {
    const { clock, bus, link } = rig();
    link.attach("a1", { ...lamp, spacing: Millis(50) });
    link.send("a1", [frame("cmnd/{address}/POWER", "ON"), frame("cmnd/{address}/POWER", "OFF")]);
    link.close();
    await clock.advance(Millis(1_000));
    expect(bus.published).toEqual(["cmnd/a1/POWER ON"]);
    expect(clock.armed).toBe(0);
  });

  test("a device that may have spoken before it was attached: what it left retained is asked for, once for many", async () => {
    const { clock, bus } = rig();
    const link = new DeviceLink(clock, bus, { devicesComeFirst: true });
    link.attach("first", lamp);
    link.attach("with it", lamp);
    await clock.advance(Millis(10_000));
    expect(bus.subscribed).toBe(2);
    for (let n = 0; n < 100; n++) link.attach(`later-${n}`, lamp);
    await clock.advance(Millis(1_000));
    expect([bus.subscribed, bus.handlers.size]).toEqual([4, 2]);
    link.attach("too late", lamp);
    link.close();
    await clock.advance(Millis(10_000));
    expect([bus.subscribed, bus.handlers.size, clock.armed]).toEqual([4, 0, 0]);
  });

  test("whatever the templates: a device hears what fits one of its own, and nothing else", () => {
    const word = fc.constantFrom<string>("a", "b", "ab", "x-", "state");
    const holder = fc.tuple(word, word).map(([left, right]) => `${left}{address}${right}`);
    const place = fc.oneof(holder, fc.constant("{address}"));
    const template = fc
      .tuple(fc.array(word, { maxLength: 2 }), place, fc.array(word, { maxLength: 2 }))
      .map(([before, address, after]) => [...before, address, ...after].join("/"));
    const device = fc.record({ address: word, publishes: fc.array(template, { maxLength: 3 }) });
    const topic = fc.oneof(
      fc.tuple(template, word).map(([text, address]) => addressedTopic(text, address)),
      fc.array(word, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/")),
    );
    fc.assert(
      fc.property(
        fc.array(device, { maxLength: 4 }),
        fc.array(topic, { maxLength: 8 }),
        (devices, topics) => {
          const bus = new BoardBus();
          const link = new DeviceLink(new VirtualClock(Instant(0)), bus);
          const heard: string[] = [];
          link.onFrame((address, frame) => heard.push(`${address} ${frame.topic} ${frame.payload}`));
          const newest = new Map(devices.map(({ address, publishes }) => [address, new Set(publishes)]));
          for (const { address, publishes } of devices) {
            link.attach(address, { kind: "mqtt", publishes: [...new Set(publishes)], subscribes: [] });
          }
          for (const each of topics) bus.publish(each, each);
          const expected = topics.flatMap((each) =>
            [...newest].flatMap(([address, templates]) =>
              [...templates].flatMap((text) =>
                addressedTopic(text, address) === each ? [`${address} ${text} ${each}`] : [],
              ),
            ),
          );
          expect(heard.sort()).toEqual(expected.sort());
        },
      ),
    );
  });

  test("an address that would reach beyond its level gets no rights at all", () => {
    expect(new Permissions(grantOf(lamp, "a1")).maySubscribe("cmnd/a1/+")).toBe(true);
    for (const address of ["#", "+", "a/b", "", "$SYS", "a\0"]) {
      expect(grantOf(lamp, address)).toMatchObject({ publishes: [], subscribes: [] });
    }
  });
});
