/** PUBLISH, QoS 0 (MQTT 3.1.1, section 3.3); bit 0 is RETAIN. */
const publishHeader = 0x30;

/** The bytes of a QoS 0 PUBLISH. @param topic valid, see `isTopicName` */
export const publishPacket = (topic: string, payload: Uint8Array, retain: boolean): Buffer => {
  const topicBytes = Buffer.byteLength(topic);
  const remaining = 2 + topicBytes + payload.length;
  const lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
  const packet = Buffer.allocUnsafe(1 + lengthBytes + remaining);
  packet[0] = publishHeader | (retain ? 1 : 0);
  let at = 1;
  // 2.2.3 Remaining Length: seven bits a byte, lowest first.
  for (let left = remaining; ; left >>>= 7) {
    packet[at++] = left > 127 ? (left & 127) | 128 : left;
    if (left <= 127) break;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at, topicBytes, "utf8");
  packet.set(payload, at);
  return packet;
};

/** A packet sent to many readers is built once: fan-out asks for the same message again and again. */
export class PublishPackets {
  #topic = "";
  #payload: Uint8Array | undefined;
  #packet: Buffer = Buffer.alloc(0);

  live(topic: string, payload: Uint8Array): Buffer {
    if (payload !== this.#payload || topic !== this.#topic) {
      this.#topic = topic;
      this.#payload = payload;
      this.#packet = publishPacket(topic, payload, false);
    }
    return this.#packet;
  }
}
