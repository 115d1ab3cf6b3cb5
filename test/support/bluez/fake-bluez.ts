import { Message, type MessageBus, MessageType, sessionBus, Variant } from "@jellybrick/dbus-next";
import type { BlePeripheral, PeripheralCharacteristic } from "../../../devices/sim/ble/peripheral.ts";
import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";
import { Millis, Seconds } from "../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";

const service = "org.bluez";
const adapterInterface = "org.bluez.Adapter1";
const deviceInterface = "org.bluez.Device1";
const serviceInterface = "org.bluez.GattService1";
const characteristicInterface = "org.bluez.GattCharacteristic1";
const propertiesInterface = "org.freedesktop.DBus.Properties";
const objectManager = "org.freedesktop.DBus.ObjectManager";

/** How a device that has lost its keys meets one that has not: the link is dropped, or nothing is given over it. */
type Forgetting = "drops" | "refuses";

type Values = Record<string, Variant>;
/** A D-Bus error by its name behind `org.bluez.Error.`, with its text. */
class Refusal extends Error {
  readonly word: string;

  constructor(word: string, text = word) {
    super(text);
    this.word = word;
  }
}

interface Session {
  isEncrypted: boolean;
  readonly subscriptions: Map<string, () => void>;
}

interface Station {
  readonly peripheral: BlePeripheral;
  isPresent: boolean;
  /** It keeps the keys of a pairing. */
  isBonded: boolean;
  forgetting: Forgetting;
  session: Session | undefined;
  /** A Connect that waits for it to be heard. */
  awaited: (() => void) | undefined;
}

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
  readonly #clock: Clock;
  readonly #address: string;
  readonly #objects = new Map<string, Record<string, Values>>();
  readonly #stations = new Map<string, Station>();
  readonly #attributes = new Map<string, { station: Station; characteristic: PeripheralCharacteristic }>();
  #bus: MessageBus | undefined;
  #advertising: Timer | undefined;
  #caller = "";
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
    for (const path of [...this.#objects.keys()]) {
      if (!this.#isBonded(path)) this.#objects.delete(path);
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
      this.#add(this.adapter, { [adapterInterface]: values });
      return;
    }
    for (const station of this.#stations.values()) this.#drop(station);
    for (const path of [...this.#objects.keys()].reverse()) this.#remove(path);
  }

  power(isPowered: boolean): void {
    if (!isPowered) for (const station of this.#stations.values()) this.#end(station, "Local");
    this.#set(this.adapter, adapterInterface, { Powered: new Variant("b", isPowered) });
  }

  get isDiscovering(): boolean {
    return this.#value(this.adapter, adapterInterface, "Discovering") === true;
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
    this.#add(this.#pathOf(peripheral), { [deviceInterface]: this.#valuesOf(peripheral, undefined) });
  }

  /** So many strangers are heard once. */
  crowd(strangers: readonly BlePeripheral[]): void {
    for (const each of strangers)
      this.#add(this.#pathOf(each), { [deviceInterface]: this.#valuesOf(each, -80) });
  }

  isPaired(peripheral: BlePeripheral): boolean {
    return this.#isBonded(this.#pathOf(peripheral));
  }

  property(peripheral: BlePeripheral, name: string): unknown {
    return this.#value(this.#pathOf(peripheral), deviceInterface, name);
  }

  get agentPath(): string | undefined {
    return this.#agent?.path;
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
        body: [this.#caller],
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
    this.#caller = message.sender;
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
        return ["a{oa{sa{sv}}}", Object.fromEntries(this.#objects)];
      case `${propertiesInterface}.GetAll`:
        return ["a{sv}", this.#known(path, String(body[0]))];
      case `${propertiesInterface}.Set`:
        this.#known(path, String(body[0]));
        this.#set(path, String(body[0]), { [String(body[1])]: body[2] as Variant });
        return undefined;
      case "org.bluez.AgentManager1.RegisterAgent":
        if (this.#agent !== undefined) throw new Refusal("AlreadyExists");
        this.#agent = { owner: sender, path: String(body[0]) };
        return undefined;
      case "org.bluez.AgentManager1.UnregisterAgent":
        this.#agent = undefined;
        return undefined;
      case "org.bluez.AgentManager1.RequestDefaultAgent":
      case `${adapterInterface}.SetDiscoveryFilter`:
        return undefined;
      case `${adapterInterface}.StartDiscovery`:
        this.#assertPowered();
        this.#set(path, adapterInterface, { Discovering: new Variant("b", true) });
        return undefined;
      case `${adapterInterface}.StopDiscovery`:
        if (!this.isDiscovering) throw new Refusal("Failed", "No discovery started");
        this.#set(path, adapterInterface, { Discovering: new Variant("b", false) });
        return undefined;
      case `${adapterInterface}.RemoveDevice`:
        this.#removeDevice(String(body[0]));
        return undefined;
      case `${deviceInterface}.Connect`:
        this.#known(path, deviceInterface);
        return this.#connect(this.#station(path));
      case `${deviceInterface}.Disconnect`:
        this.#known(path, deviceInterface);
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
    this.#set(path, deviceInterface, { Connected: new Variant("b", true) });
    if (isPaired && !station.isBonded && station.forgetting === "drops") {
      this.#end(station, "Authentication");
      throw new Refusal("Failed", "le-connection-abort-by-remote");
    }
    this.#export(path, station);
    this.#set(path, deviceInterface, { ServicesResolved: new Variant("b", true) });
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
    this.#set(path, deviceInterface, { Paired: new Variant("b", true), Bonded: new Variant("b", true) });
    return undefined;
  }

  /** @throws what the agent refuses with */
  async askAgent(member: string, device: string): Promise<void> {
    const { owner: destination = "", path = "/" } = this.#agent ?? {};
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
    for (const each of [...this.#objects.keys()].reverse())
      if (each === path || each.startsWith(`${path}/`)) this.#remove(each);
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
      this.#signal(path, propertiesInterface, "PropertiesChanged", "sa{sv}as", [
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
      this.#add(servicePath, { [serviceInterface]: { UUID: new Variant("s", longUuid(uuid)) } });
      for (const [index, characteristic] of characteristics.entries()) {
        const path = `${servicePath}/char${hex(at * 256 + index + 2)}`;
        this.#attributes.set(path, { station, characteristic });
        const flags = characteristic.properties.map((each) =>
          each === "write-command" ? "write-without-response" : each,
        );
        this.#add(path, {
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
      this.#signal(path, deviceInterface, "Disconnected", "ss", [`org.bluez.Reason.${reason}`, ""]);
    this.#set(path, deviceInterface, {
      Connected: new Variant("b", false),
      ServicesResolved: new Variant("b", false),
    });
    for (const each of [...this.#objects.keys()].reverse())
      if (each.startsWith(`${path}/`)) this.#remove(each);
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
      const before = this.#value(path, deviceInterface, "RSSI");
      const rssi = before === -60 ? -61 : -60;
      if (!this.#objects.has(path))
        this.#add(path, { [deviceInterface]: this.#valuesOf(station.peripheral, rssi) });
      else this.#set(path, deviceInterface, { RSSI: new Variant("n", rssi) });
    }
  }

  #valuesOf(peripheral: BlePeripheral, rssi: number | undefined): Values {
    const { address, addressType } = peripheral;
    const { data, scanResponse = new Uint8Array() } = peripheral.advertisement();
    const { name, flags, services, manufacturerData, serviceData } = readAdStructures(
      Buffer.concat([data, scanResponse]),
    );
    const makers = manufacturerData.map(({ company, data }) => [
      company,
      new Variant("ay", Buffer.from(data)),
    ]);
    const told = serviceData.map(({ service, data }) => [
      longUuid(service),
      new Variant("ay", Buffer.from(data)),
    ]);
    return {
      Address: new Variant("s", address.toUpperCase()),
      AddressType: new Variant("s", addressType),
      Adapter: new Variant("o", this.adapter),
      Paired: new Variant("b", false),
      Bonded: new Variant("b", false),
      Trusted: new Variant("b", false),
      Connected: new Variant("b", false),
      ServicesResolved: new Variant("b", false),
      UUIDs: new Variant("as", services.map(longUuid)),
      ...(name === undefined ? {} : { Name: new Variant("s", name) }),
      ...(flags === undefined ? {} : { AdvertisingFlags: new Variant("ay", Buffer.of(flags)) }),
      ...(makers.length === 0 ? {} : { ManufacturerData: new Variant("a{qv}", Object.fromEntries(makers)) }),
      ...(told.length === 0 ? {} : { ServiceData: new Variant("a{sv}", Object.fromEntries(told)) }),
      ...(rssi === undefined ? {} : { RSSI: new Variant("n", rssi) }),
    };
  }

  #assertPowered(): void {
    if (this.#value(this.adapter, adapterInterface, "Powered") !== true)
      throw new Refusal("NotReady", "Resource Not Ready");
  }

  #isBonded(path: string): boolean {
    return this.#value(path, deviceInterface, "Paired") === true;
  }

  #known(path: string, iface: string): Values {
    const values = this.#objects.get(path)?.[iface];
    if (values === undefined) throw new Refusal("org.freedesktop.DBus.Error.UnknownObject");
    return values;
  }

  #value(path: string, iface: string, name: string): unknown {
    return this.#objects.get(path)?.[iface]?.[name]?.value;
  }

  #set(path: string, iface: string, changed: Values): void {
    const values = this.#objects.get(path)?.[iface];
    if (values === undefined) return;
    Object.assign(values, changed);
    this.#signal(path, propertiesInterface, "PropertiesChanged", "sa{sv}as", [iface, changed, []]);
  }

  #add(path: string, object: Record<string, Values>): void {
    this.#objects.set(path, object);
    this.#signal("/", objectManager, "InterfacesAdded", "oa{sa{sv}}", [path, object]);
  }

  #remove(path: string): void {
    const object = this.#objects.get(path);
    this.#objects.delete(path);
    this.#attributes.delete(path);
    if (object !== undefined)
      this.#signal("/", objectManager, "InterfacesRemoved", "oas", [path, Object.keys(object)]);
  }

  #signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    this.#bus?.send(
      new Message({ type: MessageType.SIGNAL, path, interface: iface, member, signature, body }),
    );
  }
}

const isReachable = ({ isPresent, peripheral }: Station): boolean =>
  isPresent && peripheral.connectable && peripheral.isSilent !== true;

const hex = (value: number): string => value.toString(16).padStart(4, "0");

const longUuid = (uuid: string): string => {
  const digits = uuid.length === 4 ? `0000${uuid}00001000800000805f9b34fb` : uuid;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/** create_gatt_dbus_error of bluetoothd's gatt-client.c */
const attRefusal = (code: number): Refusal => {
  if (code === 0x02) return new Refusal("NotPermitted", "Read not permitted");
  if (code === 0x03) return new Refusal("NotPermitted", "Write not permitted");
  if (code === 0x0d) return new Refusal("InvalidArguments", "Invalid Length");
  return new Refusal("Failed", `Operation failed with ATT error: 0x${code.toString(16).padStart(2, "0")}`);
};
