import { lengthFieldBytes, packetType, writeLength } from "./control-packets.ts";
import type { Message } from "./message.ts";

/** PUBLISH (MQTT 3.1.1, section 3.3), as it was read. */
export interface ReadPublish {
  readonly topic: string;
  /** A view of what was read. */
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** 0 with QoS 0. */
  readonly identifier: number;
  /** The very bytes a QoS 0 reader should get; undefined where flags or identifier differ. */
  readonly packet: Buffer | undefined;
}

const publishHeader = packetType.publish << 4;
const retainFlag = 1;
const qosShift = 1;
const duplicateFlag = 8;

/** @returns undefined when it is malformed; whether the topic may be one is asked later */
export const readPublish = (
  data: Buffer,
  at: number,
  start: number,
  end: number,
): ReadPublish | undefined => {
  if (end - start < 2) return undefined;
  const first = data[at] ?? 0;
  const qos = (first >> qosShift) & 3;
  // [MQTT-3.3.1-4]
  if (qos !== 0 && qos !== 1 && qos !== 2) return undefined;
  const topicEnd = start + 2 + data.readUInt16BE(start);
  const payloadStart = qos === 0 ? topicEnd : topicEnd + 2;
  if (payloadStart > end) return undefined;
  const identifier = qos === 0 ? 0 : data.readUInt16BE(topicEnd);
  // [MQTT-2.3.1-1] not zero; [MQTT-3.3.1-2] QoS 0 is never a duplicate.
  if (qos === 0 ? (first & duplicateFlag) !== 0 : identifier === 0) return undefined;
  return {
    topic: data.toString("utf8", start + 2, topicEnd),
    payload: data.subarray(payloadStart, end),
    qos,
    retain: (first & retainFlag) !== 0,
    identifier,
    packet: first === publishHeader ? data.subarray(at, end) : undefined,
  };
};

/**
 * The bytes of a PUBLISH.
 * @param topic valid, see `isTopicName`
 * @param identifier 1..65535 with QoS 1 and 2
 */
export const publishPacket = (
  topic: string,
  payload: string | Uint8Array,
  retain: boolean,
  qos: 0 | 1 | 2 = 0,
  identifier = 0,
): Buffer => {
  const topicBytes = Buffer.byteLength(topic);
  const payloadBytes = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const remaining = 2 + topicBytes + (qos > 0 ? 2 : 0) + payloadBytes;
  const packet = Buffer.allocUnsafe(1 + lengthFieldBytes(remaining) + remaining);
  packet[0] = publishHeader | (qos << qosShift) | (retain ? retainFlag : 0);
  let at = writeLength(packet, 1, remaining);
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at, topicBytes, "utf8");
  if (qos > 0) at = packet.writeUInt16BE(identifier, at);
  if (typeof payload === "string") packet.write(payload, at, payloadBytes, "utf8");
  else packet.set(payload, at);
  return packet;
};

/** A packet sent to many readers is built once: fan-out asks for the same message again and again. */
export class PublishPackets {
  #message: Message | undefined;
  #packet: Buffer = Buffer.alloc(0);

  /** The publisher's own packet, where a reader gets the very same bytes. */
  prime(message: Message, packet: Buffer): void {
    this.#message = message;
    this.#packet = packet;
  }

  /** QoS 0, not retained. */
  live(message: Message): Buffer {
    if (message !== this.#message) {
      this.prime(message, publishPacket(message.topic, message.text ?? message.payload, false));
    }
    return this.#packet;
  }
}
