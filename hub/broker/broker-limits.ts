import { type Duration, Millis, Seconds } from "../domain/units.ts";
import type { RetainedLimits } from "./retained-messages.ts";
import type { Rate } from "./token-bucket.ts";

/** Everything the broker bounds. What exceeds a rate is slowed, what exceeds a size or a count is refused; both are counted. */
export interface BrokerLimits {
  /** Largest payload, bytes; a larger packet ends its connection as soon as its header is read. */
  readonly payloadBytes: number;
  /** Connections in all, and from one remote address that is not this machine. */
  readonly connections: number;
  readonly connectionsPerRemote: number;
  /** Connections of one client credential. A device has one: a second takes over. */
  readonly connectionsPerClient: number;
  readonly subscriptions: number;
  /** Messages of one identity. Above it the broker reads more slowly: nothing is lost. */
  readonly deviceMessages: Rate;
  readonly clientMessages: Rate;
  /** Sign-ins of one identity, and attempts from one remote address that is not this machine. */
  readonly deviceConnects: Rate;
  readonly clientConnects: Rate;
  readonly remoteConnects: Rate;
  /** From the opening of a connection to its CONNECT. */
  readonly connectTimeout: Duration;
  /** Longest keep-alive that is honoured; who asks for more or for none is held to it. Zero: none asked, none held. */
  readonly keepAlive: Duration;
  /** QoS 2 messages of one client whose handshake is open. */
  readonly inflight: number;
  /** Unsent bytes for one reader, and for all; who exceeds it is disconnected, and finds the retained state on return. */
  readonly unsentBytes: number;
  readonly unsentBytesInAll: number;
  /** How long a reader may take nothing while something waits for it. */
  readonly stall: Duration;
  readonly retained: RetainedLimits;
  /** Sessions kept for clients that asked for it (clean session off), and messages kept for each while it is away. */
  readonly keptSessions: number;
  readonly keptMessages: number;
}

const mebibyte = 1 << 20;

export const defaultLimits: BrokerLimits = {
  payloadBytes: 65_536,
  connections: 20_000,
  connectionsPerRemote: 64,
  connectionsPerClient: 64,
  subscriptions: 256,
  deviceMessages: { perSecond: 1_000, burst: 20_000 },
  clientMessages: { perSecond: 20_000, burst: 100_000 },
  deviceConnects: { perSecond: 1, burst: 20 },
  clientConnects: { perSecond: 200, burst: 2_000 },
  remoteConnects: { perSecond: 10, burst: 100 },
  connectTimeout: Seconds(10),
  keepAlive: Seconds(3_600),
  inflight: 100,
  unsentBytes: 8 * mebibyte,
  unsentBytesInAll: 256 * mebibyte,
  stall: Millis(60_000),
  retained: { messages: 100_000, bytes: 64 * mebibyte, perIdentity: 1_000 },
  keptSessions: 1_000,
  keptMessages: 1_000,
};

/** What the broker has seen since it was made; for metrics. Numbers only. */
export class BrokerCounters {
  connectionsOpened = 0;
  signIns = 0;
  signInsRefused = 0;
  connectionsRefused = 0;
  published = 0;
  publishesRefused = 0;
  subscriptionsRefused = 0;
  deliveriesRefused = 0;
  throttled = 0;
  oversized = 0;
  malformed = 0;
  /** Connections of who had sent too many of those. */
  quarantined = 0;
  slowReaders = 0;
  /** Connections ended for saying nothing, before CONNECT or beyond the keep-alive. */
  silent = 0;
  takeovers = 0;
  retainedRefused = 0;
  keptDropped = 0;
}
