import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { Clock } from "../ports/clock.ts";
import { Outbox, type OutboxLimits, type WriteTurn } from "./outbox.ts";
import type { PacketSplitter, Violation } from "./packet-splitter.ts";

/** What becomes of a client's connection that the engine cannot know. */
export interface ClientStreamOwner {
  onHeard(): void;
  onViolation(violation: Violation): void;
  onSlow(): void;
}

/** So much may wait for the engine before the connection is read no further. */
const highWaterBytes = 65_536;

const nothing = Buffer.alloc(0);

/**
 * A connection as aedes sees it: those parts of a stream that it uses. Between it and the real stream stand the
 * `PacketSplitter`, which takes out what we handle ourselves, and the `Outbox`, which gathers what is written. A second
 * real stream in between would cost more than the whole of the broker's own work on a message.
 */
export class ClientStream extends EventEmitter {
  readonly outbox: Outbox;
  readonly #stream: Duplex;
  readonly #splitter: PacketSplitter;
  readonly #owner: ClientStreamOwner;
  readonly #turn: WriteTurn;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(
    stream: Duplex,
    splitter: PacketSplitter,
    turn: WriteTurn,
    clock: Clock,
    limits: OutboxLimits,
    owner: ClientStreamOwner,
  ) {
    super();
    this.#stream = stream;
    this.#splitter = splitter;
    this.#owner = owner;
    this.#turn = turn;
    this.outbox = new Outbox(stream, turn, clock, limits, {
      onDrain: () => this.emit("drain"),
      onSlow: () => owner.onSlow(),
    });
    stream.on("data", this.#onData);
    stream.once("end", () => this.emit("end"));
    stream.once("close", () => {
      this.outbox.close();
      this.emit("close");
    });
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  read(): Buffer | null {
    if (this.#waitingBytes === 0) return null;
    const all = this.#waiting.length === 1 ? this.#waiting[0] : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (!this.#splitter.isPaused) this.#stream.resume();
    return all ?? null;
  }

  write(chunk: Buffer | string, encoding?: BufferEncoding): boolean {
    return this.outbox.put(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
  }

  /** Gathering is the outbox's business, not the packet writer's. */
  cork(): void {}
  uncork(): void {}

  /** A refusal is written and the connection closed in one turn: the peer shall read why. */
  destroy(error?: Error): void {
    if (error === undefined) this.outbox.send();
    this.#stream.destroy();
  }

  /** Reads nothing until `proceed`: the client is over its rate. */
  hold(): void {
    this.#splitter.isPaused = true;
    this.#stream.pause();
  }

  proceed(): void {
    this.#splitter.isPaused = false;
    if (this.#splitter.isHolding) this.#take(nothing);
    if (!this.#splitter.isPaused && this.#waitingBytes < highWaterBytes) this.#stream.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#owner.onHeard();
    this.#turn.during(() => this.#take(chunk));
  };

  #take(chunk: Buffer): void {
    const rest = this.#splitter.take(chunk);
    if (typeof rest === "string") {
      this.#stream.destroy();
      this.#owner.onViolation(rest);
      return;
    }
    if (rest.length === 0) return;
    this.#waiting.push(rest);
    this.#waitingBytes += rest.length;
    if (this.#waitingBytes >= highWaterBytes) this.#stream.pause();
    this.emit("readable");
  }
}
