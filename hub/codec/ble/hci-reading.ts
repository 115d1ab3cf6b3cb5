/** What the hub reads in packets of a controller besides its host stack (Core Specification, Vol 4 Part E, 7.7). */

export interface AdvertisingReport {
  readonly address: string;
  readonly addressType: "public" | "random";
  /** dBm; absent: the controller does not say. */
  readonly rssi?: number;
  readonly connectable: boolean;
  readonly isScanResponse: boolean;
  readonly data: Buffer;
  /** Pieces of one extended advertisement belong together by address and this number. */
  readonly set?: number;
  /** `more`: the next piece follows. `cut`: the controller gave up. */
  readonly end: "whole" | "more" | "cut";
}

const eventPacket = 0x04;
const metaEvent = 0x3e;
const legacyReport = 0x02;
const extendedReport = 0x0d;
const unknownRssi = 127;

const isMeta = (packet: Uint8Array, subevent: number): boolean =>
  packet[0] === eventPacket && packet[1] === metaEvent && packet[3] === subevent;

/** Whether a packet holds advertising reports, and nothing else. */
export const isAdvertising = (packet: Uint8Array): boolean =>
  isMeta(packet, legacyReport) || isMeta(packet, extendedReport);

const addressOf = (bytes: Buffer): string => (bytes.reverse().toString("hex").match(/../g) ?? []).join(":");

const rssiOf = (value: number): { readonly rssi?: number } => (value === unknownRssi ? {} : { rssi: value });

const addressTypeOf = (code: number): AdvertisingReport["addressType"] =>
  (code & 1) === 1 ? "random" : "public";

/** Event types of a legacy report (7.7.65.2): ADV_IND, ADV_DIRECT_IND; SCAN_RSP. */
const connectableTypes = [0x00, 0x01];
const scanResponseType = 0x04;

const readLegacy = (bytes: Buffer): readonly [AdvertisingReport, number] | undefined => {
  const length = bytes[8];
  if (length === undefined || bytes.length < length + 10) return undefined;
  const type = bytes.readUInt8(0);
  const report: AdvertisingReport = {
    address: addressOf(Buffer.from(bytes.subarray(2, 8))),
    addressType: addressTypeOf(bytes.readUInt8(1)),
    ...rssiOf(bytes.readInt8(9 + length)),
    connectable: connectableTypes.includes(type),
    isScanResponse: type === scanResponseType,
    data: Buffer.from(bytes.subarray(9, 9 + length)),
    end: "whole",
  };
  return [report, length + 10];
};

const ends = ["whole", "more", "cut", "cut"] as const;
const headBytes = 24;

const readExtended = (bytes: Buffer): readonly [AdvertisingReport, number] | undefined => {
  const length = bytes[headBytes - 1];
  if (length === undefined || bytes.length < headBytes + length) return undefined;
  const type = bytes.readUInt16LE(0);
  const isLegacy = (type & 0x10) !== 0;
  const report: AdvertisingReport = {
    address: addressOf(Buffer.from(bytes.subarray(3, 9))),
    addressType: addressTypeOf(bytes.readUInt8(2)),
    ...rssiOf(bytes.readInt8(13)),
    connectable: (type & 0x01) !== 0,
    isScanResponse: (type & 0x08) !== 0,
    data: Buffer.from(bytes.subarray(headBytes, headBytes + length)),
    ...(isLegacy ? {} : { set: bytes.readUInt8(11) }),
    end: ends[(type >> 5) & 0b11] ?? "cut",
  };
  return [report, headBytes + length];
};

/** Reports of an event packet; as many as are whole, none of any other packet. */
export const readAdvertisingReports = (packet: Buffer): readonly AdvertisingReport[] => {
  if (!isAdvertising(packet)) return [];
  const read = isMeta(packet, legacyReport) ? readLegacy : readExtended;
  const reports: AdvertisingReport[] = [];
  let rest = packet.subarray(5);
  for (let left = packet[4] ?? 0; left > 0; left -= 1) {
    const next = read(rest);
    if (next === undefined) break;
    reports.push(next[0]);
    rest = rest.subarray(next[1]);
  }
  return reports;
};

/** An Error Response of the attribute protocol (Vol 3 Part F, 3.4.1.1), and on which connection it came. */
export interface AttError {
  readonly handle: number;
  /** Opcode of the request that is refused. */
  readonly request: number;
  readonly code: number;
}

const aclPacket = 0x02;
const attributeChannel = 0x0004;
const errorResponse = 0x01;
const errorBytes = 5;

/** It always fits into one packet: the smallest one holds 27 bytes. */
export const readAttError = (packet: Buffer): AttError | undefined => {
  if (packet[0] !== aclPacket || packet.length !== 9 + errorBytes) return undefined;
  const isError =
    packet.readUInt16LE(5) === errorBytes &&
    packet.readUInt16LE(7) === attributeChannel &&
    packet[9] === errorResponse;
  if (!isError) return undefined;
  return {
    handle: packet.readUInt16LE(1) & 0x0fff,
    request: packet.readUInt8(10),
    code: packet.readUInt8(13),
  };
};

/** LE Create Connection and its extended form. */
const createConnections = [0x200d, 0x2043];

export const isCreateConnection = (packet: Buffer): boolean =>
  packet[0] === 0x01 && packet.length > 3 && createConnections.includes(packet.readUInt16LE(1));

/** LE Set Scan Parameters and its extended form, whose kind of scan stands at these places. */
const scanKindAt: Readonly<Record<number, readonly number[]>> = { 8203: [4], 8257: [7, 12] };

/** The same command, asking for no scan responses; any other packet as it is. */
export const withPassiveScan = (packet: Buffer): Buffer => {
  const places = packet[0] === 0x01 && packet.length > 3 ? scanKindAt[packet.readUInt16LE(1)] : undefined;
  if (places === undefined) return packet;
  const passive = Buffer.from(packet);
  for (const place of places) if (place < passive.length) passive.writeUInt8(0, place);
  return passive;
};
