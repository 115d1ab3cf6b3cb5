import { Duplex } from "node:stream";
import { DisclosureRefused } from "../domain/disclosure.ts";
import type {
  Connection,
  ConnectOptions,
  Endpoint,
  HttpHandler,
  Listener,
  ListenOptions,
  Network,
  ServeOptions,
} from "../ports/network.ts";
import type { Destination } from "./recipient.ts";

/** What leaves on one connection is counted here, just before it goes. */
export interface Outflow {
  /** @throws DisclosureRefused it may not go any more */
  leaving(bytes: number): void;
  /** Nothing more will leave on it. */
  ended(): void;
}

/** Who may be connected to, and the book that is kept of it. */
export interface EgressRules {
  /** @throws DisclosureRefused not declared, off, not agreed to, or another host than was agreed to */
  opened(recipient: string, to: Destination): Outflow;
}

/**
 * The network as everything in the hub but the platform holds it. Doors are open as they were; a connection to somebody
 * else is opened for a declared recipient or not at all, and the name is looked up no earlier than that.
 */
export class EgressGuard implements Network {
  readonly clock: Network["clock"];
  readonly #network: Network;
  readonly #rules: EgressRules;
  readonly #doors = new Set<Endpoint>();
  readonly #open = new Map<string, Set<Duplex>>();

  constructor(network: Network, rules: EgressRules) {
    this.clock = network.clock;
    this.#network = network;
    this.#rules = rules;
  }

  /** Where this hub can be reached now. */
  get doors(): readonly Endpoint[] {
    return [...this.#doors];
  }

  /** The network for what is said to one recipient. */
  for(recipient: string): Pick<Network, "clock" | "connect"> {
    return { clock: this.clock, connect: (options) => this.#connect(recipient, options) };
  }

  /** Cuts what is open to a recipient, at once. */
  cut(recipient: string): void {
    for (const stream of this.#open.get(recipient) ?? []) stream.destroy();
  }

  listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    return this.#noted(this.#network.listen(options, accept));
  }

  serve(options: ServeOptions, handler: HttpHandler): Promise<Listener> {
    return this.#noted(this.#network.serve(options, handler));
  }

  /** Never: whoever is spoken to has a name. */
  connect(): Promise<Duplex> {
    return Promise.reject(
      new DisclosureRefused("a connection that is for no recipient", { reason: "undeclared" }),
    );
  }

  neighbours: Network["neighbours"] = (wanted) => this.#network.neighbours(wanted);

  bytesSent(): number | undefined {
    return this.#network.bytesSent?.();
  }

  async #connect(recipient: string, options: ConnectOptions): Promise<Duplex> {
    const { host, port, tls } = options;
    const outflow = this.#rules.opened(recipient, { host, port, isSecure: tls !== undefined });
    try {
      const stream = new CountedStream(await this.#network.connect(options), outflow);
      this.#keep(recipient, stream);
      return stream;
    } catch (error) {
      outflow.ended();
      throw error;
    }
  }

  #keep(recipient: string, stream: Duplex): void {
    const open = this.#open.get(recipient) ?? new Set();
    this.#open.set(recipient, open.add(stream));
    stream.once("close", () => open.delete(stream));
  }

  async #noted(opening: Promise<Listener>): Promise<Listener> {
    const listener = await opening;
    const { endpoint } = listener;
    this.#doors.add(endpoint);
    return {
      endpoint,
      close: async () => {
        await listener.close();
        this.#doors.delete(endpoint);
      },
    };
  }
}

/** A connection of which every byte is written down before it leaves. */
class CountedStream extends Duplex {
  readonly #stream: Duplex;
  readonly #outflow: Outflow;

  constructor(stream: Duplex, outflow: Outflow) {
    super();
    this.#stream = stream;
    this.#outflow = outflow;
    stream.on("data", (bytes: Buffer) => {
      if (!this.push(bytes)) stream.pause();
    });
    stream.once("end", () => this.push(null));
    stream.on("error", (error) => this.destroy(error));
    stream.once("close", () => this.destroy());
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      this.#outflow.leaving(bytes.byteLength);
    } catch (error) {
      done(error as Error);
      return;
    }
    this.#stream.write(bytes, done);
  }

  override _writev(
    pieces: readonly { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), "utf8", done);
  }

  override _final(done: () => void): void {
    this.#stream.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.destroy();
    this.#outflow.ended();
    done(error);
  }
}
