import { addressBytes, type DeviceAddress, typeCode } from "./device-address.ts";
import { eventPacket } from "./hci-packet.ts";

/** What a controller says (Core Specification, Vol 4 Part E, 7.7). */

const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
};

const event = (code: number, ...parts: readonly (Buffer | number)[]): Buffer =>
  eventPacket(
    code,
    Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part & 0xff]) : part))),
  );

const leEvent = (subevent: number, ...parts: readonly (Buffer | number)[]): Buffer =>
  event(0x3e, subevent, ...parts);

/** Commands a host may send while this one is answered. */
const commandsAllowed = 1;

export const commandComplete = (opcode: number, status: number, result: Buffer = Buffer.alloc(0)): Buffer =>
  event(0x0e, commandsAllowed, u16(opcode), status, result);

export const commandStatus = (opcode: number, status: number): Buffer =>
  event(0x0f, status, commandsAllowed, u16(opcode));

export const disconnectionComplete = (handle: number, reason: number): Buffer =>
  event(0x05, 0, u16(handle), reason);

export const encryptionChange = (handle: number, status: number): Buffer =>
  event(0x08, status, u16(handle), status === 0 ? 1 : 0);

export const encryptionKeyRefresh = (handle: number, status: number): Buffer =>
  event(0x30, status, u16(handle));

export const remoteVersion = (handle: number): Buffer => event(0x0c, 0, u16(handle), 0x0c, u16(0x05f1, 0));

export const completedPackets = (handle: number, count: number): Buffer => event(0x13, 1, u16(handle, count));

export interface ConnectionParameters {
  /** Units of 1.25 ms. */
  readonly interval: number;
  /** Connection events a peripheral may sleep through. */
  readonly latency: number;
  /** Supervision timeout, units of 10 ms. */
  readonly timeout: number;
}

export interface Connection extends ConnectionParameters {
  readonly handle: number;
  /** 0: central, 1: peripheral. */
  readonly role: number;
  readonly peer: DeviceAddress;
}

const parameterBytes = ({ interval, latency, timeout }: ConnectionParameters): Buffer =>
  u16(interval, latency, timeout);

export const connectionComplete = (connection: Connection, isEnhanced: boolean): Buffer => {
  const { handle, role, peer } = connection;
  const resolved = isEnhanced ? Buffer.alloc(12) : Buffer.alloc(0);
  const head = [0, u16(handle), role, typeCode(peer), addressBytes(peer)];
  return leEvent(isEnhanced ? 0x0a : 0x01, ...head, resolved, parameterBytes(connection), 0);
};

export const connectionFailed = (status: number, isEnhanced: boolean): Buffer =>
  leEvent(isEnhanced ? 0x0a : 0x01, status, Buffer.alloc(isEnhanced ? 29 : 17));

export const connectionUpdated = (handle: number, parameters: ConnectionParameters): Buffer =>
  leEvent(0x03, 0, u16(handle), parameterBytes(parameters));

export const remoteFeatures = (handle: number, features: Buffer): Buffer =>
  leEvent(0x04, 0, u16(handle), features);

/** @param random 8 bytes. @param diversifier 2 bytes; both name the key */
export const longTermKeyRequest = (handle: number, random: Buffer, diversifier: Buffer): Buffer =>
  leEvent(0x05, u16(handle), random, diversifier);

/** @param octets of a packet on the air, either way: 27..251 */
export const dataLengthChange = (handle: number, octets: number): Buffer => {
  const timeUs = (octets + 14) * 8;
  return leEvent(0x07, u16(handle, octets, timeUs, octets, timeUs));
};

export interface Report {
  readonly sender: DeviceAddress;
  /** As the subevent numbers it. */
  readonly type: number;
  readonly data: Buffer;
  /** dBm */
  readonly rssi: number;
}

export const advertisingReport = ({ sender, type, data, rssi }: Report): Buffer =>
  leEvent(0x02, 1, type, typeCode(sender), addressBytes(sender), data.length, data, rssi);

const noAddress = Buffer.alloc(7);
const noTxPower = 0x7f;
const phy1M = 1;

/** @param set its number, as the advertiser chose it; 0xff for what is no extended advertising */
export const extendedAdvertisingReport = ({ sender, type, data, rssi }: Report, set: number): Buffer => {
  const isLegacy = set === 0xff;
  const radio = [phy1M, isLegacy ? 0 : phy1M, set, noTxPower, rssi, u16(0), noAddress];
  return leEvent(0x0d, 1, u16(type), typeCode(sender), addressBytes(sender), ...radio, data.length, data);
};
