/**
 * As much of MQTT 3.1.1 as a load generator needs, by hand: a client library would cost more than the broker it
 * measures. Packets are built once and sent again and again; of what comes in only the headers are read.
 */
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const packet = (firstByte: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const header = [firstByte];
  let rest = body.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    header.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
};

const number16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

export interface Login {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
}

export const keepAliveSeconds = 60;

export const connectPacket = ({ clientId, username, password }: Login): Buffer => {
  const flags = 0x02 | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
  return packet(
    0x10,
    text("MQTT"),
    Buffer.from([4, flags]),
    number16(keepAliveSeconds),
    text(clientId),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  );
};

export const subscribePacket = (filters: readonly string[], qos: 0 | 1): Buffer =>
  packet(0x82, number16(1), ...filters.flatMap((filter) => [text(filter), Buffer.from([qos])]));

/** With QoS 1 the packet id stands right after the topic: see `packetIdOffset`. */
export const publishPacket = (topic: string, payload: Buffer | string, qos: 0 | 1 = 0): Buffer =>
  packet(
    0x30 | (qos << 1),
    text(topic),
    ...(qos === 0 ? [] : [number16(1)]),
    typeof payload === "string" ? Buffer.from(payload) : payload,
  );

/** Where in a packet of `publishPacket` its id stands, for sending it again under another one. */
export const packetIdOffset = (publish: Buffer): number => {
  let at = 1;
  while (((publish[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1 + 2 + publish.readUInt16BE(at + 1);
};

export const pingPacket = Buffer.from([0xc0, 0]);
export const pubackPacket = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 255]);

export const packetTypes = { connack: 2, publish: 3, puback: 4, suback: 9, pingresp: 13 } as const;

/** Called for each packet: `start`..`end` is its body inside `bytes`, valid during the call only. */
export type OnPacket = (firstByte: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts a stream into packets. Keeps what is incomplete for the next chunk. */
export class PacketCutter {
  readonly #onPacket: OnPacket;
  #rest: Buffer | undefined;

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + 1 < bytes.length) {
      let length = 0;
      let shift = 0;
      let next = at + 1;
      let digit = 0x80;
      while ((digit & 0x80) !== 0 && next < bytes.length) {
        digit = bytes[next++] ?? 0;
        length += (digit & 0x7f) << shift;
        shift += 7;
      }
      if ((digit & 0x80) !== 0 || next + length > bytes.length) break;
      this.#onPacket(bytes[at] ?? 0, bytes, next, next + length);
      at = next + length;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}

/** The topic of a PUBLISH body. */
export const topicOf = (bytes: Buffer, start: number): string =>
  bytes.toString("latin1", start + 2, start + 2 + bytes.readUInt16BE(start));

/** The packet id of a PUBLISH body with QoS 1. */
export const idOf = (bytes: Buffer, start: number): number =>
  bytes.readUInt16BE(start + 2 + bytes.readUInt16BE(start));

/** The payload of a PUBLISH body, as a view. */
export const payloadOf = (firstByte: number, bytes: Buffer, start: number, end: number): Buffer => {
  const afterTopic = start + 2 + bytes.readUInt16BE(start);
  return bytes.subarray((firstByte & 0x06) === 0 ? afterTopic : afterTopic + 2, end);
};
