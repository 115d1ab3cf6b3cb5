import { Millis } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { RoutedMessage } from "./message-router.ts";
import { type HotPublish, PacketSplitter } from "./packet-splitter.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import { type PublishPackets, pubackPacket } from "./publish-packet.ts";
import { isTopicName, longestTopicBytes } from "./topic.ts";

/** Identifier, flags and the like beside topic and payload. */
const packetOverheadBytes = 1_024;

const nothing = Buffer.alloc(0);

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

  /** Takes the place of the stream's `read`: whoever holds the stream gets what is not read here. */
  attach(peer: Peer): void {
    const { clock, limits } = this.#host;
    const { stream } = peer;
    const splitter = new PacketSplitter(limits.payloadBytes + longestTopicBytes + packetOverheadBytes, {
      publish: (message) => this.#onPublish(peer, message),
      // A clean session forgets what it sent: there the acknowledgement changes nothing.
      takesPubacks: () => peer.connect?.clean === true,
    });
    peer.splitter = splitter;
    const read = stream.read.bind(stream);
    stream.read = (size?: number) => {
      if (splitter.isPaused) return null;
      const chunk: unknown = read(size);
      if (chunk !== null && !(chunk instanceof Buffer)) return chunk;
      if (chunk === null && !splitter.isHolding) return null;
      if (peer.isReady) peer.heard = clock.monotonic();
      return this.#passedOn(peer, splitter.take(chunk ?? nothing));
    };
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
    const { splitter, stream } = peer;
    if (waitMs === 0 || splitter === undefined) return;
    this.#host.counters.throttled++;
    splitter.isPaused = true;
    const timer = this.#host.clock.after(Millis(waitMs), () => {
      this.#timers.delete(timer);
      splitter.isPaused = false;
      if (!stream.destroyed) stream.emit("readable");
    });
    this.#timers.add(timer);
  }

  #passedOn(peer: Peer, rest: ReturnType<PacketSplitter["take"]>): Buffer | null {
    if (typeof rest !== "string") return rest.length > 0 ? rest : null;
    this.#host.counters[rest]++;
    peer.stream.destroy();
    return null;
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
    if (qos === 1) peer.outbox.put(pubackPacket(identifier));
    if (retain) this.retain({ topic, payload, qos, retain }, from);
    if (packet !== undefined) this.#packets.prime(topic, payload, packet);
    this.#route({ topic, payload, qos, from });
    this.slowDown(peer);
  }
}
