import { PacketFields } from "./packet-fields.ts";

/** What a client says of itself in CONNECT (MQTT 3.1.1, section 3.1). */
export interface Connect {
  readonly clientId: string;
  /** Nothing is remembered of it beyond the connection. */
  readonly isClean: boolean;
  /** Seconds; 0: none. */
  readonly keepAlive: number;
  readonly will: Will | undefined;
  readonly username: string;
  /** A view of what was read. */
  readonly password: Buffer;
}

/** What is published when a connection ends without a goodbye. */
export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** Levels by protocol name: 3.1.1, and 3.1, which is the same in all that matters here. */
const levels: ReadonlyMap<string, number> = new Map([
  ["MQTT", 4],
  ["MQIsdp", 3],
]);
/** With the highest bit mosquitto says that it is a bridge. */
const levelBits = 0x7f;

const reservedFlag = 1;
const cleanFlag = 2;
const willFlag = 4;
const willQosShift = 3;
const willRetainFlag = 32;
const willFlags = 0b111000;
const passwordFlag = 64;
const usernameFlag = 128;

const nothing = Buffer.alloc(0);

const qosOf = (bits: number): 0 | 1 | 2 | undefined =>
  bits === 0 || bits === 1 || bits === 2 ? bits : undefined;

/** [MQTT-3.1.2-3], [MQTT-3.1.2-22], and of the will [MQTT-3.1.2-11], [MQTT-3.1.2-13], [MQTT-3.1.2-15]. */
const areFlagsSane = (flags: number): boolean =>
  (flags & reservedFlag) === 0 &&
  ((flags & usernameFlag) !== 0 || (flags & passwordFlag) === 0) &&
  ((flags & willFlag) !== 0 || (flags & willFlags) === 0);

/**
 * Reads the body of a CONNECT.
 * @returns "unacceptable": another version of the protocol, which deserves an answer [MQTT-3.1.2-2]
 */
export const readConnect = (
  data: Buffer,
  start: number,
  end: number,
): Connect | "malformed" | "unacceptable" => {
  const fields = new PacketFields(data, start, end);
  const level = levels.get(fields.text());
  if (level === undefined || !fields.hasMore) return "malformed";
  if ((fields.byte() & levelBits) !== level) return "unacceptable";
  const flags = fields.byte();
  const willQos = qosOf((flags >> willQosShift) & 3);
  if (!areFlagsSane(flags) || willQos === undefined) return "malformed";
  // In the order in which they stand in the packet.
  const connect: Connect = {
    isClean: (flags & cleanFlag) !== 0,
    keepAlive: fields.number(),
    clientId: fields.text(),
    will:
      (flags & willFlag) === 0
        ? undefined
        : {
            topic: fields.text(),
            // A copy: what was read holds a password.
            payload: Buffer.from(fields.bytes()),
            qos: willQos,
            retain: (flags & willRetainFlag) !== 0,
          },
    username: (flags & usernameFlag) === 0 ? "" : fields.text(),
    password: (flags & passwordFlag) === 0 ? nothing : fields.bytes(),
  };
  return fields.isAtEnd ? connect : "malformed";
};
