import { Variant } from "@jellybrick/dbus-next";
import type { BlePeripheral } from "../../../devices/sim/ble/peripheral.ts";
import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";

/*
 * What bluetoothd calls things on the bus.
 */

export type Values = Record<string, Variant>;

/** A D-Bus error by its name behind `org.bluez.Error.`, with its text. */
export class Refusal extends Error {
  readonly word: string;

  constructor(word: string, text = word) {
    super(text);
    this.word = word;
  }
}

export const longUuid = (uuid: string): string => {
  const digits = uuid.length === 4 ? `0000${uuid}00001000800000805f9b34fb` : uuid;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/** create_gatt_dbus_error of bluetoothd's gatt-client.c */
export const attRefusal = (code: number): Refusal => {
  if (code === 0x02) return new Refusal("NotPermitted", "Read not permitted");
  if (code === 0x03) return new Refusal("NotPermitted", "Write not permitted");
  if (code === 0x0d) return new Refusal("InvalidArguments", "Invalid Length");
  return new Refusal("Failed", `Operation failed with ATT error: 0x${code.toString(16).padStart(2, "0")}`);
};

/** Properties of a Device1, from what it advertises. @param rssi dBm; undefined: it was not heard */
export const deviceValues = (
  peripheral: BlePeripheral,
  adapter: string,
  rssi: number | undefined,
): Values => {
  const { address, addressType } = peripheral;
  const { data, scanResponse = new Uint8Array() } = peripheral.advertisement();
  const { name, flags, services, manufacturerData, serviceData } = readAdStructures(
    Buffer.concat([data, scanResponse]),
  );
  const makers = manufacturerData.map(({ company, data }) => [company, new Variant("ay", Buffer.from(data))]);
  const told = serviceData.map(({ service, data }) => [
    longUuid(service),
    new Variant("ay", Buffer.from(data)),
  ]);
  return {
    Address: new Variant("s", address.toUpperCase()),
    AddressType: new Variant("s", addressType),
    Adapter: new Variant("o", adapter),
    Paired: new Variant("b", false),
    Bonded: new Variant("b", false),
    Trusted: new Variant("b", false),
    Connected: new Variant("b", false),
    ServicesResolved: new Variant("b", false),
    UUIDs: new Variant("as", services.map(longUuid)),
    ...(name === undefined ? {} : { Name: new Variant("s", name) }),
    ...(flags === undefined ? {} : { AdvertisingFlags: new Variant("ay", Buffer.of(flags)) }),
    ...(makers.length === 0 ? {} : { ManufacturerData: new Variant("a{qv}", Object.fromEntries(makers)) }),
    ...(told.length === 0 ? {} : { ServiceData: new Variant("a{sv}", Object.fromEntries(told)) }),
    ...(rssi === undefined ? {} : { RSSI: new Variant("n", rssi) }),
  };
};
