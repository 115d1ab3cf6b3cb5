import { BleError } from "../../hub/domain/ble-errors.ts";
import type {
  BlePeer,
  BleSubscription,
  GattCharacteristicId,
  GattEntry,
  GattLink,
  LinkEnd,
} from "../../hub/ports/ble.ts";
import type { PeripheralCharacteristic, PeripheralRole } from "../../hub/ports/ble-peripheral.ts";

/** A link in memory to a device as its firmware fills it: what a radio would carry, without one. */
export class GattWire implements GattLink {
  readonly peer: BlePeer;
  readonly mtu: number;
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  /** Every value that went over it, either way. */
  readonly carried: Buffer[] = [];
  /** The very bytes that were handed to `write`. */
  readonly written: Uint8Array[] = [];
  /** A test stands between: undefined swallows what was written. */
  onWrite: (value: Uint8Array) => Uint8Array | undefined = (value) => value;
  /** The same for what is notified. */
  onNotify: (value: Uint8Array) => Uint8Array | undefined = (value) => value;
  readonly #device: PeripheralRole;
  #end: (how: { readonly reason: LinkEnd }) => void = () => {};
  #isOpen = true;

  constructor(device: PeripheralRole, mtu = 23, address = "a4:c1:38:02:83:f4") {
    this.#device = device;
    this.mtu = mtu;
    this.peer = { address, addressType: "public" };
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    device.connected?.(() => this.hangUp("peer"));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  hangUp(reason: LinkEnd): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#device.disconnected?.();
    this.#end({ reason });
  }

  async entries(): Promise<readonly GattEntry[]> {
    return this.#device.services.flatMap(({ uuid, characteristics }) =>
      characteristics.map((each) => ({
        service: uuid,
        characteristic: each.uuid,
        properties: each.properties,
      })),
    );
  }

  async read(id: GattCharacteristicId): Promise<Uint8Array> {
    const value = this.#at(id).read?.() ?? 0x02;
    if (typeof value === "number") throw new BleError("refused", { reason: "refused", att: value });
    return value;
  }

  async write(id: GattCharacteristicId, value: Uint8Array): Promise<void> {
    const found = this.#at(id);
    if (value.length > this.mtu - 3) throw new BleError("too long", { reason: "too-long" });
    this.carried.push(Buffer.from(value));
    this.written.push(value);
    const arrived = this.onWrite(value);
    const code = arrived === undefined ? 0 : (found.write?.(Buffer.from(arrived), true) ?? 0x03);
    if (code !== 0) throw new BleError("refused", { reason: "refused", att: code });
  }

  async notify(id: GattCharacteristicId, listener: (value: Uint8Array) => void): Promise<BleSubscription> {
    const subscribe = this.#at(id).subscribe;
    if (subscribe === undefined) throw new BleError("no such thing", { reason: "not-found" });
    const cancel = subscribe((value) => {
      this.carried.push(Buffer.from(value));
      const arrived = this.#isOpen ? this.onNotify(value) : undefined;
      if (arrived !== undefined) listener(arrived);
    });
    return { cancel };
  }

  async rssi(): Promise<number | undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.hangUp("asked");
  }

  #at({ service, characteristic }: GattCharacteristicId): PeripheralCharacteristic {
    if (!this.#isOpen) throw new BleError("the link has ended", { reason: "closed", end: "lost" });
    const found = this.#device.services
      .find(({ uuid }) => uuid === service)
      ?.characteristics.find(({ uuid }) => uuid === characteristic);
    if (found === undefined) throw new BleError("no such thing", { reason: "not-found" });
    return found;
  }
}
