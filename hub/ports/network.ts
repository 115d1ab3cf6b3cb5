import type { Duplex, Readable } from "node:stream";
import type { HardwareAddress } from "../domain/person.ts";
import type { Clock } from "./clock.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** PEM certificate chain and private key of a listener. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: Buffer;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** When set, TLS 1.3 only. */
  readonly tls?: TlsIdentity;
}

/**
 * A connection that came in. An error ends it, whether anybody listens for errors or not. `remote` is for rate limits only;
 * it is never logged or stored.
 */
export interface Connection {
  readonly stream: Duplex;
  readonly remote: string;
}

export interface Listener {
  readonly endpoint: Endpoint;
  /** Stops listening and ends what is open; resolves when all of it is gone. */
  close(): Promise<void>;
}

/** One HTTP request as it came in; nothing of it is believed yet. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as they stand in the request line, percent-encoded [RFC 9112 3.2]. */
  readonly target: string;
  /** It came over TLS. */
  readonly isSecure: boolean;
  /** As in `Connection`. */
  readonly remote: string;
  /** @param name in lower case. What came several times is one list with commas. */
  header(name: string): string | undefined;
  /** The whole body, once; undefined when it is longer than `mostBytes`. @throws NetworkFailed it broke off */
  body(mostBytes: number): Promise<Uint8Array | undefined>;
  /**
   * The body instead as it comes, once; the sender waits for whoever reads. What is not read is passed over.
   * @throws NetworkFailed it broke off
   */
  pieces(): AsyncIterable<Uint8Array>;
}

/** What goes back. A stream goes on until it ends; it is destroyed when the other side leaves. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no content. */
  readonly body?: string | Uint8Array | Readable;
}

/** Answers one HTTP request, whatever happens: it never rejects. */
export type HttpHandler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

export interface ServeOptions extends ListenOptions {
  /** WebSocket upgrades accepted, by path and subprotocol; anything else is refused. */
  readonly upgrades?: readonly {
    readonly path: string;
    readonly protocol: string;
    /** Refuses by the request's Host and Origin; absent: anybody may. */
    readonly welcomes?: (host: string, origin: string | undefined) => boolean;
    readonly accept: (connection: Connection) => void;
  }[];
}

export interface ConnectOptions extends Endpoint {
  /** Present: TLS, with this certificate authority if given, else the system's; `identity` is shown to who asks for one. */
  readonly tls?: {
    readonly authority?: string;
    readonly serverName?: string;
    readonly identity?: TlsIdentity;
  };
}

/** Sockets. @throws PortBusy (world, context.port) when a port is taken; NetworkFailed otherwise. */
export interface Network {
  /**
   * The time in which its connections live. Real sockets stay in real time even where the hub's own is scaled or stands
   * still, so keep-alives, time-outs and pauses between attempts are measured here.
   */
  readonly clock: Clock;
  /** Raw streams (MQTT). Sockets have noDelay set. */
  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener>;
  serve(options: ServeOptions, handler: HttpHandler): Promise<Listener>;
  connect(options: ConnectOptions): Promise<Duplex>;
  /** Which of `wanted` are on the network of this machine now. What else is there is not looked at. Never throws. */
  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress>;
  /**
   * Bytes that the kernel has sent for this process to other machines, headers included, ever growing. Undefined, or
   * absent: it does not count them for this process alone.
   */
  bytesSent?(): number | undefined;
}
