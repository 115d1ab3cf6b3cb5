import { Message, MessageType } from "@jellybrick/dbus-next";
import { Refusal, type Values } from "./bluez-words.ts";

const propertiesInterface = "org.freedesktop.DBus.Properties";
const objectManager = "org.freedesktop.DBus.ObjectManager";

/** Objects with their interfaces and properties, and the signals by which an ObjectManager tells of them. */
export class ExportedObjects {
  readonly #objects = new Map<string, Record<string, Values>>();
  /** Only this connection is told; absent: whoever listens. */
  audience: string | undefined;
  readonly #send: (message: Message) => void;

  constructor(send: (message: Message) => void) {
    this.#send = send;
  }

  get paths(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** As GetManagedObjects answers. */
  get all(): Record<string, Record<string, Values>> {
    return Object.fromEntries(this.#objects);
  }

  has(path: string): boolean {
    return this.#objects.has(path);
  }

  /** @throws Refusal */
  known(path: string, iface: string): Values {
    const values = this.#objects.get(path)?.[iface];
    if (values === undefined) throw new Refusal("org.freedesktop.DBus.Error.UnknownObject");
    return values;
  }

  value(path: string, iface: string, name: string): unknown {
    return this.#objects.get(path)?.[iface]?.[name]?.value;
  }

  set(path: string, iface: string, changed: Values): void {
    const values = this.#objects.get(path)?.[iface];
    if (values === undefined) return;
    Object.assign(values, changed);
    this.signal(path, propertiesInterface, "PropertiesChanged", "sa{sv}as", [iface, changed, []]);
  }

  add(path: string, object: Record<string, Values>): void {
    this.#objects.set(path, object);
    this.signal("/", objectManager, "InterfacesAdded", "oa{sa{sv}}", [path, object]);
  }

  remove(path: string): void {
    const object = this.#objects.get(path);
    this.#objects.delete(path);
    if (object !== undefined)
      this.signal("/", objectManager, "InterfacesRemoved", "oas", [path, Object.keys(object)]);
  }

  /** It is no more, and nobody is told. */
  drop(path: string): void {
    this.#objects.delete(path);
  }

  signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    const type = MessageType.SIGNAL;
    const to = this.audience === undefined ? {} : { destination: this.audience };
    this.#send(new Message({ type, path, interface: iface, member, signature, body, ...to }));
  }
}
