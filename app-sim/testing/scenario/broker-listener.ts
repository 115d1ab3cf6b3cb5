import type { MqttClient } from "mqtt";
import type { StageMessage } from "./stage.ts";

export interface BrokerAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly base: string;
}

/** Hears everything it may at a hub's broker, from the first question on. */
export class BrokerListener {
  readonly #address: BrokerAddress;
  readonly #heard: StageMessage[] = [];
  #client: Promise<MqttClient> | undefined;

  constructor(address: BrokerAddress) {
    this.#address = address;
  }

  /** Connects, unless it has. */
  async open(): Promise<MqttClient> {
    this.#client ??= this.#connect();
    return await this.#client;
  }

  async heard(): Promise<readonly StageMessage[]> {
    await this.open();
    return this.#heard;
  }

  async publish(topic: string, payload: string): Promise<void> {
    await (await this.open()).publishAsync(topic, payload, { qos: 1 });
  }

  async close(): Promise<void> {
    await (await this.#client)?.endAsync(true);
  }

  async #connect(): Promise<MqttClient> {
    const { url, username, password, base } = this.#address;
    const { default: mqtt } = await import("mqtt");
    const { hostname: host, port } = new URL(url);
    const client = await mqtt.connectAsync({
      host,
      port: Number(port),
      username,
      password,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    client.on("message", (topic, payload) => this.#heard.push({ topic, payload: payload.toString() }));
    await client.subscribeAsync(`${base}/#`, { qos: 1 });
    return client;
  }
}
