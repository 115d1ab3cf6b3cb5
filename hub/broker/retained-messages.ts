import { hasWildcard } from "./topic.ts";

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** `AccessGrant.id` of who published it; empty: the hub. */
  readonly from: string;
}

export interface RetainedLimits {
  readonly messages: number;
  readonly bytes: number;
  /** Topics that one identity may keep; the hub itself is not limited. */
  readonly perIdentity: number;
}

interface Node {
  readonly children: Map<string, Node>;
  message: RetainedMessage | undefined;
}

/**
 * The last retained message of each topic, in memory only: what lies on disk is sealed elsewhere, and the hub publishes
 * again what it knows when it starts.
 */
export class RetainedMessages {
  readonly #limits: RetainedLimits;
  /** The place of each topic in the tree. */
  readonly #exact = new Map<string, Node>();
  readonly #root: Node = { children: new Map(), message: undefined };
  readonly #perIdentity = new Map<string, number>();
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#exact.size;
  }

  /** An empty payload removes [MQTT-3.3.1-10]. @returns false when there is no room: the message is not kept */
  put(message: RetainedMessage): boolean {
    const place = this.#exact.get(message.topic);
    const previous = place?.message;
    if (message.payload.length === 0) {
      if (previous !== undefined) this.#remove(previous);
      return true;
    }
    if (!this.#hasRoom(message, previous)) return false;
    if (previous !== undefined) this.#count(previous, -1);
    this.#count(message, 1);
    const node = place ?? this.#node(message.topic);
    if (place === undefined) this.#exact.set(message.topic, node);
    node.message = message;
    return true;
  }

  matching(filter: string): readonly RetainedMessage[] {
    if (!hasWildcard(filter)) {
      const message = this.#exact.get(filter)?.message;
      return message === undefined ? [] : [message];
    }
    const found: RetainedMessage[] = [];
    collect(this.#root, filter.split("/"), 0, found);
    return found;
  }

  clear(): void {
    this.#exact.clear();
    this.#perIdentity.clear();
    this.#root.children.clear();
    this.#bytes = 0;
  }

  #hasRoom(message: RetainedMessage, previous: RetainedMessage | undefined): boolean {
    const { messages, bytes, perIdentity } = this.#limits;
    if (this.#bytes - weight(previous) + weight(message) > bytes) return false;
    if (previous !== undefined && previous.from === message.from) return true;
    if (message.from !== "" && (this.#perIdentity.get(message.from) ?? 0) >= perIdentity) return false;
    return previous !== undefined || this.#exact.size < messages;
  }

  #count(message: RetainedMessage, sign: 1 | -1): void {
    this.#bytes += sign * weight(message);
    const count = (this.#perIdentity.get(message.from) ?? 0) + sign;
    if (count === 0) this.#perIdentity.delete(message.from);
    else this.#perIdentity.set(message.from, count);
  }

  #node(topic: string): Node {
    let node = this.#root;
    for (const level of topic.split("/")) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = { children: new Map(), message: undefined };
        node.children.set(level, child);
      }
      node = child;
    }
    return node;
  }

  #remove(message: RetainedMessage): void {
    this.#count(message, -1);
    this.#exact.delete(message.topic);
    prune(this.#root, message.topic.split("/"), 0);
  }
}

const weight = (message: RetainedMessage | undefined): number =>
  message === undefined ? 0 : message.payload.length + message.topic.length;

const prune = (node: Node, levels: readonly string[], at: number): boolean => {
  const level = levels[at];
  if (level === undefined) node.message = undefined;
  else {
    const child = node.children.get(level);
    if (child !== undefined && prune(child, levels, at + 1)) node.children.delete(level);
  }
  return node.message === undefined && node.children.size === 0;
};

const collect = (node: Node, levels: readonly string[], at: number, found: RetainedMessage[]): void => {
  const level = levels[at];
  if (level === undefined || level === "#") {
    if (node.message !== undefined) found.push(node.message);
    if (level === "#") for (const child of node.children.values()) collect(child, levels, at, found);
    return;
  }
  if (level === "+") {
    for (const child of node.children.values()) collect(child, levels, at + 1, found);
    return;
  }
  const child = node.children.get(level);
  if (child !== undefined) collect(child, levels, at + 1, found);
};
