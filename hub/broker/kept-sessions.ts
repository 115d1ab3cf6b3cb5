import { Readable } from "node:stream";
import type { AedesPublishPacket, Client, Subscription } from "aedes";
import type { BrokerCounters, BrokerLimits } from "./broker-limits.ts";
import { SubscriptionTree } from "./subscription-tree.ts";

type Packet = Omit<AedesPublishPacket, "messageId"> & { messageId?: number | undefined };

interface Kept {
  readonly clientId: string;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
}

interface KeptSession {
  readonly subscriptions: Map<string, Kept>;
  queue: Packet[];
  /** Identifiers of QoS 2 messages that came in and wait for PUBREL. */
  readonly incoming: Set<number>;
}

const nothing = Promise.resolve();
const none: Promise<readonly never[]> = Promise.resolve([]);

/**
 * The sessions of clients that come back (MQTT 3.1.1, section 4.1), in memory and bounded: aedes asks here through its
 * persistence interface. Retained messages and wills are not kept here.
 */
export class KeptSessions {
  readonly #limits: BrokerLimits;
  readonly #counters: BrokerCounters;
  readonly #sessions = new Map<string, KeptSession>();
  readonly #tree = new SubscriptionTree<Kept>();

  constructor(limits: BrokerLimits, counters: BrokerCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  forget(clientId: string): void {
    const session = this.#sessions.get(clientId);
    for (const [topic, kept] of session?.subscriptions ?? []) this.#tree.remove(topic, kept);
    this.#sessions.delete(clientId);
  }

  /** Clients with a kept session. */
  clientIds(): Iterable<string> {
    return this.#sessions.keys();
  }

  /** Puts a message into the queue of every session that subscribed to it with QoS > 0, present or not. */
  enqueue(packet: AedesPublishPacket): void {
    if (this.#sessions.size > 0)
      for (const kept of this.#matching(packet.topic)) this.#enqueue(kept.clientId, packet);
  }

  // From here on: the interface aedes asks for.

  /** aedes insists that it be an async function. */
  async setup(): Promise<void> {}

  storeRetained(): Promise<void> {
    return nothing;
  }

  createRetainedStreamCombi(): Readable {
    return Readable.from([]);
  }

  async addSubscriptions(client: Client, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#session(client.id);
    for (const { topic, qos } of subscriptions) {
      const previous = session.subscriptions.get(topic);
      if (previous !== undefined) this.#tree.remove(topic, previous);
      const kept: Kept = { clientId: client.id, topic, qos };
      session.subscriptions.set(topic, kept);
      if (qos > 0) this.#tree.add(topic, kept);
    }
  }

  async removeSubscriptions(client: Client, topics: readonly string[]): Promise<void> {
    const subscriptions = this.#sessions.get(client.id)?.subscriptions;
    for (const topic of topics) {
      const kept = subscriptions?.get(topic);
      if (kept !== undefined) this.#tree.remove(topic, kept);
      subscriptions?.delete(topic);
    }
  }

  async subscriptionsByClient(client: { readonly id: string }): Promise<readonly Omit<Kept, "clientId">[]> {
    const subscriptions = this.#sessions.get(client.id)?.subscriptions.values() ?? [];
    return [...subscriptions].map(({ topic, qos }) => ({ topic, qos }));
  }

  subscriptionsByTopic(topic: string): Promise<readonly Kept[]> {
    return this.#sessions.size === 0 ? none : Promise.resolve(this.#matching(topic));
  }

  outgoingEnqueue(subscription: { readonly clientId: string }, packet: AedesPublishPacket): Promise<void> {
    this.#enqueue(subscription.clientId, packet);
    return nothing;
  }

  outgoingEnqueueCombi(subscriptions: readonly Kept[], packet: AedesPublishPacket): Promise<void> {
    for (const { clientId } of subscriptions) this.#enqueue(clientId, packet);
    return nothing;
  }

  /** Notes the packet identifier under which a queued message goes out, or that PUBREL took its place. */
  outgoingUpdate(client: Client, packet: Packet): Promise<void> {
    const queue = this.#sessions.get(client.id)?.queue ?? [];
    const at = queue.findIndex((queued) =>
      queued.brokerId === packet.brokerId
        ? queued.brokerCounter === packet.brokerCounter
        : queued.messageId === packet.messageId,
    );
    const queued = queue[at];
    // A message the queue had no room for goes out all the same, once.
    if (queued === undefined) return nothing;
    if (queued.brokerId === packet.brokerId) queued.messageId = packet.messageId;
    else queue[at] = packet;
    return nothing;
  }

  outgoingClearMessageId(client: Client, packet: Packet): Promise<Packet | undefined> {
    const queue = this.#sessions.get(client.id)?.queue ?? [];
    const at = queue.findIndex((queued) => queued.messageId === packet.messageId);
    return Promise.resolve(at < 0 ? undefined : queue.splice(at, 1)[0]);
  }

  /** aedes pipes it, and a list will do: a stream for every sign-in would be half its cost. */
  outgoingStream(client: Client): readonly Packet[] {
    return [...(this.#sessions.get(client.id)?.queue ?? [])];
  }

  async incomingStorePacket(client: Client, packet: Packet): Promise<void> {
    this.#session(client.id).incoming.add(packet.messageId ?? 0);
  }

  /** aedes takes a rejection for "not seen yet". */
  incomingGetPacket(client: Client, packet: Packet): Promise<Packet> {
    const isKnown = this.#sessions.get(client.id)?.incoming.has(packet.messageId ?? 0);
    return isKnown ? Promise.resolve(packet) : Promise.reject(unknownPacket);
  }

  incomingDelPacket(client: Client, packet: Packet): Promise<void> {
    const wasKnown = this.#sessions.get(client.id)?.incoming.delete(packet.messageId ?? 0);
    return wasKnown ? nothing : Promise.reject(unknownPacket);
  }

  delWill(): Promise<void> {
    return nothing;
  }

  streamWill(): Readable {
    return Readable.from([]);
  }

  #session(clientId: string): KeptSession {
    const present = this.#sessions.get(clientId);
    if (present !== undefined) return present;
    // The one that was made first gives way: whoever it belonged to finds a new session, as after any restart.
    const oldest = this.#sessions.keys().next().value;
    if (oldest !== undefined && this.#sessions.size >= this.#limits.keptSessions) this.forget(oldest);
    const session: KeptSession = { subscriptions: new Map(), queue: [], incoming: new Set() };
    this.#sessions.set(clientId, session);
    return session;
  }

  /** One entry for each client, with however many of its filters match. */
  #matching(topic: string): Kept[] {
    const found = new Map<string, Kept>();
    this.#tree.match(topic, (kept) => found.set(kept.clientId, kept));
    return [...found.values()];
  }

  #enqueue(clientId: string, packet: AedesPublishPacket): void {
    const queue = this.#sessions.get(clientId)?.queue;
    if (queue === undefined) return;
    if (queue.length >= this.#limits.keptMessages) {
      this.#counters.keptDropped++;
      queue.shift();
    }
    queue.push({ ...packet });
  }
}

const unknownPacket = Object.freeze({ message: "no such packet" });
