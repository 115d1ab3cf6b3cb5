import type { Wish } from "./control-packets.ts";
import type { Message } from "./message.ts";
import type { Peer, RemoteHost, Subscription } from "./peer.ts";
import { PublishPackets, publishPacket } from "./publish-packet.ts";
import { isTopicFilter } from "./topic.ts";

/** [MQTT-3.8.4-6] */
const lower = (granted: 0 | 1 | 2, published: 0 | 1 | 2): 0 | 1 | 2 =>
  granted < published ? granted : published;

/** From the router to connections. */
export class RemoteDelivery {
  readonly packets = new PublishPackets();
  readonly #host: RemoteHost;

  constructor(host: RemoteHost) {
    this.#host = host;
  }

  /** @param present how many filters it has subscribed to. @returns false: refused, and counted */
  maySubscribe(peer: Peer, filter: string, present: number): boolean {
    const isAllowed =
      present < this.#host.limits.subscriptions &&
      isTopicFilter(filter) &&
      peer.permissions?.maySubscribe(filter) === true;
    if (!isAllowed) this.#host.counters.subscriptionsRefused++;
    return isAllowed;
  }

  /** An earlier subscription to the same filter gives way to it [MQTT-3.8.4-3]. */
  subscribe(peer: Peer, { filter, qos }: Wish): void {
    this.unsubscribe(peer, filter);
    const send = (message: Message) => this.#deliver(peer, message, lower(qos, message.qos));
    const subscription: Subscription = { filter, send };
    peer.subscriptions = [...peer.subscriptions, subscription];
    this.#host.router.subscribeRemote(filter, subscription);
  }

  unsubscribe(peer: Peer, filter: string): void {
    const subscription = peer.subscriptions.find((each) => each.filter === filter);
    if (subscription === undefined) return;
    peer.subscriptions = peer.subscriptions.filter((each) => each !== subscription);
    this.#host.router.unsubscribeRemote(filter, subscription);
  }

  /** Its connection is closed. */
  left(peer: Peer): void {
    for (const subscription of peer.subscriptions)
      this.#host.router.unsubscribeRemote(subscription.filter, subscription);
  }

  /** What is known already, before anything newer can be sent. */
  sendRetained(peer: Peer, { filter, qos }: Wish): void {
    for (const message of this.#host.router.retained.matching(filter)) {
      if (!peer.permissions?.mayReceive(message.topic)) continue;
      const { topic, payload } = message;
      const level = lower(qos, message.qos);
      if (level !== 0 && peer.engine !== undefined) peer.engine.publish(topic, payload, level);
      else peer.outbox.put(publishPacket(topic, payload, true, level, nextIdentifier(peer, level)));
    }
  }

  /** To a clean session. */
  #deliver(peer: Peer, message: Message, qos: 0 | 1 | 2): void {
    const { topic } = message;
    if (!peer.permissions?.mayReceive(topic)) {
      this.#host.counters.deliveriesRefused++;
    } else if (qos === 0) {
      peer.outbox.put(this.packets.live(message));
    } else {
      peer.outbox.put(
        publishPacket(topic, message.text ?? message.payload, false, qos, nextIdentifier(peer, qos)),
      );
    }
  }
}

/** Nothing is kept of what a clean session was sent, so an identifier need only be new. */
const nextIdentifier = (peer: Peer, qos: 0 | 1 | 2): number => {
  if (qos === 0) return 0;
  peer.lastIdentifier = (peer.lastIdentifier % 65_535) + 1;
  return peer.lastIdentifier;
};
