import type { AedesPublishPacket } from "aedes";
import type { KeptSessions } from "./kept-sessions.ts";
import type { RemoteReceiver, RoutedMessage } from "./message-router.ts";
import { identityOf, type Peer, type RemoteHost } from "./peer.ts";
import { type PublishPackets, publishPacket } from "./publish-packet.ts";

type DeliverFunction = (packet: AedesPublishPacket, done: () => void) => void;

/** A subscription that a clean session is about to make. */
interface Subscribing {
  readonly peer: Peer;
  readonly filter: string;
  readonly qos: number;
}

const nothing = (): void => undefined;

/**
 * From the router to connections. To clean sessions QoS 0 and 1 go straight into the outbox; QoS 2, and everything for
 * sessions that are kept, goes through aedes, which knows how such a message is seen through to its end.
 */
export class RemoteDelivery {
  readonly #host: RemoteHost;
  readonly #kept: KeptSessions;
  readonly #packets: PublishPackets;
  readonly #receivers = new Map<DeliverFunction, RemoteReceiver>();
  #subscribing: Subscribing | undefined;
  /** The packet that goes round: a kept message is recognised by its number when it is acknowledged. */
  #carried: AedesPublishPacket | undefined;
  #sent = 0;

  constructor(host: RemoteHost, kept: KeptSessions, packets: PublishPackets) {
    this.#host = host;
    this.#kept = kept;
    this.#packets = packets;
  }

  /** Routes a message; with QoS > 0 it is kept for those who are away. */
  route(message: RoutedMessage): void {
    if (message.qos === 0 || this.#kept.isEmpty) {
      this.#host.router.route(message);
      return;
    }
    const packet = this.#asPacket(message);
    this.#kept.enqueue(packet);
    this.#routing(packet, message);
  }

  /**
   * Runs `subscribe`, in which aedes hands a function to `on`. For a clean session it does so before this returns, and
   * only then is it sure whose function that is.
   */
  during(subscribing: Subscribing, subscribe: () => void): void {
    this.#subscribing = subscribing;
    subscribe();
    this.#subscribing = undefined;
  }

  /** What aedes takes for its emitter (the interface of mqemitter). Its own `$SYS` messages end here. */
  emitter() {
    const { router } = this.#host;
    return {
      on: (filter: string, deliver: DeliverFunction, done: () => void = nothing) => {
        if (!filter.startsWith("$")) {
          const receiver = this.#receiver(filter, deliver);
          this.#receivers.set(deliver, receiver);
          router.subscribeRemote(filter, receiver);
        }
        queueMicrotask(done);
      },
      removeListener: (filter: string, deliver: DeliverFunction, done: () => void = nothing) => {
        const receiver = this.#receivers.get(deliver);
        this.#receivers.delete(deliver);
        if (receiver !== undefined) router.unsubscribeRemote(filter, receiver);
        done();
      },
      emit: (packet: AedesPublishPacket & { clientId?: string }, done: () => void = nothing) => {
        const { topic, qos, clientId = "" } = packet;
        if (!topic.startsWith("$")) {
          const payload = Buffer.from(packet.payload);
          this.#routing(packet, { topic, payload, qos, from: identityOf(clientId) });
        }
        // Not at once: aedes reads on in this call, and would do so inside itself, deeper with every message.
        queueMicrotask(done);
      },
      close: (done: () => void) => queueMicrotask(done),
    };
  }

  /** Asked before each delivery that aedes makes. */
  forward(peer: Peer | undefined, packet: AedesPublishPacket): AedesPublishPacket | null {
    if (peer?.permissions === undefined || !peer.permissions.mayReceive(packet.topic)) {
      this.#host.counters.deliveriesRefused++;
      return null;
    }
    if (packet.qos > 0) return packet;
    if (peer.isReady)
      peer.stream.outbox.put(publishPacket(packet.topic, Buffer.from(packet.payload), packet.retain));
    return null;
  }

  /** What is known already, before anything newer can be sent. */
  sendRetained(peer: Peer, filter: string, qos: 0 | 1 | 2): void {
    for (const message of this.#host.router.retained.matching(filter)) {
      if (!peer.permissions?.mayReceive(message.topic)) continue;
      const { topic, payload } = message;
      // [MQTT-3.8.4-6] the lower of the two.
      const level = qos < message.qos ? qos : message.qos;
      if (level === 0) peer.stream.outbox.put(publishPacket(topic, payload, true));
      else
        peer.client.publish(
          { cmd: "publish", topic, payload, qos: level, retain: true, dup: false },
          nothing,
        );
    }
  }

  #routing(packet: AedesPublishPacket, message: RoutedMessage): void {
    this.#carried = packet;
    this.#host.router.route(message);
    this.#carried = undefined;
  }

  #asPacket(message: RoutedMessage): AedesPublishPacket {
    return {
      cmd: "publish",
      brokerId: "hub",
      brokerCounter: ++this.#sent,
      topic: message.topic,
      payload: message.payload,
      qos: message.qos,
      retain: false,
      dup: false,
    } as AedesPublishPacket;
  }

  #receiver(filter: string, deliver: DeliverFunction): RemoteReceiver {
    const direct = this.#subscribing?.filter === filter ? this.#subscribing : undefined;
    return {
      send: (message) => {
        const qos = direct === undefined ? 2 : Math.min(message.qos, direct.qos);
        if (direct !== undefined && qos < 2) this.#sendDirect(direct.peer, message, qos);
        else deliver(this.#carried ?? this.#asPacket(message), nothing);
      },
    };
  }

  /** To a clean session: nothing is kept of what was sent, so an identifier need only be new. */
  #sendDirect(peer: Peer, { topic, payload }: RoutedMessage, qos: number): void {
    if (!peer.isReady) return;
    if (!peer.permissions?.mayReceive(topic)) {
      this.#host.counters.deliveriesRefused++;
      return;
    }
    if (qos === 0) {
      peer.stream.outbox.put(this.#packets.live(topic, payload));
      return;
    }
    peer.lastIdentifier = (peer.lastIdentifier % 65_535) + 1;
    peer.stream.outbox.put(publishPacket(topic, payload, false, peer.lastIdentifier));
  }
}
