import type { Duplex } from "node:stream";
import type { Clock } from "../ports/clock.ts";
import type { Connection } from "../ports/network.ts";
import type { BrokerCounters, BrokerLimits } from "./broker-limits.ts";
import type { Will } from "./connect-packet.ts";
import type { MessageRouter, RemoteReceiver } from "./message-router.ts";
import type { AccessGrant, BrokerAccess } from "./mqtt-bus.ts";
import { Outbox, type OutboxOwner, type WriteTurn } from "./outbox.ts";
import { PacketReader, type PacketTaker, type Violation } from "./packet-reader.ts";
import type { Permissions } from "./permissions.ts";
import type { Quarantine } from "./quarantine.ts";
import type { CloseReason, OpenSession, SessionRegistry } from "./session-registry.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { longestTopicBytes } from "./topic.ts";

/** How a connection came in. Through `legacy` only devices may. */
export type Entrance = "ordinary" | "legacy";

/** What the sessions behind connections need of the rest of the broker. */
export interface RemoteHost {
  /** Of the hub: rates are in its time. */
  readonly clock: Clock;
  /** Of the network: silence and stalls are in that of the connections. */
  readonly linkClock: Clock;
  readonly access: BrokerAccess;
  readonly limits: BrokerLimits;
  readonly counters: BrokerCounters;
  readonly router: MessageRouter;
  readonly registry: SessionRegistry;
  readonly isClosing: boolean;
  readonly quarantine: Quarantine;
  /** Whether an identity may sign in once more just now. */
  admit(grant: AccessGrant): boolean;
  /** From here on it is connected; an earlier session in whose place it comes ends. */
  enter(grant: AccessGrant, session: OpenSession): void;
  messageBucket(kind: AccessGrant["kind"]): TokenBucket;
}

/** Who handles what comes from connections: one for all of them. */
export interface PeerOwner {
  /** @returns false when it is malformed */
  onPacket(peer: Peer, data: Buffer, at: number, start: number, end: number): boolean;
  onViolation(peer: Peer, violation: Violation): void;
  onSlow(peer: Peer): void;
  /** The broker itself ends it. */
  onEnd(peer: Peer, reason: CloseReason): void;
  /** It is closed, by whomever: once. */
  onClosed(peer: Peer): void;
}

/** What a clean session subscribed to. */
export interface Subscription extends RemoteReceiver {
  readonly filter: string;
}

/** What takes over where a session is kept beyond its connection. */
export interface SessionEngine {
  /** A packet for it to read. */
  give(packet: Buffer): void;
  /** Sends a retained message and sees it through. */
  publish(topic: string, payload: Buffer, qos: 1 | 2): void;
  /** There is room to write again. */
  drained(): void;
  /** The connection has ended. */
  closed(): void;
}

/** Identifier, flags and the like beside topic and payload. */
const packetOverheadBytes = 1_024;

const none: readonly never[] = [];

/** One connection, from its opening: its bytes, and what is known of who is behind it. */
export class Peer implements OpenSession, PacketTaker, OutboxOwner {
  readonly entrance: Entrance;
  readonly remote: string;
  readonly outbox: Outbox;
  isOpen = true;
  clientId = "";
  /** Once it has signed in. */
  permissions: Permissions | undefined;
  bucket: TokenBucket | undefined;
  will: Will | undefined;
  /** Of a clean session. */
  subscriptions: readonly Subscription[] = none;
  /** Of a kept session. */
  engine: SessionEngine | undefined;
  /** Identifiers of QoS 2 messages that came in and wait for PUBREL. */
  incoming: Set<number> | undefined;
  /** The topic it published on last and was allowed to: nearly always the next one too. */
  lastTopic = "";
  lastIdentifier = 0;
  /** When it was last heard, and how long it may be silent; milliseconds on the monotonic clock. 0 = for ever. */
  heard: number;
  silenceMs: number;
  readonly #stream: Duplex;
  readonly #reader: PacketReader;
  readonly #owner: PeerOwner;
  #holds = 0;

  constructor(
    { stream, remote }: Connection,
    entrance: Entrance,
    turn: WriteTurn,
    { linkClock, limits }: RemoteHost,
    owner: PeerOwner,
  ) {
    this.entrance = entrance;
    this.remote = remote;
    this.heard = linkClock.monotonic();
    this.silenceMs = limits.connectTimeout;
    this.outbox = new Outbox(stream, turn, linkClock, limits, this);
    this.#stream = stream;
    this.#reader = new PacketReader(limits.payloadBytes + longestTopicBytes + packetOverheadBytes, this);
    this.#owner = owner;
    stream.on("data", (chunk: Buffer) => {
      const now = turn.begin();
      // Until it has signed in its time runs from the opening, however it dribbles.
      if (this.permissions !== undefined) this.heard = now;
      try {
        this.#refuse(this.#reader.take(chunk));
      } finally {
        turn.end();
      }
    });
    stream.on("close", () => this.close());
  }

  onPacket(data: Buffer, at: number, start: number, end: number): boolean {
    return this.#owner.onPacket(this, data, at, start, end);
  }

  onDrain(): void {
    this.engine?.drained();
  }

  /** Its end comes in a later turn: this one may be in the middle of giving a message to many, and its will is another. */
  onSlow(): void {
    this.#owner.onSlow(this);
    this.#stream.destroy();
  }

  end(reason: CloseReason): void {
    this.#owner.onEnd(this, reason);
  }

  /** Reads nothing until `proceed`, as often as it was asked. */
  hold(): void {
    this.#holds++;
    this.#reader.isPaused = true;
    this.#stream.pause();
  }

  proceed(): void {
    this.#holds--;
    if (this.#holds > 0 || !this.isOpen) return;
    this.#reader.isPaused = false;
    this.#refuse(this.#reader.takeHeld());
    if (!this.#reader.isPaused) this.#stream.resume();
  }

  /** What was written before is sent: a refusal shall be read. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#reader.isPaused = true;
    this.outbox.send();
    this.outbox.close();
    this.#stream.destroy();
    this.#owner.onClosed(this);
  }

  #refuse(violation: Violation | undefined): void {
    if (violation === undefined || !this.isOpen) return;
    this.#owner.onViolation(this, violation);
    this.close();
  }
}
