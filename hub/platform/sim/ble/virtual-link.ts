import { BleError } from "../../../domain/ble-errors.ts";
import { Millis, Seconds } from "../../../domain/units.ts";
import type {
  BlePeer,
  BleSubscription,
  ConnectOptions,
  GattCharacteristicId,
  GattEntry,
  GattLink,
  LinkEnd,
  WriteMode,
} from "../../../ports/ble.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import { type EtherCharacteristic, type EtherLink, isHeardOf, type Placed } from "./ether.ts";
import type { VirtualCall, VirtualFaults } from "./virtual-faults.ts";

/** What a link needs of its radio. */
export interface LinkRadio {
  readonly clock: Clock;
  readonly random: Random;
  readonly bond: ConnectOptions["bond"];
  readonly fault: VirtualFaults;
  readonly keepsBonds: boolean;
  hasBond(address: string): boolean;
  bonded(address: string): void;
  ended(link: VirtualLink): void;
}

/** Silence after which a link is given up. */
const supervisionTimeout = Seconds(4);
/** Result code of the attribute protocol for a value that is not read or written so (Vol 3 Part F, 3.4.1.1). */
const notPermitted = { read: 0x02, write: 0x03 };

const refused = (att: number): BleError => new BleError("the device refused", { reason: "refused", att });

/** A link over the ether. As raw as one of a real stack: what is never answered never settles. */
export class VirtualLink implements GattLink, EtherLink {
  readonly mtu = 247;
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  readonly #placed: Placed;
  readonly #radio: LinkRadio;
  readonly #subscriptions = new Set<() => void>();
  #end: LinkEnd | undefined;
  #settle: (end: { readonly reason: LinkEnd }) => void = () => {};
  #isEncrypted = false;

  constructor(placed: Placed, radio: LinkRadio) {
    this.#placed = placed;
    this.#radio = radio;
    this.closed = new Promise((done) => {
      this.#settle = done;
    });
    placed.link = this;
    placed.device.connected?.(() => this.finish("peer"));
  }

  get peer(): BlePeer {
    const { address, addressType } = this.#placed.device;
    return { address, addressType };
  }

  async entries(): Promise<readonly GattEntry[]> {
    return this.#call("entries", () =>
      this.#placed.device.services.flatMap(({ uuid: service, characteristics }) =>
        characteristics.map(({ uuid: characteristic, properties }) => ({
          service,
          characteristic,
          properties,
        })),
      ),
    );
  }

  async read(id: GattCharacteristicId): Promise<Uint8Array> {
    return this.#call("read", async () => {
      const characteristic = await this.#open(id);
      const value = characteristic.properties.includes("read") ? characteristic.read?.() : undefined;
      if (typeof value === "object") return value;
      throw refused(value ?? notPermitted.read);
    });
  }

  async write(id: GattCharacteristicId, value: Uint8Array, mode: WriteMode): Promise<void> {
    await this.#call("write", async () => {
      if (mode === "command") {
        this.#characteristic(id).write?.(value, false);
        return;
      }
      const characteristic = await this.#open(id);
      const isWritable = characteristic.properties.includes("write");
      const code = isWritable ? characteristic.write?.(value, true) : undefined;
      if (code !== 0) throw refused(code ?? notPermitted.write);
    });
  }

  async notify(id: GattCharacteristicId, listener: (value: Uint8Array) => void): Promise<BleSubscription> {
    return this.#call("notify", async () => {
      const { subscribe } = await this.#open(id);
      if (subscribe === undefined) throw refused(notPermitted.write);
      const cancel = subscribe((value) => this.#notified(value, listener));
      this.#subscriptions.add(cancel);
      return {
        cancel: () => {
          if (this.#subscriptions.delete(cancel)) cancel();
        },
      };
    });
  }

  async rssi(): Promise<number | undefined> {
    return this.#call("rssi", () => this.#placed.reception.rssi);
  }

  async close(): Promise<void> {
    const fault = this.#radio.fault({ kind: "close", address: this.peer.address });
    if (fault === "hang") await new Promise(() => {});
    this.finish("asked");
  }

  outOfRange(): void {
    this.#radio.clock.after(supervisionTimeout, () => {
      if (!isHeardOf(this.#placed)) this.finish("lost");
    });
  }

  drop(): void {
    this.finish("lost");
  }

  /** The link ends, whoever ended it. */
  finish(reason: LinkEnd): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#placed.link = undefined;
    for (const cancel of this.#subscriptions) cancel();
    this.#subscriptions.clear();
    this.#placed.device.disconnected?.();
    this.#radio.ended(this);
    this.#settle({ reason });
  }

  async #call<Result>(kind: VirtualCall["kind"], act: () => Result | Promise<Result>): Promise<Result> {
    this.#assertOpen();
    const fault = this.#radio.fault({ kind, address: this.peer.address });
    if (fault === "hang") return new Promise(() => {});
    await this.#packet();
    if (fault instanceof BleError) throw fault;
    if (fault instanceof Uint8Array) return fault as Result;
    const result = await act();
    return fault === "lost" ? new Promise(() => {}) : result;
  }

  /** One packet and its answer, sent again as often as it is lost; out of range until the link has ended. */
  async #packet(): Promise<void> {
    const { clock, random } = this.#radio;
    const { reception } = this.#placed;
    do await clock.sleep(Millis(reception.latency * (0.5 + random.next())));
    while (random.next() < reception.loss);
    if (!isHeardOf(this.#placed)) {
      this.outOfRange();
      await this.closed;
    }
    this.#assertOpen();
  }

  #notified(value: Uint8Array, listener: (value: Uint8Array) => void): void {
    const fault = this.#radio.fault({ kind: "notification", address: this.peer.address });
    if (fault === "lost" || fault === "hang") return;
    const heard = fault instanceof Uint8Array ? fault : Uint8Array.from(value);
    this.#radio.clock.after(this.#placed.reception.latency, () => {
      if (this.#end === undefined && isHeardOf(this.#placed)) listener(heard);
    });
  }

  #characteristic({ service, characteristic }: GattCharacteristicId): EtherCharacteristic {
    const found = this.#placed.device.services
      .find(({ uuid }) => uuid === service)
      ?.characteristics.find(({ uuid }) => uuid === characteristic);
    if (found === undefined)
      throw new BleError("the device has no such characteristic", { reason: "not-found" });
    return found;
  }

  async #open(id: GattCharacteristicId): Promise<EtherCharacteristic> {
    const characteristic = this.#characteristic(id);
    if (characteristic.encrypted === true && !this.#isEncrypted) await this.#encrypt();
    return characteristic;
  }

  async #encrypt(): Promise<void> {
    const { device, isBonded } = this.#placed;
    const { address } = device;
    if (this.#radio.hasBond(address)) {
      if (!isBonded) {
        this.finish("security");
        throw new BleError("the device has forgotten the pairing", { reason: "bond-lost" });
      }
    } else {
      if (this.#radio.bond === "never" || !this.#radio.keepsBonds)
        throw new BleError("the device asks for a pairing", { reason: "encryption" });
      await this.#pair();
    }
    this.#isEncrypted = true;
  }

  async #pair(): Promise<void> {
    const { device } = this.#placed;
    await this.#packet();
    if (device.bonding === "none" || !device.isPairable)
      throw new BleError("the device did not pair", { reason: "pairing-failed" });
    this.#placed.isBonded = true;
    this.#radio.bonded(device.address);
  }

  #assertOpen(): void {
    if (this.#end !== undefined)
      throw new BleError("the connection has ended", { reason: "closed", end: this.#end });
  }
}
