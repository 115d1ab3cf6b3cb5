import { PacketFields } from "./packet-fields.ts";

/** Control packet types (MQTT 3.1.1, section 2.2.1): the upper half of the first byte. */
export const packetType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  disconnect: 14,
} as const;

const { pubrel, subscribe, unsubscribe } = packetType;

/** 2.2.2: the lower half of the first byte, which is not free [MQTT-2.2.2-2]. PUBLISH has flags of its own. */
export const reservedFlags = (type: number): number =>
  type === pubrel || type === subscribe || type === unsubscribe ? 2 : 0;

export const lengthFieldBytes = (remaining: number): number =>
  remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;

/** 2.2.3 Remaining Length: seven bits a byte, lowest first. @returns where it ends */
export const writeLength = (packet: Buffer, at: number, remaining: number): number => {
  let left = remaining;
  for (; left > 127; left >>>= 7) packet[at++] = (left & 127) | 128;
  packet[at++] = left;
  return at;
};

/** Return codes of CONNACK (3.2.2.3). */
export const returnCode = {
  accepted: 0,
  unacceptableVersion: 1,
  identifierRejected: 2,
  notNow: 3,
  badCredentials: 4,
  notAuthorised: 5,
} as const;

/** In SUBACK: refused. */
export const subscriptionRefused = 0x80;

export interface Wish {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** @returns the identifier of a packet that holds nothing else; undefined when it is malformed */
export const readIdentifier = (data: Buffer, start: number, end: number): number | undefined =>
  end - start === 2 ? data.readUInt16BE(start) || undefined : undefined;

/** 3.8. @returns undefined when it is malformed */
export const readSubscribe = (
  data: Buffer,
  start: number,
  end: number,
): { readonly identifier: number; readonly wishes: readonly Wish[] } | undefined => {
  const fields = new PacketFields(data, start, end);
  const identifier = fields.number();
  const wishes: Wish[] = [];
  while (fields.hasMore) {
    const filter = fields.text();
    const qos = fields.byte();
    // [MQTT-3.8.3-4]
    if (qos !== 0 && qos !== 1 && qos !== 2) return undefined;
    wishes.push({ filter, qos });
  }
  // [MQTT-2.3.1-1], [MQTT-3.8.3-3]
  return fields.isAtEnd && identifier > 0 && wishes.length > 0 ? { identifier, wishes } : undefined;
};

/** 3.10. @returns undefined when it is malformed */
export const readUnsubscribe = (
  data: Buffer,
  start: number,
  end: number,
): { readonly identifier: number; readonly filters: readonly string[] } | undefined => {
  const fields = new PacketFields(data, start, end);
  const identifier = fields.number();
  const filters: string[] = [];
  while (fields.hasMore) filters.push(fields.text());
  // [MQTT-2.3.1-1], [MQTT-3.10.3-2]
  return fields.isAtEnd && identifier > 0 && filters.length > 0 ? { identifier, filters } : undefined;
};

/** 3.2, without a session that was there before. */
export const connackPacket = (code: number): Buffer => Buffer.from([0x20, 2, 0, code]);

/** PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK: an identifier and nothing else. */
export const answerPacket = (type: number, identifier: number): Buffer =>
  Buffer.from([(type << 4) | reservedFlags(type), 2, identifier >> 8, identifier & 255]);

/** 3.9. */
export const subackPacket = (identifier: number, granted: readonly number[]): Buffer => {
  const remaining = 2 + granted.length;
  const packet = Buffer.allocUnsafe(1 + lengthFieldBytes(remaining) + remaining);
  packet[0] = 0x90;
  const at = writeLength(packet, 1, remaining);
  packet.set(granted, packet.writeUInt16BE(identifier, at));
  return packet;
};

/** 3.13. */
export const pingrespPacket = Buffer.from([0xd0, 0]);
