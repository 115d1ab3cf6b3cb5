import { Message, type MessageBus, sessionBus, Variant } from "@jellybrick/dbus-next";
import type { BlePeripheral, PeripheralCharacteristic } from "../../../devices/sim/ble/peripheral.ts";
import { Millis, Seconds } from "../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import { attRefusal, deviceValues, longUuid, Refusal, type Values } from "./bluez-words.ts";
import { ExportedObjects } from "./exported-objects.ts";
import { isReachable, type Station } from "./station.ts";

const service = "org.bluez";
const adapterInterface = "org.bluez.Adapter1";
const deviceInterface = "org.bluez.Device1";
const serviceInterface = "org.bluez.GattService1";
const characteristicInterface = "org.bluez.GattCharacteristic1";
const propertiesInterface = "org.freedesktop.DBus.Properties";
const objectManager = "org.freedesktop.DBus.ObjectManager";

/** A method call, as a test sees it. */
export interface BluezCall {
  readonly path: string;
  readonly member: string;
}

export type BluezFault = "hang" | { readonly word: string; readonly text?: string };

/** After which bluetoothd gives up a connection by itself. */
const connectWithin = Seconds(25);
const advertiseEvery = Millis(100);

/**
 * bluetoothd with an adapter, as org.bluez.Adapter(5) and its neighbours describe it, for devices that are simulated. It proves the
 * hub's adapter against this reading of those pages, and no more.
 */
export class FakeBluez {
  readonly calls: BluezCall[] = [];
  /** What goes wrong in a call. */
  fault: (call: BluezCall) => BluezFault | undefined = () => undefined;
  /** Version 5.82 and later tell why a link has ended. */
  tellsReasons = true;
  adapter = "/org/bluez/hci0";
  /** What is listened for. */
  filter: Record<string, unknown> | undefined;
  /** The connection that has called last. */
  caller = "";
  readonly #clock: Clock;
  readonly #address: string;
  readonly #objects = new ExportedObjects((message) => this.#bus?.send(message));
  readonly #stations = new Map<string, Station>();
  readonly #attributes = new Map<string, { station: Station; characteristic: PeripheralCharacteristic }>();
  #bus: MessageBus | undefined;
  #advertising: Timer | undefined;
  #agent: { owner: string; path: string } | undefined;

  constructor(clock: Clock, busAddress: string) {
    this.#clock = clock;
    this.#address = busAddress;
  }

  async start(): Promise<void> {
    await this.connect();
    await this.#bus?.requestName(service);
    this.#advertising = this.#clock.every(advertiseEvery, () => this.#advertise());
  }

  /** On the bus, and nobody in particular. */
  async connect(): Promise<void> {
    const bus = sessionBus({ busAddress: this.#address });
    await new Promise<void>((resolve) => bus.once("connect", resolve));
    bus.addMethodHandler((message: Message) => this.#called(message));
    this.#bus = bus;
  }

  /** The service ends; pairings it has kept in files. */
  stop(): void {
    for (const station of this.#stations.values()) this.#drop(station);
    for (const path of this.#objects.paths) {
      if (!this.#isBonded(path)) this.#objects.drop(path);
    }
    this.#agent = undefined;
    this.#advertising?.cancel();
    this.#bus?.disconnect();
    this.#bus = undefined;
  }

  plug(isPlugged: boolean): void {
    if (isPlugged) {
      const values = {
        Address: new Variant("s", "00:AA:01:00:00:42"),
        Powered: new Variant("b", false),
        Discovering: new Variant("b", false),
      };
      this.#objects.add(this.adapter, { [adapterInterface]: values });
      return;
    }
    for (const station of this.#stations.values()) this.#drop(station);
    for (const path of this.#objects.paths.toReversed()) this.#objects.remove(path);
  }

  power(isPowered: boolean): void {
    if (!isPowered) for (const station of this.#stations.values()) this.#end(station, "Local");
    this.#objects.set(this.adapter, adapterInterface, { Powered: new Variant("b", isPowered) });
  }

  get isDiscovering(): boolean {
    return this.#objects.value(this.adapter, adapterInterface, "Discovering") === true;
  }

  place(peripheral: BlePeripheral): Station {
    const path = this.#pathOf(peripheral);
    const known = this.#stations.get(path);
    const station = known ?? {
      peripheral,
      isPresent: true,
      isBonded: false,
      forgetting: "refuses",
      session: undefined,
      awaited: undefined,
    };
    station.isPresent = true;
    this.#stations.set(path, station);
    station.awaited?.();
    return station;
  }

  /** Out of range: what is connected is lost. */
  take(peripheral: BlePeripheral): void {
    const station = this.#stations.get(this.#pathOf(peripheral));
    if (station === undefined) return;
    station.isPresent = false;
    this.#end(station, "Timeout");
  }

  /** It is known to bluetoothd from earlier days. */
  remember(peripheral: BlePeripheral): void {
    this.#objects.add(this.#pathOf(peripheral), {
      [deviceInterface]: deviceValues(peripheral, this.adapter, undefined),
    });
  }

  /** So many strangers are heard once. */
  crowd(strangers: readonly BlePeripheral[]): void {
    for (const each of strangers)
      this.#objects.add(this.#pathOf(each), { [deviceInterface]: deviceValues(each, this.adapter, -80) });
  }

  isPaired(peripheral: BlePeripheral): boolean {
    return this.#isBonded(this.#pathOf(peripheral));
  }

  property(peripheral: BlePeripheral, name: string): unknown {
    return this.#objects.value(this.#pathOf(peripheral), deviceInterface, name);
  }

  get agent(): { readonly owner: string; readonly path: string } | undefined {
    return this.#agent;
  }

  /** Tells of a device to the hub alone, without being who it says. */
  whisper(peripheral: BlePeripheral, hub: string): void {
    this.#objects.audience = hub;
    this.crowd([peripheral]);
  }

  /** Rules that the bus keeps for whoever has called last. */
  async rulesOfCaller(): Promise<unknown> {
    const reply = await this.#bus?.call(
      new Message({
        destination: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus.Debug.Stats",
        member: "GetConnectionStats",
        signature: "s",
        body: [this.caller],
      }),
    );
    return (reply?.body[0] as Values | undefined)?.["MatchRules"]?.value;
  }

  /** Everything sent so far has been passed on. */
  async settled(): Promise<void> {
    const bus = this.#bus;
    if (bus !== undefined)
      await bus.call(
        new Message({
          destination: "org.freedesktop.DBus",
          path: "/org/freedesktop/DBus",
          interface: "org.freedesktop.DBus",
          member: "GetId",
        }),
      );
    await new Promise((done) => setImmediate(done));
  }

  #pathOf({ address }: { readonly address: string }): string {
    return `${this.adapter}/dev_${address.toUpperCase().replaceAll(":", "_")}`;
  }

  #called(message: Message): boolean {
    const { path, member } = message;
    this.calls.push({ path, member });
    this.caller = message.sender;
    const fault = this.fault({ path, member });
    if (fault === "hang") return true;
    const answering = async (): Promise<Message> => {
      if (fault !== undefined) throw new Refusal(fault.word, fault.text);
      const [signature = "", ...body] = (await this.#answer(message)) ?? [];
      return Message.newMethodReturn(message, String(signature), body);
    };
    answering()
      .catch((error: unknown) => this.#refused(message, error))
      .then((answer) => this.#bus?.send(answer))
      .catch(() => {});
    return true;
  }

  #refused(message: Message, error: unknown): Message {
    if (!(error instanceof Refusal)) throw error;
    const isBus = error.word.includes(".");
    return Message.newError(message, isBus ? error.word : `org.bluez.Error.${error.word}`, error.message);
  }

  async #answer(message: Message): Promise<readonly unknown[] | undefined> {
    const { path, member, body, sender } = message;
    switch (`${message.interface}.${member}`) {
      case `${objectManager}.GetManagedObjects`:
        return ["a{oa{sa{sv}}}", this.#objects.all];
      case `${propertiesInterface}.GetAll`:
        return ["a{sv}", this.#objects.known(path, String(body[0]))];
      case `${propertiesInterface}.Set`:
        this.#objects.known(path, String(body[0]));
        this.#objects.set(path, String(body[0]), { [String(body[1])]: body[2] as Variant });
        return undefined;
      case "org.bluez.AgentManager1.RegisterAgent":
        if (this.#agent !== undefined) throw new Refusal("AlreadyExists");
        this.#agent = { owner: sender, path: String(body[0]) };
        return undefined;
      case "org.bluez.AgentManager1.UnregisterAgent":
        this.#agent = undefined;
        return undefined;
      case "org.bluez.AgentManager1.RequestDefaultAgent":
        return undefined;
      case `${adapterInterface}.SetDiscoveryFilter`:
        this.filter = Object.fromEntries(
          Object.entries(body[0] as Values).map(([name, { value }]) => [name, value]),
        );
        return undefined;
      case `${adapterInterface}.StartDiscovery`:
        this.#assertPowered();
        this.#objects.set(path, adapterInterface, { Discovering: new Variant("b", true) });
        return undefined;
      case `${adapterInterface}.StopDiscovery`:
        if (!this.isDiscovering) throw new Refusal("Failed", "No discovery started");
        this.#objects.set(path, adapterInterface, { Discovering: new Variant("b", false) });
        return undefined;
      case `${adapterInterface}.RemoveDevice`:
        this.#removeDevice(String(body[0]));
        return undefined;
      case `${deviceInterface}.Connect`:
        this.#objects.known(path, deviceInterface);
        return this.#connect(this.#station(path));
      case `${deviceInterface}.Disconnect`:
        this.#objects.known(path, deviceInterface);
        return this.#disconnect(this.#station(path));
      case `${deviceInterface}.Pair`:
        return this.#pair(path, sender);
      case `${characteristicInterface}.ReadValue`:
        return ["ay", this.#read(path)];
      case `${characteristicInterface}.WriteValue`:
        return this.#write(path, body[0] as Buffer, (body[1] as Values)["type"]?.value === "request");
      case `${characteristicInterface}.StartNotify`:
        return this.#notify(path);
      case `${characteristicInterface}.StopNotify`:
        this.#attributes.get(path)?.station.session?.subscriptions.get(path)?.();
        return undefined;
      default:
        throw new Refusal("org.freedesktop.DBus.Error.UnknownMethod");
    }
  }

  #station(path: string): Station | undefined {
    return this.#stations.get(path);
  }

  /** A link is made as soon as the device is heard; to give it up is an error of the attempt. */
  async #connect(station: Station | undefined): Promise<undefined> {
    this.#assertPowered();
    if (station === undefined || !isReachable(station)) await this.#heardAgain(station);
    if (station === undefined) throw new Refusal("Failed", "le-connection-abort-by-local");
    const path = this.#pathOf(station.peripheral);
    if (station.session !== undefined) throw new Refusal("AlreadyConnected");
    const isPaired = this.#isBonded(path);
    station.session = { isEncrypted: isPaired && station.isBonded, subscriptions: new Map() };
    station.peripheral.connected?.(() => this.#end(station, "Remote"));
    this.#objects.set(path, deviceInterface, { Connected: new Variant("b", true) });
    if (isPaired && !station.isBonded && station.forgetting === "drops") {
      this.#end(station, "Authentication");
      throw new Refusal("Failed", "le-connection-abort-by-remote");
    }
    this.#export(path, station);
    this.#objects.set(path, deviceInterface, { ServicesResolved: new Variant("b", true) });
    return undefined;
  }

  #heardAgain(station: Station | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(connectWithin, () =>
        reject(new Refusal("Failed", "le-connection-abort-by-local")),
      );
      if (station === undefined) return;
      station.awaited = () => {
        timer.cancel();
        station.awaited = undefined;
        if (isReachable(station)) resolve();
        else reject(new Refusal("Failed", "le-connection-abort-by-local"));
      };
    });
  }

  #disconnect(station: Station | undefined): undefined {
    station?.awaited?.();
    if (station?.session === undefined) throw new Refusal("NotConnected", "Not Connected");
    this.#end(station, "Local");
    return undefined;
  }

  /** bluetoothd asks the agent of whoever wants to pair. */
  async #pair(path: string, sender: string): Promise<undefined> {
    const station = this.#station(path);
    if (station === undefined) throw new Refusal("DoesNotExist");
    const { bonding, isPairable } = station.peripheral;
    const agent = this.#agent;
    if (agent?.owner !== sender || bonding === "none" || !isPairable)
      throw new Refusal("AuthenticationFailed", "Authentication Failed");
    await this.askAgent("RequestAuthorization", path).catch(() => {
      throw new Refusal("AuthenticationRejected", "Authentication Rejected");
    });
    station.isBonded = true;
    if (station.session !== undefined) station.session.isEncrypted = true;
    this.#objects.set(path, deviceInterface, {
      Paired: new Variant("b", true),
      Bonded: new Variant("b", true),
    });
    return undefined;
  }

  /** @throws what the agent refuses with */
  async askAgent(member: string, device: string, agent = this.#agent): Promise<void> {
    const { owner: destination = "", path = "/" } = agent ?? {};
    await this.#bus?.call(
      new Message({
        destination,
        path,
        interface: "org.bluez.Agent1",
        member,
        signature: "o",
        body: [device],
      }),
    );
  }

  #removeDevice(path: string): void {
    if (!this.#objects.has(path)) throw new Refusal("DoesNotExist", "Does Not Exist");
    const station = this.#station(path);
    if (station !== undefined) this.#end(station, "Local");
    for (const each of this.#objects.paths.toReversed())
      if (each === path || each.startsWith(`${path}/`)) this.#objects.remove(each);
  }

  #open(path: string): { station: Station; characteristic: PeripheralCharacteristic } {
    const found = this.#attributes.get(path);
    if (found?.station.session === undefined) throw new Refusal("Failed", "Not connected");
    if (found.characteristic.encrypted === true && !found.station.session.isEncrypted)
      throw new Refusal("NotPermitted", "Not paired");
    return found;
  }

  #read(path: string): Buffer {
    const { characteristic } = this.#open(path);
    if (!characteristic.properties.includes("read")) throw new Refusal("NotSupported");
    const value = characteristic.read?.() ?? 0x0e;
    if (typeof value === "number") throw attRefusal(value);
    return Buffer.from(value);
  }

  #write(path: string, value: Buffer, withResponse: boolean): undefined {
    const { characteristic } = withResponse ? this.#open(path) : this.#openBlindly(path);
    const code = characteristic.write?.(value, withResponse) ?? 0x03;
    if (withResponse && code !== 0) throw attRefusal(code);
    return undefined;
  }

  /** What is not answered is not refused either. */
  #openBlindly(path: string): { characteristic: PeripheralCharacteristic } {
    const found = this.#attributes.get(path);
    if (found?.station.session === undefined) throw new Refusal("Failed", "Not connected");
    return found;
  }

  #notify(path: string): undefined {
    const { station, characteristic } = this.#open(path);
    if (characteristic.subscribe === undefined) throw new Refusal("NotSupported");
    const cancel = characteristic.subscribe((value) => {
      const changed = { Value: new Variant("ay", Buffer.from(value)) };
      this.#objects.signal(path, propertiesInterface, "PropertiesChanged", "sa{sv}as", [
        characteristicInterface,
        changed,
        [],
      ]);
    });
    station.session?.subscriptions.set(path, cancel);
    return undefined;
  }

  #export(device: string, station: Station): void {
    for (const [at, { uuid, characteristics }] of station.peripheral.services.entries()) {
      const servicePath = `${device}/service${hex(at * 256 + 1)}`;
      this.#objects.add(servicePath, { [serviceInterface]: { UUID: new Variant("s", longUuid(uuid)) } });
      for (const [index, characteristic] of characteristics.entries()) {
        const path = `${servicePath}/char${hex(at * 256 + index + 2)}`;
        this.#attributes.set(path, { station, characteristic });
        const flags = characteristic.properties.map((each) =>
          each === "write-command" ? "write-without-response" : each,
        );
        this.#objects.add(path, {
          [characteristicInterface]: {
            UUID: new Variant("s", longUuid(characteristic.uuid)),
            Service: new Variant("o", servicePath),
            Flags: new Variant("as", flags),
            MTU: new Variant("q", 247),
          },
        });
      }
    }
  }

  #end(station: Station, reason: "Local" | "Remote" | "Timeout" | "Authentication"): void {
    if (station.session === undefined) return;
    this.#drop(station);
    const path = this.#pathOf(station.peripheral);
    if (this.tellsReasons)
      this.#objects.signal(path, deviceInterface, "Disconnected", "ss", [`org.bluez.Reason.${reason}`, ""]);
    this.#objects.set(path, deviceInterface, {
      Connected: new Variant("b", false),
      ServicesResolved: new Variant("b", false),
    });
    for (const each of this.#objects.paths.toReversed())
      if (each.startsWith(`${path}/`)) this.#objects.remove(each);
  }

  /** As the device sees it. */
  #drop(station: Station): void {
    if (station.session === undefined) return;
    for (const cancel of station.session.subscriptions.values()) cancel();
    station.session = undefined;
    station.peripheral.disconnected?.();
  }

  /** While it listens each device is heard, a little louder or less loud each time. */
  #advertise(): void {
    if (this.#bus === undefined || !this.isDiscovering) return;
    for (const [path, station] of this.#stations) {
      if (!path.startsWith(`${this.adapter}/`)) continue;
      if (!station.isPresent || station.peripheral.isSilent === true || station.session !== undefined)
        continue;
      const before = this.#objects.value(path, deviceInterface, "RSSI");
      const rssi = before === -60 ? -61 : -60;
      if (!this.#objects.has(path))
        this.#objects.add(path, { [deviceInterface]: deviceValues(station.peripheral, this.adapter, rssi) });
      else this.#objects.set(path, deviceInterface, { RSSI: new Variant("n", rssi) });
    }
  }

  #assertPowered(): void {
    if (this.#objects.value(this.adapter, adapterInterface, "Powered") !== true)
      throw new Refusal("NotReady", "Resource Not Ready");
  }

  #isBonded(path: string): boolean {
    return this.#objects.value(path, deviceInterface, "Paired") === true;
  }
}

const hex = (value: number): string => value.toString(16).padStart(4, "0");
