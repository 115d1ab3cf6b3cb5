import type { TopicMessage, Topics } from "../../../hub/interop/mqtt/topics.ts";

interface Published {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
}

const matches = (filter: string, topic: string): boolean => {
  const [wanted, given] = [filter.split("/"), topic.split("/")];
  const open = wanted.at(-1) === "#";
  if (open) wanted.pop();
  const fits = wanted.every((level, at) => level === given[at] || (level === "+" && given[at] !== undefined));
  return fits && (open ? given.length >= wanted.length : given.length === wanted.length);
};

/** A broker reduced to what a door sees of it. */
export class TopicBoard implements Topics {
  readonly published: Published[] = [];
  readonly #subscriptions = new Map<(message: TopicMessage) => void, string>();

  publish(topic: string, payload: string, options: { retain?: boolean; qos?: 0 | 1 } = {}): void {
    this.published.push({ topic, payload, retain: options.retain ?? false, qos: options.qos ?? 0 });
  }

  subscribe(filter: string, handler: (message: TopicMessage) => void): () => void {
    this.#subscriptions.set(handler, filter);
    return () => this.#subscriptions.delete(handler);
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** A client publishes. */
  say(topic: string, payload: string | Uint8Array, rest: { retain?: boolean; from?: string } = {}): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    for (const [handler, filter] of this.#subscriptions) {
      if (matches(filter, topic)) handler({ topic, payload: bytes, retain: false, ...rest });
    }
  }

  /** What was published on a topic, parsed; "" stays. */
  on(topic: string): unknown[] {
    return this.published
      .filter((each) => each.topic === topic)
      .map(({ payload }) => (payload === "" ? "" : (JSON.parse(payload) as unknown)));
  }

  forget(): void {
    this.published.length = 0;
  }
}
