import { BleError } from "../../../domain/ble-errors.ts";
import { Millis } from "../../../domain/units.ts";
import type {
  Advertisement,
  BleCapabilities,
  BleCentral,
  BlePeer,
  BleState,
  BleSubscription,
  ConnectOptions,
  GattLink,
} from "../../../ports/ble.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import { type Ether, goodReception, type Placed } from "./ether.ts";
import type { VirtualFaults } from "./virtual-faults.ts";
import { VirtualLink } from "./virtual-link.ts";

const usual: BleCapabilities = { bonding: true, rawAdvertisements: true, maxLinks: 5 };

interface Scan {
  readonly sink: (advertisement: Advertisement) => void;
  readonly active: boolean;
  stop: (() => void) | undefined;
}

/**
 * A radio in the ether. It is raw: what an absent device does not answer never settles, a second attempt to connect beside
 * another is refused, and so is a link too many. Everything happens on the clock it is given.
 */
export class VirtualCentral implements BleCentral {
  readonly capabilities: BleCapabilities;
  /** What goes wrong. */
  fault: VirtualFaults = () => undefined;
  restarts = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ether: Ether;
  #state: BleState = "on";
  readonly #listeners = new Set<(state: BleState) => void>();
  readonly #scans = new Set<Scan>();
  readonly #links = new Set<VirtualLink>();
  readonly #bonds = new Set<string>();
  #endAttempt: ((error: BleError) => void) | undefined;

  constructor(clock: Clock, random: Random, ether: Ether, capabilities: Partial<BleCapabilities> = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#ether = ether;
    this.capabilities = { ...usual, ...capabilities };
  }

  get links(): number {
    return this.#links.size;
  }

  state(): BleState {
    return this.#state;
  }

  /** The adapter is pulled out or plugged in, switched, blocked, or given back. */
  become(state: BleState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state !== "on") this.#end();
    for (const scan of this.#scans) this.#listen(scan);
    for (const listener of [...this.#listeners]) listener(state);
  }

  onState(listener: (state: BleState) => void): BleSubscription {
    this.#listeners.add(listener);
    return { cancel: () => this.#listeners.delete(listener) };
  }

  scan(
    sink: (advertisement: Advertisement) => void,
    { active }: { readonly active: boolean },
  ): BleSubscription {
    const scan: Scan = { sink, active, stop: undefined };
    this.#scans.add(scan);
    this.#listen(scan);
    return {
      cancel: () => {
        scan.stop?.();
        this.#scans.delete(scan);
      },
    };
  }

  async connect(peer: BlePeer, options: ConnectOptions): Promise<GattLink> {
    if (this.#state !== "on") throw new BleError("the radio cannot be used", { reason: "no-radio" });
    const isFull = this.#links.size >= this.capabilities.maxLinks;
    if (this.#endAttempt !== undefined || isFull)
      throw new BleError("the radio makes no other link now", { reason: "busy" });
    const fault = this.fault({ kind: "connect", address: peer.address });
    if (fault === "hang") return new Promise(() => {});
    const placed = await this.#attempt(peer, options.signal);
    if (fault instanceof BleError) throw fault;
    return this.#linked(placed, options);
  }

  forget({ address }: BlePeer): Promise<void> {
    if (this.fault({ kind: "forget", address }) === "hang") return new Promise(() => {});
    this.#bonds.delete(address);
    return Promise.resolve();
  }

  restart(): Promise<void> {
    this.restarts++;
    this.#end();
    for (const scan of this.#scans) this.#listen(scan);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.become("off");
    this.#scans.clear();
    return Promise.resolve();
  }

  /** Until the device advertises within range, or nobody wants it any more. */
  #attempt(peer: BlePeer, signal: AbortSignal | undefined): Promise<Placed> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        signal?.removeEventListener("abort", abort);
        this.#endAttempt = undefined;
      };
      const fail = (error: BleError): void => {
        end();
        reject(error);
      };
      const abort = (): void => fail(new BleError("the attempt was cancelled", { reason: "cancelled" }));
      const look = (): void => {
        const placed = this.#ether.reached(peer);
        const hears = placed !== undefined && this.#random.next() >= placed.reception.loss;
        if (hears && placed.device.connectable && placed.link === undefined) {
          end();
          resolve(placed);
        } else {
          timer = this.#clock.after(goodReception.interval, look);
        }
      };
      const interval = this.#ether.reached(peer)?.reception.interval ?? goodReception.interval;
      let timer = this.#clock.after(Millis(interval * this.#random.next()), look);
      this.#endAttempt = fail;
      signal?.addEventListener("abort", abort);
      if (signal?.aborted === true) abort();
    });
  }

  #linked(placed: Placed, { bond }: ConnectOptions): VirtualLink {
    const { bonding } = this.capabilities;
    const link = new VirtualLink(placed, {
      clock: this.#clock,
      random: this.#random,
      bond,
      fault: (call) => this.fault(call),
      hasBond: (address) => this.#bonds.has(address),
      bonded: (address) => void this.#bonds.add(address),
      keepsBonds: bonding,
      ended: (ended) => this.#links.delete(ended),
    });
    this.#links.add(link);
    return link;
  }

  #end(): void {
    this.#endAttempt?.(new BleError("the radio is gone", { reason: "no-radio" }));
    for (const link of [...this.#links]) link.finish("adapter");
  }

  #listen(scan: Scan): void {
    scan.stop?.();
    scan.stop = this.#state === "on" ? this.#ether.listen(scan.sink, scan.active) : undefined;
  }
}
