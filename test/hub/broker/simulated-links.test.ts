import { generate, type Packet, parser } from "mqtt-packet";
import { afterEach, expect, test } from "vitest";
import { EmbeddedBroker } from "../../../hub/broker/embedded-broker.ts";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { passwordOf, TestAccess } from "../../support/broker-rig.ts";

const brokers: EmbeddedBroker[] = [];
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

/** A broker and one lamp in simulated time; the lamp speaks packets over a simulated link. */
const home = async () => {
  const clock = new VirtualClock(Instant(0));
  const network = new SimNetwork(clock, new SeededRandom(7));
  const access = new TestAccess();
  access.device("lamp");
  const broker = new EmbeddedBroker(clock, network, new MemoryLog(), access);
  brokers.push(broker);
  const { endpoint } = await broker.listen({ host: "127.0.0.1", port: 0 });
  const trace: string[] = [];
  broker.subscribe("#", ({ topic, payload }) =>
    trace.push(`${clock.monotonic()} ${topic} ${String(payload)}`),
  );
  const stream = await network.from("lamp").connect(endpoint);
  const received: Packet[] = [];
  const reader = parser();
  reader.on("packet", (packet) => received.push(packet));
  stream.on("data", (chunk) => reader.parse(chunk));
  const send = (packet: Packet) => stream.write(generate(packet));
  send({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    clientId: "lamp",
    keepalive: 60,
    username: "lamp",
    password: Buffer.from(passwordOf("lamp")),
    will: { topic: "device/lamp/availability", payload: Buffer.from("offline"), qos: 0, retain: true },
  });
  await clock.advance(Millis(1));
  const report = (payload: string) =>
    send({ cmd: "publish", topic: "device/lamp/state", payload, qos: 0, retain: false, dup: false });
  return { clock, network, broker, trace, received, report };
};

test("a lamp over a slow link is heard late, and in order", async () => {
  const { clock, network, trace, received, report } = await home();
  expect(received.map(({ cmd }) => cmd)).toEqual(["connack"]);
  network.setFaults("lamp", { delay: { least: Millis(100), most: Millis(300) } });
  report("1");
  report("2");
  await clock.advance(Millis(99));
  expect(trace).toEqual([]);
  await clock.advance(Seconds(1));
  expect(trace.map((line) => line.split(" ").at(-1))).toEqual(["1", "2"]);
});

test("a lamp whose plug is pulled is missed after one and a half keep-alives, by its will", async () => {
  const { clock, network, trace } = await home();
  network.setFaults("lamp", { unplugged: { noticed: Seconds(3_600) } });
  await clock.advance(Seconds(89));
  expect(trace).toEqual([]);
  await clock.advance(Seconds(3));
  expect(trace).toHaveLength(1);
  expect(trace[0]).toContain("device/lamp/availability offline");
});

test("the same seed gives the same trace", async () => {
  const live = async (): Promise<string[]> => {
    const { clock, network, trace, report } = await home();
    network.setFaults("lamp", { delay: { least: Millis(0), most: Millis(500) }, cut: 0.05 });
    for (let n = 0; n < 40; n++) {
      report(String(n));
      await clock.advance(Millis(100));
    }
    return trace;
  };
  const first = await live();
  expect(first.length).toBeGreaterThan(1);
  expect(await live()).toEqual(first);
});
