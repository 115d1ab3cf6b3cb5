import { type OnTrail, Trail } from "../domain/trail.ts";
import { Message } from "./message.ts";
import { hasWildcard, topicMatches } from "./topic.ts";

export interface RetainedLimits {
  readonly messages: number;
  readonly bytes: number;
  /** Topics that one identity may keep; the hub itself is not limited. */
  readonly perIdentity: number;
}

/** What is held of a message. */
interface Kept extends OnTrail<Kept> {
  /** Its topic; empty: it is gone. */
  address: string;
  /** A character per byte. A buffer would weigh twice as much, and keep alive whatever bytes it is a view into. */
  payload: string;
  qos: 0 | 1 | 2;
  from: string;
}

/**
 * The last retained message of each topic, in memory only: what lies on disk is sealed elsewhere, and the hub publishes
 * again what it knows when it starts. Ten thousand lamps have three topics each, so each is one entry of one map: by
 * topic, in that of its first level.
 */
export class RetainedMessages {
  readonly #limits: RetainedLimits;
  readonly #branches = new Map<string, Map<string, Kept>>();
  readonly #perIdentity = new Map<string, number>();
  readonly #trail = new Trail((topic) => this.#branches.get(firstLevel(topic))?.get(topic));
  #size = 0;
  /** What was last found to be ASCII: many lamps say the very same, one after the other. */
  #lastAscii = "";
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** An empty payload removes [MQTT-3.3.1-10]. @returns false when there is no room: the message is not kept */
  put(message: Message): boolean {
    const { topic, qos, from } = message;
    const payload = this.#characters(message);
    const previous = this.#trail.at(topic);
    if (payload.length === 0) {
      if (previous !== undefined) this.#remove(previous);
      return true;
    }
    const added = payload.length - (previous?.payload.length ?? -topic.length);
    if (!this.#hasRoom(added, from, previous)) return false;
    this.#bytes += added;
    if (previous === undefined) {
      this.#count(from, 1);
      this.#add({ address: topic, next: undefined, payload, qos, from });
      return true;
    }
    if (previous.from !== from) {
      this.#count(previous.from, -1);
      this.#count(from, 1);
      previous.from = from;
    }
    previous.payload = payload;
    previous.qos = qos;
    return true;
  }

  matching(filter: string): readonly Message[] {
    if (hasWildcard(filter)) return this.#matchingWildcard(filter);
    const kept = this.#branches.get(firstLevel(filter))?.get(filter);
    return kept === undefined ? [] : [asRetained(filter, kept)];
  }

  clear(): void {
    this.#branches.clear();
    this.#trail.clear();
    this.#size = 0;
    this.#lastAscii = "";
    this.#perIdentity.clear();
    this.#bytes = 0;
  }

  /** Looks at every topic of a branch, a tenth of a microsecond each. A tree by level would be quicker and weigh most of a lamp. */
  #matchingWildcard(filter: string): readonly Message[] {
    const before = filter.slice(0, filter.search(/[+#]/));
    // `a/#` matches `a` too (4.7.1.2).
    const start = before.endsWith("/") ? before.slice(0, -1) : before;
    const first = firstLevel(filter);
    const branches = hasWildcard(first) ? this.#branches.values() : [this.#branches.get(first) ?? noMessages];
    const found: Message[] = [];
    for (const branch of branches) {
      for (const [topic, kept] of branch) {
        if (topic.startsWith(start) && topicMatches(filter, topic)) found.push(asRetained(topic, kept));
      }
    }
    return found;
  }

  /** A character per byte: of ASCII the text itself. */
  #characters(message: Message): string {
    const { text } = message;
    if (text === undefined) return message.payload.toString("latin1");
    if (text === this.#lastAscii) return text;
    if (Buffer.byteLength(text) !== text.length) return message.payload.toString("latin1");
    this.#lastAscii = text;
    return text;
  }

  #hasRoom(added: number, from: string, previous: Kept | undefined): boolean {
    const { messages, bytes, perIdentity } = this.#limits;
    if (this.#bytes + added > bytes) return false;
    if (previous?.from === from) return true;
    if (from !== "" && (this.#perIdentity.get(from) ?? 0) >= perIdentity) return false;
    return previous !== undefined || this.#size < messages;
  }

  #count(from: string, sign: 1 | -1): void {
    const count = (this.#perIdentity.get(from) ?? 0) + sign;
    if (count === 0) this.#perIdentity.delete(from);
    else this.#perIdentity.set(from, count);
  }

  #add(kept: Kept): void {
    const { address: topic } = kept;
    const first = firstLevel(topic);
    const branch = this.#branches.get(first);
    if (branch === undefined) this.#branches.set(first, new Map([[topic, kept]]));
    else branch.set(topic, kept);
    this.#size++;
  }

  #remove(kept: Kept): void {
    const { address: topic, payload, from } = kept;
    kept.address = "";
    this.#bytes -= payload.length + topic.length;
    this.#count(from, -1);
    const first = firstLevel(topic);
    const branch = this.#branches.get(first);
    branch?.delete(topic);
    if (branch?.size === 0) this.#branches.delete(first);
    this.#size--;
  }
}

const noMessages: ReadonlyMap<string, Kept> = new Map();

const firstLevel = (topic: string): string => {
  const end = topic.indexOf("/");
  return end < 0 ? topic : topic.slice(0, end);
};

const asRetained = (topic: string, { payload, qos, from }: Kept): Message =>
  new Message(topic, Buffer.from(payload, "latin1"), qos, from, true);
