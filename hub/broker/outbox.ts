import type { Duplex } from "node:stream";
import type { Duration } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

export interface OutboxLimits {
  readonly unsentBytes: number;
  readonly unsentBytesInAll: number;
  readonly stall: Duration;
}

/**
 * Sends what was gathered, once per turn of the event loop. A system call per packet is what a broker in JavaScript
 * spends most of its time on; gathering made 1->1 three times as fast.
 */
export class WriteTurn {
  readonly #waiting: Outbox[] = [];
  /** Bytes given to streams or gathered that are not sent yet, over all outboxes. */
  unsent = 0;

  add(outbox: Outbox): void {
    if (this.#waiting.push(outbox) === 1) setImmediate(this.#sendAll);
  }

  readonly #sendAll = (): void => {
    const waiting = this.#waiting.splice(0);
    for (const outbox of waiting) outbox.send();
  };
}

/** `write` says false from here on; the usual high-water mark of a socket. */
const highWaterBytes = 65_536;

/**
 * What waits to be written to one connection. Takes the place of the stream's `write`, so that whoever holds the stream
 * gathers without knowing. Back-pressure as ever: false above the high-water mark, then `drain`.
 */
export class Outbox {
  readonly #stream: Duplex;
  readonly #turn: WriteTurn;
  readonly #clock: Clock;
  readonly #limits: OutboxLimits;
  readonly #onSlow: () => void;
  readonly #write: (chunk: Buffer, sent: () => void) => boolean;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #unsent = 0;
  #owesDrain = false;
  #stalled: Timer | undefined;

  /** @param onSlow the reader takes less than it is sent, and must go */
  constructor(stream: Duplex, turn: WriteTurn, clock: Clock, limits: OutboxLimits, onSlow: () => void) {
    this.#stream = stream;
    this.#turn = turn;
    this.#clock = clock;
    this.#limits = limits;
    this.#onSlow = onSlow;
    this.#write = stream.write.bind(stream);
    const destroy = stream.destroy.bind(stream);
    stream.write = (chunk: Buffer | string, encoding?: unknown) =>
      this.put(
        typeof chunk === "string" ? Buffer.from(chunk, isEncoding(encoding) ? encoding : "utf8") : chunk,
      );
    stream.cork = () => undefined;
    stream.uncork = () => undefined;
    // A refusal is written and the connection closed in one turn: the peer shall read why.
    stream.destroy = (error?: Error) => {
      if (error === undefined) this.send();
      return destroy(error);
    };
    stream.once("close", () => this.#stalled?.cancel());
  }

  put(chunk: Buffer): boolean {
    if (this.#stream.destroyed) return false;
    if (this.#gathered.push(chunk) === 1) this.#turn.add(this);
    this.#gatheredBytes += chunk.length;
    this.#account(chunk.length);
    if (this.#unsent > this.#limits.unsentBytes || this.#turn.unsent > this.#limits.unsentBytesInAll) {
      this.#drop();
      return false;
    }
    if (this.#unsent < highWaterBytes) return true;
    this.#owesDrain = true;
    return false;
  }

  send(): void {
    const bytes = this.#gatheredBytes;
    if (bytes === 0) return;
    const [first] = this.#gathered;
    const isOne = this.#gathered.length === 1 && first !== undefined;
    const chunk = isOne ? first : Buffer.concat(this.#gathered, bytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (this.#stream.destroyed) {
      this.#account(-bytes);
      return;
    }
    const hasRoom = this.#write(chunk, () => this.#sent(bytes));
    if (!hasRoom) this.#watch();
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
    // The stream tells its own drain only when it was the one to say stop.
    if (owedDrain && !this.#stream.writableNeedDrain) this.#stream.emit("drain");
  }

  #account(bytes: number): void {
    this.#unsent += bytes;
    this.#turn.unsent += bytes;
  }

  #watch(): void {
    this.#stalled ??= this.#clock.after(this.#limits.stall, () => this.#drop());
  }

  #drop(): void {
    this.#account(-this.#gatheredBytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#onSlow();
  }
}

const isEncoding = (value: unknown): value is BufferEncoding =>
  typeof value === "string" && Buffer.isEncoding(value);
