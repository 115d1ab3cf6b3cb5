export interface QueuedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly qos: 0 | 1;
}

/**
 * What waits for a broker that is away. Of retained messages only the newest of a topic says anything; of the others
 * those with QoS 1 wait in order, and those with QoS 0 do not. Bounded: the oldest gives way.
 */
export class OfflineQueue {
  readonly #limit: number;
  /** In order of the latest change; the key of a retained message is its topic. */
  readonly #messages = new Map<string | symbol, QueuedMessage>();
  dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#messages.size;
  }

  put(message: QueuedMessage): void {
    if (!message.retain && message.qos === 0) {
      this.dropped++;
      return;
    }
    const key = message.retain ? message.topic : Symbol();
    // Deleting first moves the topic to the end: order is the order of the latest news.
    this.#messages.delete(key);
    this.#messages.set(key, message);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size <= this.#limit || oldest === undefined) return;
    this.#messages.delete(oldest);
    this.dropped++;
  }

  takeAll(): QueuedMessage[] {
    const all = [...this.#messages.values()];
    this.#messages.clear();
    return all;
  }
}
