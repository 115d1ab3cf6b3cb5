import type { Client, ConnectPacket } from "aedes";
import type { Clock } from "../ports/clock.ts";
import type { BrokerCounters, BrokerLimits } from "./broker-limits.ts";
import type { ClientStream } from "./client-stream.ts";
import type { MessageRouter } from "./message-router.ts";
import type { AccessGrant, BrokerAccess } from "./mqtt-bus.ts";
import type { PacketSplitter } from "./packet-splitter.ts";
import type { Permissions } from "./permissions.ts";
import type { OpenSession, SessionRegistry } from "./session-registry.ts";
import type { TokenBucket } from "./token-bucket.ts";

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
  /** Whether an identity may sign in once more just now. */
  admit(grant: AccessGrant): boolean;
  /** From here on it is connected; a device's earlier session ends. */
  enter(grant: AccessGrant, session: OpenSession): void;
  messageBucket(kind: AccessGrant["kind"]): TokenBucket;
}

/** One connection, from its opening. */
export interface Peer extends OpenSession {
  readonly entrance: Entrance;
  readonly remote: string;
  readonly stream: ClientStream;
  readonly client: Client;
  permissions: Permissions | undefined;
  bucket: TokenBucket | undefined;
  connect: ConnectPacket | undefined;
  readonly splitter: PacketSplitter;
  subscriptions: number;
  /** The topic it published on last and was allowed to: nearly always the next one too. */
  lastTopic: string;
  lastIdentifier: number;
  /** When it was last heard, and how long it may be silent; milliseconds on the monotonic clock. 0 = for ever. */
  heard: number;
  silenceMs: number;
  /** CONNACK is out: messages may follow. */
  isReady: boolean;
}

/** Between identity and client identifier: cannot stand in either [MQTT-1.5.3-2], so no client can take another's name. */
export const clientIdSeparator = "\0";

/** The identity behind a client identifier as aedes knows it. */
export const identityOf = (clientId: string): string => clientId.split(clientIdSeparator, 1)[0] ?? "";
