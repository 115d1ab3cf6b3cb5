import { type CapturedPacket, withoutKeys } from "../../../codec/ble/btsnoop.ts";
import { BleError } from "../../../domain/ble-errors.ts";
import type { BleTrouble } from "../../../domain/ble-trouble.ts";
import { type Duration, Millis, Minutes, Seconds } from "../../../domain/units.ts";
import type {
  Advertisement,
  BleCapabilities,
  BleCentral,
  BlePeer,
  BleState,
  BleSubscription,
  ConnectOptions,
  GattLink,
  LinkEnd,
} from "../../../ports/ble.ts";
import type { Clock, Timer } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import { adapterTrouble } from "./adapter-presence.ts";
import { RemoteLink } from "./remote-link.ts";
import type {
  AdapterPlace,
  CallResult,
  Patience,
  StackFailure,
  StackOrder,
  StackReport,
} from "./stack-messages.ts";
import { StackProcess } from "./stack-process.ts";
import { stateOfTrouble } from "./trouble-state.ts";

export interface NobleHciOptions {
  readonly adapter: AdapterPlace;
  readonly patience: Patience;
  /** Until a started stack says that it works. */
  readonly startWithin: Duration;
  /** Before a stack that failed is started again; doubled each time, up to a minute. */
  readonly firstPause: Duration;
}

export const nobleHciDefaults: NobleHciOptions = {
  adapter: { index: 0 },
  // An attribute transaction may take 30 s (Core Specification, Vol 3 Part F, 3.3.3).
  patience: { peerMs: 30_000, controllerMs: 5_000 },
  startWithin: Seconds(10),
  firstPause: Seconds(1),
};

const longestPause = Minutes(1);
/** A stack that worked for so long begins anew with short pauses. */
const soundAfter = Minutes(1);
const lookAtAdapterEvery = Seconds(5);
/** For telling peers that the hub goes. */
const farewellWithin = Seconds(1);

interface Scan {
  readonly sink: (advertisement: Advertisement) => void;
  readonly active: boolean;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: BleError): void;
}

type PacketListener = (packet: CapturedPacket) => void;

/**
 * noble on an adapter that nobody else uses, in a process of its own: started when it is first wanted, started again with growing
 * pauses when it fails. What fails there ends links and never more.
 */
export class NobleHci implements BleCentral {
  readonly capabilities: BleCapabilities = { bonding: false, rawAdvertisements: true, maxLinks: 5 };
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: NobleHciOptions;
  readonly #listeners = new Set<(state: BleState) => void>();
  readonly #scans = new Set<Scan>();
  readonly #captures = new Set<PacketListener>();
  /** Whom a connection is being made to, by the id its link will have. */
  readonly #peers = new Map<number, BlePeer>();
  readonly #links = new Map<number, RemoteLink>();
  readonly #calls = new Map<number, Waiting<CallResult>>();
  readonly #starts = new Set<Waiting<void>>();
  #process: StackProcess | undefined;
  #isOn = false;
  #isClosed = false;
  #trouble: BleTrouble | undefined;
  #timers: readonly Timer[] = [];
  #pause: Timer | undefined;
  #failures = 0;
  #lastId = 0;
  #said: BleState | undefined;

  constructor(clock: Clock, random: Random, options: NobleHciOptions = nobleHciDefaults) {
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
  }

  state(): BleState {
    if (this.#isOn) return "on";
    const trouble = this.trouble();
    return trouble === undefined ? "off" : stateOfTrouble(trouble);
  }

  /** What keeps it from working; `bleRepairs` says what to do about it. */
  trouble(): BleTrouble | undefined {
    if (this.#isOn) return undefined;
    return this.#trouble ?? this.#kernelTrouble();
  }

  /** Whoever listens wants to know: it is started, to find out. */
  onState(listener: (state: BleState) => void): BleSubscription {
    this.#said ??= this.state();
    this.#listeners.add(listener);
    this.#want();
    return { cancel: () => this.#listeners.delete(listener) };
  }

  scan(sink: Scan["sink"], { active }: { readonly active: boolean }): BleSubscription {
    const scan: Scan = { sink, active };
    this.#scans.add(scan);
    this.#want();
    this.#sendScan();
    return {
      cancel: () => {
        this.#scans.delete(scan);
        this.#sendScan();
      },
    };
  }

  async connect(peer: BlePeer, { signal, bond }: ConnectOptions): Promise<GattLink> {
    if (bond === "if-needed") {
      throw new BleError("this radio does not keep pairings", { reason: "pairing-failed" });
    }
    const id = this.#newId();
    let cancel = () => {};
    const cancelled = new Promise<never>((_resolve, reject) => {
      cancel = () => {
        this.#send({ kind: "cancel", id });
        reject(new BleError("not wanted any more", { reason: "cancelled" }));
      };
    });
    signal?.addEventListener("abort", cancel);
    if (isAborted(signal)) cancel();
    try {
      return await Promise.race([this.#connected(id, peer, signal), cancelled]);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  restart(): Promise<void> {
    this.#drop("adapter");
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#want();
    return Promise.resolve();
  }

  /** Every packet between noble and the controller from now on. @param withKeys those too by which a link is encrypted */
  capture(sink: PacketListener, { withKeys }: { readonly withKeys: boolean }): BleSubscription {
    const listener: PacketListener = withKeys ? sink : (packet) => sink(withoutKeys(packet));
    this.#captures.add(listener);
    this.#sendCapture();
    return {
      cancel: () => {
        this.#captures.delete(listener);
        this.#sendCapture();
      },
    };
  }

  /** Of the process in which the stack lives, while it does. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const farewell = Promise.all([...this.#links.values()].map((link) => link.close()));
    await Promise.race([farewell, this.#clock.sleep(farewellWithin)]);
    const ended = this.#process?.ended;
    this.#drop("asked");
    this.#pause?.cancel();
    await ended;
  }

  async #connected(id: number, peer: BlePeer, signal: AbortSignal | undefined): Promise<GattLink> {
    await this.#started();
    if (isAborted(signal)) throw new BleError("not wanted any more", { reason: "cancelled" });
    const { address, addressType } = peer;
    this.#peers.set(id, peer);
    try {
      await this.#request(id, { kind: "connect", id, address, addressType });
    } finally {
      this.#peers.delete(id);
    }
    const link = this.#links.get(id);
    if (link === undefined) throw new BleError("the link has ended", { reason: "closed", end: "lost" });
    // It came about in the moment in which it was cancelled.
    if (isAborted(signal)) await link.close();
    return link;
  }

  /** Before anything else of that link is reported, which may come in the same breath. */
  #hold(id: number, result: CallResult): void {
    const peer = this.#peers.get(id);
    if (peer === undefined || result === null || !("mtu" in result)) return;
    const link = new RemoteLink(peer, result.mtu, (call) => {
      const callId = this.#newId();
      return this.#request(callId, { kind: "call", id: callId, link: id, call });
    });
    this.#links.set(id, link);
  }

  #started(): Promise<void> {
    if (this.#isOn) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiting: Waiting<void> = { resolve, reject };
      this.#starts.add(waiting);
      this.#want();
      if (this.#process === undefined) this.#refuseStarts();
    });
  }

  /** Starts the stack, unless it runs, is to pause, or has nothing to run on. */
  #want(): void {
    if (this.#process !== undefined || this.#pause !== undefined || this.#isClosed) return;
    const trouble = this.#kernelTrouble();
    if (trouble === undefined) this.#start();
    else this.#fail(trouble);
  }

  #kernelTrouble(): BleTrouble | undefined {
    const { adapter } = this.#options;
    return "index" in adapter ? adapterTrouble(adapter.index) : undefined;
  }

  #start(): void {
    const { adapter, patience, startWithin } = this.#options;
    const child = new StackProcess((report) => {
      if (this.#process === child) this.#reported(report);
    });
    this.#process = child;
    this.#timers = [
      this.#clock.after(startWithin, () => {
        if (!this.#isOn) this.#fail("no-answer");
      }),
      this.#clock.after(soundAfter, () => {
        this.#failures = 0;
      }),
      this.#clock.every(lookAtAdapterEvery, () => {
        const trouble = this.#kernelTrouble();
        if (trouble !== undefined) this.#fail(trouble);
      }),
    ];
    this.#send({ kind: "start", adapter, patience, isCaptured: this.#captures.size > 0 });
    void child.ended.then(() => {
      if (this.#process === child) this.#fail("crashed");
    });
  }

  #reported(report: StackReport): void {
    switch (report.kind) {
      case "on":
        this.#on();
        return;
      case "trouble":
        this.#fail(report.trouble);
        return;
      case "stuck":
        this.#fail("no-answer", "stuck");
        return;
      case "heard":
        this.#heard(report);
        return;
      case "answer":
        this.#hold(report.id, report.result);
        this.#answered(report.id, (waiting) => waiting.resolve(report.result));
        return;
      case "failure":
        this.#answered(report.id, (waiting) => waiting.reject(errorOf(report.failure)));
        return;
      case "ended":
        this.#links.get(report.link)?.ended(report.reason);
        this.#links.delete(report.link);
        return;
      case "notified":
        this.#links.get(report.link)?.notified(report, report.value);
        return;
      case "packet":
        this.#captured(report);
        return;
    }
  }

  #on(): void {
    this.#isOn = true;
    this.#trouble = undefined;
    this.#sendScan();
    for (const { resolve } of this.#starts) resolve();
    this.#starts.clear();
    this.#tellState();
  }

  #fail(trouble: BleTrouble, end: LinkEnd = "adapter"): void {
    this.#trouble = trouble;
    this.#drop(end);
    if (this.#isClosed) return;
    this.#pause = this.#clock.after(this.#nextPause(), () => {
      this.#pause = undefined;
      if (this.#scans.size + this.#listeners.size > 0) this.#want();
      else this.#trouble = undefined;
    });
  }

  /** To look whether an adapter has come costs nothing; to start the stack does. */
  #nextPause(): Duration {
    if (this.#kernelTrouble() !== undefined) return lookAtAdapterEvery;
    const most = Math.min(this.#options.firstPause * 2 ** this.#failures, longestPause);
    this.#failures += 1;
    // Spread out, so that what fails together does not come back together.
    return Millis(most * (0.5 + this.#random.next() / 2));
  }

  #drop(end: LinkEnd): void {
    const child = this.#process;
    this.#process = undefined;
    this.#isOn = false;
    for (const timer of this.#timers) timer.cancel();
    child?.kill();
    for (const link of this.#links.values()) link.ended(end);
    this.#links.clear();
    for (const { reject } of this.#calls.values()) {
      reject(new BleError("the link has ended", { reason: "closed", end }));
    }
    this.#calls.clear();
    this.#refuseStarts();
    this.#tellState();
  }

  #refuseStarts(): void {
    const waiting = [...this.#starts];
    this.#starts.clear();
    for (const { reject } of waiting) {
      reject(new BleError("Bluetooth cannot be used now", { reason: "no-radio" }));
    }
  }

  #heard({ heard }: Extract<StackReport, { readonly kind: "heard" }>): void {
    const at = this.#clock.monotonic();
    for (const each of heard) for (const { sink } of this.#scans) sink({ ...each, at, cached: false });
  }

  #captured({ fromController, bytes }: Extract<StackReport, { readonly kind: "packet" }>): void {
    const atUs = BigInt(Math.round(this.#clock.now() * 1_000));
    for (const listener of this.#captures) listener({ atUs, fromController, bytes: Buffer.from(bytes) });
  }

  #answered(id: number, settle: (waiting: Waiting<CallResult>) => void): void {
    const waiting = this.#calls.get(id);
    this.#calls.delete(id);
    if (waiting !== undefined) settle(waiting);
  }

  #request(id: number, order: StackOrder): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#send(order);
    });
  }

  #send(order: StackOrder): void {
    this.#process?.send(order);
  }

  #sendScan(): void {
    const kinds = [...this.#scans].map(({ active }) => (active ? "active" : "passive"));
    const scan = kinds.includes("active") ? "active" : (kinds[0] ?? "off");
    if (this.#isOn) this.#send({ kind: "scan", scan });
  }

  #sendCapture(): void {
    this.#send({ kind: "capture", isOn: this.#captures.size > 0 });
  }

  #tellState(): void {
    const state = this.state();
    if (state === this.#said) return;
    this.#said = state;
    for (const listener of this.#listeners) listener(state);
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const errorOf = ({ message, ...context }: StackFailure): BleError => new BleError(message, { ...context });
