import { BleError } from "../domain/ble-errors.ts";
import type { BleTrouble } from "../domain/ble-trouble.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import type {
  Advertisement,
  BleCapabilities,
  BleCentral,
  BlePeer,
  BleState,
  BleSubscription,
  GattLink,
} from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import { BackOff } from "./back-off.ts";
import { ConnectQueue, type GuardedConnectOptions, type Wanted } from "./connect-queue.ts";
import { GuardedLink, type LinkDeadlines } from "./guarded-link.ts";
import { ScanOwner } from "./scan-owner.ts";
import { Watchdog } from "./watchdog.ts";
import { called, reasonOf, settlesWithin, within } from "./within.ts";

export interface GuardOptions extends LinkDeadlines {
  /** One attempt to connect. */
  readonly connect: Duration;
  /** A connection that is wanted, with its turn and its pauses. */
  readonly wait: Duration;
  /** Links at once; what the radio itself says it holds is a limit too. */
  readonly mostLinks: number;
}

export const usualGuard: GuardOptions = {
  operation: Seconds(10),
  connect: Seconds(10),
  end: Seconds(2),
  wait: Seconds(60),
  // What small controllers hold, by reports of their users (docs/adr/0028-ble-guard.md).
  mostLinks: 5,
};

/** What a guard holds at this moment: for metrics, and for whoever fears that it grows. */
export interface GuardGauges {
  readonly links: number;
  readonly waiting: number;
  readonly backingOff: number;
}

/**
 * A radio that can be relied on, whatever drives it: every call ends, one attempt to connect at a time, no more links than the
 * radio holds, a scan that goes on. Each rule answers a hazard that was seen (test/hub/ble/hazards.test.ts).
 */
export class GuardedCentral implements BleCentral {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #raw: BleCentral;
  readonly #options: GuardOptions;
  readonly #queue: ConnectQueue;
  readonly #backOff: BackOff;
  readonly #scan: ScanOwner;
  readonly #watchdog: Watchdog;
  readonly #links = new Set<GuardedLink>();
  readonly #listeners = new Set<(state: BleState) => void>();
  readonly #rawState: BleSubscription;
  #said: BleState;
  #isAttempting = false;

  constructor(clock: Clock, random: Random, log: Log, raw: BleCentral, options: GuardOptions = usualGuard) {
    this.#clock = clock;
    this.#log = log;
    this.#raw = raw;
    this.#options = options;
    this.#backOff = new BackOff(clock, random);
    this.#queue = new ConnectQueue(clock, this.#backOff, options.wait, () => this.#next());
    this.#watchdog = new Watchdog(clock, log, raw, () => this.#stateChanged());
    this.#scan = new ScanOwner(clock, raw, (advertisement) => this.#heard(advertisement));
    this.#said = this.state();
    this.#rawState = raw.onState(() => this.#stateChanged());
  }

  get capabilities(): BleCapabilities {
    const { capabilities } = this.#raw;
    return { ...capabilities, maxLinks: Math.min(capabilities.maxLinks, this.#options.mostLinks) };
  }

  get gauges(): GuardGauges {
    return { links: this.#links.size, waiting: this.#queue.size, backingOff: this.#backOff.size };
  }

  /** `denied` also where there is a radio and its software does nothing it is told. */
  state(): BleState {
    const state = this.#raw.state();
    return state === "on" && this.#watchdog.isStuck ? "denied" : state;
  }

  trouble(): BleTrouble | undefined {
    return this.#watchdog.isStuck ? "no-answer" : this.#raw.trouble?.();
  }

  onState(listener: (state: BleState) => void): BleSubscription {
    this.#listeners.add(listener);
    return { cancel: () => this.#listeners.delete(listener) };
  }

  scan(sink: (advertisement: Advertisement) => void, options: { readonly active: boolean }): BleSubscription {
    return this.#scan.listen(sink, options);
  }

  /** Waits for its turn, then for one attempt. @throws BleError */
  connect(peer: BlePeer, options: GuardedConnectOptions): Promise<GuardedLink> {
    if (this.state() !== "on") return Promise.reject(noRadio());
    const isTaken = [...this.#links].some((link) => link.peer.address === peer.address);
    if (isTaken || this.#queue.has(peer.address))
      return Promise.reject(new BleError("this device is connected already", { reason: "busy" }));
    const link = this.#queue.add(peer, options);
    this.#next();
    return link;
  }

  async forget(peer: BlePeer): Promise<void> {
    try {
      await within(this.#clock, this.#options.operation, () => this.#raw.forget(peer));
    } catch (error) {
      this.#log.write("warn", "ble.bond-kept", { reason: reasonOf(error) });
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#rawState.cancel();
    this.#listeners.clear();
    this.#watchdog.close();
    this.#scan.close();
    this.#queue.close(new BleError("the hub ends", { reason: "cancelled" }));
    await Promise.all([...this.#links].map((link) => link.close()));
    await settlesWithin(
      this.#clock,
      this.#options.end,
      called(() => this.#raw.close()),
    );
  }

  /** Whoever is next, where a link is free or can be made free. */
  #next(): void {
    if (this.#isAttempting || this.state() !== "on") return;
    const wanted = this.#queue.next();
    if (wanted === undefined || !this.#hasRoom()) return;
    this.#queue.begin(wanted);
    this.#isAttempting = true;
    void this.#attempt(wanted).finally(() => {
      this.#isAttempting = false;
      this.#next();
    });
  }

  /** Lets go of the link that was used longest ago, where all are taken; never of one that is in use. */
  #hasRoom(): boolean {
    if (this.#links.size < this.capabilities.maxLinks) return true;
    const links = [...this.#links];
    if (links.some((link) => !link.isOpen)) return false;
    const [oldest] = links.filter((link) => link.isIdle).sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    oldest?.give("asked");
    return false;
  }

  async #attempt(wanted: Wanted): Promise<void> {
    const { peer, options } = wanted;
    // A radio that failed while it listened gets a try in which it does nothing else.
    if (this.#backOff.failuresOf(peer.address) > 0) this.#scan.pause();
    try {
      const raw = await this.#dialled(wanted);
      this.#backOff.reached(peer.address);
      wanted.resolve(this.#taken(raw, options.held ?? false));
    } catch (error) {
      if (reasonOf(error) !== "cancelled") this.#backOff.failed(peer.address);
      wanted.reject(error);
    }
    this.#scan.renew();
  }

  async #dialled({ peer, options: { bond }, signal }: Wanted): Promise<GattLink> {
    const cancel = new AbortController();
    const abort = (): void => cancel.abort();
    signal.addEventListener("abort", abort);
    const attempt = called(() => this.#raw.connect(peer, { bond, signal: cancel.signal }));
    try {
      const link = await within(this.#clock, this.#options.connect, () => attempt);
      this.#watchdog.alive();
      return link;
    } catch (error) {
      cancel.abort();
      await this.#abandoned(attempt);
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** The next attempt waits until this one has ended; the link it may still bring is ended as well. */
  async #abandoned(attempt: Promise<GattLink>): Promise<void> {
    const ended = attempt.then(
      (late) => late.close(),
      () => {},
    );
    if (!(await settlesWithin(this.#clock, this.#options.end, ended))) this.#watchdog.deaf();
  }

  #taken(raw: GattLink, isHeld: boolean): GuardedLink {
    const watch = {
      idle: () => this.#next(),
      alive: () => this.#watchdog.alive(),
      deaf: () => this.#watchdog.deaf(),
    };
    const link = new GuardedLink(this.#clock, raw, this.#options, watch, isHeld);
    this.#links.add(link);
    void link.closed.then(() => {
      this.#links.delete(link);
      this.#next();
    });
    return link;
  }

  #heard({ address }: Advertisement): void {
    this.#watchdog.alive();
    if (this.#backOff.heard(address)) this.#next();
  }

  #stateChanged(): void {
    const state = this.state();
    if (state === this.#said) return;
    this.#said = state;
    this.#log.write(state === "on" ? "info" : "warn", "ble.state", { what: state });
    if (state !== "on") {
      this.#queue.close(noRadio());
      for (const link of this.#links) link.give("adapter");
    }
    this.#scan.renew();
    for (const listener of this.#listeners) listener(state);
  }
}

const noRadio = (): BleError =>
  new BleError("Bluetooth cannot be used on this machine now", { reason: "no-radio" });
