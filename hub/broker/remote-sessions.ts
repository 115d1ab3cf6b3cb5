import type { Duplex } from "node:stream";
import { Aedes, type AedesPublishPacket, type Client, type ConnectPacket, type Subscription } from "aedes";
import { LimitExceeded, NotAuthorised } from "../domain/errors.ts";
import { Millis, toSeconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Connection } from "../ports/network.ts";
import type { BrokerCounters, BrokerLimits } from "./broker-limits.ts";
import { KeptSessions } from "./kept-sessions.ts";
import type { MessageRouter, RemoteReceiver, RoutedMessage } from "./message-router.ts";
import type { AccessGrant, BrokerAccess } from "./mqtt-bus.ts";
import { Outbox, WriteTurn } from "./outbox.ts";
import { PacketGuard } from "./packet-guard.ts";
import { Permissions } from "./permissions.ts";
import { PublishPackets, publishPacket } from "./publish-packet.ts";
import type { CloseReason, OpenSession, SessionRegistry } from "./session-registry.ts";
import { type Rate, TokenBucket } from "./token-bucket.ts";
import { isTopicFilter, isTopicName, longestTopicBytes } from "./topic.ts";

/** How a connection came in. Through `legacy` only devices may. */
export type Entrance = "ordinary" | "legacy";

/** What the sessions behind connections need of the rest of the broker. */
export interface RemoteHost {
  readonly clock: Clock;
  readonly access: BrokerAccess;
  readonly limits: BrokerLimits;
  readonly counters: BrokerCounters;
  readonly router: MessageRouter;
  readonly registry: SessionRegistry;
  readonly isClosing: boolean;
  /** Whether an identity may sign in once more just now; makes room for a device that comes back. */
  admit(grant: AccessGrant): boolean;
  messageBucket(kind: AccessGrant["kind"]): TokenBucket;
}

/** One connection, from its opening. */
interface Peer extends OpenSession {
  readonly entrance: Entrance;
  readonly remote: string;
  readonly stream: Duplex;
  readonly outbox: Outbox;
  readonly client: Client;
  permissions: Permissions | undefined;
  bucket: TokenBucket | undefined;
  connect: ConnectPacket | undefined;
  subscriptions: number;
  /** CONNACK is out: messages may follow. */
  isReady: boolean;
}

/** Between identity and client identifier: cannot stand in either [MQTT-1.5.3-2], so no client can take another's name. */
const separator = "\0";

const identityOf = (clientId: string): string => clientId.split(separator, 1)[0] ?? "";

/** aedes' periodic work is for clusters; this is the longest period that four times fits a timer. */
const neverMs = 2 ** 28;

/** Identifier byte, connect flags and the like beside topic and payload. */
const packetOverheadBytes = 1_024;

const nothing = (): void => undefined;

type DeliverFunction = (packet: AedesPublishPacket, done: () => void) => void;

/**
 * Clients behind connections. aedes speaks the protocol; the routing, what is kept, and every yes or no are ours and
 * plugged in where aedes asks for them (`mq`, `persistence`, `authorize…`). QoS 0 goes from our router straight to the
 * connection: for those messages aedes' queue, emitter and five small writes were most of the cost.
 */
export class RemoteSessions {
  readonly #host: RemoteHost;
  readonly #kept: KeptSessions;
  readonly #aedes: Aedes;
  readonly #turn = new WriteTurn();
  readonly #packets = new PublishPackets();
  readonly #peers = new Map<Client, Peer>();
  readonly #perRemote = new Map<string, number>();
  readonly #remoteBuckets = new Map<string, TokenBucket>();
  readonly #receivers = new Map<DeliverFunction, RemoteReceiver>();
  readonly #timers = new Set<Timer>();
  /** The subscription aedes is about to make, while it makes it. */
  #subscribing: { readonly peer: Peer; readonly filter: string; readonly qos: number } | undefined;
  /** The packet that goes round: a kept message is recognised by its number when it is acknowledged. */
  #carried: AedesPublishPacket | undefined;
  #sent = 0;

  constructor(host: RemoteHost) {
    const { limits } = host;
    this.#host = host;
    this.#kept = new KeptSessions(limits, host.counters);
    this.#aedes = new Aedes({
      mq: this.#emitter(),
      persistence: this.#kept,
      heartbeatInterval: neverMs,
      connectTimeout: limits.connectTimeout,
      drainTimeout: limits.stall,
      keepaliveLimit: toSeconds(limits.keepAlive),
      maxInflightInbound: limits.inflight,
      maxClientsIdLength: longestTopicBytes,
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, username, password, done) => {
        const code = this.#signIn(client, username ?? "", password ?? Buffer.alloc(0));
        password?.fill(0);
        if (code === 0) {
          done(null, true);
          return;
        }
        host.counters.signInsRefused++;
        done(Object.assign(new NotAuthorised("sign-in refused", { code }), { returnCode: code }), null);
      },
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        this.#authorizeSubscribe(client, subscription, done),
      authorizeForward: (client, packet) => this.#forward(client, packet),
    });
    this.#aedes.on("subscribe", (subscriptions, client) => this.#sendRetained(subscriptions, client));
    this.#aedes.on("connackSent", ({ returnCode }, client) => this.#onConnack(returnCode ?? 0, client));
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

  accept(connection: Connection, entrance: Entrance): void {
    const { counters, limits, clock } = this.#host;
    const { stream, remote } = connection;
    stream.on("error", nothing);
    if (!this.#hasRoomFor(remote)) {
      counters.connectionsRefused++;
      stream.destroy();
      return;
    }
    counters.connectionsOpened++;
    this.#perRemote.set(remote, (this.#perRemote.get(remote) ?? 0) + 1);
    const outbox = new Outbox(stream, this.#turn, clock, limits, () => {
      counters.slowReaders++;
      stream.destroy();
    });
    this.#guard(stream);
    const client = this.#aedes.handle(stream);
    const peer: Peer = {
      entrance,
      remote,
      stream,
      outbox,
      client,
      permissions: undefined,
      bucket: undefined,
      connect: undefined,
      subscriptions: 0,
      isReady: false,
      end: (reason) => this.#end(peer, reason),
    };
    this.#peers.set(client, peer);
    stream.once("close", () => this.#gone(peer));
  }

  /** Routes a message with QoS > 0 that came from this process: it is kept for those who are away. */
  route(message: RoutedMessage): void {
    const packet = this.#asPacket(message);
    this.#kept.enqueue(packet);
    this.#routing(packet, message);
  }

  /** Forgets the sessions kept for an identity. */
  forget(id: string): void {
    for (const clientId of [...this.#kept.clientIds()]) {
      if (identityOf(clientId) === id) this.#kept.forget(clientId);
    }
  }

  close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    return new Promise((done) => this.#aedes.close(() => done()));
  }

  #hasRoomFor(remote: string): boolean {
    const { limits } = this.#host;
    if (this.#peers.size >= limits.connections) return false;
    // Whoever is on this machine can hurt it by easier ways; and all simulated devices are.
    if (isThisMachine(remote)) return true;
    if ((this.#perRemote.get(remote) ?? 0) >= limits.connectionsPerRemote) return false;
    return this.#bucket(this.#remoteBuckets, remote, limits.remoteConnects).tryTake();
  }

  #bucket(buckets: Map<string, TokenBucket>, key: string, rate: Rate): TokenBucket {
    const present = buckets.get(key);
    if (present !== undefined) return present;
    // Forgetting a bucket forgives its owner a little; growing for ever would not be forgiven.
    if (buckets.size >= this.#host.limits.connections) buckets.delete(buckets.keys().next().value ?? "");
    const bucket = new TokenBucket(this.#host.clock, rate);
    buckets.set(key, bucket);
    return bucket;
  }

  /** Looks at the length of every packet before aedes gathers it. */
  #guard(stream: Duplex): void {
    const { counters, limits } = this.#host;
    const guard = new PacketGuard(limits.payloadBytes + longestTopicBytes + packetOverheadBytes);
    const read = stream.read.bind(stream);
    stream.read = (size?: number) => {
      const chunk: unknown = read(size);
      if (!(chunk instanceof Uint8Array) || guard.accepts(chunk)) return chunk;
      counters.oversized++;
      stream.destroy();
      return null;
    };
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
    done(null, true);
  }

  /** @returns the return code of CONNACK (3.2.2.3): 0 accepted, 2 identifier, 3 not now, 4 credentials, 5 not authorised */
  #signIn(client: Client, username: string, password: Buffer): number {
    const peer = this.#peers.get(client);
    const connect = peer?.connect;
    if (peer === undefined || connect === undefined) return 3;
    // [MQTT-3.1.3-8] who wants to be remembered needs a name; and a name is not an essay.
    if (!connect.clean && connect.clientId === "") return 2;
    if (connect.clientId.includes(separator) || Buffer.byteLength(connect.clientId) > longestTopicBytes)
      return 2;
    const grant = this.#host.access.authenticate(username, password);
    if (grant === undefined) return 4;
    if (peer.entrance === "legacy" && grant.kind !== "device") return 5;
    const permissions = new Permissions(grant);
    if (!this.#isWillAllowed(connect, permissions)) return 5;
    if (!this.#host.admit(grant)) return 3;
    peer.permissions = permissions;
    peer.bucket = this.#host.messageBucket(grant.kind);
    // A device has one session whatever name it gives; clients share a credential and differ by the name.
    client.id = grant.kind === "device" ? grant.id : `${grant.id}${separator}${client.id}`;
    this.#host.registry.enter(grant.id, peer);
    return 0;
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
   * Asked for every PUBLISH and every will. MQTT 3.1.1 has no way to refuse a message: acknowledge it falsely or close the
   * connection [MQTT-3.3.5-2]. Closing is honest, and a device that tries another's topic is not to be trusted further.
   */
  #authorizePublish(
    client: Client | null,
    packet: { topic: string; payload: string | Buffer; qos: 0 | 1 | 2; retain: boolean },
    done: (error?: Error | null) => void,
  ): void {
    const { counters, limits, isClosing } = this.#host;
    const peer = client === null ? undefined : this.#peers.get(client);
    const permissions = peer?.permissions;
    if (peer === undefined || permissions === undefined || isClosing) {
      done(new NotAuthorised("not connected"));
      return;
    }
    if (!isTopicName(packet.topic) || !permissions.mayPublish(packet.topic)) {
      counters.publishesRefused++;
      done(new NotAuthorised("this identity may not publish there", { id: permissions.id }));
      return;
    }
    if (packet.payload.length > limits.payloadBytes) {
      counters.oversized++;
      done(new LimitExceeded("payload too large", { id: permissions.id, limit: limits.payloadBytes }));
      return;
    }
    counters.published++;
    const waitMs = peer.bucket?.take() ?? 0;
    if (waitMs === 0) {
      this.#retain(packet, permissions.id);
      done();
      return;
    }
    // Until it is answered aedes reads no further from this client: it is slowed, and loses nothing.
    counters.throttled++;
    const timer = this.#host.clock.after(Millis(waitMs), () => {
      this.#timers.delete(timer);
      this.#retain(packet, permissions.id);
      done();
    });
    this.#timers.add(timer);
  }

  #retain(
    packet: { topic: string; payload: string | Buffer; qos: 0 | 1 | 2; retain: boolean },
    from: string,
  ): void {
    if (!packet.retain) return;
    // From here on it is an ordinary message: those who subscribed before see it without the flag [MQTT-3.3.1-9].
    packet.retain = false;
    // A copy: the payload is a view into everything that was read with it.
    const payload = Buffer.from(packet.payload);
    const { topic, qos } = packet;
    if (!this.#host.router.retained.put({ topic, payload, qos, from })) this.#host.counters.retainedRefused++;
  }

  #authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const peer = this.#peers.get(client);
    const { topic, qos } = subscription;
    const isAllowed =
      peer?.permissions !== undefined &&
      peer.subscriptions < this.#host.limits.subscriptions &&
      isTopicFilter(topic) &&
      peer.permissions.maySubscribe(topic);
    if (!isAllowed) {
      this.#host.counters.subscriptionsRefused++;
      // 0x80 in SUBACK, and the connection lives [MQTT-3.9.3-2].
      done(null, null);
      return;
    }
    peer.subscriptions++;
    // For a clean session aedes subscribes within this call; only then is it sure whose function `on` is given.
    this.#subscribing = { peer, filter: topic, qos };
    done(null, subscription);
    this.#subscribing = undefined;
  }

  /** Asked before each delivery that aedes makes: those with QoS > 0, and all of restored sessions. */
  #forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const peer = this.#peers.get(client);
    if (peer?.permissions === undefined || !peer.permissions.mayReceive(packet.topic)) {
      this.#host.counters.deliveriesRefused++;
      return null;
    }
    if (packet.qos > 0) return packet;
    if (peer.isReady) peer.outbox.put(publishPacket(packet.topic, asBytes(packet.payload), packet.retain));
    return null;
  }

  /** After SUBACK: what is known already, before anything newer can be sent. */
  #sendRetained(subscriptions: readonly Subscription[], client: Client): void {
    const peer = this.#peers.get(client);
    for (const { topic: filter, qos } of subscriptions) {
      if (qos > 2 || peer?.permissions === undefined) continue;
      for (const message of this.#host.router.retained.matching(filter)) {
        if (!peer.permissions.mayReceive(message.topic)) continue;
        const { topic, payload } = message;
        // [MQTT-3.8.4-6] the lower of the two.
        const level = Math.min(qos, message.qos) as 0 | 1 | 2;
        if (level === 0) peer.outbox.put(publishPacket(topic, payload, true));
        else
          client.publish({ cmd: "publish", topic, payload, qos: level, retain: true, dup: false }, nothing);
      }
    }
  }

  #onConnack(returnCode: number, client: Client): void {
    const peer = this.#peers.get(client);
    if (returnCode !== 0 || peer === undefined) return;
    this.#host.counters.signIns++;
    peer.isReady = true;
  }

  #onError(client: Client): void {
    if (this.#peers.get(client)?.permissions === undefined) this.#host.counters.malformed++;
  }

  #end(peer: Peer, reason: CloseReason): void {
    if (reason === "taken-over") this.#host.counters.takeovers++;
    peer.client.close();
  }

  #gone(peer: Peer): void {
    const count = (this.#perRemote.get(peer.remote) ?? 1) - 1;
    if (count > 0) this.#perRemote.set(peer.remote, count);
    else this.#perRemote.delete(peer.remote);
    if (peer.permissions !== undefined) this.#host.registry.leave(peer.permissions.id, peer);
    // The will of a client that vanished is published after this event; its permissions are asked for then.
    setImmediate(() => this.#peers.delete(peer.client));
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

  /** What aedes takes for its emitter (the interface of mqemitter). Its own `$SYS` messages end here. */
  #emitter() {
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
        const { topic, qos, clientId } = packet;
        if (!topic.startsWith("$")) {
          const payload = asBytes(packet.payload);
          this.#routing(packet, { topic, payload, qos, from: identityOf(clientId ?? "") });
        }
        // Not at once: aedes reads on in this call, and would do so inside itself, deeper with every message.
        queueMicrotask(done);
      },
      close: (done: () => void) => queueMicrotask(done),
    };
  }

  #routing(packet: AedesPublishPacket, message: RoutedMessage): void {
    this.#carried = packet;
    this.#host.router.route(message);
    this.#carried = undefined;
  }

  #receiver(filter: string, deliver: DeliverFunction): RemoteReceiver {
    const making = this.#subscribing;
    const isDirect = making?.filter === filter;
    return {
      send: (message) => {
        if (isDirect && (message.qos === 0 || making.qos === 0)) this.#sendDirect(making.peer, message);
        else deliver(this.#carried ?? this.#asPacket(message), nothing);
      },
    };
  }

  #sendDirect(peer: Peer, message: RoutedMessage): void {
    const { topic, payload } = message;
    if (!peer.isReady) return;
    if (peer.permissions?.mayReceive(topic)) peer.outbox.put(this.#packets.live(topic, payload));
    else this.#host.counters.deliveriesRefused++;
  }
}

const asBytes = (payload: string | Buffer): Buffer =>
  typeof payload === "string" ? Buffer.from(payload) : payload;

const isThisMachine = (remote: string): boolean =>
  remote === "::1" || remote.startsWith("127.") || remote.startsWith("::ffff:127.");
