import type { MqttMessage } from "./mqtt-bus.ts";

/** Bytes a text has at most in UTF-8, for each of its characters. */
const mostBytesPerCharacter = 3;

/**
 * A message on its way through the broker: one object for all who get it. It holds what it was published as, text or
 * bytes, and makes the other when somebody asks: between the hub and lamps in its own process nobody asks for bytes.
 */
export class Message implements MqttMessage {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly from: string;
  #text: string | undefined;
  #payload: Buffer | undefined;

  /** @param from `AccessGrant.id` of who published it; empty: the hub. @param retain it was known before somebody subscribed */
  constructor(topic: string, payload: string | Buffer, qos: 0 | 1 | 2, from: string, retain = false) {
    this.topic = topic;
    this.qos = qos;
    this.from = from;
    this.retain = retain;
    if (typeof payload === "string") this.#text = payload;
    else this.#payload = payload;
  }

  /** What it was published as, where that was text. */
  get text(): string | undefined {
    return this.#text;
  }

  get payload(): Buffer {
    this.#payload ??= Buffer.from(this.#text ?? "");
    return this.#payload;
  }

  /** Whether the payload has more bytes than that. */
  isLongerThan(bytes: number): boolean {
    if (this.#text !== undefined && this.#text.length * mostBytesPerCharacter <= bytes) return false;
    return this.payload.length > bytes;
  }
}
