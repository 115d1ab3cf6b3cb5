import type { Duplex } from "node:stream";
import { Aedes, type AedesPublishPacket, type Client, type ConnectPacket } from "aedes";
import { NotAuthorised } from "../domain/errors.ts";
import { EngineStream } from "./engine-stream.ts";
import { KeptSessions } from "./kept-sessions.ts";
import { Message } from "./message.ts";
import type { RemoteReceiver } from "./message-router.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import { publishPacket } from "./publish-packet.ts";
import type { RemoteDelivery } from "./remote-delivery.ts";
import { longestTopicBytes } from "./topic.ts";

type DeliverFunction = (packet: AedesPublishPacket, done: () => void) => void;
type Decide = (error: Error | null, isAllowed: boolean) => void;

/** aedes' periodic work is for clusters; this is the longest period that four times fits a timer. */
const neverMs = 2 ** 28;

/** Between identity and client identifier: cannot stand in either [MQTT-1.5.3-2], so no client can take another's name. */
const separator = "\0";

const nothing = (): void => undefined;

/**
 * Sessions that outlive their connection (MQTT 3.1.1, section 4.1): aedes knows how their messages are seen through to the
 * end. Signing in, rights, wills and the way of a message are ours, plugged in where aedes asks.
 */
export class KeptEngine {
  readonly #host: RemoteHost;
  readonly #delivery: RemoteDelivery;
  readonly #kept: KeptSessions;
  readonly #aedes: Aedes;
  readonly #streams = new Map<Client, EngineStream>();
  readonly #receivers = new Map<DeliverFunction, RemoteReceiver>();
  /** The packet that goes round: a kept message is recognised by its number when it is acknowledged. */
  #carried: AedesPublishPacket | undefined;
  #sent = 0;

  constructor(host: RemoteHost, delivery: RemoteDelivery) {
    this.#host = host;
    this.#delivery = delivery;
    this.#kept = new KeptSessions(host.limits, host.counters);
    this.#aedes = new Aedes({
      mq: this.#emitter(),
      persistence: this.#kept,
      heartbeatInterval: neverMs,
      connectTimeout: neverMs,
      drainTimeout: host.limits.stall,
      maxInflightInbound: host.limits.inflight,
      maxClientsIdLength: 2 * longestTopicBytes,
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authorizePublish: (_client, packet, done) => {
        // Taken in and retained already; to who subscribed before it is an ordinary message [MQTT-3.3.1-9].
        packet.retain = false;
        done(null);
      },
      authorizeSubscribe: (client, subscription, done) => {
        const stream = this.#streams.get(client);
        const isAllowed = stream !== undefined && this.#authorizeSubscribe(stream, subscription.topic);
        // 0x80 in SUBACK, and the connection lives [MQTT-3.9.3-2].
        done(null, isAllowed ? subscription : null);
      },
      authorizeForward: (client, packet) => this.#forward(this.#streams.get(client), packet),
    });
    this.#follow();
  }

  #follow(): void {
    this.#aedes.on("connackSent", (_connack, client) => {
      const stream = this.#streams.get(client);
      if (stream !== undefined) stream.isReady = true;
    });
    this.#aedes.on("clientReady", (client) => this.#streams.get(client)?.peer.proceed());
    // SUBACK is out.
    this.#aedes.on("subscribe", (subscriptions, client) => {
      const peer = this.#streams.get(client)?.peer;
      for (const { topic, qos } of subscriptions)
        if (peer !== undefined && qos <= 2) this.#delivery.sendRetained(peer, { filter: topic, qos });
    });
    this.#aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#streams.get(client)?.filters.delete(filter);
    });
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
  }

  close(): Promise<void> {
    return new Promise((done) => this.#aedes.close(() => done()));
  }

  /** @param connect the packet with which it signed in; what follows waits until its CONNACK is out */
  open(peer: Peer, connect: Buffer): void {
    const stream = new EngineStream(peer);
    // It uses of a stream what `EngineStream` has; its types ask for all of one.
    const client = this.#aedes.handle(stream as unknown as Duplex);
    this.#streams.set(client, stream);
    stream.once("close", () => this.#streams.delete(client));
    peer.engine = stream;
    peer.hold();
    stream.give(connect);
  }

  /** Forgets what was kept for the client that signed in: it begins a clean session [MQTT-3.1.2-6]. */
  forget(peer: Peer): void {
    this.#kept.forget(nameOf(peer));
  }

  /** Forgets all that was kept for an identity. */
  forgetIdentity(id: string): void {
    for (const name of [...this.#kept.clientIds()]) {
      if (identityOf(name) === id) this.#kept.forget(name);
    }
  }

  /** Routes a message; with QoS > 0 it is kept for those who are away. */
  route(message: Message): void {
    if (message.qos === 0 || this.#kept.isEmpty) {
      this.#host.router.route(message);
      return;
    }
    const packet = this.#asPacket(message);
    this.#kept.enqueue(packet);
    this.#routing(packet, message);
  }

  #preConnect(client: Client, packet: ConnectPacket, done: Decide): void {
    const stream = this.#streams.get(client);
    if (stream === undefined) {
      done(new NotAuthorised("the connection has ended"), false);
      return;
    }
    packet.clientId = nameOf(stream.peer);
    packet.keepalive = 0;
    delete packet.will;
    done(null, true);
  }

  #authorizeSubscribe({ peer, filters }: EngineStream, filter: string): boolean {
    const isAllowed = this.#delivery.maySubscribe(peer, filter, filters.size);
    if (isAllowed) filters.add(filter);
    return isAllowed;
  }

  /** Asked before each delivery. */
  #forward(stream: EngineStream | undefined, packet: AedesPublishPacket): AedesPublishPacket | null {
    if (!stream?.peer.permissions?.mayReceive(packet.topic)) {
      this.#host.counters.deliveriesRefused++;
      return null;
    }
    if (packet.qos > 0) return packet;
    if (stream.isReady)
      stream.peer.outbox.put(publishPacket(packet.topic, Buffer.from(packet.payload), packet.retain));
    return null;
  }

  /** What aedes takes for its emitter (the interface of mqemitter). Its own `$SYS` messages end here. */
  #emitter() {
    const { router } = this.#host;
    return {
      on: (filter: string, deliver: DeliverFunction, done: () => void = nothing) => {
        if (!filter.startsWith("$")) {
          const receiver: RemoteReceiver = {
            send: (message) => deliver(this.#carried ?? this.#asPacket(message), nothing),
          };
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
          this.#routing(packet, new Message(topic, payload, qos, identityOf(clientId)));
        }
        // Not at once: aedes reads on in this call, and would do so inside itself, deeper with every message.
        queueMicrotask(done);
      },
      close: (done: () => void) => queueMicrotask(done),
    };
  }

  #routing(packet: AedesPublishPacket, message: Message): void {
    this.#carried = packet;
    this.#host.router.route(message);
    this.#carried = undefined;
  }

  #asPacket(message: Message): AedesPublishPacket {
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
}

/** A device has one session whatever name it gives; clients share a credential and differ by the name. */
const nameOf = ({ permissions, clientId }: Peer): string =>
  permissions?.kind === "device" ? permissions.id : `${permissions?.id ?? ""}${separator}${clientId}`;

const identityOf = (name: string): string => name.split(separator, 1)[0] ?? "";
