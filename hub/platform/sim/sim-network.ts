import { Duplex } from "node:stream";
import { NetworkFailed, PortBusy } from "../../domain/errors.ts";
import type { HardwareAddress } from "../../domain/person.ts";
import { type Duration, Millis } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type {
  Connection,
  ConnectOptions,
  HttpHandler,
  Listener,
  ListenOptions,
  Network,
  ServeOptions,
} from "../../ports/network.ts";
import type { Random } from "../../ports/random.ts";
import { SimNeighbours } from "./sim-neighbours.ts";
import { answered } from "./web-fetch.ts";

/**
 * What is wrong with the links of a host. TCP hides lost packets until the link is given up, so loss shows as delay
 * and, now and then, as a cut.
 */
export interface LinkFaults {
  /** Each piece of data takes between these; order is kept. */
  readonly delay?: { readonly least: Duration; readonly most: Duration };
  /** Chance that a piece of data takes the whole connection down, 0..1. */
  readonly cut?: number;
  /** Nothing goes in or out, as behind a pulled plug: both ends notice only after `noticed`. */
  readonly unplugged?: { readonly noticed: Duration };
}

/** First of the dynamic ports (RFC 6335, section 6). */
const firstFreePort = 49_152;

interface Service {
  readonly accept?: (connection: Connection) => void;
  readonly serve?: { readonly options: ServeOptions; readonly handler: HttpHandler };
}

/** Streams and HTTP between simulated hosts in one process. Same clock, same random, same order: same trace. */
export class SimNetwork implements Network {
  readonly clock: Clock;
  /** Other devices of the network, by hand of the world. */
  readonly around = new SimNeighbours();
  readonly #random: Random;
  readonly #services = new Map<number, Service>();
  readonly #links = new Set<Link>();
  readonly #faults = new Map<string, LinkFaults>();
  #nextPort = firstFreePort;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.#random = random;
  }

  /** The network as a host of that name sees it; faults are set by host. */
  from(host: string): Network {
    return {
      clock: this.clock,
      listen: (options, accept) => this.listen(options, accept),
      serve: (options, handler) => this.serve(options, handler),
      connect: (options) => this.connect(options, host),
      neighbours: (wanted) => this.neighbours(wanted),
    };
  }

  /** Replaces what is wrong with the links of `host`; undefined: all is well again. */
  setFaults(host: string, faults: LinkFaults | undefined): void {
    if (faults === undefined) this.#faults.delete(host);
    else this.#faults.set(host, faults);
    for (const link of this.#links) if (link.host === host) link.change(faults ?? {});
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    return this.around.neighbours(wanted);
  }

  async listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#open(options, { accept });
  }

  async serve(options: ServeOptions, handler: HttpHandler): Promise<Listener> {
    return this.#open(options, { serve: { options, handler } });
  }

  async connect(options: ConnectOptions, host = "127.0.0.1"): Promise<Duplex> {
    const accept = this.#services.get(options.port)?.accept;
    if (accept === undefined) throw unreachable(options.port, "ECONNREFUSED");
    return this.#link(options.port, host, accept);
  }

  /** One HTTP request to a simulated server, as a browser on `host` would make it. */
  async fetch(url: string, init: RequestInit = {}, host = "127.0.0.1"): Promise<Response> {
    const request = new Request(url, init);
    const port = portOf(url);
    const service = this.#services.get(port)?.serve;
    if (service === undefined) throw unreachable(port, "ECONNREFUSED");
    this.#assertPlugged(port, host);
    return await answered(service.handler, request, host);
  }

  /** A WebSocket's stream. @throws NetworkFailed when the server does not speak `protocol` there */
  upgrade(url: string, protocol: string, host = "127.0.0.1"): Duplex {
    const port = portOf(url);
    const upgrades = this.#services.get(port)?.serve?.options.upgrades ?? [];
    const path = new URL(url).pathname;
    const upgrade = upgrades.find((each) => each.path === path && each.protocol === protocol);
    if (upgrade === undefined) throw unreachable(port, "upgrade_refused");
    return this.#link(port, host, upgrade.accept);
  }

  #link(port: number, host: string, accept: (connection: Connection) => void): Duplex {
    this.#assertPlugged(port, host);
    const link = new Link(this.clock, this.#random, host, port, this.#faults.get(host) ?? {});
    this.#links.add(link);
    link.onClosed = () => this.#links.delete(link);
    accept({ stream: link.server, remote: host });
    return link.client;
  }

  #assertPlugged(port: number, host: string): void {
    if (this.#faults.get(host)?.unplugged !== undefined) throw unreachable(port, "EHOSTUNREACH");
  }

  #open(options: ListenOptions, service: Service): Listener {
    const port = options.port === 0 ? this.#freePort() : options.port;
    if (this.#services.has(port)) {
      throw new PortBusy(`port ${port} is taken; choose another, or 0 for any free one`, { port });
    }
    this.#services.set(port, service);
    return {
      endpoint: { host: options.host, port },
      close: async () => {
        this.#services.delete(port);
        for (const link of this.#links) if (link.port === port) link.cut();
      },
    };
  }

  #freePort(): number {
    while (this.#services.has(this.#nextPort)) this.#nextPort++;
    return this.#nextPort++;
  }
}

const unreachable = (port: number, reason: string): NetworkFailed =>
  new NetworkFailed(`no connection on port ${port}: ${reason}`, { port, reason });

const portOf = (url: string): number => Number(new URL(url).port);

/** The two ends of one connection and the wire between them. */
class Link {
  readonly host: string;
  readonly port: number;
  readonly client: End;
  readonly server: End;
  onClosed: () => void = () => undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  #faults: LinkFaults;
  #doom: Timer | undefined;
  #held: (() => void)[] = [];

  constructor(clock: Clock, random: Random, host: string, port: number, faults: LinkFaults) {
    this.#clock = clock;
    this.#random = random;
    this.host = host;
    this.port = port;
    this.#faults = faults;
    this.client = new End(this);
    this.server = new End(this);
    this.client.peer = this.server;
    this.server.peer = this.client;
  }

  change(faults: LinkFaults): void {
    this.#faults = faults;
    this.#doom?.cancel();
    if (faults.unplugged !== undefined) {
      this.#doom = this.#clock.after(faults.unplugged.noticed, () => this.cut());
      return;
    }
    const held = this.#held;
    this.#held = [];
    for (const deliver of held) this.carry(deliver);
  }

  /** Both ends find the connection gone. */
  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }

  ended(): void {
    this.#doom?.cancel();
    this.onClosed();
  }

  /** Calls `deliver` when what was sent arrives: behind a pulled plug, once it is back. */
  carry(deliver: () => void): void {
    const { cut, delay, unplugged } = this.#faults;
    if (unplugged !== undefined) this.#held.push(deliver);
    else if (cut !== undefined && this.#random.next() < cut) this.cut();
    else if (delay === undefined) setImmediate(deliver);
    else this.#clock.after(this.#between(delay.least, delay.most), deliver);
  }

  #between(least: Duration, most: Duration): Duration {
    return Millis(least + this.#random.next() * (most - least));
  }
}

/** One end of a link. A piece is acknowledged to the writer when the reader has room for more. */
class End extends Duplex {
  peer: End | undefined;
  readonly #link: Link;
  #waiting: (() => void) | undefined;
  #ended = false;

  constructor(link: Link) {
    super({ allowHalfOpen: false });
    this.#link = link;
    // A cut is not the fault of whoever holds the stream.
    this.on("error", () => undefined);
  }

  override _read(): void {
    const acknowledge = this.#waiting;
    this.#waiting = undefined;
    if (acknowledge !== undefined) setImmediate(acknowledge);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: () => void): void {
    this.#link.carry(() => this.peer?.arrive(chunk, written));
  }

  override _writev(chunks: { chunk: Buffer }[], written: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "utf8", written);
  }

  override _final(done: () => void): void {
    this.#link.carry(() => {
      this.peer?.arriveEnd();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#link.ended();
    const peer = this.peer;
    if (peer !== undefined && !peer.destroyed) this.#link.carry(() => peer.arriveEnd());
    done(error);
  }

  arrive(chunk: Buffer, written: () => void): void {
    const wantsMore = this.destroyed || this.#ended || this.push(chunk);
    if (wantsMore) written();
    else this.#waiting = written;
  }

  arriveEnd(): void {
    if (this.destroyed || this.#ended) return;
    this.#ended = true;
    this.push(null);
  }
}
