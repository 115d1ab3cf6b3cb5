import mqtt from "mqtt";
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

const users = { hub: "first", guest: "second" };

const devices = [
  { id: "l-aaaaaaaaaaaa", kind: "lamp", profile: "lampkeeper/dimmable-bulb", address: "one", via: "owner" },
  { id: "l-bbbbbbbbbbbb", kind: "lamp", profile: "tasmota/dimmer", address: "two", via: "owner" },
] as const;
const home = { hub: "5b8af21a5d2226ba", announced: true, devices: devices as never };
const outcomes = { "l-aaaaaaaaaaaa": "confirmed", "l-bbbbbbbbbbbb": "told" } as const;

/** A hub that forgets one of the topics. */
export const forgettingOne = (broker: ExternalBroker): void => {
  const publish = broker.publish.bind(broker);
  broker.publish = (topic, payload, options) => {
    if (topic !== "lampkeeper/l-bbbbbbbbbbbb") publish(topic, payload, options);
  };
};

/** The owner's own broker, a Mosquitto of Debian, with what a hub and others have left on it. */
export class RetainedRig {
  /** Those of the home. */
  readonly topics = topicsOf(home, "lampkeeper", byId, outcomes);
  readonly #server = new MosquittoServer();

  async start(): Promise<void> {
    await this.#server.start(users, undefined, [
      "user hub",
      "topic readwrite #",
      "user guest",
      "topic write lampkeeper/#",
      "topic read elsewhere",
    ]);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Everything the broker gives to whoever comes new. */
  async retained(): Promise<readonly string[]> {
    const reader = await this.#client();
    const found: string[] = [];
    const all = new Promise<void>((done) => {
      reader.on("message", (topic, _, { retain }) =>
        topic === "mark" ? done() : retain && found.push(topic),
      );
    });
    await reader.subscribeAsync(["#"]);
    await reader.publishAsync("mark", "");
    await all;
    await reader.endAsync();
    return found.toSorted();
  }

  /** @param others topics of somebody else */
  async leave(others: readonly string[] = []): Promise<void> {
    const writer = await this.#client();
    for (const topic of [...this.topics, ...others])
      await writer.publishAsync(topic, "Zyxcanary", { retain: true, qos: 1 });
    await writer.endAsync();
  }

  /** @returns whether the hub has seen that it is gone */
  async swept(user: keyof typeof users, plant?: (broker: ExternalBroker) => void): Promise<boolean> {
    const network = new NodeNetwork();
    // Nothing is measured: what is waited for in vain is over soon.
    const clock = new PacedClock(new SystemClock(), Instant(0), user === "guest" ? 30 : 1);
    const broker = new ExternalBroker(new SeededRandom(1), network, new MemoryLog(), {
      endpoint: { host: "127.0.0.1", port: this.#server.port },
      username: user,
      password: Buffer.from(users[user]),
      base: "lampkeeper",
      clientId: `lampkeeper-${user}`,
      isSilent: true,
    });
    plant?.(broker);
    broker.start();
    try {
      return await sweepRetained(clock, broker, this.topics, "lampkeeper/bridge/reset");
    } finally {
      await broker.close();
    }
  }

  #client() {
    return mqtt.connectAsync({ port: this.#server.port, username: "hub", password: users.hub });
  }
}
