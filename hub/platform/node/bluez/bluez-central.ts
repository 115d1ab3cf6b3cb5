import { BleError } from "../../../domain/ble-errors.ts";
import type { BleTrouble } from "../../../domain/ble-trouble.ts";
import { Seconds } from "../../../domain/units.ts";
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
import type { Clock } from "../../../ports/clock.ts";
import { ConnectTurns } from "../ble/connect-turns.ts";
import { stateOfTrouble } from "../ble/trouble-state.ts";
import type { BluezBus, BusSignal, Properties } from "./bluez-bus.ts";
import { bleErrorOf, isBusError } from "./bluez-errors.ts";
import { BluezLink, bondLost, isPairedIn } from "./bluez-link.ts";
import {
  characteristicsOf,
  type Interfaces,
  interfaces,
  isInterfaces,
  isProperties,
  objectsOf,
} from "./bluez-objects.ts";
import { type BluezOptions, BluezService, bluezDefaults } from "./bluez-service.ts";
import { advertisementOf, isHearing, peerOf, rssiIn } from "./device-digest.ts";
import { Discovery } from "./discovery.ts";
import { RecentDevices } from "./recent-devices.ts";

/** For telling peers that the hub goes. */
const farewellWithin = Seconds(1);

/** Why a link ended, by the reason that bluetoothd gives from version 5.82 on (org.bluez.Device(5), Disconnected). */
const ends: Readonly<Record<string, LinkEnd>> = {
  "org.bluez.Reason.Timeout": "lost",
  "org.bluez.Reason.Remote": "peer",
  "org.bluez.Reason.Authentication": "security",
  // Of this side, and not by us: the adapter is switched off, or somebody else has ended it.
  "org.bluez.Reason.Local": "adapter",
  "org.bluez.Reason.Suspend": "adapter",
};

interface Scan {
  readonly sink: (advertisement: Advertisement) => void;
}

/** A device that is being connected with. */
interface Attempt {
  readonly path: string;
  /** bluetoothd has come to know it, or knows its services. */
  progress(): void;
  fail(error: BleError): void;
}

/**
 * The adapter that bluetoothd drives, beside whoever else uses it: no right is needed but to speak with bluetoothd, which keeps the
 * keys of pairings. It gives no packets, only what it has gathered; what it remembers is marked as such.
 */
export class BluezCentral implements BleCentral {
  readonly capabilities: BleCapabilities = { bonding: true, rawAdvertisements: false, maxLinks: 5 };
  readonly #clock: Clock;
  readonly #options: BluezOptions;
  readonly #listeners = new Set<(state: BleState) => void>();
  readonly #scans = new Set<Scan>();
  readonly #adapters = new Map<string, Properties>();
  readonly #devices = new RecentDevices();
  readonly #links = new Map<string, BluezLink>();
  readonly #reasons = new Map<string, LinkEnd>();
  readonly #turns = new ConnectTurns();
  readonly #service: BluezService;
  #attempt: Attempt | undefined;
  /** The device of the attempt is not known to bluetoothd: it is listened for. */
  #isSeeking = false;
  /** Of the adapter as it is on now. */
  #discovery: Discovery | undefined;
  #isClosed = false;
  #lastId = 0;
  #said: BleState | undefined;

  constructor(clock: Clock, options: BluezOptions = bluezDefaults) {
    this.#clock = clock;
    this.#options = options;
    this.#service = new BluezService(clock, options, {
      met: (bus) => this.#met(bus),
      signal: (signal) => this.#heard(signal),
      left: () => this.#left(),
      changed: () => this.#changedAll(),
      isWanted: () => this.#scans.size + this.#listeners.size > 0,
    });
  }

  state(): BleState {
    if (this.#isOn) return "on";
    const trouble = this.trouble();
    return trouble === undefined ? "off" : stateOfTrouble(trouble);
  }

  trouble(): BleTrouble | undefined {
    if (this.#isOn || this.#isClosed) return undefined;
    const { trouble, bus } = this.#service;
    const path = this.#adapter;
    const kernel = this.#options.kernelTrouble(Number(path?.match(/\d+$/)?.[0] ?? 0));
    // First what the service could not help with either.
    if (trouble === "no-service") return kernel ?? trouble;
    if (trouble !== undefined || bus === undefined) return trouble;
    return kernel ?? (path === undefined ? "no-adapter" : "powered-off");
  }

  /** Entries of the table of advertisers. */
  get held(): number {
    return this.#devices.size;
  }

  onState(listener: (state: BleState) => void): BleSubscription {
    this.#said ??= this.state();
    this.#listeners.add(listener);
    void this.#service.want();
    return { cancel: () => this.#listeners.delete(listener) };
  }

  /** bluetoothd always asks for scan responses. */
  scan(sink: Scan["sink"]): BleSubscription {
    const scan: Scan = { sink };
    this.#scans.add(scan);
    for (const [, device] of this.#devices) this.#tell([scan], device, { cached: true });
    void this.#service.want();
    void this.#steer();
    return {
      cancel: () => {
        this.#scans.delete(scan);
        void this.#steer();
      },
    };
  }

  async connect(peer: BlePeer, { bond, signal }: ConnectOptions): Promise<GattLink> {
    await this.#service.want();
    if (!this.#isOn) throw noRadio();
    const id = ++this.#lastId;
    const abort = (): void => {
      if (this.#turns.cancel(id)) this.#attempt?.fail(cancelled());
    };
    signal?.addEventListener("abort", abort);
    try {
      await this.#turns.take(id);
      try {
        if (signal?.aborted === true) throw cancelled();
        return await this.#connected(peer, bond);
      } finally {
        this.#turns.pass();
      }
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async forget(peer: BlePeer): Promise<void> {
    await this.#service.want();
    const [bus, adapter] = [this.#service.bus, this.#adapter];
    if (bus === undefined || adapter === undefined) throw noRadio();
    try {
      const path = this.#pathOf(adapter, peer);
      await bus.call(adapter, interfaces.adapter, "RemoveDevice", "o", [path]);
    } catch (error) {
      if (!isBusError(error, "DoesNotExist", "UnknownObject")) throw bleErrorOf(error);
    }
  }

  /** Ends whatever was agreed with bluetoothd, and begins anew; bluetoothd itself is not ours to start. */
  restart(): Promise<void> {
    return this.#service.restart();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const farewell = Promise.all([...this.#links.values()].map((link) => link.close()));
    await Promise.race([farewell, this.#clock.sleep(farewellWithin)]);
    this.#service.close();
  }

  get #isOn(): boolean {
    const adapter = this.#adapter;
    return (
      this.#service.bus !== undefined &&
      adapter !== undefined &&
      this.#adapters.get(adapter)?.["Powered"] === true
    );
  }

  /** The first that there is; one that is plugged in again may come under another number. */
  get #adapter(): string | undefined {
    return [...this.#adapters.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))[0];
  }

  #pathOf(adapter: string, { address }: BlePeer): string {
    return `${adapter}/dev_${address.toUpperCase().replaceAll(":", "_")}`;
  }

  /** What does bluetoothd know? */
  async #met(bus: BluezBus): Promise<void> {
    const objects = await objectsOf(bus);
    for (const [path, object] of objects) this.#adapterKnown(path, object);
    for (const [path, object] of objects) this.#deviceKnown(path, object);
    await this.#powerOn(bus);
  }

  #left(): void {
    this.#discovery = undefined;
    this.#adapters.clear();
    this.#devices.clear();
    this.#endAll(this.#isClosed ? "asked" : "adapter");
  }

  #endAll(end: LinkEnd): void {
    this.#attempt?.fail(noRadio());
    for (const link of this.#links.values()) link.ended(end);
    this.#links.clear();
    this.#reasons.clear();
  }

  /** Once, when it is met: whoever switches it off later wants it off. */
  async #powerOn(bus: BluezBus): Promise<void> {
    const adapter = this.#adapter;
    if (adapter === undefined || this.#adapters.get(adapter)?.["Powered"] === true) return;
    const powered = [interfaces.adapter, "Powered", bus.variant("b", true)];
    // Refused where it is blocked: `trouble` says by what.
    await bus.call(adapter, interfaces.properties, "Set", "ssv", powered).catch(() => {});
  }

  #heard({ path, interface: iface, member, body }: BusSignal): void {
    const [first, second] = body;
    if (iface === interfaces.objects && member === "InterfacesAdded" && isInterfaces(second))
      this.#added(String(first), second);
    else if (iface === interfaces.objects && member === "InterfacesRemoved" && Array.isArray(second))
      this.#removed(String(first), second);
    else if (iface === interfaces.properties && isProperties(second))
      this.#changed(path, String(first), second);
    else if (iface === interfaces.device && member === "Disconnected" && this.#isUsed(path))
      this.#reasons.set(path, ends[String(first)] ?? "lost");
  }

  #added(path: string, object: Interfaces): void {
    if (this.#adapterKnown(path, object)) this.#adapterCame();
    const { [interfaces.device]: device } = object;
    if (device === undefined || !this.#isOurs(path)) return;
    this.#devices.put(path, device);
    this.#deviceHeard(path, device, device);
  }

  #adapterKnown(path: string, { [interfaces.adapter]: adapter }: Interfaces): boolean {
    if (adapter !== undefined) this.#adapters.set(path, adapter);
    return adapter !== undefined;
  }

  /** bluetoothd remembers it, for days if need be. */
  #deviceKnown(path: string, { [interfaces.device]: device }: Interfaces): void {
    if (device === undefined || !this.#isOurs(path)) return;
    this.#devices.put(path, device);
    this.#tell(this.#scans, device, { cached: true });
  }

  #adapterCame(): void {
    const { bus } = this.#service;
    if (bus !== undefined) void this.#powerOn(bus);
    this.#changedAll();
  }

  #removed(path: string, gone: readonly unknown[]): void {
    if (gone.includes(interfaces.device)) {
      this.#devices.drop(path);
      // A device is not taken away while it is connected, unless its adapter is, or somebody has it forgotten.
      this.#linkEnded(path, "adapter");
    }
    if (gone.includes(interfaces.adapter) && this.#adapters.has(path)) this.#adapterWent(path);
  }

  #adapterWent(path: string): void {
    const wasUsed = path === this.#adapter;
    this.#adapters.delete(path);
    if (wasUsed) {
      this.#discovery = undefined;
      this.#devices.clear();
      this.#endAll("adapter");
    }
    this.#tellState();
  }

  #changed(path: string, iface: string, changed: Properties): void {
    if (iface === interfaces.adapter) this.#adapterChanged(path, changed);
    else if (iface === interfaces.device && this.#isOurs(path)) this.#deviceChanged(path, changed);
    else if (iface === interfaces.characteristic && Buffer.isBuffer(changed["Value"]))
      this.#links.get(deviceOf(path))?.changed(path, changed["Value"]);
  }

  #adapterChanged(path: string, changed: Properties): void {
    const before = this.#adapters.get(path);
    if (before === undefined) return;
    this.#adapters.set(path, { ...before, ...changed });
    if (path !== this.#adapter || !("Powered" in changed)) return;
    if (!this.#isOn) {
      this.#discovery = undefined;
      this.#endAll("adapter");
    }
    void this.#steer();
    this.#tellState();
  }

  #deviceChanged(path: string, changed: Properties): void {
    const device = this.#devices.change(path, changed);
    if (changed["Connected"] === false) this.#linkEnded(path, "lost");
    if (changed["ServicesResolved"] === true && this.#attempt?.path === path) this.#attempt.progress();
    if (!isHearing(changed)) return;
    if (device === undefined) void this.#recall(path, changed);
    else this.#deviceHeard(path, device, changed);
  }

  /** It was pushed out of the table by others that were heard later. */
  async #recall(path: string, changed: Properties): Promise<void> {
    const device = await this.#propertiesOf(path).catch(() => undefined);
    if (device === undefined || this.#discovery?.isOn !== true) return;
    this.#devices.put(path, device);
    this.#deviceHeard(path, device, changed);
  }

  #deviceHeard(path: string, device: Properties, changed: Properties): void {
    if (this.#attempt?.path === path && this.#isSeeking) this.#attempt.progress();
    if (this.#discovery?.isOn !== true || !isHearing(changed)) return;
    const rssi = rssiIn(changed);
    this.#tell(this.#scans, device, { cached: false, ...(rssi === undefined ? {} : { rssi }) });
  }

  #tell(
    scans: Iterable<Scan>,
    device: Properties,
    how: { readonly cached: boolean; readonly rssi?: number },
  ): void {
    const peer = peerOf(device);
    if (peer === undefined) return;
    // bluetoothd does not say who can be connected with.
    const base = { ...peer, at: this.#clock.monotonic(), connectable: true, isScanResponse: false };
    const advertisement = { ...base, data: advertisementOf(device), ...how };
    for (const { sink } of scans) sink(advertisement);
  }

  #linkEnded(path: string, otherwise: LinkEnd): void {
    const reason = this.#reasons.get(path) ?? otherwise;
    this.#reasons.delete(path);
    this.#links.get(path)?.ended(reason);
    this.#links.delete(path);
    if (this.#attempt?.path !== path) return;
    this.#attempt.fail(
      reason === "security"
        ? bondLost()
        : new BleError("the link has ended", { reason: "closed", end: reason }),
    );
  }

  async #connected(peer: BlePeer, bond: ConnectOptions["bond"]): Promise<BluezLink> {
    const [bus, adapter] = [this.#service.bus, this.#adapter];
    if (bus === undefined || adapter === undefined || !this.#isOn) throw noRadio();
    const path = this.#pathOf(adapter, peer);
    if (this.#links.has(path)) throw new BleError("there is a link to it already", { reason: "busy" });
    try {
      return await new Promise<BluezLink>((resolve, reject) => {
        let progress = (): void => {};
        const attempt: Attempt = { path, progress: () => progress(), fail: reject };
        this.#attempt = attempt;
        const progressed = (): Promise<void> =>
          new Promise((done) => {
            progress = done;
          });
        this.#dialled(bus, path, progressed)
          .then((device) => this.#linked(attempt, bus, peer, { bond, isPaired: isPairedIn(device) }))
          .then(resolve, (error: unknown) => reject(bleErrorOf(error)));
      });
    } catch (error) {
      // Whatever is still under way there is not wanted any more.
      bus.call(path, interfaces.device, "Disconnect").catch(() => {});
      throw error;
    } finally {
      this.#attempt = undefined;
      this.#isSeeking = false;
      void this.#steer();
    }
  }

  /** @returns the properties of the device, whose services are known */
  async #dialled(bus: BluezBus, path: string, progressed: () => Promise<void>): Promise<Properties> {
    if ((await this.#propertiesOf(path)) === undefined) await this.#sought(path, progressed);
    // A link that is made while the adapter listens is often dead at once (0x3e).
    this.#isSeeking = false;
    await this.#steer();
    const resolved = progressed();
    try {
      await bus.call(path, interfaces.device, "Connect");
    } catch (error) {
      if (!isBusError(error, "AlreadyConnected")) throw error;
    }
    const device = await this.#propertiesOf(path);
    if (device?.["ServicesResolved"] !== true) await resolved;
    return (await this.#propertiesOf(path)) ?? {};
  }

  /** Heard at last, or there by the time it is listened for. */
  async #sought(path: string, progressed: () => Promise<void>): Promise<void> {
    const heard = progressed();
    this.#isSeeking = true;
    await this.#steer();
    if ((await this.#propertiesOf(path)) === undefined) await heard;
  }

  async #linked(
    attempt: Attempt,
    bus: BluezBus,
    peer: BlePeer,
    options: { readonly bond: ConnectOptions["bond"]; readonly isPaired: boolean },
  ): Promise<BluezLink> {
    const { path } = attempt;
    const characteristics = characteristicsOf(await objectsOf(bus), path);
    if (this.#attempt !== attempt) throw cancelled();
    const link = new BluezLink(bus, peer, path, characteristics, options);
    this.#links.set(path, link);
    return link;
  }

  /** Undefined: bluetoothd does not know of the device. */
  async #propertiesOf(path: string): Promise<Properties | undefined> {
    try {
      const all = await this.#service.bus?.call(path, interfaces.properties, "GetAll", "s", [
        interfaces.device,
      ]);
      return isProperties(all) ? all : undefined;
    } catch (error) {
      if (isBusError(error, "UnknownObject", "UnknownMethod", "UnknownInterface")) return undefined;
      throw error;
    }
  }

  /** Listens or does not, as is wanted now. */
  #steer(): Promise<void> {
    const [bus, adapter] = [this.#service.bus, this.#adapter];
    if (bus === undefined || adapter === undefined || !this.#isOn) return Promise.resolve();
    this.#discovery ??= new Discovery(bus, adapter);
    return this.#discovery.want(this.#attempt === undefined ? this.#scans.size > 0 : this.#isSeeking);
  }

  #isUsed(path: string): boolean {
    return this.#links.has(path) || this.#attempt?.path === path;
  }

  #isOurs(path: string): boolean {
    const adapter = this.#adapter;
    return adapter !== undefined && path.startsWith(`${adapter}/dev_`);
  }

  #changedAll(): void {
    void this.#steer();
    this.#tellState();
  }

  #tellState(): void {
    const state = this.state();
    if (state === this.#said) return;
    this.#said = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** The Device1 to which an object below it belongs. */
const deviceOf = (path: string): string => path.split("/").slice(0, 5).join("/");

const noRadio = (): BleError => new BleError("Bluetooth cannot be used now", { reason: "no-radio" });
const cancelled = (): BleError => new BleError("not wanted any more", { reason: "cancelled" });
