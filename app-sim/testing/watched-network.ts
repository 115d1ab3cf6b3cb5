import type { Duplex } from "node:stream";
import { WorldError } from "../../hub/domain/errors.ts";
import type { HardwareAddress } from "../../hub/domain/person.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type {
  Connection,
  ConnectOptions,
  HttpHandler,
  Listener,
  ListenOptions,
  Network,
  ServeOptions,
} from "../../hub/ports/network.ts";

/** One attempt to reach out. */
export interface Outbound {
  readonly host: string;
  readonly port: number;
  readonly allowed: boolean;
}

/** The hub tried to leave the test. */
export class OutboundRefused extends WorldError {
  override readonly code = "outbound_refused";
}

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** Lets in whoever comes over loopback, and keeps account of everything that wants out. */
export class WatchedNetwork implements Network {
  readonly outbound: Outbound[] = [];
  readonly #network: Network;
  readonly #mayReachLoopback: boolean;

  constructor(network: Network, mayReachLoopback: boolean) {
    this.#network = network;
    this.#mayReachLoopback = mayReachLoopback;
  }

  get clock(): Clock {
    return this.#network.clock;
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    return this.#network.neighbours(wanted);
  }

  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#network.listen(options, accept);
  }

  serve(options: ServeOptions, handler: HttpHandler): Promise<Listener> {
    return this.#network.serve(options, handler);
  }

  async connect(options: ConnectOptions): Promise<Duplex> {
    const { host, port } = options;
    const allowed = this.#mayReachLoopback && isLoopback(host);
    this.outbound.push({ host, port, allowed });
    if (!allowed) throw new OutboundRefused("this test has no network", { port });
    return await this.#network.connect(options);
  }
}
