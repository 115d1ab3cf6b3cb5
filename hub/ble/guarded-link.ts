import { BleError } from "../domain/ble-errors.ts";
import type { Duration, Monotonic } from "../domain/units.ts";
import type {
  BlePeer,
  BleSubscription,
  GattCharacteristicId,
  GattEntry,
  GattLink,
  LinkEnd,
  WriteMode,
} from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import { called, reasonOf, settlesWithin, within } from "./within.ts";

/** How long a radio and its software may take. */
export interface LinkDeadlines {
  /** An operation on a link: below the 30 s after which a peer would end it (Core Specification, Vol 3 Part F, 3.3.3). */
  readonly operation: Duration;
  /** The end of a link, or of an attempt, once it was asked for. */
  readonly end: Duration;
}

/** What a link tells its guard. */
export interface LinkWatch {
  /** Nobody uses it any more: it was let go, or an operation is over. */
  idle(): void;
  /** The stack did as it was told. */
  alive(): void;
  /** The stack did not even end the link. */
  deaf(): void;
}

/** Operations that wait on one link; more than that is a caller that has lost count. */
const mostWaiting = 32;
/** The longest value of an attribute (Core Specification, Vol 3 Part F, 3.2.9). */
const longestValueBytes = 512;
/** In front of the value of a write: opcode and handle. */
const writeHeadBytes = 3;

const closedError = (end: LinkEnd): BleError =>
  new BleError("the connection has ended", { reason: "closed", end });

/**
 * A link on which every call ends: one operation at a time, each with a deadline. Where that passes the link is given up, because
 * nobody can tell a late answer from the answer to the next question.
 */
export class GuardedLink implements GattLink {
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  lastUsedAt: Monotonic;
  readonly #clock: Clock;
  readonly #raw: GattLink;
  readonly #deadlines: LinkDeadlines;
  readonly #watch: LinkWatch;
  readonly #cutShort = new Set<(error: BleError) => void>();
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #holds: number;
  #end: LinkEnd | undefined;
  #settle: (end: { readonly reason: LinkEnd }) => void = () => {};

  /** @param isHeld from the beginning, by whoever asked for it */
  constructor(clock: Clock, raw: GattLink, deadlines: LinkDeadlines, watch: LinkWatch, isHeld: boolean) {
    this.#clock = clock;
    this.#raw = raw;
    this.#deadlines = deadlines;
    this.#watch = watch;
    this.#holds = isHeld ? 1 : 0;
    this.lastUsedAt = clock.monotonic();
    this.closed = new Promise((done) => {
      this.#settle = done;
    });
    raw.closed.then(({ reason }) => this.#ended(reason)).catch(() => this.#ended("lost"));
  }

  get peer(): BlePeer {
    return this.#raw.peer;
  }

  get mtu(): number {
    return this.#raw.mtu;
  }

  /** Nobody holds it, and no operation is under way or waits. */
  get isIdle(): boolean {
    return this.#holds === 0 && this.#waiting === 0;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** It is not ended for somebody else's sake until it is released as often. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    if (this.isIdle) this.#watch.idle();
  }

  entries(): Promise<readonly GattEntry[]> {
    return this.#run(() => this.#raw.entries());
  }

  /** @throws BleError "refused" for nothing at all: stacks answer so where the peer refused */
  async read(id: GattCharacteristicId): Promise<Uint8Array> {
    const value = await this.#run(() => this.#raw.read(id));
    if (value.length === 0) throw new BleError("the device gave no value", { reason: "refused" });
    return value;
  }

  async write(id: GattCharacteristicId, value: Uint8Array, mode: WriteMode): Promise<void> {
    const most = mode === "command" ? this.mtu - writeHeadBytes : longestValueBytes;
    if (value.length > most)
      throw new BleError("more bytes than the device takes at once", { reason: "too-long", most });
    await this.#run(() => this.#raw.write(id, value, mode));
  }

  async notify(id: GattCharacteristicId, listener: (value: Uint8Array) => void): Promise<BleSubscription> {
    return this.#run(() =>
      this.#raw.notify(id, (value) => {
        if (this.isOpen) listener(value);
      }),
    );
  }

  /** A radio that says nothing of it is no reason to give up a link. */
  async rssi(): Promise<number | undefined> {
    try {
      return await this.#inTurn(() => this.#bounded(() => this.#raw.rssi()));
    } catch (error) {
      if (reasonOf(error) === "closed") throw error;
      return undefined;
    }
  }

  async close(): Promise<void> {
    this.give("asked");
    await this.closed;
  }

  /** Ends it: calls under way fail at once, and so does every later one. */
  give(reason: LinkEnd): void {
    if (!this.isOpen) return;
    this.#cut(reason);
    void this.#endRaw(reason);
  }

  async #endRaw(reason: LinkEnd): Promise<void> {
    const end = called(() => this.#raw.close()).catch(() => {});
    const isDone = await settlesWithin(
      this.#clock,
      this.#deadlines.end,
      end.then(() => this.#raw.closed),
    );
    if (!isDone) this.#watch.deaf();
    this.#settle({ reason });
  }

  #ended(reason: LinkEnd): void {
    const wasOpen = this.isOpen;
    if (wasOpen) this.#cut(reason);
    this.#settle({ reason: this.#end ?? reason });
  }

  #cut(reason: LinkEnd): void {
    this.#end = reason;
    for (const cut of [...this.#cutShort]) cut(closedError(reason));
    this.#cutShort.clear();
  }

  async #run<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await this.#inTurn(() => this.#bounded(call));
      this.#watch.alive();
      return result;
    } catch (error) {
      if (reasonOf(error) === "timeout") this.give("stuck");
      throw error;
    }
  }

  async #inTurn<Result>(operation: () => Promise<Result>): Promise<Result> {
    if (this.#end !== undefined) throw closedError(this.#end);
    if (this.#waiting >= mostWaiting)
      throw new BleError("too much is asked of one device at once", { reason: "busy" });
    this.#waiting++;
    const before = this.#turn;
    let done = (): void => {};
    this.#turn = new Promise((over) => {
      done = over;
    });
    try {
      await before;
      return await operation();
    } finally {
      this.#waiting--;
      this.lastUsedAt = this.#clock.monotonic();
      done();
      if (this.isIdle) this.#watch.idle();
    }
  }

  #bounded<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#end !== undefined) return Promise.reject(closedError(this.#end));
    return new Promise((resolve, reject) => {
      this.#cutShort.add(reject);
      within(this.#clock, this.#deadlines.operation, call)
        .then(resolve, reject)
        .finally(() => this.#cutShort.delete(reject));
    });
  }
}
