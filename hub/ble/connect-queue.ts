import { BleError } from "../domain/ble-errors.ts";
import { type Duration, Millis } from "../domain/units.ts";
import type { BlePeer, ConnectOptions } from "../ports/ble.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { BackOff } from "./back-off.ts";
import type { GuardedLink } from "./guarded-link.ts";

export interface GuardedConnectOptions extends ConnectOptions {
  /** Peers that were heard just now go before those that may not be there. */
  readonly priority?: "heard" | "unheard";
  /** The link is held when it is handed over: `release` it. */
  readonly held?: boolean;
}

/** A connection that somebody waits for. */
export interface Wanted {
  readonly peer: BlePeer;
  readonly options: GuardedConnectOptions;
  /** Whoever waited has given up. */
  readonly signal: AbortSignal;
  resolve(link: GuardedLink): void;
  reject(error: unknown): void;
}

/** As many as a large home has lamps; whoever asks for more has lost count. */
const mostWaiting = 256;

/** Who is connected next: peers that were heard first, then in the order they were asked for, none before its pause is over. */
export class ConnectQueue {
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  readonly #wait: Duration;
  readonly #due: () => void;
  readonly #wanted = new Map<string, Wanted>();
  #begun: Wanted | undefined;
  #timer: Timer | undefined;

  /** @param due a pause is over */
  constructor(clock: Clock, backOff: BackOff, wait: Duration, due: () => void) {
    this.#clock = clock;
    this.#backOff = backOff;
    this.#wait = wait;
    this.#due = due;
  }

  get size(): number {
    return this.#wanted.size;
  }

  has(address: string): boolean {
    return this.#wanted.has(address) || this.#begun?.peer.address === address;
  }

  add(peer: BlePeer, options: GuardedConnectOptions): Promise<GuardedLink> {
    if (this.size >= mostWaiting)
      return Promise.reject(new BleError("too many devices are waited for", { reason: "busy" }));
    return new Promise((resolve, reject) => {
      const cancel = new AbortController();
      const end = (): void => {
        timer.cancel();
        options.signal?.removeEventListener("abort", abort);
        if (this.#wanted.get(peer.address) === wanted) this.#wanted.delete(peer.address);
        if (this.#begun === wanted) this.#begun = undefined;
      };
      const fail = (error: unknown): void => {
        end();
        cancel.abort();
        reject(error);
      };
      const abort = (): void =>
        fail(new BleError("the connection is not wanted any more", { reason: "cancelled" }));
      const timer = this.#clock.after(this.#wait, () =>
        fail(new BleError("no connection is free", { reason: "busy" })),
      );
      const wanted: Wanted = {
        peer,
        options,
        signal: cancel.signal,
        resolve: (link) => {
          if (cancel.signal.aborted) {
            link.give("asked");
            return;
          }
          end();
          resolve(link);
        },
        reject: fail,
      };
      this.#wanted.set(peer.address, wanted);
      options.signal?.addEventListener("abort", abort);
      if (options.signal?.aborted) abort();
    });
  }

  /** Undefined: nobody waits whose pause is over; `due` is called when one is. */
  next(): Wanted | undefined {
    const now = this.#clock.monotonic();
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = [...this.#wanted.values()];
    const ready = waiting.filter(({ peer }) => this.#backOff.dueAt(peer.address) <= now);
    if (ready.length > 0) return ready.find(({ options }) => options.priority === "heard") ?? ready[0];
    const soonest = Math.min(...waiting.map(({ peer }) => this.#backOff.dueAt(peer.address)));
    if (waiting.length > 0) this.#timer = this.#clock.after(Millis(Math.max(1, soonest - now)), this.#due);
    return undefined;
  }

  /** It does not wait any more: it is tried. */
  begin(wanted: Wanted): void {
    this.#wanted.delete(wanted.peer.address);
    this.#begun = wanted;
  }

  /** Everybody who waits hears why not. */
  close(error: BleError): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#begun?.reject(error);
    for (const wanted of [...this.#wanted.values()]) wanted.reject(error);
  }
}
