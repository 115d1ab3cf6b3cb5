import { ExternalBroker } from "./broker/external-broker.ts";
import type { HubConfig } from "./config.ts";
import type { EventBus } from "./domain/event.ts";
import { type DiscoveryRooms, HomeAssistantDiscovery } from "./interop/home-assistant/discovery.ts";
import { NorthboundMqtt, type NorthboundRooms } from "./interop/mqtt/northbound.ts";
import type { Log } from "./ports/log.ts";
import type { Platform } from "./ports/platform.ts";

/** What reaches the owner's broker beside its address; read from the files the owner named. */
export interface OwnerBrokerSecrets {
  readonly password?: Buffer;
  /** PEM of the authority that signed its certificate. */
  readonly authority?: string;
}

export interface OwnerBrokerHub {
  readonly id: string;
  readonly version: string;
  readonly base: string;
  readonly homeAssistant: boolean;
}

/** The home on a broker of the owner's own: the northbound topics, and Home Assistant's discovery when switched on. */
export class OwnerBroker {
  readonly #broker: ExternalBroker;
  readonly #northbound: NorthboundMqtt;
  readonly #discovery: HomeAssistantDiscovery | undefined;

  constructor(
    { clock, random, network }: Pick<Platform, "clock" | "random" | "network">,
    log: Log,
    bus: EventBus,
    rooms: NorthboundRooms & DiscoveryRooms,
    at: NonNullable<HubConfig["external"]>,
    secrets: OwnerBrokerSecrets,
    hub: OwnerBrokerHub,
  ) {
    const { host, port, tls, user } = at;
    const { password, authority } = secrets;
    this.#broker = new ExternalBroker(clock, random.fork("owner-broker"), network, log, {
      endpoint: { host, port, ...(tls ? { tls: authority === undefined ? {} : { authority } } : {}) },
      ...(user === undefined ? {} : { username: user }),
      ...(password === undefined ? {} : { password }),
      base: hub.base,
      clientId: `lampkeeper-${hub.id}`,
    });
    this.#northbound = new NorthboundMqtt(log, bus, this.#broker, rooms, hub.base);
    this.#discovery = hub.homeAssistant
      ? new HomeAssistantDiscovery(clock, random.fork("home-assistant"), bus, this.#broker, rooms, {
          ...hub,
          prefix: "homeassistant",
        })
      : undefined;
  }

  /** Begins to connect; the home does not wait for it. @throws InvalidInput base topic is Home Assistant's prefix */
  start(): void {
    this.#discovery?.start();
    this.#northbound.start();
    this.#broker.onConnection((isConnected) => {
      // The broker may have lost what it had retained; the first time everything waits in the queue already.
      if (!isConnected || this.#broker.connects <= 1) return;
      this.#northbound.announce();
      this.#discovery?.announce();
    });
    this.#broker.start();
  }

  async close(): Promise<void> {
    this.#discovery?.close();
    this.#northbound.close();
    await this.#broker.close();
  }

  counts(): ReturnType<NorthboundMqtt["counts"]> {
    return this.#northbound.counts();
  }
}
