import type { BlePeer } from "../../../ports/ble.ts";
import type { Properties } from "./bluez-bus.ts";

/** Of an AD structure after its length. */
const mostBytes = 254;
/** AD types (Bluetooth Assigned Numbers, 2.3), by the bytes of a UUID where there are several. */
const types = {
  flags: 0x01,
  services: { 2: 0x03, 4: 0x05, 16: 0x07 },
  name: 0x09,
  txPower: 0x0a,
  serviceData: { 2: 0x16, 4: 0x20, 16: 0x21 },
  manufacturerData: 0xff,
} as const;

type UuidSize = 2 | 4 | 16;

/** Behind the eight digits of a UUID that the Bluetooth SIG assigned (Core Specification, Vol 3 Part B, 2.5.1). */
const assigned = "00001000800000805f9b34fb";
const printedUuid = /^[0-9a-f]{32}$/;

/** As it is on the air: least byte first, and as short as may be. */
const uuidBytes = (uuid: string): Buffer | undefined => {
  const digits = uuid.replaceAll("-", "").toLowerCase();
  if (!printedUuid.test(digits)) return undefined;
  if (!digits.endsWith(assigned)) return Buffer.from(digits, "hex").reverse();
  const short = digits.slice(0, 8);
  return Buffer.from(short.startsWith("0000") ? short.slice(4) : short, "hex").reverse();
};

/** A structure that is too long for its place is left out. */
const structure = (type: number, ...parts: readonly Uint8Array[]): readonly Uint8Array[] => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return length > mostBytes ? [] : [Uint8Array.of(length + 1, type), ...parts];
};

const entriesOf = (value: unknown): readonly (readonly [key: string, data: Buffer])[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).filter((entry): entry is [string, Buffer] => Buffer.isBuffer(entry[1]))
    : [];

const companyBytes = (company: string): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Number(company) & 0xffff);
  return bytes;
};

const servicesIn = (value: unknown): readonly Uint8Array[] => {
  const uuids = (Array.isArray(value) ? value : []).map((uuid) => uuidBytes(String(uuid)));
  return ([2, 4, 16] as const).flatMap((size) => {
    const ofSize = uuids.filter((bytes) => bytes?.length === size) as Buffer[];
    return ofSize.length === 0 ? [] : structure(types.services[size], ...ofSize);
  });
};

/**
 * An advertisement as it may have been, as AD structures, from the properties of a Device1: bluetoothd gives no packets. What it has
 * gathered from several, or from reading the device's services, stands in it as one.
 */
export const advertisementOf = (device: Properties): Uint8Array => {
  const { AdvertisingFlags: flags, Name: name, TxPower: txPower } = device;
  return Buffer.concat([
    ...(Buffer.isBuffer(flags) ? structure(types.flags, flags) : []),
    ...(typeof name === "string" ? structure(types.name, Buffer.from(name)) : []),
    ...(typeof txPower === "number" ? structure(types.txPower, Uint8Array.of(txPower & 0xff)) : []),
    ...servicesIn(device["UUIDs"]),
    ...entriesOf(device["ServiceData"]).flatMap(([uuid, data]) => {
      const bytes = uuidBytes(uuid);
      return bytes === undefined ? [] : structure(types.serviceData[bytes.length as UuidSize], bytes, data);
    }),
    ...entriesOf(device["ManufacturerData"]).flatMap(([company, data]) =>
      structure(types.manufacturerData, companyBytes(company), data),
    ),
  ]);
};

/** dBm, from what has just changed; undefined: it was not heard how loud. */
export const rssiIn = (changed: Properties): number | undefined => {
  const rssi = changed["RSSI"];
  // 0 and 127 stand for a strength that is not known.
  return typeof rssi === "number" && rssi < 0 ? rssi : undefined;
};

/** Whether it has just been on the air: bluetoothd changes much else, also of devices that are long gone. */
export const isHearing = (changed: Properties): boolean =>
  rssiIn(changed) !== undefined || "ManufacturerData" in changed || "ServiceData" in changed;

export const peerOf = ({ Address: address, AddressType: type }: Properties): BlePeer | undefined =>
  typeof address === "string"
    ? { address: address.toLowerCase(), addressType: type === "random" ? "random" : "public" }
    : undefined;
