import type { BlePeripheral, PeripheralCharacteristic, PeripheralProperty } from "../ble/peripheral.ts";
import {
  type BleHostCharacteristic,
  type BleHostConnection,
  type BleHostManager,
  type BleHostTransport,
  bleHostOn,
} from "./ble-host.ts";

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

/** The host stack of a device's firmware: ble-host, filled with the device's attributes. It advertises whenever nobody is connected. */
export class PeripheralHost {
  readonly #manager: BleHostManager;
  readonly #peripheral: BlePeripheral;
  readonly #advertises: () => void;
  #connection: BleHostConnection | undefined;
  readonly #unsubscribe = new Map<PeripheralCharacteristic, () => void>();

  private constructor(manager: BleHostManager, peripheral: BlePeripheral, advertises: () => void) {
    this.#manager = manager;
    this.#peripheral = peripheral;
    this.#advertises = advertises;
  }

  /** @param advertises called each time it begins to */
  static async start(
    transport: BleHostTransport,
    peripheral: BlePeripheral,
    advertises: () => void = () => {},
  ): Promise<PeripheralHost> {
    const { address, addressType, services } = peripheral;
    const manager = await bleHostOn(transport, addressType === "random" ? address : undefined);
    const host = new PeripheralHost(manager, peripheral, advertises);
    manager.gattDb.addServices(
      services.map(({ uuid, characteristics }) => ({
        uuid: hostUuid(uuid),
        characteristics: characteristics.map((each) => host.#attribute(each)),
      })),
    );
    host.#advertise();
    return host;
  }

  /** Whoever is connected is let go, without a word. */
  ended(): void {
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    for (const end of this.#unsubscribe.values()) end();
    this.#unsubscribe.clear();
    this.#peripheral.disconnected?.();
  }

  #advertise(): void {
    const { data, scanResponse } = this.#peripheral.advertisement();
    this.#manager.setAdvertisingData(Buffer.from(data));
    this.#manager.setScanResponseData(Buffer.from(scanResponse ?? []));
    this.#advertises();
    const interval = { intervalMin: advertisingInterval, intervalMax: advertisingInterval };
    this.#manager.startAdvertising(interval, (status, connection) => {
      if (status === 0 && connection !== undefined) this.#connected(connection);
    });
  }

  #connected(connection: BleHostConnection): void {
    this.#connection = connection;
    connection.smp.on("pairingRequest", (_request: object, accept: (features: object) => void) => {
      const { bonding, isPairable } = this.#peripheral;
      if (bonding === "just-works" && isPairable) accept({});
      else connection.smp.sendPairingFailed(pairingNotSupported);
    });
    connection.on("disconnect", () => {
      if (this.#connection !== connection) return;
      this.ended();
      this.#advertise();
    });
    this.#peripheral.connected?.(() => connection.disconnect());
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
