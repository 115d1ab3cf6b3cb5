import type { Duplex } from "node:stream";
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

/** A connection that came in. `remote` is for rate limits only; it is never logged or stored. */
export interface Connection {
  readonly stream: Duplex;
  readonly remote: string;
}

export interface Listener {
  readonly endpoint: Endpoint;
  /** Stops listening and ends what is open; resolves when all of it is gone. */
  close(): Promise<void>;
}

/** Answers one HTTP request. `remote` as in `Connection`. */
export type HttpHandler = (request: Request, remote: string) => Response | Promise<Response>;

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
  /** Present: TLS, with this certificate authority if given, else the system's. */
  readonly tls?: { readonly authority?: string; readonly serverName?: string };
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
}
