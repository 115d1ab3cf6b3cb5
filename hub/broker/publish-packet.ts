/** PUBLISH (MQTT 3.1.1, section 3.3). */
const publishHeader = 0x30;
const retainFlag = 1;
const qos1Flag = 2;

const lengthFieldBytes = (remaining: number): number =>
  remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;

/**
 * The bytes of a PUBLISH.
 * @param topic valid, see `isTopicName`
 * @param identifier of a QoS 1 message, 1..65535; 0: QoS 0
 */
export const publishPacket = (
  topic: string,
  payload: Uint8Array,
  retain: boolean,
  identifier = 0,
): Buffer => {
  const topicBytes = Buffer.byteLength(topic);
  const isQos1 = identifier > 0;
  const remaining = 2 + topicBytes + (isQos1 ? 2 : 0) + payload.length;
  const packet = Buffer.allocUnsafe(1 + lengthFieldBytes(remaining) + remaining);
  packet[0] = publishHeader | (retain ? retainFlag : 0) | (isQos1 ? qos1Flag : 0);
  let at = 1;
  // 2.2.3 Remaining Length: seven bits a byte, lowest first.
  for (let left = remaining; ; left >>>= 7) {
    packet[at++] = left > 127 ? (left & 127) | 128 : left;
    if (left <= 127) break;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at, topicBytes, "utf8");
  if (isQos1) at = packet.writeUInt16BE(identifier, at);
  packet.set(payload, at);
  return packet;
};

/** The bytes of a PUBACK (3.4). */
export const pubackPacket = (identifier: number): Buffer =>
  Buffer.from([0x40, 2, identifier >> 8, identifier & 255]);

/** A packet sent to many readers is built once: fan-out asks for the same message again and again. */
export class PublishPackets {
  #topic = "";
  #payload: Uint8Array | undefined;
  #packet: Buffer = Buffer.alloc(0);

  /** The publisher's own packet, where a reader gets the very same bytes. */
  prime(topic: string, payload: Uint8Array, packet: Buffer): void {
    this.#topic = topic;
    this.#payload = payload;
    this.#packet = packet;
  }

  /** QoS 0, not retained. */
  live(topic: string, payload: Uint8Array): Buffer {
    if (payload !== this.#payload || topic !== this.#topic) {
      this.prime(topic, payload, publishPacket(topic, payload, false));
    }
    return this.#packet;
  }
}
