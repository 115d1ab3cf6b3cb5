import { Millis } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { RoutedMessage } from "./message-router.ts";
import { type HotPublish, PacketSplitter } from "./packet-splitter.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import { type PublishPackets, pubackPacket } from "./publish-packet.ts";
import { isTopicName, longestTopicBytes } from "./topic.ts";

/** Identifier, flags and the like beside topic and payload. */
const packetOverheadBytes = 1_024;

/** Any PUBLISH or will, whichever way it came. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: 0 | 1 | 2;
  retain: boolean;
}

/** What connections publish, from their bytes to the router: sizes, rights, rates, and what is retained. */
export class PublishIntake {
  readonly #host: RemoteHost;
  readonly #packets: PublishPackets;
  readonly #route: (message: RoutedMessage) => void;
  readonly #timers = new Set<Timer>();

  constructor(host: RemoteHost, packets: PublishPackets, route: (message: RoutedMessage) => void) {
    this.#host = host;
    this.#packets = packets;
    this.#route = route;
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /** Reads the bytes of one connection. @param peerOf known from the first byte on */
  splitter(peerOf: () => Peer): PacketSplitter {
    const { limits } = this.#host;
    return new PacketSplitter(limits.payloadBytes + longestTopicBytes + packetOverheadBytes, {
      publish: (message) => this.#onPublish(peerOf(), message),
      // A clean session forgets what it sent: there the acknowledgement changes nothing.
      takesPubacks: () => peerOf().connect?.clean === true,
    });
  }

  /** @returns false: refused, counted, and the session is at its end */
  admit(peer: Peer, { topic, payload }: Publication): boolean {
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

  /** After this it is an ordinary message: who subscribed before sees it without the flag [MQTT-3.3.1-9]. */
  retain(publication: Publication, from: string): void {
    if (!publication.retain) return;
    publication.retain = false;
    const { topic, qos } = publication;
    // A copy: the payload is a view into everything that was read with it.
    const payload = Buffer.from(publication.payload);
    if (!this.#host.router.retained.put({ topic, payload, qos, from })) this.#host.counters.retainedRefused++;
  }

  /** Over its rate a client is read more slowly, and loses nothing. */
  slowDown(peer: Peer): void {
    const waitMs = peer.bucket?.take() ?? 0;
    if (waitMs === 0) return;
    this.#host.counters.throttled++;
    peer.stream.hold();
    const timer = this.#host.clock.after(Millis(waitMs), () => {
      this.#timers.delete(timer);
      if (!peer.stream.destroyed) peer.stream.proceed();
    });
    this.#timers.add(timer);
  }

  /** QoS 0 or 1 of an open session. */
  #onPublish(peer: Peer, message: HotPublish): void {
    const { topic, payload, qos, retain, identifier, packet } = message;
    const from = peer.permissions?.id;
    if (from === undefined || peer.client.closed) return;
    if (!this.admit(peer, message)) {
      peer.client.close();
      return;
    }
    if (qos === 1) peer.stream.outbox.put(pubackPacket(identifier));
    if (retain) this.retain({ topic, payload, qos, retain }, from);
    if (packet !== undefined) this.#packets.prime(topic, payload, packet);
    this.#route({ topic, payload, qos, from });
    this.slowDown(peer);
  }
}
