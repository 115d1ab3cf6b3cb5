import {
  type AttError,
  isAdvertising,
  isCreateConnection,
  readAdvertisingReports,
  readAttError,
  withPassiveScan,
} from "../../../codec/ble/hci-reading.ts";
import { BleError } from "../../../domain/ble-errors.ts";
import type { BleTrouble } from "../../../domain/ble-trouble.ts";
import { type LinkEnd, linkEnds } from "../../../ports/ble.ts";
import { ConnectTurns } from "./connect-turns.ts";
import { AdvertisementFragments } from "./fragments.ts";
import type { HciDriver } from "./hci-socket.ts";
import { type Noble, type NobleLibrary, type NoblePeripheral, nobleLibrary } from "./noble-library.ts";
import { NobleLink } from "./noble-link.ts";
import type {
  AdapterPlace,
  CallResult,
  Heard,
  Patience,
  StackFailure,
  StackOrder,
  StackReport,
} from "./stack-messages.ts";
import { streamDriver } from "./stream-socket.ts";
import { type HciTap, tappedDriver } from "./tapped-driver.ts";

/** noble's own 420 ms lose a link at the first disturbance; units of 10 ms. */
const supervisionTimeout = 400;
/** The most an attribute needs: a packet then holds the longest value. */
const mostMtu = 517;
/** noble pairs by itself where a peer refuses for want of keys, without keeping them; at this level it does not. */
const neverPair = "medium";

type ScanKind = Extract<StackOrder, { readonly kind: "scan" }>["scan"];
type ConnectOrder = Extract<StackOrder, { readonly kind: "connect" }>;
type CallOrder = Extract<StackOrder, { readonly kind: "call" }>;

interface Attempt {
  readonly id: number;
  /** As noble names it: its address without colons. */
  readonly peer: string;
}

const idOf = (address: string): string => address.replaceAll(":", "");

/** System errors of a socket that cannot be opened or is gone, by number and by text (errno(3)). */
const troubles: readonly (readonly [BleTrouble, readonly unknown[]])[] = [
  ["no-right", [1, 13, "EPERM", "EACCES", "Operation not permitted", "Permission denied"]],
  ["taken", [16, "EBUSY", "Device or resource busy"]],
  ["no-support", [97, "EAFNOSUPPORT", "Address family not supported by protocol"]],
  ["no-adapter", [19, 100, "ENOENT", "ECONNREFUSED", "ENODEV", "No such device", "Network is down"]],
];

const troubleOf = (error: unknown): BleTrouble | undefined => {
  const { code, errno, message } = error as { code?: unknown; errno?: unknown; message?: unknown };
  const signs = [code, errno, message];
  return troubles.find(([, known]) => known.some((sign) => signs.includes(sign)))?.[0];
};

/** noble, driven by orders; what comes of them is reported. It lives in a process of its own and for one adapter. */
export class NobleStack implements HciTap {
  readonly #report: (report: StackReport) => void;
  readonly #patience: Patience;
  readonly #fragments = new AdvertisementFragments();
  readonly #turns = new ConnectTurns();
  readonly #links = new Map<number, NobleLink>();
  readonly #linkOfHandle = new Map<number, NobleLink>();
  readonly #mtus = new Map<string, (mtu: number) => void>();
  #noble: Noble | undefined;
  #scan: ScanKind = "off";
  #running: ScanKind = "off";
  #starting: Promise<void> = Promise.resolve();
  #isOn = false;
  #isCapturing: boolean;
  #attempt: Attempt | undefined;
  #failAttempt: (error: BleError) => void = () => {};
  #heard: Heard[] = [];

  constructor(report: (report: StackReport) => void, patience: Patience, isCaptured: boolean) {
    this.#report = report;
    this.#patience = patience;
    this.#isCapturing = isCaptured;
  }

  start(adapter: AdapterPlace): void {
    try {
      const library = nobleLibrary();
      const noble = library.open(
        tappedDriver(driverOf(library, adapter), this),
        "index" in adapter ? adapter.index : 0,
      );
      this.#listen(noble);
    } catch {
      this.#report({ kind: "trouble", trouble: "no-software" });
    }
  }

  order(order: Exclude<StackOrder, { readonly kind: "start" }>): void {
    switch (order.kind) {
      case "scan":
        this.#scan = order.scan;
        this.#rescan();
        return;
      case "connect":
        this.#answer(order.id, this.#connect(order));
        return;
      case "cancel":
        if (this.#turns.cancel(order.id)) this.#giveUp(order.id, "cancelled");
        return;
      case "call":
        this.#answer(order.id, this.#call(order));
        return;
      case "capture":
        this.#isCapturing = order.isOn;
        return;
    }
  }

  fromController(packet: Buffer): boolean {
    this.#capture(true, packet);
    const error = readAttError(packet);
    if (error !== undefined) this.#refused(error);
    if (!isAdvertising(packet)) return true;
    for (const report of readAdvertisingReports(packet)) {
      const whole = this.#fragments.add(report);
      if (whole !== undefined) this.#hear(whole);
    }
    // noble would keep whatever it ever heard.
    return false;
  }

  toController(packet: Buffer): Buffer {
    const sent = this.#scan === "passive" ? withPassiveScan(packet) : packet;
    this.#capture(false, sent);
    if (isCreateConnection(sent)) this.#cancelAgain();
    return sent;
  }

  failed(error: unknown): void {
    const trouble = troubleOf(error) ?? (this.#isOn ? undefined : "no-adapter");
    if (trouble !== undefined) this.#report({ kind: "trouble", trouble });
  }

  #listen(noble: Noble): void {
    this.#noble = noble;
    noble.on("stateChange", (state: string) => this.#changed(state));
    // A connection ends the scan, and noble does not begin it again.
    noble.on("scanStop", () => {
      this.#running = "off";
      this.#rescan();
    });
    // noble itself tells of a failure only where it has heard the peer advertise.
    noble._bindings.on("connect", (peer: string, error: unknown) => {
      if (error instanceof Error && this.#attempt?.peer === peer) this.#failAttempt(connectFailure(error));
    });
    noble._bindings.on("onMtu", (peer: string, mtu: number) => this.#mtus.get(peer)?.(mtu));
  }

  #changed(state: string): void {
    this.#isOn = state === "poweredOn";
    if (this.#isOn) this.#report({ kind: "on" });
    else if (state === "poweredOff") this.#report({ kind: "trouble", trouble: "no-adapter" });
    else if (state === "unauthorized") this.#report({ kind: "trouble", trouble: "no-right" });
    this.#rescan();
  }

  /** Brings the scan to what is asked for, also to another kind of scan. */
  #rescan(): void {
    const noble = this.#noble;
    if (noble === undefined || !this.#isOn || this.#attempt !== undefined) return;
    if (this.#running === this.#scan) return;
    if (this.#running !== "off") {
      noble.stopScanning();
      return;
    }
    this.#running = this.#scan;
    const stuck = setTimeout(() => this.#report({ kind: "stuck" }), this.#patience.controllerMs);
    this.#starting = noble
      .startScanningAsync([], true)
      .catch(() => {})
      .finally(() => clearTimeout(stuck));
  }

  async #connect(order: ConnectOrder): Promise<CallResult> {
    await this.#turns.take(order.id);
    const noble = this.#noble;
    const peer = idOf(order.address);
    this.#attempt = { id: order.id, peer };
    const late = setTimeout(() => this.#giveUp(order.id, "timeout"), this.#patience.peerMs);
    try {
      if (noble === undefined) throw new BleError("the adapter is not ready", { reason: "no-radio" });
      return await this.#attemptOne(noble, order, peer);
    } finally {
      clearTimeout(late);
      this.#attempt = undefined;
      this.#mtus.delete(peer);
      this.#turns.pass();
      // Whether the scan survived it, not even noble knows.
      if (this.#isOn) noble?.stopScanning();
    }
  }

  async #attemptOne(noble: Noble, { id, addressType }: ConnectOrder, peer: string): Promise<CallResult> {
    const givenUp = new Promise<never>((_resolve, reject) => {
      this.#failAttempt = reject;
    });
    // While a scan begins, noble does not know of it, and would not end it.
    await Promise.race([this.#starting, givenUp]);
    const mtuSaid = new Promise<number>((resolve) => this.#mtus.set(peer, resolve));
    const options = { addressType, timeout: supervisionTimeout, mtu: mostMtu };
    const peripheral = await Promise.race([noble.connectAsync(peer, options), givenUp]);
    try {
      return await Promise.race([this.#adopt(noble, { id, peer }, peripheral, mtuSaid), givenUp]);
    } catch (error) {
      // Without a handle noble would end the connection with the number 0.
      if (noble._bindings._handles[peer] !== undefined) peripheral.disconnect();
      throw error;
    }
  }

  async #adopt(
    noble: Noble,
    { id, peer }: Attempt,
    peripheral: NoblePeripheral,
    mtuSaid: Promise<number>,
  ): Promise<CallResult> {
    const { _handles: handles, _gatts: gatts } = noble._bindings;
    const handle = handles[peer];
    const gatt = handle === undefined ? undefined : gatts[handle];
    if (handle === undefined || gatt === undefined) throw closedMeanwhile();
    gatt._security = neverPair;
    const gone = new Promise<never>((_resolve, reject) => {
      peripheral.once("disconnect", () => reject(closedMeanwhile()));
    });
    const mtu = Math.min(await Promise.race([mtuSaid, gone]), mostMtu);
    // noble takes a larger offer of the peer for the size of packets, and then cuts long values short.
    gatt._mtu = mtu;
    const link = new NobleLink(peripheral, mtu, this.#patience, {
      notified: (service, characteristic, value) =>
        this.#report({ kind: "notified", link: id, service, characteristic, value }),
      stuck: () => this.#report({ kind: "stuck" }),
    });
    this.#links.set(id, link);
    this.#linkOfHandle.set(handle, link);
    void link.ended.then((reason) => {
      this.#links.delete(id);
      if (this.#linkOfHandle.get(handle) === link) this.#linkOfHandle.delete(handle);
      this.#report({ kind: "ended", link: id, reason });
    });
    return { link: id, mtu };
  }

  /** noble lets go at once; what the controller says comes later, and has to come. */
  #giveUp(id: number, reason: "timeout" | "cancelled"): void {
    const noble = this.#noble;
    const attempt = this.#attempt;
    if (noble === undefined || attempt?.id !== id) return;
    this.#failAttempt(new BleError("no connection came about", { reason }));
    noble.cancelConnect(attempt.peer);
    setTimeout(() => {
      if (noble._bindings._cancelledConnectionUuid === attempt.peer) this.#report({ kind: "stuck" });
    }, this.#patience.controllerMs);
  }

  /** noble resets the controller before its first connection; one that is cancelled meanwhile is begun all the same. */
  #cancelAgain(): void {
    const bindings = this.#noble?._bindings;
    if (bindings === undefined || bindings._cancelledConnectionUuid === null) return;
    setImmediate(() => bindings._hci.cancelConnect());
  }

  async #call({ link: id, call }: CallOrder): Promise<CallResult> {
    const link = this.#links.get(id);
    if (link === undefined) throw new BleError("the link has ended", { reason: "closed" });
    if (call.op !== "close") return await link.call(call);
    await link.hangUp();
    return null;
  }

  #answer(id: number, result: Promise<CallResult>): void {
    result.then(
      (value) => this.#report({ kind: "answer", id, result: value }),
      (error: unknown) => this.#report({ kind: "failure", id, failure: failureOf(error) }),
    );
  }

  #refused(error: AttError): void {
    this.#linkOfHandle.get(error.handle)?.refused(error);
  }

  #hear({ address, addressType, rssi, connectable, isScanResponse, data }: Heard): void {
    if (this.#heard.length === 0) setImmediate(() => this.#tellHeard());
    const strength = rssi === undefined ? {} : { rssi };
    this.#heard.push({ address, addressType, ...strength, connectable, isScanResponse, data });
  }

  #tellHeard(): void {
    this.#report({ kind: "heard", heard: this.#heard });
    this.#heard = [];
  }

  #capture(fromController: boolean, bytes: Buffer): void {
    if (this.#isCapturing) this.#report({ kind: "packet", fromController, bytes });
  }
}

const closedMeanwhile = (): BleError => new BleError("the link has ended", { reason: "closed", end: "lost" });

const driverOf = (library: NobleLibrary, adapter: AdapterPlace): HciDriver =>
  "socket" in adapter ? streamDriver(adapter.socket) : library.adapterDriver();

/** By the code of the controller in noble's message (Core Specification, Vol 1 Part F): connection limit exceeded. */
const connectFailure = ({ message }: Error): BleError =>
  message.includes("(0x9)")
    ? new BleError("the adapter holds no more links", { reason: "busy" })
    : new BleError("no connection came about", { reason: "timeout" });

const isLinkEnd = (value: unknown): value is LinkEnd => linkEnds.some((end) => end === value);

const failureOf = (error: unknown): StackFailure => {
  if (!(error instanceof BleError)) return { message: "noble failed", reason: "stack" };
  const { reason, att, end } = error.context;
  return {
    message: error.message,
    reason: `${reason}`,
    ...(typeof att === "number" ? { att } : {}),
    ...(isLinkEnd(end) ? { end } : {}),
  };
};
