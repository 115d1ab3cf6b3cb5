import type { Duplex } from "node:stream";
import { Aedes, type Client, type ConnectPacket, type Subscription } from "aedes";
import { NotAuthorised } from "../domain/errors.ts";
import { Seconds } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { Connection } from "../ports/network.ts";
import { ClientStream } from "./client-stream.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { KeptSessions } from "./kept-sessions.ts";
import type { RoutedMessage } from "./message-router.ts";
import { WriteTurn } from "./outbox.ts";
import { clientIdSeparator, type Entrance, identityOf, type Peer, type RemoteHost } from "./peer.ts";
import { Permissions } from "./permissions.ts";
import { type Publication, PublishIntake } from "./publish-intake.ts";
import { PublishPackets } from "./publish-packet.ts";
import { RemoteDelivery } from "./remote-delivery.ts";
import type { CloseReason } from "./session-registry.ts";
import { isTopicFilter, isTopicName, longestTopicBytes } from "./topic.ts";

/** aedes' periodic work is for clusters; this is the longest period that four times fits a timer. */
const neverMs = 2 ** 28;

/** Return codes of CONNACK (3.2.2.3). */
const accepted = 0;
const identifierRejected = 2;
const notNow = 3;
const badCredentials = 4;
const notAuthorised = 5;

const nothing = (): void => undefined;

/**
 * Clients behind connections. aedes speaks the protocol: CONNECT, SUBSCRIBE, QoS 2, wills, sessions that are kept. Every yes
 * or no, the routing, the clock and the common messages (PUBLISH with QoS 0 and 1) are ours, plugged in where aedes asks for
 * them (`mq`, `persistence`, `authorize…`) and in `read` and `write` of the stream.
 */
export class RemoteSessions {
  readonly #host: RemoteHost;
  readonly #kept: KeptSessions;
  readonly #aedes: Aedes;
  readonly #turn: WriteTurn;
  readonly #peers = new Map<Client, Peer>();
  readonly #door: Doorkeeper;
  readonly #intake: PublishIntake;
  readonly #delivery: RemoteDelivery;
  #silence: Timer | undefined;

  constructor(host: RemoteHost) {
    const { clock, limits, counters } = host;
    const packets = new PublishPackets();
    this.#host = host;
    this.#turn = new WriteTurn(host.linkClock);
    this.#door = new Doorkeeper(clock, limits);
    this.#kept = new KeptSessions(limits, counters);
    this.#delivery = new RemoteDelivery(host, this.#kept, packets);
    this.#intake = new PublishIntake(host, packets, (message) => this.#delivery.route(message));
    this.#aedes = new Aedes({
      mq: this.#delivery.emitter(),
      persistence: this.#kept,
      heartbeatInterval: neverMs,
      connectTimeout: neverMs,
      drainTimeout: limits.stall,
      maxInflightInbound: limits.inflight,
      maxClientsIdLength: longestTopicBytes,
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, username = "", password = Buffer.alloc(0), done) => {
        const returnCode = this.#signIn(client, username, password);
        password.fill(0);
        if (returnCode === accepted) done(null, true);
        else done(Object.assign(new NotAuthorised("sign-in refused"), { returnCode }), null);
      },
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        this.#authorizeSubscribe(client, subscription, done),
      authorizeForward: (client, packet) => this.#delivery.forward(this.#peers.get(client), packet),
    });
    this.#aedes.on("subscribe", (subscriptions, client) => this.#onSubscribed(subscriptions, client));
    this.#aedes.on("connackSent", ({ returnCode }, client) => this.#onConnack(returnCode ?? 0, client));
    this.#aedes.on("clientReady", (client) => this.#onReady(client));
    this.#aedes.on("clientError", (client) => this.#onError(client));
    this.#aedes.on("connectionError", (client) => this.#onError(client));
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
  }

  get connections(): number {
    return this.#peers.size;
  }

  get unsentBytes(): number {
    return this.#turn.unsent;
  }

  accept({ stream, remote }: Connection, entrance: Entrance): void {
    const { counters } = this.#host;
    stream.on("error", nothing);
    if (!this.#door.enter(remote)) {
      counters.connectionsRefused++;
      stream.destroy();
      return;
    }
    counters.connectionsOpened++;
    const peer = this.#peer(stream, remote, entrance);
    this.#peers.set(peer.client, peer);
    this.#watchSilence();
    stream.once("close", () => this.#gone(peer));
  }

  #peer(raw: Duplex, remote: string, entrance: Entrance): Peer {
    const { counters, limits, linkClock } = this.#host;
    const splitter = this.#intake.splitter(() => peer);
    const stream = new ClientStream(raw, splitter, this.#turn, linkClock, limits, {
      onHeard: () => {
        // Until it has signed in its time runs from the opening, however it dribbles.
        if (peer.isReady) peer.heard = linkClock.monotonic();
      },
      onViolation: (violation) => {
        counters[violation]++;
      },
      onSlow: () => {
        counters.slowReaders++;
        raw.destroy();
      },
    });
    const peer: Peer = {
      entrance,
      remote,
      stream,
      splitter,
      // It uses of a stream what `ClientStream` has; its types ask for all of one.
      client: this.#aedes.handle(stream as unknown as Duplex),
      permissions: undefined,
      bucket: undefined,
      connect: undefined,
      subscriptions: 0,
      lastTopic: "",
      lastIdentifier: 0,
      heard: linkClock.monotonic(),
      silenceMs: limits.connectTimeout,
      isReady: false,
      end: (reason) => this.#end(peer, reason),
    };
    return peer;
  }

  /** Routes what the hub or a session in this process published. */
  route(message: RoutedMessage): void {
    this.#delivery.route(message);
  }

  /** Forgets the sessions kept for an identity. */
  forget(id: string): void {
    for (const clientId of [...this.#kept.clientIds()]) {
      if (identityOf(clientId) === id) this.#kept.forget(clientId);
    }
  }

  close(): Promise<void> {
    this.#silence?.cancel();
    this.#intake.close();
    return new Promise((done) => this.#aedes.close(() => done()));
  }

  /** Keep-alive and connect time-out of all, once a second, in the time of the connections. */
  #watchSilence(): void {
    this.#silence ??= this.#host.linkClock.every(Seconds(1), () => {
      const now = this.#host.linkClock.monotonic();
      for (const peer of this.#peers.values()) {
        if (peer.silenceMs > 0 && now - peer.heard > peer.silenceMs) this.#silent(peer);
      }
      if (this.#peers.size > 0) return;
      this.#silence?.cancel();
      this.#silence = undefined;
    });
  }

  #silent(peer: Peer): void {
    this.#host.counters.silent++;
    peer.client.close();
  }

  #preConnect(
    client: Client,
    packet: ConnectPacket,
    done: (error: Error | null, success: boolean) => void,
  ): void {
    const peer = this.#peers.get(client);
    if (peer === undefined || this.#host.isClosing) {
      done(new NotAuthorised("the broker is closing"), false);
      return;
    }
    peer.connect = packet;
    peer.silenceMs = silenceMs(packet.keepalive ?? 0, this.#host.limits.keepAlive);
    // Watched by us, see `#watchSilence`.
    packet.keepalive = 0;
    done(null, true);
  }

  /** @returns the return code of CONNACK */
  #signIn(client: Client, username: string, password: Buffer): number {
    const peer = this.#peers.get(client);
    const returnCode = peer === undefined ? notNow : this.#check(peer, username, password);
    if (returnCode !== accepted) this.#host.counters.signInsRefused++;
    return returnCode;
  }

  #check(peer: Peer, username: string, password: Buffer): number {
    const { connect, client, entrance } = peer;
    if (connect === undefined) return notNow;
    const { clientId } = connect;
    // [MQTT-3.1.3-8] who wants to be remembered needs a name; and a name is not an essay.
    if (!connect.clean && clientId === "") return identifierRejected;
    const isSane = !clientId.includes(clientIdSeparator) && Buffer.byteLength(clientId) <= longestTopicBytes;
    if (!isSane) return identifierRejected;
    const grant = this.#host.access.authenticate(username, password);
    if (grant === undefined) return badCredentials;
    if (entrance === "legacy" && grant.kind !== "device") return notAuthorised;
    const permissions = new Permissions(grant);
    if (!this.#isWillAllowed(connect, permissions)) return notAuthorised;
    if (!this.#host.admit(grant)) return notNow;
    peer.permissions = permissions;
    peer.bucket = this.#host.messageBucket(grant.kind);
    // A device has one session whatever name it gives; clients share a credential and differ by the name.
    client.id = grant.kind === "device" ? grant.id : `${grant.id}${clientIdSeparator}${client.id}`;
    this.#host.enter(grant, peer);
    return accepted;
  }

  #isWillAllowed({ will }: ConnectPacket, permissions: Permissions): boolean {
    if (will === undefined) return true;
    const isAllowed =
      isTopicName(will.topic) &&
      permissions.mayPublish(will.topic) &&
      will.payload.length <= this.#host.limits.payloadBytes;
    if (!isAllowed) this.#host.counters.publishesRefused++;
    return isAllowed;
  }

  /**
   * Asked for wills and for PUBLISH with QoS 2; the others go through `PublishIntake`, which asks the same. MQTT 3.1.1 has no
   * way to refuse a message: acknowledge it falsely or close the connection [MQTT-3.3.5-2]. Closing is honest, and a device
   * that tries another's topic is not to be trusted further.
   */
  #authorizePublish(client: Client | null, packet: Publication, done: (error?: Error | null) => void): void {
    const peer = client === null ? undefined : this.#peers.get(client);
    const from = peer?.permissions?.id;
    const isAllowed = peer !== undefined && from !== undefined && !this.#host.isClosing;
    if (!isAllowed || !this.#intake.admit(peer, packet)) {
      done(new NotAuthorised("this identity may not publish that now"));
      return;
    }
    this.#intake.retain(packet, from);
    this.#intake.slowDown(peer);
    done();
  }

  #authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const peer = this.#peers.get(client);
    const { topic: filter, qos } = subscription;
    const isAllowed =
      peer?.permissions !== undefined &&
      peer.subscriptions < this.#host.limits.subscriptions &&
      isTopicFilter(filter) &&
      peer.permissions.maySubscribe(filter);
    if (!isAllowed) {
      this.#host.counters.subscriptionsRefused++;
      // 0x80 in SUBACK, and the connection lives [MQTT-3.9.3-2].
      done(null, null);
      return;
    }
    peer.subscriptions++;
    this.#delivery.during({ peer, filter, qos }, () => done(null, subscription));
  }

  /** SUBACK is out. */
  #onSubscribed(subscriptions: readonly Subscription[], client: Client): void {
    const peer = this.#peers.get(client);
    if (peer === undefined) return;
    for (const { topic, qos } of subscriptions) if (qos <= 2) this.#delivery.sendRetained(peer, topic, qos);
  }

  #onConnack(returnCode: number, client: Client): void {
    const peer = this.#peers.get(client);
    if (returnCode !== accepted || peer === undefined) return;
    this.#host.counters.signIns++;
    peer.isReady = true;
  }

  /** What it sent ahead of CONNACK has been handled; from here on its messages may take the short way. */
  #onReady(client: Client): void {
    const peer = this.#peers.get(client);
    if (peer !== undefined) peer.splitter.isHot = true;
  }

  #onError(client: Client): void {
    if (this.#peers.get(client)?.permissions === undefined) this.#host.counters.malformed++;
  }

  #end(peer: Peer, reason: CloseReason): void {
    if (reason === "taken-over") this.#host.counters.takeovers++;
    peer.client.close();
  }

  #gone(peer: Peer): void {
    this.#door.leave(peer.remote);
    if (peer.permissions !== undefined) this.#host.registry.leave(peer.permissions.id, peer);
    // The will of a client that vanished is published after this event; its permissions are asked for then.
    setImmediate(() => this.#peers.delete(peer.client));
  }
}

/** [MQTT-3.1.2-24] one and a half times what was promised; who promised nothing, or too much, is held to the limit. */
const silenceMs = (keepAliveSeconds: number, limitMs: number): number => {
  const promised = keepAliveSeconds * 1_000;
  const isTooLong = limitMs > 0 && (promised === 0 || promised > limitMs);
  return 1.5 * (isTooLong ? limitMs : promised);
};
