import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../../hub/broker/broker-limits.ts";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import type { AccessGrant, MqttMessage } from "../../../hub/broker/mqtt-bus.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const device = (id: string): AccessGrant => ({
  id,
  kind: "device",
  publishes: [`device/${id}/state`, `device/${id}/availability`],
  subscribes: [`device/${id}/command`],
});

const rig = (limits = {}) => {
  const clock = new VirtualClock(Instant(0));
  const network = new SimNetwork(clock, new SeededRandom(1));
  const broker = new EmbeddedBroker(
    clock,
    network,
    new MemoryLog(),
    { authenticate: () => undefined },
    { limits },
  );
  const heard: string[] = [];
  broker.subscribe("#", ({ topic, payload, from }) =>
    heard.push(`${from ?? "hub"} ${topic} ${String(payload)}`),
  );
  return { clock, broker, heard };
};

const silent = { onMessage: () => undefined };

describe("a device as an object", () => {
  test("answers a command after whoever sent it has finished", async () => {
    const { broker } = rig();
    const order: string[] = [];
    const lamp = broker.attach(device("l"), {
      onMessage: ({ payload }: MqttMessage) => {
        order.push("lamp");
        lamp.publish("device/l/state", Buffer.from(payload));
      },
    });
    lamp.subscribe("device/l/command");
    broker.subscribe("device/+/state", ({ from }) => order.push(`hub hears ${from}`));
    broker.publish("device/l/command", "ON");
    order.push("sent");
    await settle();
    expect(order).toEqual(["sent", "lamp", "hub hears l"]);
  });

  test("is refused what a connection is refused, and thrown out for forging", async () => {
    const { broker, heard } = rig();
    const reasons: string[] = [];
    const lamp = broker.attach(device("l"), { ...silent, onClosed: (reason) => reasons.push(reason) });
    expect(lamp.subscribe("device/+/command")).toBe(false);
    expect(lamp.subscribe("#")).toBe(false);
    expect(lamp.publish("device/other/state", "forged")).toBe(false);
    await settle();
    expect([lamp.isOpen, reasons, heard]).toEqual([false, ["refused"], []]);
    expect(broker.counters.publishesRefused).toBe(1);
  });

  test("a wildcard in a topic, a deep topic and a large payload end the session too", () => {
    const { broker } = rig({ payloadBytes: 10 });
    const grant: AccessGrant = { id: "c", kind: "client", publishes: ["#"], subscribes: [] };
    for (const [topic, payload] of [
      ["a/+", "x"],
      ["a/#", "x"],
      ["a/".repeat(40), "x"],
      ["$SYS/x", "x"],
      ["a", "more than ten bytes"],
    ] as const) {
      const session = broker.attach(grant, silent);
      expect(session.publish(topic, payload)).toBe(false);
      expect(session.isOpen).toBe(false);
    }
  });

  test("a second session of a device takes over; its will says so first, its presence does not flap", async () => {
    const { broker, heard } = rig();
    const presence: string[] = [];
    broker.onPresence((id, online) => presence.push(`${id} ${online}`));
    const reasons: string[] = [];
    const will = { topic: "device/l/availability", payload: "offline" };
    broker.attach(device("l"), { ...silent, will, onClosed: (reason) => reasons.push(reason) });
    const second = broker.attach(device("l"), silent);
    second.publish("device/l/availability", "online");
    await settle();
    expect(reasons).toEqual(["taken-over"]);
    expect(heard).toEqual(["l device/l/availability offline", "l device/l/availability online"]);
    expect(presence).toEqual(["l true"]);
    expect(broker.gauges.sessions).toBe(1);
  });

  test("dropping publishes the will, closing does not, and neither twice", async () => {
    const { broker, heard } = rig();
    const will = (id: string) => ({ topic: `device/${id}/availability`, payload: "offline", retain: true });
    const lost = broker.attach(device("lost"), { ...silent, will: will("lost") });
    const polite = broker.attach(device("polite"), { ...silent, will: will("polite") });
    polite.close();
    polite.drop();
    lost.drop();
    lost.drop();
    await settle();
    expect(heard).toEqual(["lost device/lost/availability offline"]);
    expect(broker.isOnline("lost")).toBe(false);
  });

  test("what waited for a session that has closed is not delivered", async () => {
    const { broker } = rig();
    let calls = 0;
    const lamp = broker.attach(device("l"), { onMessage: () => calls++ });
    lamp.subscribe("device/l/command");
    broker.publish("device/l/command", "ON");
    lamp.close();
    await settle();
    expect(calls).toBe(0);
  });

  test("over its rate it is not heard, later it is", async () => {
    const { broker, clock, heard } = rig({ deviceMessages: { perSecond: 1, burst: 2 } });
    const lamp = broker.attach(device("l"), silent);
    expect([1, 2, 3].map((n) => lamp.publish("device/l/state", String(n)))).toEqual([true, true, false]);
    await clock.advance(Seconds(1));
    expect(lamp.publish("device/l/state", "4")).toBe(true);
    await settle();
    expect(heard).toHaveLength(3);
    expect(broker.counters.throttled).toBe(1);
  });

  test("signing in again and again is slowed down", async () => {
    const { broker, clock } = rig({ deviceConnects: { perSecond: 1, burst: 3 } });
    for (let n = 0; n < 3; n++) broker.attach(device("l"), silent).drop();
    expect(() => broker.attach(device("l"), silent)).toThrow(
      expect.objectContaining({ code: "not_authorised" }),
    );
    await clock.advance(Seconds(1));
    expect(broker.attach(device("l"), silent).isOpen).toBe(true);
  });

  test("how often one has signed in is remembered for as long as it counts", async () => {
    const { broker, clock } = rig({ deviceConnects: { perSecond: 0.001, burst: 1 } });
    broker.attach(device("l"), silent).drop();
    await clock.advance(Seconds(900));
    expect(() => broker.attach(device("l"), silent)).toThrow(
      expect.objectContaining({ code: "not_authorised" }),
    );
    await clock.advance(Seconds(200));
    expect(broker.attach(device("l"), silent).isOpen).toBe(true);
  });
});

describe("many", () => {
  test("ten thousand commands and answers at once: none lost, the process breathes in between", async () => {
    const { broker } = rig();
    const count = 10_000;
    let answers = 0;
    for (let n = 0; n < count; n++) {
      const id = `l${n}`;
      const lamp = broker.attach(device(id), {
        onMessage: ({ payload }) => void lamp.publish(`device/${id}/state`, Buffer.from(payload)),
      });
      lamp.subscribe(`device/${id}/command`);
    }
    broker.subscribe("device/+/state", () => answers++);
    let breaths = 0;
    let done = false;
    const breathe = () => {
      breaths++;
      if (!done) setImmediate(breathe);
    };
    setImmediate(breathe);
    for (let n = 0; n < count; n++) broker.publish(`device/l${n}/command`, "ON");
    while (answers < count) await new Promise((next) => setImmediate(next));
    done = true;
    expect(answers).toBe(count);
    expect(breaths).toBeGreaterThan(count / 1_000);
  });

  test("the hub hears the answer of one before the next hears the command", async () => {
    const { broker } = rig();
    const order: string[] = [];
    broker.subscribe("device/+/state", ({ topic }) => order.push(topic));
    for (const id of ["a", "b"]) {
      const lamp = broker.attach(
        { id, kind: "device", publishes: [`device/${id}/state`], subscribes: ["all"] },
        {
          onMessage: () => {
            order.push(`${id} obeys`);
            lamp.publish(`device/${id}/state`, "1");
            lamp.publish(`device/${id}/state`, "2");
          },
        },
      );
      lamp.subscribe("all");
    }
    broker.publish("all", "x");
    await settle();
    expect(order).toEqual(
      ["a", "b"].flatMap((id) => [`${id} obeys`, `device/${id}/state`, `device/${id}/state`]),
    );
  });

  test("it has caught up when what was published before is delivered, and not sooner", async () => {
    const { broker } = rig();
    const order: string[] = [];
    broker.subscribe("a/+", ({ topic }) => order.push(topic));
    broker.caughtUp(() => order.push("nothing waited"));
    await settle();
    for (let n = 0; n < 2_500; n++) broker.publish("a/1", "x");
    broker.caughtUp(() => order.push("caught up"));
    broker.publish("a/2", "x");
    await settle(10);
    expect(order[0]).toBe("nothing waited");
    expect(order.indexOf("caught up")).toBeGreaterThan(order.lastIndexOf("a/1"));
    expect(order).toHaveLength(2_503);
  });

  test("a handler that throws is heard of, and the others still get their messages", async () => {
    const { broker } = rig();
    const seen: string[] = [];
    const failures: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (error) => failures.push(error));
    broker.subscribe("a", () => {
      throw new RangeError("planted");
    });
    broker.subscribe("a", () => seen.push("second"));
    broker.publish("a", "x");
    await settle();
    for (const listener of listeners) process.on("uncaughtException", listener);
    expect(seen).toEqual(["second"]);
    expect(failures).toHaveLength(1);
  });

  test("a lamp as an object weighs little: ten thousand fit anywhere", () => {
    const { broker } = rig();
    const { gc } = globalThis;
    const weigh = () => {
      gc?.();
      return process.memoryUsage().heapUsed;
    };
    const before = weigh();
    const count = 10_000;
    for (let n = 0; n < count; n++) broker.attach(device(`l${n}`), silent).subscribe(`device/l${n}/command`);
    const each = (weigh() - before) / count;
    expect(each).toBeLessThan(8_192);
    expect(defaultLimits.connections).toBeGreaterThan(count);
  });

  test("closing ends every session without wills, and says why", async () => {
    const { broker, heard } = rig();
    const reasons: string[] = [];
    const will = { topic: "device/l/availability", payload: "offline" };
    broker.attach(device("l"), { ...silent, will, onClosed: (reason) => reasons.push(reason) });
    broker.publish("still/on/its/way", "x");
    await broker.close();
    broker.publish("too/late", "x");
    await settle();
    expect([reasons, heard]).toEqual([["closing"], []]);
    expect(() => broker.attach(device("l"), silent)).toThrow();
  });
});
