import type { Duplex } from "node:stream";
import type { IPublishPacket, MqttClient } from "mqtt";
import { HubError } from "../domain/errors.ts";
import { type Duration, Millis, Seconds } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { ConnectOptions, Network } from "../ports/network.ts";
import type { Random } from "../ports/random.ts";
import { asBuffer } from "./local-session.ts";
import type { MqttBus, MqttMessage, PublishOptions } from "./mqtt-bus.ts";
import { OfflineQueue, type QueuedMessage } from "./offline-queue.ts";
import { assertTopicFilter, assertTopicName } from "./topic.ts";

export interface ExternalBrokerOptions {
  readonly endpoint: ConnectOptions;
  readonly username?: string;
  /** Kept as long as the bus lives: it is asked for at every connection. */
  readonly password?: Buffer;
  /** First level or levels of this hub's topics; hubs that share a broker differ in it. */
  readonly base: string;
  /** Unique at the broker, stable for this hub. */
  readonly clientId: string;
  /** Seconds of silence after which either side checks; 0 = never. */
  readonly keepAlive?: Duration;
  /** It does not say on `{base}/bridge/state` that it is there, nor when it is gone. */
  readonly isSilent?: true;
  /** Messages kept while the broker is away. */
  readonly offlineMessages?: number;
  /** Called just before a message goes. @throws HubError it does not go */
  readonly leaving?: (topic: string, payloadBytes: number) => void;
}

const firstRetry = Seconds(1);
const longestRetry = Seconds(60);
/** From an open stream to CONNACK. */
const handshake = Seconds(10);

interface Subscription {
  /** MQTT 5 subscription identifier (3.8.2.1.2): says which of overlapping filters a message came for. */
  readonly identifier: number;
  readonly handlers: Set<(message: MqttMessage) => void>;
}

/**
 * The hub as an MQTT 5 client of the owner's own broker. Reconnects for ever, with growing and jittered
 * pauses; subscribes anew each time; keeps a bounded queue meanwhile. `{base}/bridge/state` says whether the hub is there.
 */
export class ExternalBroker implements MqttBus {
  readonly #random: Random;
  readonly #network: Pick<Network, "clock" | "connect">;
  readonly #log: Log;
  readonly #options: ExternalBrokerOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #byIdentifier = new Map<number, Subscription>();
  readonly #queue: OfflineQueue;
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  #client: MqttClient | undefined;
  #retry: Timer | undefined;
  #attempt = 0;
  #nextIdentifier = 1;
  #isConnected = false;
  #isClosed = false;
  /** Connections made so far. */
  connects = 0;

  constructor(
    random: Random,
    network: Pick<Network, "clock" | "connect">,
    log: Log,
    options: ExternalBrokerOptions,
  ) {
    this.#random = random;
    this.#network = network;
    this.#log = log;
    this.#options = options;
    this.#queue = new OfflineQueue(options.offlineMessages ?? 10_000);
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Messages waiting for the broker, and those that found no room or need not wait. */
  get gauges(): Readonly<Record<"queued" | "dropped", number>> {
    return { queued: this.#queue.size, dropped: this.#queue.dropped };
  }

  onConnection(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to connect; does not wait for it. */
  start(): void {
    void this.#connect();
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): void {
    assertTopicName(topic);
    const { retain = false, qos = 0 } = options;
    const message: QueuedMessage = { topic, payload: asBuffer(payload), retain, qos };
    if (this.#isConnected) this.#send(message);
    else this.#queue.put(message);
  }

  /**
   * As `MqttBus`; a further handler of a filter makes the broker send what is retained again, to all handlers of it.
   */
  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void {
    assertTopicFilter(filter);
    const present = this.#subscriptions.get(filter);
    const subscription = present ?? { identifier: this.#nextIdentifier++, handlers: new Set() };
    this.#subscriptions.set(filter, subscription);
    this.#byIdentifier.set(subscription.identifier, subscription);
    subscription.handlers.add(handler);
    if (this.#isConnected) this.#ask(filter, subscription);
    return () => this.#unsubscribe(filter, subscription, handler);
  }

  /** Says goodbye: the state topic says offline, what waits is given up. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retry?.cancel();
    const client = this.#client;
    if (client === undefined) return;
    if (
      this.#isConnected &&
      this.#options.isSilent !== true &&
      this.#mayLeave(this.#stateTopic, offline.length)
    )
      await client.publishAsync(this.#stateTopic, offline, { retain: true, qos: 1 });
    await client.endAsync(!this.#isConnected);
    this.#setConnected(false);
  }

  get #stateTopic(): string {
    return `${this.#options.base}/bridge/state`;
  }

  async #connect(): Promise<void> {
    try {
      // Loaded before there is a stream: one that ends while nobody listens to it yet would go unnoticed.
      const { default: mqtt } = await import("mqtt");
      const stream = await this.#network.connect(this.#options.endpoint);
      if (this.#isClosed) stream.destroy();
      else this.#speak(mqtt.MqttClient, stream);
    } catch (error) {
      this.#log.write("warn", "external-broker.unreachable", {
        code: error instanceof HubError ? error.code : "unknown",
        attempt: this.#attempt,
      });
      this.#again();
    }
  }

  /** A new client for each connection: all state that outlives one is ours. */
  #speak(Client: typeof MqttClient, stream: Duplex): void {
    const { username, password, clientId, keepAlive = Seconds(60), isSilent } = this.#options;
    const client = new Client(() => stream, {
      protocolVersion: 5,
      clientId,
      clean: true,
      reconnectPeriod: 0,
      keepalive: Math.round(keepAlive / 1_000),
      connectTimeout: handshake,
      queueQoSZero: false,
      resubscribe: false,
      timerVariant: "native",
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(isSilent === true
        ? {}
        : { will: { topic: this.#stateTopic, payload: Buffer.from(offline), retain: true, qos: 1 } }),
    });
    this.#client = client;
    client.on("connect", () => this.#connected());
    client.on("message", (topic, payload, packet) => this.#receive(topic, payload, packet));
    client.on("error", (error) => this.#refused(error));
    client.once("close", () => this.#lost(client));
  }

  #connected(): void {
    this.#attempt = 0;
    this.connects++;
    this.#setConnected(true);
    this.#log.write("info", "external-broker.connected", { connects: this.connects });
    for (const [filter, subscription] of this.#subscriptions) this.#ask(filter, subscription);
    // Not through `#send`: if this connection is lost too, the next one says it again.
    if (this.#options.isSilent !== true && this.#mayLeave(this.#stateTopic, online.length))
      this.#client?.publish(this.#stateTopic, online, { retain: true, qos: 1 }, nothing);
    for (const message of this.#queue.takeAll()) this.#send(message);
  }

  /** mqtt.js tells why a broker refuses by a numeric code of the standard (3.2.2.2). */
  #refused(error: Error): void {
    const reason = "code" in error ? String(error.code) : "unknown";
    this.#log.write("warn", "external-broker.refused", { reason });
  }

  #lost(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.end(true);
    this.#setConnected(false);
    this.#again();
  }

  #again(): void {
    if (this.#isClosed) return;
    const pause = Math.min(longestRetry, firstRetry * 2 ** this.#attempt++);
    // Between half and all of it: many hubs that lost one broker shall not come back as one.
    const jittered = pause * (0.5 + this.#random.next() / 2);
    this.#retry = this.#network.clock.after(Millis(jittered), () => void this.#connect());
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    for (const listener of this.#listeners) listener(isConnected);
  }

  #ask(filter: string, { identifier }: Subscription): void {
    this.#client?.subscribe(
      filter,
      { qos: 1, properties: { subscriptionIdentifier: identifier } },
      (error) => {
        if (error) this.#log.write("warn", "external-broker.subscription-refused", { identifier });
      },
    );
  }

  #unsubscribe(filter: string, subscription: Subscription, handler: (message: MqttMessage) => void): void {
    subscription.handlers.delete(handler);
    if (subscription.handlers.size > 0 || this.#subscriptions.get(filter) !== subscription) return;
    this.#subscriptions.delete(filter);
    this.#byIdentifier.delete(subscription.identifier);
    if (this.#isConnected) this.#client?.unsubscribe(filter);
  }

  #send(message: QueuedMessage): void {
    const { topic, payload, retain, qos } = message;
    if (!this.#mayLeave(topic, payload.byteLength)) return;
    this.#client?.publish(topic, payload, { retain, qos }, (error) => {
      // The connection went away under it; what must arrive waits for the next one.
      if (error) this.#queue.put(message);
    });
  }

  /** What is refused is given up: it would be refused the next time, too. */
  #mayLeave(topic: string, payloadBytes: number): boolean {
    try {
      this.#options.leaving?.(topic, payloadBytes);
      return true;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#log.write("warn", "external-broker.withheld", { code: error.code });
      return false;
    }
  }

  #receive(topic: string, payload: Buffer, packet: IPublishPacket): void {
    const identifiers = [packet.properties?.subscriptionIdentifier ?? []].flat();
    const message: MqttMessage = { topic, payload, retain: packet.retain };
    for (const identifier of identifiers) {
      for (const handler of this.#byIdentifier.get(identifier)?.handlers ?? []) handler(message);
    }
  }
}

const nothing = (): void => undefined;

const online = JSON.stringify({ state: "online" });
const offline = JSON.stringify({ state: "offline" });
