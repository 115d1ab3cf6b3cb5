import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { BrokerLimits } from "../../hub/broker/broker-limits.ts";
import { EmbeddedBroker } from "../../hub/broker/embedded-broker.ts";
import type { AccessGrant, BrokerAccess, MqttMessage } from "../../hub/broker/mqtt-bus.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import type { Clock } from "../../hub/ports/clock.ts";

/** Passwords are the id written backwards. */
export const passwordOf = (id: string): string => [...id].reverse().join("");

export class TestAccess implements BrokerAccess {
  readonly grants = new Map<string, AccessGrant>();

  add(grant: AccessGrant): AccessGrant {
    this.grants.set(grant.id, grant);
    return grant;
  }

  device(id: string): AccessGrant {
    return this.add({
      id,
      kind: "device",
      publishes: [`device/${id}/state`, `device/${id}/availability`],
      subscribes: [`device/${id}/command`],
    });
  }

  client(id: string, publishes: string[], subscribes: string[]): AccessGrant {
    return this.add({ id, kind: "client", publishes, subscribes });
  }

  authenticate(username: string, password: Uint8Array): AccessGrant | undefined {
    const grant = this.grants.get(username);
    return grant !== undefined && Buffer.from(password).equals(Buffer.from(passwordOf(username)))
      ? grant
      : undefined;
  }
}

/** A broker on loopback and clients of another make (mqtt.js) at it. */
export class BrokerRig {
  readonly access = new TestAccess();
  readonly log = new MemoryLog();
  readonly broker: EmbeddedBroker;
  port = 0;
  readonly #clients: MqttClient[] = [];

  constructor(limits: Partial<BrokerLimits> = {}, clock: Clock = new SystemClock(), linkClock = clock) {
    this.broker = new EmbeddedBroker(clock, new NodeNetwork(linkClock), this.log, this.access, { limits });
    this.access.client("owner", ["#"], ["#"]);
    this.access.client("witness", ["#"], ["#"]);
  }

  async listen(): Promise<this> {
    this.port = (await this.broker.listen({ host: "127.0.0.1", port: 0 })).endpoint.port;
    return this;
  }

  options(id: string, options: IClientOptions = {}): IClientOptions {
    return { username: id, password: passwordOf(id), reconnectPeriod: 0, connectTimeout: 5_000, ...options };
  }

  async client(id: string, options: IClientOptions = {}): Promise<MqttClient> {
    const client = mqtt.connect({ host: "127.0.0.1", port: this.port, ...this.options(id, options) });
    this.#clients.push(client);
    // Some tests end clients with a will; what happens on the way out is not theirs to handle.
    client.on("error", () => undefined);
    await new Promise<void>((done, fail) => {
      client.once("connect", () => done());
      client.once("error", fail);
      client.once("close", () => fail(new Error("closed before CONNACK")));
    });
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.broker.close();
  }
}

/** What a subscription brings, for tests to wait for. */
export class Inbox {
  readonly messages: { topic: string; payload: string; retain: boolean }[] = [];
  #wake: (() => void)[] = [];

  readonly push = (message: MqttMessage): void => {
    this.messages.push({
      topic: message.topic,
      payload: Buffer.from(message.payload).toString(),
      retain: message.retain,
    });
    for (const wake of this.#wake.splice(0)) wake();
  };

  listen(client: MqttClient): this {
    client.on("message", (topic, payload, packet) => this.push({ topic, payload, retain: packet.retain }));
    return this;
  }

  async has(count: number): Promise<typeof this.messages> {
    while (this.messages.length < count) await new Promise<void>((done) => this.#wake.push(done));
    return this.messages;
  }
}

/** Resolves when the connection of a client has ended. */
export const closing = (client: MqttClient): Promise<void> =>
  new Promise((done) => {
    client.once("close", () => done());
  });
