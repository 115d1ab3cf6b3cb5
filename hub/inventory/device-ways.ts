import { bleDeviceAddress, blePeerOf } from "../domain/ble-address.ts";
import { CallerError, InvalidInput, NotCapable } from "../domain/errors.ts";
import type { Device, Via } from "../domain/home.ts";
import type { DeviceLink, Profile } from "../domain/profile.ts";

/** What connects a device's address to its topics or GATT; filled by the roof. */
export interface DeviceAttachment {
  /** Whether this hub has such a broker. */
  reaches(via: Via): boolean;
  attach(address: string, link: DeviceLink, via: Via): void;
  /** Nothing passes any more; what was known of it is kept. */
  detach(address: string): void;
  /** It has left the home, or is reached in another way alone: nothing that was known of it is kept. */
  forget(address: string): void;
}

/** A device was to be reached by the owner's broker, and this hub was started without one. */
export class NoOwnBroker extends CallerError {
  override readonly code = "no_own_broker";
  override readonly status = 409;
}

/** What a device speaks says by what it is reached, but for whose broker. @throws InvalidInput: not by what was asked for */
export const viaOf = ({ link }: Profile, asked: Via | undefined): Via => {
  if (link.kind === "ble" && (asked ?? "ble") !== "ble")
    throw new InvalidInput("this device does not speak MQTT", { path: "via" });
  if (link.kind === "mqtt" && asked === "ble")
    throw new InvalidInput("this device does not speak BLE", { path: "via" });
  return asked ?? (link.kind === "ble" ? "ble" : "hub");
};

/** As everybody writes it who means this device. @throws InvalidInput */
export const bleAddressIn = ({ address = "" }: { readonly address?: string | undefined }): string => {
  const peer = blePeerOf(address);
  if (peer === undefined)
    throw new InvalidInput("over BLE a device has an address such as a4:c1:38:02:83:f4", { path: "address" });
  return bleDeviceAddress(peer);
};

/** What it is called on each of its links. */
export const addressesOf = ({ address, bluetooth }: Device): readonly string[] =>
  bluetooth === undefined ? [address] : [address, bluetooth.address];

/** Two dialects of one kind of device, spoken over one kind of connection. */
export const isReachedAlike = (one: Profile, other: Profile): boolean =>
  one.kind === other.kind &&
  one.link.kind === "ble" &&
  other.link.kind === "ble" &&
  one.link.over === other.link.over &&
  one.link.bonded === other.link.bonded;

/** One that is reached over MQTT and one that the radio connects to can be two links of one lamp. @throws NotCapable */
export const assertSecondLink = ({ kind, via }: Device, second: Profile): void => {
  if (kind !== "lamp" || via === "ble")
    throw new NotCapable("only a lamp that is reached over MQTT can have a second link", { path: "id" });
  if (second.kind !== "lamp" || second.link.kind !== "ble" || second.link.over !== "gatt")
    throw new NotCapable("a second link takes the driver of a Bluetooth lamp", { path: "profile" });
};
