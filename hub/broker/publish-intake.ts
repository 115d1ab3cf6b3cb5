import { Millis } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import { Message } from "./message.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import type { PublishPackets } from "./publish-packet.ts";
import { isTopicName } from "./topic.ts";

/** A PUBLISH or a will. */
export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** The very bytes a QoS 0 reader should get, where there are any. */
  readonly packet?: Buffer | undefined;
}

/** What connections publish, on its way to the router: sizes, rights, rates, and what is retained. */
export class PublishIntake {
  readonly #host: RemoteHost;
  readonly #packets: PublishPackets;
  readonly #route: (message: Message) => void;
  readonly #timers = new Set<Timer>();

  constructor(host: RemoteHost, packets: PublishPackets, route: (message: Message) => void) {
    this.#host = host;
    this.#packets = packets;
    this.#route = route;
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /**
   * Takes a message in and routes it. MQTT 3.1.1 has no way to refuse one: acknowledge it falsely or close the connection
   * [MQTT-3.3.5-2]. Closing is honest, and a device that tries another's topic is not to be trusted further.
   * @returns false: refused, counted, and the session is at its end
   */
  take(peer: Peer, message: Publication): boolean {
    if (!this.admit(peer, message)) return false;
    const { topic, payload, qos, packet } = message;
    const routed = new Message(topic, payload, qos, peer.permissions?.id ?? "");
    if (packet !== undefined) this.#packets.prime(routed, packet);
    this.#route(routed);
    return true;
  }

  /** All but the routing: that is aedes' for QoS 2 of a kept session. @returns as `take` */
  admit(peer: Peer, message: Publication): boolean {
    if (!this.#isAllowed(peer, message)) return false;
    if (message.retain) this.#retain(message, peer.permissions?.id ?? "");
    this.#slowDown(peer);
    return true;
  }

  #isAllowed(peer: Peer, { topic, payload }: Publication): boolean {
    const { counters, limits } = this.#host;
    const fits = payload.length <= limits.payloadBytes;
    if (fits && (topic === peer.lastTopic || (isTopicName(topic) && peer.permissions?.mayPublish(topic)))) {
      peer.lastTopic = topic;
      counters.published++;
      return true;
    }
    if (fits) counters.publishesRefused++;
    else counters.oversized++;
    return false;
  }

  #retain({ topic, payload, qos }: Publication, from: string): void {
    // A copy: the payload is a view into everything that was read with it.
    const message = new Message(topic, Buffer.from(payload), qos, from);
    if (!this.#host.router.retained.put(message)) this.#host.counters.retainedRefused++;
  }

  /** Over its rate a client is read more slowly, and loses nothing. */
  #slowDown(peer: Peer): void {
    const kind = peer.permissions?.kind;
    // Made for the first message: most of ten thousand lamps hardly ever say something.
    if (kind !== undefined) peer.bucket ??= this.#host.messageBucket(kind);
    const waitMs = peer.bucket?.take() ?? 0;
    if (waitMs === 0) return;
    this.#host.counters.throttled++;
    peer.hold();
    const timer = this.#host.clock.after(Millis(waitMs), () => {
      this.#timers.delete(timer);
      peer.proceed();
    });
    this.#timers.add(timer);
  }
}
