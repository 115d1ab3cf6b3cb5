import { describe, expect, test } from "vitest";
import { DeviceLink, grantOf } from "../../../hub/broker/device-link.ts";
import type { MqttBus, MqttMessage } from "../../../hub/broker/mqtt-bus.ts";
import type { MqttFrame, MqttLink } from "../../../hub/domain/profile.ts";
import { Instant, Millis } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

/** A bus that shows what is asked of it. */
class SpyBus implements MqttBus {
  readonly published: string[] = [];
  readonly handlers = new Map<string, (message: MqttMessage) => void>();

  publish(topic: string, payload: string | Uint8Array): void {
    this.published.push(`${topic} ${String(payload)}`);
  }

  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void {
    this.handlers.set(filter, handler);
    return () => this.handlers.delete(filter);
  }

  arrive(filter: string, topic: string, payload: string | Uint8Array): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    this.handlers.get(filter)?.({ topic, payload: bytes, retain: false });
  }
}

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
  test("a thousand lamps of a kind are one subscription per template", () => {
    const { bus, link } = rig();
    for (let n = 0; n < 1_000; n++) link.attach(`lamp-${n}`, lamp);
    expect([...bus.handlers.keys()]).toEqual(["stat/+/RESULT", "tele/+/LWT"]);
    for (let n = 0; n < 1_000; n++) link.detach(`lamp-${n}`);
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

  test("an address that would reach beyond its level gets no rights at all", () => {
    expect(grantOf(lamp, "a1").subscribes).toEqual(["cmnd/a1/+"]);
    for (const address of ["#", "+", "a/b", "", "$SYS", "a\0"]) {
      expect(grantOf(lamp, address)).toMatchObject({ publishes: [], subscribes: [] });
    }
  });
});
