import type { BlePeripheral, PeripheralCharacteristic, PeripheralProperty } from "../ble/peripheral.ts";
import type { Air } from "./air.ts";
import {
  type BleHostCharacteristic,
  type BleHostConnection,
  type BleHostManager,
  bleHostOn,
  bonds,
} from "./ble-host.ts";
import { Controller, type ControllerOptions } from "./controller.ts";
import { ControllerSocket } from "./controller-socket.ts";

/** 20 ms, the shortest there is: tests wait for it. */
const advertisingInterval = 0x20;
const pairingNotSupported = 0x05;

const propertyNames: Readonly<Record<PeripheralProperty, string>> = {
  read: "read",
  write: "write",
  "write-command": "write-without-response",
  notify: "notify",
  indicate: "indicate",
};

/** As ble-host takes UUIDs: a number, or with dashes. */
const hostUuid = (uuid: string): string | number =>
  uuid.length === 4
    ? Number.parseInt(uuid, 16)
    : uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

const isWritable = ({ properties }: PeripheralCharacteristic): boolean =>
  properties.includes("write") || properties.includes("write-command");

const permissions = (characteristic: PeripheralCharacteristic): object => {
  const permitted = characteristic.encrypted === true ? "encrypted" : "open";
  return {
    readPerm: characteristic.properties.includes("read") ? permitted : "not-permitted",
    writePerm: isWritable(characteristic) ? permitted : "not-permitted",
  };
};

/** Puts a device on the air: a controller, and ble-host above it as the stack of its firmware. */
export class MountedPeripheral {
  readonly controller: Controller;
  readonly #peripheral: BlePeripheral;
  #socket: ControllerSocket | undefined;
  #connection: BleHostConnection | undefined;
  readonly #unsubscribe = new Map<PeripheralCharacteristic, () => void>();

  private constructor(controller: Controller, peripheral: BlePeripheral) {
    this.controller = controller;
    this.#peripheral = peripheral;
  }

  static async on(
    air: Air,
    peripheral: BlePeripheral,
    options?: ControllerOptions,
  ): Promise<MountedPeripheral> {
    const { address, addressType } = peripheral;
    // A controller whose host chooses its own address has a public one all the same, and never uses it.
    const own = addressType === "public" ? address : `00${address.slice(2)}`;
    const controller = new Controller(air, { address: own, type: "public" }, options);
    const mounted = new MountedPeripheral(controller, peripheral);
    mounted.forgetBonds();
    await mounted.#boot();
    return mounted;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get hasBond(): boolean {
    return bonds.has(this.#bondName);
  }

  /** As after a reset of the device: the hub still has its key. */
  forgetBonds(): void {
    bonds.forget(this.#bondName);
  }

  /** Without power: whoever is connected finds out by waiting. */
  powerOff(): void {
    this.#socket?.stop();
    this.#ended();
    this.controller.unplug();
  }

  async powerOn(): Promise<void> {
    this.controller.plug();
    await this.#boot();
  }

  get #bondName(): string {
    const { address, addressType } = this.#peripheral;
    return `${addressType === "public" ? "00" : "01"}:${address.toUpperCase()}`;
  }

  async #boot(): Promise<void> {
    const socket = new ControllerSocket(this.controller);
    socket.start();
    this.#socket = socket;
    const { address, addressType, services } = this.#peripheral;
    const manager = await bleHostOn(socket, addressType === "random" ? address : undefined);
    manager.gattDb.addServices(
      services.map(({ uuid, characteristics }) => ({
        uuid: hostUuid(uuid),
        characteristics: characteristics.map((each) => this.#attribute(each)),
      })),
    );
    this.#advertise(manager);
  }

  #advertise(manager: BleHostManager): void {
    const set = this.controller.layer.legacy;
    set.refresh = () => {
      const { data, scanResponse } = this.#peripheral.advertisement();
      const { connectable } = this.#peripheral;
      set.data = Buffer.from(data);
      set.scanResponse = Buffer.from(scanResponse ?? []);
      const isScannable = connectable || scanResponse !== undefined;
      set.parameters = { ...set.parameters, isConnectable: connectable, isScannable };
    };
    const interval = { intervalMin: advertisingInterval, intervalMax: advertisingInterval };
    manager.startAdvertising(interval, (status, connection) => {
      if (status === 0 && connection !== undefined) this.#connected(manager, connection);
    });
  }

  #connected(manager: BleHostManager, connection: BleHostConnection): void {
    this.#connection = connection;
    connection.smp.on("pairingRequest", (_request: object, accept: (features: object) => void) => {
      const { bonding, isPairable } = this.#peripheral;
      if (bonding === "just-works" && isPairable) accept({});
      else connection.smp.sendPairingFailed(pairingNotSupported);
    });
    connection.on("disconnect", () => {
      if (this.#connection !== connection) return;
      this.#ended();
      this.#advertise(manager);
    });
    this.#peripheral.connected?.(() => connection.disconnect());
  }

  #ended(): void {
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    for (const end of this.#unsubscribe.values()) end();
    this.#unsubscribe.clear();
    this.#peripheral.disconnected?.();
  }

  #attribute(characteristic: PeripheralCharacteristic): BleHostCharacteristic {
    const { uuid, properties, read, write, subscribe } = characteristic;
    const attribute: BleHostCharacteristic = {
      uuid: hostUuid(uuid),
      properties: properties.map((property) => propertyNames[property]),
      ...permissions(characteristic),
      ...(read === undefined
        ? {}
        : {
            onRead: (_connection, answer) => {
              const value = read();
              if (typeof value === "number") answer(value);
              else answer(0, Buffer.from(value));
            },
          }),
      ...(write === undefined
        ? {}
        : {
            onWrite: (_connection, withResponse, value, answer) => answer(write(value, withResponse)),
          }),
      ...(subscribe === undefined
        ? {}
        : {
            onSubscriptionChange: (connection, notify, indicate) => {
              this.#unsubscribe.get(characteristic)?.();
              this.#unsubscribe.delete(characteristic);
              if (!notify && !indicate) return;
              const tell = (value: Uint8Array) =>
                notify
                  ? attribute.notify?.(connection, Buffer.from(value))
                  : attribute.indicate?.(connection, Buffer.from(value));
              this.#unsubscribe.set(characteristic, subscribe(tell));
            },
          }),
    };
    return attribute;
  }
}
