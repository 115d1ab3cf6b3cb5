import { Message, type MessageBus, MessageType, sessionBus, Variant } from "@jellybrick/dbus-next";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import type { GattCharacteristicId, GattLink, LinkEnd, WriteMode } from "../../../hub/ports/ble.ts";

const adapter = "/org/bluez/hci0";
const names = {
  adapter: "org.bluez.Adapter1",
  device: "org.bluez.Device1",
  gatt: "org.bluez.GattManager1",
  advertising: "org.bluez.LEAdvertisingManager1",
  advertisement: "org.bluez.LEAdvertisement1",
  service: "org.bluez.GattService1",
  characteristic: "org.bluez.GattCharacteristic1",
  properties: "org.freedesktop.DBus.Properties",
  objects: "org.freedesktop.DBus.ObjectManager",
} as const;

type Values = Record<string, Variant>;
type Objects = Record<string, Record<string, Values>>;

/** What somebody has registered: gone when they leave the bus. */
interface Registered {
  readonly owner: string;
  readonly path: string;
}

/**
 * bluetoothd as far as an application and its advertisement go, as org.bluez.GattManager(5), org.bluez.LEAdvertisingManager(5) and
 * org.bluez.GattCharacteristic(5) describe it, with devices that connect. It proves the hub against this reading, and no more.
 */
export class FakeGattManager {
  /** Names of errors by the member that is refused with them; `hang`: it is never answered. */
  readonly refusals = new Map<string, string>();
  /** Devices that were told to go. */
  readonly disconnected: string[] = [];
  /** Applications so far. */
  registered = 0;
  hasManagers = true;
  isPowered = true;
  advertised: Values | undefined;
  readonly #bus: MessageBus;
  #application: Registered | undefined;
  #objects: Objects = {};
  readonly #links = new Map<string, (end: LinkEnd) => void>();

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  static async start(busAddress: string): Promise<FakeGattManager> {
    const bus = sessionBus({ busAddress });
    await new Promise<void>((resolve) => bus.once("connect", resolve));
    const fake = new FakeGattManager(bus);
    bus.addMethodHandler((message: Message) => fake.#called(message));
    bus.on("message", (message: Message) => fake.#heard(message));
    const rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'";
    await fake.#call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", [
      rule,
    ]);
    await bus.requestName("org.bluez");
    return fake;
  }

  stop(): void {
    this.#bus.disconnect();
  }

  get hasApplication(): boolean {
    return this.#application !== undefined;
  }

  /** A device connects and looks at what there is. */
  visit(device: string, mtu = 185): GattLink {
    const path = `${adapter}/dev_${device}`;
    const closed = new Promise<{ readonly reason: LinkEnd }>((resolve) => {
      this.#links.set(path, (reason) => resolve({ reason }));
    });
    const options = { device: new Variant("o", path), mtu: new Variant("q", mtu) };
    return {
      peer: { address: device, addressType: "random" },
      mtu,
      closed,
      entries: () => Promise.reject(new BleError("not looked at", { reason: "not-found" })),
      rssi: async () => undefined,
      read: async (id) => (await this.#asked(id, "ReadValue", "a{sv}", [options])) as Buffer,
      write: async (id, value, mode) => {
        const type = new Variant("s", mode satisfies WriteMode);
        await this.#asked(id, "WriteValue", "aya{sv}", [Buffer.from(value), { ...options, type }]);
      },
      notify: async (id, listener) => {
        const at = this.#pathOf(id);
        const hear = ({ type, path, body }: Message): void => {
          const value = (body[1] as Values | undefined)?.["Value"]?.value;
          if (type === MessageType.SIGNAL && path === at && Buffer.isBuffer(value)) listener(value);
        };
        this.#bus.on("message", hear);
        const owner = this.#application?.owner ?? "";
        const rule = `type='signal',sender='${owner}',member='PropertiesChanged'`;
        const { destination, name } = { destination: "org.freedesktop.DBus", name: "/org/freedesktop/DBus" };
        await this.#call(destination, name, destination, "AddMatch", [rule]);
        await this.#asked(id, "StartNotify", "", []);
        return { cancel: () => void this.#asked(id, "StopNotify", "", []) };
      },
      close: async () => this.leave(device),
    };
  }

  /** A device goes, or is out of range. */
  leave(device: string): void {
    const path = `${adapter}/dev_${device}`;
    this.#links.get(path)?.("peer");
    const changed = { Connected: new Variant("b", false) };
    this.#signal(path, names.properties, "PropertiesChanged", "sa{sv}as", [names.device, changed, []]);
  }

  power(isPowered: boolean): void {
    this.isPowered = isPowered;
    const changed = { Powered: new Variant("b", isPowered) };
    this.#signal(adapter, names.properties, "PropertiesChanged", "sa{sv}as", [names.adapter, changed, []]);
  }

  unplug(): void {
    this.#signal("/", names.objects, "InterfacesRemoved", "oas", [adapter, [names.adapter]]);
  }

  #called(message: Message): boolean {
    const refusal = this.refusals.get(message.member);
    if (refusal === "hang") return true;
    const answer = refusal === undefined ? this.#answer(message) : Promise.reject(new Error(refusal));
    answer
      .then(([signature = "", ...body]) => Message.newMethodReturn(message, String(signature), body))
      .catch((error: Error) => Message.newError(message, error.message, error.message))
      .then((reply) => this.#bus.send(reply))
      .catch(() => {});
    return true;
  }

  async #answer({ member, sender, path, body }: Message): Promise<readonly unknown[]> {
    const registered = { owner: sender, path: String(body[0]) };
    if (member === "GetManagedObjects") return ["a{oa{sa{sv}}}", this.#own()];
    if (member === "RegisterApplication") {
      const [objects] = await this.#call(sender, registered.path, names.objects, "GetManagedObjects");
      this.#objects = objects as Objects;
      this.#application = registered;
      this.registered++;
      return [];
    }
    if (member === "RegisterAdvertisement") {
      const about = [names.advertisement];
      const [values] = await this.#call(sender, registered.path, names.properties, "GetAll", about);
      this.advertised = values as Values;
      return [];
    }
    if (member !== "Disconnect") throw new Error("org.freedesktop.DBus.Error.UnknownMethod");
    this.disconnected.push(path);
    this.#links.get(path)?.("peer");
    return [];
  }

  #own(): Objects {
    const managers = this.hasManagers ? { [names.gatt]: {}, [names.advertising]: {} } : {};
    return { [adapter]: { [names.adapter]: { Powered: new Variant("b", this.isPowered) }, ...managers } };
  }

  /** Who leaves the bus takes with them what they have registered. */
  #heard({ member, body: [name, , owner] }: Message): void {
    if (member !== "NameOwnerChanged" || name !== this.#application?.owner || owner !== "") return;
    this.#application = undefined;
    this.#objects = {};
    this.advertised = undefined;
  }

  #pathOf({ service, characteristic }: GattCharacteristicId): string {
    const is = (values: Values | undefined, uuid: string) =>
      String(values?.["UUID"]?.value).replaceAll("-", "") === uuid;
    const [path] =
      Object.entries(this.#objects).find(([, object]) => {
        const values = object[names.characteristic];
        const parent = this.#objects[String(values?.["Service"]?.value)]?.[names.service];
        return is(values, characteristic) && is(parent, service);
      }) ?? [];
    if (path === undefined) throw new BleError("there is none", { reason: "not-found" });
    return path;
  }

  async #asked(
    id: GattCharacteristicId,
    member: string,
    signature: string,
    body: unknown[],
  ): Promise<unknown> {
    const { owner = "" } = this.#application ?? {};
    try {
      const [value] = await this.#call(
        owner,
        this.#pathOf(id),
        names.characteristic,
        member,
        body,
        signature,
      );
      return value;
    } catch (cause) {
      const { type } = cause as { readonly type?: string };
      throw new BleError("refused", { reason: "refused", error: type ?? "none" }, { cause });
    }
  }

  async #call(
    destination: string,
    path: string,
    iface: string,
    member: string,
    body: unknown[] = [],
    signature = body.length === 0 ? "" : "s",
  ): Promise<readonly unknown[]> {
    const reply = await this.#bus.call(
      new Message({ destination, path, interface: iface, member, signature, body }),
    );
    return reply?.body ?? [];
  }

  #signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    this.#bus.send(
      new Message({ type: MessageType.SIGNAL, path, interface: iface, member, signature, body }),
    );
  }
}
