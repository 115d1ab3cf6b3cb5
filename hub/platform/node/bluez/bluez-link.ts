import { BleError } from "../../../domain/ble-errors.ts";
import type {
  BlePeer,
  BleSubscription,
  ConnectOptions,
  GattCharacteristicId,
  GattEntry,
  GattLink,
  GattProperty,
  LinkEnd,
  WriteMode,
} from "../../../ports/ble.ts";
import type { BluezBus, Properties } from "./bluez-bus.ts";
import { bleErrorOf, isBusError } from "./bluez-errors.ts";
import { PairingAgent } from "./pairing-agent.ts";

const device = "org.bluez.Device1";
const characteristic = "org.bluez.GattCharacteristic1";
/** Of an attribute packet before anything was agreed on (Core Specification, Vol 3 Part G, 5.2.1). */
const leastMtu = 23;

/** A characteristic as bluetoothd exports it. */
export interface BluezCharacteristic extends GattEntry {
  readonly path: string;
  readonly mtu: number | undefined;
}

/** By the word of bluetoothd; what it lists besides nobody here has a use for. */
export const gattProperties: Readonly<Record<string, GattProperty>> = {
  read: "read",
  write: "write",
  "write-without-response": "write-command",
  notify: "notify",
  indicate: "indicate",
};

type Listener = (value: Uint8Array) => void;

interface Notifying {
  readonly listeners: Set<Listener>;
  readonly begun: Promise<unknown>;
}

/** A device that bluetoothd is connected with for us. */
export class BluezLink implements GattLink {
  readonly peer: BlePeer;
  readonly mtu: number;
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  readonly #bus: BluezBus;
  readonly #path: string;
  readonly #bond: ConnectOptions["bond"];
  readonly #characteristics: readonly BluezCharacteristic[];
  readonly #notifying = new Map<string, Notifying>();
  #isPaired: boolean;
  #isAsked = false;
  #end: LinkEnd | undefined;
  #settle: (closed: { readonly reason: LinkEnd }) => void = () => {};

  /** @param path of its Device1. @param isPaired bluetoothd has keys of it */
  constructor(
    bus: BluezBus,
    peer: BlePeer,
    path: string,
    characteristics: readonly BluezCharacteristic[],
    { bond, isPaired }: { readonly bond: ConnectOptions["bond"]; readonly isPaired: boolean },
  ) {
    this.#bus = bus;
    this.peer = peer;
    this.#path = path;
    this.#characteristics = characteristics;
    this.#bond = bond;
    this.#isPaired = isPaired;
    this.mtu = Math.max(leastMtu, ...characteristics.map(({ mtu }) => mtu ?? leastMtu));
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async entries(): Promise<readonly GattEntry[]> {
    this.#assertOpen();
    return this.#characteristics.map(({ service, characteristic, properties }) => ({
      service,
      characteristic,
      properties,
    }));
  }

  async read(id: GattCharacteristicId): Promise<Uint8Array> {
    const value = await this.#asked(id, "ReadValue", "a{sv}", [{}]);
    if (!Buffer.isBuffer(value)) throw new BleError("nothing was read", { reason: "stack" });
    return Uint8Array.from(value);
  }

  async write(id: GattCharacteristicId, value: Uint8Array, mode: WriteMode): Promise<void> {
    const options = { type: this.#bus.variant("s", mode) };
    await this.#asked(id, "WriteValue", "aya{sv}", [Buffer.from(value), options]);
  }

  /** bluetoothd also tells what was read by somebody, as if it was notified. */
  async notify(id: GattCharacteristicId, listener: Listener): Promise<BleSubscription> {
    const { path } = this.#place(id);
    const notifying = this.#notifying.get(path) ?? {
      listeners: new Set<Listener>(),
      begun: this.#asked(id, "StartNotify"),
    };
    this.#notifying.set(path, notifying);
    notifying.listeners.add(listener);
    try {
      await notifying.begun;
    } catch (error) {
      this.#notifying.delete(path);
      throw error;
    }
    return { cancel: () => this.#silence(path, notifying, listener) };
  }

  /** bluetoothd knows how loud a device advertised, and not how it is heard on a link. */
  rssi(): Promise<undefined> {
    this.#assertOpen();
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#isAsked = true;
    await this.#disconnect();
    await this.closed;
  }

  /** bluetoothd says that it is over. */
  ended(reason: LinkEnd): void {
    this.#end ??= this.#isAsked ? "asked" : reason;
    this.#settle({ reason: this.#end });
  }

  changed(path: string, value: Uint8Array): void {
    for (const listener of this.#notifying.get(path)?.listeners ?? []) listener(Uint8Array.from(value));
  }

  async #asked(
    id: GattCharacteristicId,
    member: string,
    signature?: string,
    body?: unknown[],
  ): Promise<unknown> {
    const { path } = this.#place(id);
    const ask = () => this.#call(path, characteristic, member, signature, body);
    try {
      return await ask();
    } catch (error) {
      if (reasonIn(error) !== "encryption") throw error;
      await this.#paired();
      return ask();
    }
  }

  /** Who has forgotten us is not paired anew: it may be somebody else under its address. */
  async #paired(): Promise<void> {
    if (this.#isPaired) {
      this.#end = "security";
      await this.#disconnect();
      throw bondLost();
    }
    if (this.#bond === "never") throw new BleError("the device asks for a pairing", { reason: "encryption" });
    await new PairingAgent(this.#bus)
      .during(this.#path, () => this.#pair())
      .catch((error: unknown) => {
        throw error instanceof BleError ? error : bleErrorOf(error);
      });
    this.#isPaired = true;
    const trusted = [device, "Trusted", this.#bus.variant("b", true)];
    await this.#call(this.#path, "org.freedesktop.DBus.Properties", "Set", "ssv", trusted);
  }

  async #pair(): Promise<void> {
    try {
      await this.#bus.call(this.#path, device, "Pair");
    } catch (error) {
      if (isBusError(error, "AlreadyExists")) return;
      if (this.#end !== undefined) throw this.#closedError();
      throw new BleError("the device did not pair", { reason: "pairing-failed" }, { cause: error });
    }
  }

  async #call(
    path: string,
    iface: string,
    member: string,
    signature?: string,
    body?: unknown[],
  ): Promise<unknown> {
    this.#assertOpen();
    try {
      return await this.#bus.call(path, iface, member, signature, body);
    } catch (error) {
      // What fails with the link fails because of its end.
      this.#assertOpen();
      throw bleErrorOf(error);
    }
  }

  #disconnect(): Promise<unknown> {
    // That it has ended is all that was wanted, whoever did it.
    return this.#bus.call(this.#path, device, "Disconnect").catch(() => {});
  }

  #place({ service, characteristic: uuid }: GattCharacteristicId): BluezCharacteristic {
    this.#assertOpen();
    const found = this.#characteristics.find(
      (each) => each.service === service && each.characteristic === uuid,
    );
    if (found === undefined)
      throw new BleError("the device has no such characteristic", { reason: "not-found" });
    return found;
  }

  #silence(path: string, notifying: Notifying, listener: Listener): void {
    const isLast = notifying.listeners.delete(listener) && notifying.listeners.size === 0;
    if (!isLast || this.#end !== undefined) return;
    this.#notifying.delete(path);
    // Nobody listens any more: whether the device heard of it makes no difference here.
    this.#bus.call(path, characteristic, "StopNotify").catch(() => {});
  }

  #assertOpen(): void {
    if (this.#end !== undefined) throw this.#closedError();
  }

  /** A device with whom keys were shared, and that ends the link for want of them, has lost them. */
  #closedError(): BleError {
    if (this.#end === "security" && this.#isPaired) return bondLost();
    return new BleError("the link has ended", { reason: "closed", end: this.#end ?? "lost" });
  }
}

export const bondLost = (): BleError =>
  new BleError("the device has forgotten the pairing", { reason: "bond-lost" });

const reasonIn = (error: unknown): unknown =>
  error instanceof BleError ? error.context["reason"] : undefined;

/** Whether bluetoothd has keys of a device, by its properties. */
export const isPairedIn = (properties: Properties): boolean =>
  properties["Paired"] === true || properties["Bonded"] === true;
