import { NotAuthorised } from "../domain/errors.ts";
import { Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Connection, Endpoint, Listener, Network, TlsIdentity } from "../ports/network.ts";
import { BrokerCounters, type BrokerLimits, defaultLimits } from "./broker-limits.ts";
import { assertEntrance, type ListenerDeclaration } from "./listener-policy.ts";
import {
  type BrokerSession,
  given,
  LocalSession,
  type SessionHandlers,
  type SessionHost,
} from "./local-session.ts";
import { Message } from "./message.ts";
import { MessageRouter } from "./message-router.ts";
import type { AccessGrant, BrokerAccess, MqttBus, MqttMessage, PublishOptions } from "./mqtt-bus.ts";
import type { Entrance } from "./peer.ts";
import { Permissions } from "./permissions.ts";
import { Quarantine } from "./quarantine.ts";
import { RemoteSessions } from "./remote-sessions.ts";
import { RetainedMessages } from "./retained-messages.ts";
import { type OpenSession, type PresenceListener, SessionRegistry } from "./session-registry.ts";
import { TokenBucket } from "./token-bucket.ts";
import { assertTopicFilter, assertTopicName } from "./topic.ts";

export interface BrokerOptions {
  /** Instead of the defaults, where given. */
  readonly limits?: Partial<BrokerLimits>;
}

export interface BrokerListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** TLS 1.3; without it the host must be this machine, or `legacy` set. */
  readonly tls?: TlsIdentity;
  /** MQTT over WebSocket at `/mqtt` instead of plain MQTT. */
  readonly webSocket?: boolean;
  /** Lamps that know no TLS: on one chosen address, for devices only, declared. */
  readonly legacy?: boolean;
}

export interface BrokerListener {
  readonly endpoint: Endpoint;
  /** What notice and ledger must say about this listener. */
  readonly declaration: ListenerDeclaration;
  close(): Promise<void>;
}

/** As long as that a sign-in is remembered for the rate, or until there is nothing to remember. */
const connectsKept = Seconds(2);

/** Where browsers find MQTT. */
export const webSocketPath = "/mqtt";

/**
 * The hub's own MQTT 3.1.1 broker. Denies by default: who comes in needs a grant from `BrokerAccess`, and touches only what
 * the grant names. Devices may be connections or objects in this process (`attach`); both pass the same checks.
 */
export class EmbeddedBroker implements MqttBus {
  readonly counters = new BrokerCounters();
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #log: Log;
  readonly #access: BrokerAccess;
  readonly #limits: BrokerLimits;
  readonly #registry = new SessionRegistry();
  readonly #router: MessageRouter;
  readonly #sessionHost: SessionHost;
  /** Of those who have signed in lately. */
  readonly #connects = new Map<string, TokenBucket>();
  #forgetting: Timer | undefined;
  readonly #quarantine: Quarantine;
  readonly #listeners = new Set<Listener>();
  #remote: RemoteSessions | undefined;
  #starting: Promise<RemoteSessions> | undefined;
  #isClosing = false;

  constructor(clock: Clock, network: Network, log: Log, access: BrokerAccess, options: BrokerOptions = {}) {
    this.#clock = clock;
    this.#network = network;
    this.#log = log;
    this.#access = access;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#quarantine = new Quarantine(clock);
    this.#router = new MessageRouter(new RetainedMessages(this.#limits.retained));
    this.#sessionHost = this.#hostOfSessions();
  }

  /** As the hub itself: nothing is checked but the topic. */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): void {
    assertTopicName(topic);
    this.#publish(new Message(topic, given(payload), options.qos ?? 0, ""), options.retain === true);
  }

  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void {
    assertTopicFilter(filter);
    const receiver = { isOpen: true, isHub: true, receive: handler };
    this.#router.subscribe(filter, receiver);
    return () => {
      receiver.isOpen = false;
      this.#router.unsubscribe(filter, receiver);
    };
  }

  /** Calls when what was published by now has been delivered within this process. */
  caughtUp(call: () => void): void {
    this.#router.afterwards(call);
  }

  /**
   * Opens a listener; may be called for several.
   * @throws PlainListenerRefused off this machine without TLS; LegacyListenerTooWide; PortBusy; NetworkFailed
   */
  async listen(options: BrokerListenOptions): Promise<BrokerListener> {
    const declaration = assertEntrance(options);
    const remote = await this.#started();
    const entrance: Entrance = options.legacy === true ? "legacy" : "ordinary";
    const accept = (connection: Connection) => remote.accept(connection, entrance);
    const { host, port } = options;
    const where = { host, port, ...(options.tls === undefined ? {} : { tls: options.tls }) };
    const listener =
      options.webSocket === true
        ? await this.#network.serve(
            { ...where, upgrades: [{ path: webSocketPath, protocol: "mqtt", accept }] },
            () => ({
              status: 426,
              headers: { "content-type": "text/plain" },
              body: "MQTT over WebSocket only\n",
            }),
          )
        : await this.#network.listen(where, accept);
    this.#listeners.add(listener);
    this.#log.write("info", "broker.listening", { port: listener.endpoint.port, entrance: declaration.kind });
    return {
      endpoint: listener.endpoint,
      declaration: { ...declaration, port: listener.endpoint.port },
      close: async () => {
        this.#listeners.delete(listener);
        await listener.close();
      },
    };
  }

  /** For a server that has other pages beside: what to pass to `Network.serve` as an upgrade. */
  async webSocketUpgrade(): Promise<{
    readonly path: string;
    readonly protocol: string;
    readonly accept: (connection: Connection) => void;
  }> {
    const remote = await this.#started();
    return {
      path: webSocketPath,
      protocol: "mqtt",
      accept: (connection) => remote.accept(connection, "ordinary"),
    };
  }

  /**
   * A device or client in this process. A second session of the same device takes over from the first.
   * @throws NotAuthorised while the broker closes, or when the identity signs in too often
   */
  attach(grant: AccessGrant, handlers: SessionHandlers): BrokerSession {
    if (this.#isClosing || !this.#admit(grant)) {
      throw new NotAuthorised("this identity may not sign in now", { id: grant.id });
    }
    const bucket = this.#messageBucket(grant.kind);
    const session = new LocalSession(this.#sessionHost, new Permissions(grant), handlers, bucket);
    this.#enter(grant, session);
    return session;
  }

  /** Ends every session of an identity and forgets what was kept for it: its credential was withdrawn. */
  disconnect(id: string): void {
    for (const session of this.#registry.of(id)) session.end("revoked");
    this.#remote?.forget(id);
    this.#connects.delete(id);
  }

  isOnline(id: string): boolean {
    return this.#registry.isOnline(id);
  }

  /** Called when an identity comes or goes, by whichever way. @returns unsubscribe */
  onPresence(listener: PresenceListener): () => void {
    return this.#registry.onPresence(listener);
  }

  /** Gauges beside the counters. */
  get gauges(): Readonly<Record<"sessions" | "connections" | "retained" | "unsentBytes", number>> {
    return {
      sessions: this.#registry.count,
      connections: this.#remote?.connections ?? 0,
      retained: this.#router.retained.size,
      unsentBytes: this.#remote?.unsentBytes ?? 0,
    };
  }

  /** Ends all sessions without their wills: the lamps did not vanish, the hub closes. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#forgetting?.cancel();
    this.#router.stop();
    for (const session of this.#registry.all()) session.end("closing");
    await this.#starting;
    await this.#remote?.close();
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
    this.#listeners.clear();
    this.#router.retained.clear();
  }

  #started(): Promise<RemoteSessions> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<RemoteSessions> {
    const isClosing = () => this.#isClosing;
    const remote = new RemoteSessions({
      clock: this.#clock,
      linkClock: this.#network.clock,
      access: this.#access,
      limits: this.#limits,
      counters: this.counters,
      router: this.#router,
      registry: this.#registry,
      quarantine: this.#quarantine,
      get isClosing() {
        return isClosing();
      },
      admit: (grant) => this.#admit(grant),
      enter: (grant, session) => this.#enter(grant, session),
      messageBucket: (kind) => this.#messageBucket(kind),
    });
    await remote.start();
    this.#remote = remote;
    return remote;
  }

  #hostOfSessions(): SessionHost {
    return {
      counters: this.counters,
      subscriptionLimit: this.#limits.subscriptions,
      payloadLimit: this.#limits.payloadBytes,
      publish: (message, retain) => this.#publish(message, retain),
      subscribe: (filter, receiver) => this.#router.subscribe(filter, receiver),
      unsubscribe: (filter, receiver) => this.#router.unsubscribe(filter, receiver),
      left: (session) => this.#registry.leave(session.id, session),
    };
  }

  #admit(grant: AccessGrant): boolean {
    const { deviceConnects, clientConnects, connectionsPerClient } = this.#limits;
    if (this.#quarantine.isShut(grant.id)) {
      this.counters.quarantined++;
      return false;
    }
    let bucket = this.#connects.get(grant.id);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#clock, grant.kind === "device" ? deviceConnects : clientConnects);
      this.#connects.set(grant.id, bucket);
      this.#forgetting ??= this.#clock.after(connectsKept, () => this.#forgetConnects());
    }
    const hasRoom = grant.kind === "device" || this.#registry.countOf(grant.id) < connectionsPerClient;
    if (!hasRoom || !bucket.tryTake()) {
      this.counters.connectionsRefused++;
      return false;
    }
    return true;
  }

  /** Ten thousand lamps come at the start, and once. */
  #forgetConnects(): void {
    for (const [id, bucket] of this.#connects) if (bucket.isFull) this.#connects.delete(id);
    const isDone = this.#connects.size === 0;
    this.#forgetting = isDone ? undefined : this.#clock.after(connectsKept, () => this.#forgetConnects());
  }

  /** In whose place it comes, ends. It is entered first, so that a device never seems to be gone. */
  #enter(grant: AccessGrant, newcomer: OpenSession): void {
    this.#registry.enter(grant.id, newcomer);
    for (const session of this.#registry.of(grant.id))
      if (session !== newcomer && isSame(grant, session, newcomer)) session.end("taken-over");
  }

  #messageBucket(kind: AccessGrant["kind"]): TokenBucket {
    const { deviceMessages, clientMessages } = this.#limits;
    return new TokenBucket(this.#clock, kind === "device" ? deviceMessages : clientMessages);
  }

  #publish(message: Message, retain: boolean): void {
    if (retain && !this.#router.retained.put(message)) this.counters.retainedRefused++;
    if (this.#remote === undefined) this.#router.route(message);
    else this.#remote.route(message);
  }
}

/** A device has one session whatever name it gives; clients share a credential and differ by the name. */
const isSame = ({ kind }: AccessGrant, one: OpenSession, other: OpenSession): boolean =>
  kind === "device" || (one.clientId !== "" && one.clientId === other.clientId);
