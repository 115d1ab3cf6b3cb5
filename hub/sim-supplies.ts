import type { PlannedDevice } from "../devices/sim/furnish.ts";
import type { Enrolment } from "../devices/sim/house.ts";
import { MqttTransport } from "../devices/sim/mqtt-transport.ts";
import { type SessionHost, SessionTransport } from "../devices/sim/session-transport.ts";
import type { DeviceTransport, Flash, LampFlash } from "../devices/sim/transport.ts";
import type { EmbeddedBroker } from "./broker/embedded-broker.ts";
import type { AccessGrant } from "./broker/mqtt-bus.ts";
import { NotAuthorised } from "./domain/errors.ts";
import type { Device } from "./domain/home.ts";
import type { DeviceCredentials } from "./inventory/device-identity.ts";
import type { ConnectOptions } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";
import type { Random } from "./ports/random.ts";
import type { CollectionValue } from "./privacy/data-map.ts";
import type { Collection } from "./privacy/guarded-store.ts";
import type { SealedStore } from "./privacy/sealed-store.ts";

/** What the simulated devices run on. `sockets` keeps the pace of real sockets, whatever the home's speed. */
export interface SimHomeWorld extends Pick<Platform, "clock" | "network"> {
  readonly random: Random;
  readonly sockets: Platform["clock"];
  /** Where the hub's broker takes devices with a socket of their own. */
  readonly broker: ConnectOptions;
  /** The owner's own broker and the hub's login there; present: devices with a socket of their own live on it. */
  readonly owner?: OwnerLogin;
}

export interface OwnerLogin {
  readonly endpoint: ConnectOptions;
  readonly username?: string | undefined;
  readonly password?: Buffer | undefined;
}

/** Which devices have a socket of their own: all, or so many of those that are objects in this process. */
export interface SimLinks {
  readonly lamps: "mqtt" | "object";
  readonly external: number;
}

/** What a simulated device is to the hub that it belongs to. */
export type SimResident = Pick<Device, "id" | "kind" | "profile" | "address" | "via">;

/** Whose devices they are: a hub's, or those of one that is being reset. */
export interface SimHost {
  readonly broker: Pick<EmbeddedBroker, "attach">;
  deviceAt(address: string): SimResident | undefined;
  credentialsOf(device: SimResident): DeviceCredentials | undefined;
  grantOfDevice(device: SimResident): AccessGrant | undefined;
}

/** Which of its kind it is. */
export const numberOf = ({ address }: SimResident): number =>
  Number(address.slice(address.lastIndexOf("-") + 1));

/** As a house is told of one that lives there already. */
export const plannedOf = (
  device: SimResident & Partial<Pick<Device, "name" | "powerOn">>,
): PlannedDevice => ({
  kind: device.kind,
  profile: device.profile,
  name: device.name ?? "",
  room: 0,
  powerOn: device.powerOn ?? "previous",
});

/** A simulated device's flash lies in the hub's store, sealed under the key that reaches the device. */
class StoredFlash implements LampFlash {
  readonly #storage: Collection<CollectionValue<"sim-storage">>;
  readonly #address: string;

  constructor(storage: Collection<CollectionValue<"sim-storage">>, address: string) {
    this.#storage = storage;
    this.#address = address;
  }

  get cell(): Flash {
    return new StoredFlash(this.#storage, `cell/${this.#address}`);
  }

  load(): Uint8Array | undefined {
    const kept = this.#storage.get(this.#address);
    return kept === undefined ? undefined : Buffer.from(kept.content, "base64");
  }

  save(bytes: Uint8Array): void {
    const address = this.#address;
    this.#storage.put(address, { address, content: Buffer.from(bytes).toString("base64") });
  }
}

/** @param address of a device, or a name that no device has */
export const simFlash = (store: SealedStore, address: string): LampFlash =>
  new StoredFlash(storageIn(store), address);

const storageIn = (store: SealedStore): Collection<CollectionValue<"sim-storage">> =>
  store.for("simulation").collection("sim-storage");

/** Links and storage of simulated devices. */
export class SimSupplies {
  readonly #host: SimHost;
  readonly #world: SimHomeWorld;
  readonly #config: SimLinks;
  /** One way into the store for ten thousand lamps. */
  readonly #storage: Collection<CollectionValue<"sim-storage">>;

  constructor(host: SimHost, world: SimHomeWorld, config: SimLinks, store: SealedStore) {
    this.#host = host;
    this.#world = world;
    this.#config = config;
    this.#storage = storageIn(store);
  }

  enrolment(device: SimResident): Enrolment {
    const { id, address } = device;
    // An object in this process is let in as what it is: it needs no password, and each one costs a derivation.
    if (device.via !== "owner" && !this.hasSocket(numberOf(device))) return { id, address };
    const { username, password } = this.#host.credentialsOf(device) ?? this.#world.owner ?? {};
    return { id, address, username, password };
  }

  transport({ address, username, password }: Enrolment): DeviceTransport {
    const { sockets, random, network, broker, owner } = this.#world;
    const device = this.#host.deviceAt(address);
    const home = device?.via === "owner" ? owner?.endpoint : undefined;
    if (device === undefined || (home === undefined && !this.hasSocket(numberOf(device)))) {
      return new SessionTransport(sockets, this.#sessions, address);
    }
    const login = { clientId: address, username, password };
    return new MqttTransport(sockets, random.fork(address), network, { endpoint: home ?? broker, ...login });
  }

  flash(address: string): LampFlash {
    return new StoredFlash(this.#storage, address);
  }

  hasSocket(number: number): boolean {
    return this.#config.lamps === "mqtt" || number < this.#config.external;
  }

  /** What a device may touch is for the hub to say, as over a socket; what it asks for itself counts for nothing. */
  readonly #sessions: SessionHost = {
    attach: ({ id }, listener) => {
      const device = this.#host.deviceAt(id);
      const grant = device === undefined ? undefined : this.#host.grantOfDevice(device);
      if (grant === undefined) throw new NotAuthorised("no such device", { id });
      return this.#host.broker.attach(grant, listener);
    },
  };
}
