import type { Duplex } from "node:stream";
import type { Duration } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

export interface OutboxLimits {
  readonly unsentBytes: number;
  readonly unsentBytesInAll: number;
  readonly stall: Duration;
}

/** Who is told how the writing goes. */
export interface OutboxOwner {
  /** There is room again after `put` said no. */
  onDrain(): void;
  /** The reader takes less than it is sent, and must go. */
  onSlow(): void;
}

/** Two chunks that come within this many milliseconds are a crowd, and their answers are gathered. */
const crowdMs = 1;

/**
 * Sends what was gathered, once per turn of the event loop. A system call per packet is what a broker in JavaScript
 * spends most of its time on; gathering made 1->1 three times as fast. When it is quiet nothing is gained by waiting: what
 * one lone chunk brought about goes out as soon as it has been read.
 */
export class WriteTurn {
  readonly #clock: Clock;
  readonly #waiting: Outbox[] = [];
  #isScheduled = false;
  #isReading = false;
  #isQuiet = false;
  #lastChunk = 0;
  /** Bytes gathered or given to streams that are not sent yet, over all outboxes. */
  unsent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(outbox: Outbox): void {
    this.#waiting.push(outbox);
    if (!this.#isReading) this.#schedule();
  }

  /** One chunk from a client is handled from here on. @returns the time */
  begin(): number {
    const now = this.#clock.monotonic();
    this.#isQuiet = now - this.#lastChunk > crowdMs;
    this.#lastChunk = now;
    this.#isReading = true;
    return now;
  }

  /** It has been handled. */
  end(): void {
    this.#isReading = false;
    if (this.#waiting.length === 0) return;
    if (this.#isQuiet) this.#sendAll();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#sendScheduled);
  }

  readonly #sendScheduled = (): void => {
    this.#isScheduled = false;
    this.#sendAll();
  };

  #sendAll(): void {
    const waiting = this.#waiting.splice(0);
    for (const outbox of waiting) outbox.send();
  }
}

/** `put` says false from here on; the usual high-water mark of a socket. */
const highWaterBytes = 65_536;

/** What waits to be written to one connection. Back-pressure as a stream has it: `put` says false, then `onDrain`. */
export class Outbox {
  readonly #stream: Duplex;
  readonly #turn: WriteTurn;
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  readonly #owner: OutboxOwner;
  #gathered: Buffer[] | undefined;
  #gatheredBytes = 0;
  #unsent = 0;
  #owesDrain = false;
  #stalled: Timer | undefined;

  constructor(stream: Duplex, turn: WriteTurn, clock: Clock, limits: OutboxLimits, owner: OutboxOwner) {
    this.#stream = stream;
    this.#turn = turn;
    this.#clock = clock;
    this.#limits = limits;
    this.#owner = owner;
  }

  put(chunk: Buffer): boolean {
    if (this.#stream.destroyed) return false;
    if (this.#gathered === undefined) {
      this.#gathered = [chunk];
      this.#turn.add(this);
    } else {
      this.#gathered.push(chunk);
    }
    this.#gatheredBytes += chunk.length;
    this.#account(chunk.length);
    if (this.#unsent > this.#limits.unsentBytes || this.#turn.unsent > this.#limits.unsentBytesInAll) {
      this.#giveUp();
      return false;
    }
    if (this.#unsent < highWaterBytes) return true;
    this.#owesDrain = true;
    return false;
  }

  send(): void {
    const gathered = this.#gathered;
    const bytes = this.#gatheredBytes;
    const first = gathered?.[0];
    if (gathered === undefined || first === undefined) return;
    const chunk = gathered.length === 1 ? first : Buffer.concat(gathered, bytes);
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
    if (this.#stream.destroyed) {
      this.#account(-bytes);
      return;
    }
    const hasRoom = this.#stream.write(chunk, () => this.#sent(bytes));
    if (!hasRoom) this.#watch();
  }

  /** Nothing is watched any more. */
  close(): void {
    this.#stalled?.cancel();
    this.#account(-this.#gatheredBytes);
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
  }

  #sent(bytes: number): void {
    this.#account(-bytes);
    // Something went: the reader lives, its time starts anew.
    this.#stalled?.cancel();
    this.#stalled = undefined;
    if (this.#stream.destroyed) return;
    if (this.#unsent >= highWaterBytes) {
      this.#watch();
      return;
    }
    const owedDrain = this.#owesDrain;
    this.#owesDrain = false;
    if (owedDrain) this.#owner.onDrain();
  }

  #account(bytes: number): void {
    this.#unsent += bytes;
    this.#turn.unsent += bytes;
  }

  #watch(): void {
    this.#stalled ??= this.#clock.after(this.#limits.stall, () => this.#giveUp());
  }

  #giveUp(): void {
    this.close();
    this.#owner.onSlow();
  }
}
