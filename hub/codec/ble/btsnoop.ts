/** A packet between host and controller, as a capture keeps it. */
export interface CapturedPacket {
  /** Microseconds since 1970. */
  readonly atUs: bigint;
  readonly fromController: boolean;
  /** H4: the type of packet in front. */
  readonly bytes: Buffer;
}

/** BTSnoop, version 1, link type 1002 (H4): what btmon and Wireshark open. */
const magic = Buffer.from("btsnoop\0", "latin1");
const version = 1;
const linkType = 1002;
const headerBytes = 16;
const recordBytes = 24;
/** Microseconds from the year 0, which BTSnoop counts from, to 1970. */
const epochUs = 0x00dc_ddb3_0f2f_8000n;
/** Longer than any packet there is; a length beyond it is damage. */
const mostBytes = 0x1_0000;

const isAcl = (bytes: Buffer): boolean => bytes[0] === 0x02;

export const btsnoopHeader = (): Buffer => {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32BE(version, 8);
  header.writeUInt32BE(linkType, 12);
  return header;
};

/** One record; records behind one header are a file. */
export const btsnoopRecord = ({ atUs, fromController, bytes }: CapturedPacket): Buffer => {
  const head = Buffer.alloc(recordBytes);
  head.writeUInt32BE(bytes.length, 0);
  head.writeUInt32BE(bytes.length, 4);
  // Bit 0: received; bit 1: command or event.
  head.writeUInt32BE((fromController ? 1 : 0) | (isAcl(bytes) ? 0 : 2), 8);
  head.writeBigInt64BE(atUs + epochUs, 16);
  return Buffer.concat([head, bytes]);
};

/** @returns undefined: no such file. A record that is cut off, and what follows it, is left out. */
export const readBtsnoop = (file: Buffer): readonly CapturedPacket[] | undefined => {
  const isOne =
    file.length >= headerBytes &&
    file.subarray(0, magic.length).equals(magic) &&
    file.readUInt32BE(8) === version &&
    file.readUInt32BE(12) === linkType;
  if (!isOne) return undefined;
  const packets: CapturedPacket[] = [];
  let at = headerBytes;
  while (at + recordBytes <= file.length) {
    const length = file.readUInt32BE(at + 4);
    const end = at + recordBytes + length;
    if (length > mostBytes || end > file.length) break;
    packets.push({
      atUs: file.readBigInt64BE(at + 16) - epochUs,
      fromController: (file.readUInt32BE(at + 8) & 1) === 1,
      bytes: Buffer.from(file.subarray(at + recordBytes, end)),
    });
    at = end;
  }
  return packets;
};

/** Commands and events that carry keys (Core Specification, Vol 4 Part E, 7), by opcode or event code: first byte and length. */
const keysInCommands: Readonly<Record<number, readonly [number, number]>> = {
  // Link Key Request Reply
  1035: [10, 16],
  // LE Encrypt
  8215: [4, 32],
  // LE Enable Encryption
  8217: [16, 16],
  // LE Long Term Key Request Reply
  8218: [6, 16],
  // LE Add Device To Resolving List: two resolving keys
  8231: [11, 32],
};
/** Link Key Notification */
const keysInEvents: Readonly<Record<number, readonly [number, number]>> = { 24: [9, 16] };

/** Security Manager Protocol (Vol 3 Part H, 3.5 and 3.6): what would let a listener find the key, or is one. */
const securityChannel = 0x0006;
/** Confirm, random, encryption information, central identification, identity information, signing information, DHKey check. */
const secretMessages = [0x03, 0x04, 0x06, 0x07, 0x08, 0x0a, 0x0d];
const securityPayload = 10;

/** A message that is secret fits into one packet. */
const isContinuation = (bytes: Buffer): boolean => ((bytes.readUInt16LE(1) >> 12) & 0b11) === 1;

const secretPlace = (bytes: Buffer): readonly [number, number] | undefined => {
  if (bytes[0] === 0x01 && bytes.length >= 4) return keysInCommands[bytes.readUInt16LE(1)];
  if (bytes[0] === 0x04) return keysInEvents[bytes[1] ?? 0];
  const isSecurity =
    isAcl(bytes) && bytes.length > 9 && !isContinuation(bytes) && bytes.readUInt16LE(7) === securityChannel;
  if (!isSecurity || !secretMessages.includes(bytes[9] ?? 0)) return undefined;
  return [securityPayload, bytes.length - securityPayload];
};

/** The packet with zeros where a key, or what makes one, would stand. */
export const withoutKeys = (packet: CapturedPacket): CapturedPacket => {
  const place = secretPlace(packet.bytes);
  if (place === undefined) return packet;
  const bytes = Buffer.from(packet.bytes);
  bytes.fill(0, place[0], place[0] + place[1]);
  return { ...packet, bytes };
};
