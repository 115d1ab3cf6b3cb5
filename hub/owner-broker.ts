import { ExternalBroker } from "./broker/external-broker.ts";
import type { HubConfig } from "./config.ts";
import type { EventBus } from "./domain/event.ts";
import { type DiscoveryRooms, HomeAssistantDiscovery } from "./interop/home-assistant/discovery.ts";
import { NorthboundMqtt, type NorthboundRooms } from "./interop/mqtt/northbound.ts";
import type { Log } from "./ports/log.ts";
import type { ConnectOptions, Network, TlsIdentity } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";

/** What reaches the owner's broker beside its address; read from the files the owner named. */
export interface OwnerBrokerSecrets {
  readonly password?: Buffer;
  /** PEM of the authority that signed its certificate. */
  readonly authority?: string;
  /** By which it knows the hub. */
  readonly identity?: TlsIdentity;
}

export interface OwnerBrokerHub {
  readonly id: string;
  readonly version: string;
  readonly base: string;
  readonly homeAssistant: boolean;
  /** Whether Home Assistant was told of this home before; kept over restarts. */
  readonly announced: { readonly get: () => boolean; readonly set: (announced: boolean) => void };
}

/**
 * The hub's client of the owner's broker: one connection for the home's topics and for the devices that live there.
 * @param isSilent it does not say that it is there
 * @param leaving hears of each message just before it goes; absent: nobody does
 */
export const ownerBus = (
  { random, network }: Pick<Platform, "random"> & { readonly network: Pick<Network, "clock" | "connect"> },
  log: Log,
  at: NonNullable<HubConfig["external"]>,
  { password, ...tls }: OwnerBrokerSecrets,
  { id, base }: Pick<OwnerBrokerHub, "id" | "base">,
  isSilent = false,
  leaving?: (topic: string, payloadBytes: number) => void,
): ExternalBroker =>
  new ExternalBroker(random.fork("owner-broker"), network, log, {
    endpoint: ownerEndpoint(at, tls),
    ...(at.user === undefined ? {} : { username: at.user }),
    ...(password === undefined ? {} : { password }),
    base,
    clientId: `lampkeeper-${id}`,
    ...(leaving === undefined ? {} : { leaving }),
    ...(isSilent ? { isSilent } : {}),
  });

/** @param secrets without an authority: the system's */
export const ownerEndpoint = (
  { host, port, tls }: NonNullable<HubConfig["external"]>,
  { authority, identity }: Omit<OwnerBrokerSecrets, "password">,
): ConnectOptions => ({
  host,
  port,
  ...(tls && { tls: { ...(authority && { authority }), ...(identity && { identity }) } }),
});

/** The home on a broker of the owner's own: the northbound topics, and Home Assistant's discovery when switched on. */
export class OwnerBroker {
  readonly #broker: ExternalBroker;
  readonly #northbound: NorthboundMqtt;
  readonly #discovery: HomeAssistantDiscovery;
  readonly #hub: OwnerBrokerHub;

  constructor(
    { clock, random }: Pick<Platform, "clock" | "random">,
    log: Log,
    bus: EventBus,
    broker: ExternalBroker,
    rooms: NorthboundRooms & DiscoveryRooms,
    hub: OwnerBrokerHub,
  ) {
    this.#broker = broker;
    this.#northbound = new NorthboundMqtt(log, bus, this.#broker, rooms, hub.base);
    const { id, version, base } = hub;
    const options = { id, version, base, prefix: "homeassistant" };
    const chance = random.fork("home-assistant");
    this.#discovery = new HomeAssistantDiscovery(clock, chance, bus, this.#broker, rooms, options);
    this.#hub = hub;
  }

  /** Begins to connect; the home does not wait for it. @throws InvalidInput base topic is Home Assistant's prefix */
  start(): void {
    if (this.#hub.homeAssistant) this.#discovery.start();
    this.#northbound.start();
    this.#broker.onConnection((isConnected) => {
      if (isConnected) this.#connected();
    });
    this.#broker.start();
  }

  #connected(): void {
    const { homeAssistant, announced } = this.#hub;
    // What was said once is retained: an owner who switched this off wants it taken back.
    if (!homeAssistant && announced.get()) this.#discovery.withdraw();
    if (announced.get() !== homeAssistant) announced.set(homeAssistant);
    // The broker may have lost what it had retained; the first time everything waits in the queue already.
    if (this.#broker.connects <= 1) return;
    this.#northbound.announce();
    if (homeAssistant) this.#discovery.announce();
  }

  async close(): Promise<void> {
    this.#discovery.close();
    this.#northbound.close();
    await this.#broker.close();
  }

  counts(): ReturnType<NorthboundMqtt["counts"]> {
    return this.#northbound.counts();
  }
}
