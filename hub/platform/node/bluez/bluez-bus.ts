import type { EventEmitter } from "node:events";
import type { Message, MessageBus } from "@jellybrick/dbus-next";
import { BleError } from "../../../domain/ble-errors.ts";
import { opening } from "../socket-openers.ts";

const service = "org.bluez";
const daemon = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus" } as const;
const systemBus = "unix:path=/run/dbus/system_bus_socket";

/** Every signal of bluetoothd, and whether it lives: two rules for as long as the hub runs, whatever comes and goes on the air. */
const rules = [
  `type='signal',sender='${service}'`,
  `type='signal',sender='${daemon.destination}',member='NameOwnerChanged',arg0='${service}'`,
];

/** A value of D-Bus without its variants: dictionaries are objects, `ay` is a Buffer. */
export type Properties = Readonly<Record<string, unknown>>;

export interface BusSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** What a bus tells whoever opened it. */
export interface BusListener {
  signal(signal: BusSignal): void;
  /** bluetoothd has come or gone. */
  served(isServed: boolean): void;
  /** The bus itself is gone. */
  ended(): void;
}

/** What a call is answered with: nothing, values of this signature, or the name of a D-Bus error. */
export type Answer =
  | undefined
  | { readonly signature: string; readonly body: unknown[] }
  | { readonly error: string };

/** Called by bluetoothd. */
export type Served = (member: string, body: readonly unknown[]) => Answer;

/** Failed on the other side: `type` is the name of a D-Bus error. */
export class BusError extends Error {
  readonly type: string;

  constructor(type: string, text: string) {
    super(text);
    this.type = type;
  }
}

type Library = typeof import("@jellybrick/dbus-next");

/**
 * bluetoothd over D-Bus. Messages as they are and no proxies: those ask each object for its description, and leave rules behind at the
 * bus until it takes no more.
 */
export class BluezBus {
  readonly #library: Library;
  readonly #bus: MessageBus;
  readonly #listener: BusListener;
  /** By the path of the object that is called. */
  readonly #served = new Map<string, Served>();
  readonly #failing = new Set<(error: BusError) => void>();
  /** Who bluetoothd is on this bus; anybody else may send messages that look like its own. */
  #owner: string | undefined;
  #isEnded = false;

  private constructor(library: Library, bus: MessageBus, listener: BusListener) {
    this.#library = library;
    this.#bus = bus;
    this.#listener = listener;
  }

  /** @throws BleError "no-radio" where no bus answers, with the cause */
  static async open(listener: BusListener, address?: string): Promise<BluezBus> {
    const library = await import("@jellybrick/dbus-next");
    const busAddress = address ?? process.env["DBUS_SYSTEM_BUS_ADDRESS"] ?? systemBus;
    const raw = opening("system-bus", () => library.sessionBus({ busAddress }));
    const bus = new BluezBus(library, raw, listener);
    await new Promise<void>((resolve, reject) => {
      raw.once("connect", resolve);
      errorsOf(raw).on("error", (cause: Error) => {
        bus.#end();
        reject(new BleError("no system bus answers", { reason: "no-radio" }, { cause }));
      });
    });
    connectionOf(raw).once("end", () => bus.#end());
    raw.on("message", (message) => bus.#heard(message));
    raw.addMethodHandler((message: Message) => bus.#called(message));
    for (const rule of rules) await bus.#daemon("AddMatch", rule);
    bus.#owner = await bus.#ownerNow();
    return bus;
  }

  /** bluetoothd answers. */
  get isServed(): boolean {
    return this.#owner !== undefined;
  }

  /**
   * Calls bluetoothd. Its answer may take as long as it likes.
   * @throws BusError
   */
  call(path: string, iface: string, member: string, signature = "", body: unknown[] = []): Promise<unknown> {
    const { Message: Call } = this.#library;
    return this.#sent(new Call({ destination: service, path, interface: iface, member, signature, body }));
  }

  /** A value in a dictionary of variants. */
  variant(signature: string, value: unknown): unknown {
    return new this.#library.Variant(signature, value);
  }

  /** Answers what bluetoothd calls at this path, until it is undefined. */
  serve(path: string, served: Served | undefined): void {
    if (served === undefined) this.#served.delete(path);
    else this.#served.set(path, served);
  }

  /** Tells whoever listens for it, as an object that is served. */
  signal(path: string, iface: string, member: string, signature: string, body: unknown[]): void {
    if (this.#isEnded) return;
    const { Message: Signal, MessageType } = this.#library;
    const type = MessageType.SIGNAL;
    this.#bus.send(new Signal({ type, path, interface: iface, member, signature, body }));
  }

  close(): void {
    this.#isEnded = true;
    this.#failAll();
    this.#bus.disconnect();
  }

  async #sent(message: Message): Promise<unknown> {
    const { DBusError } = this.#library;
    return new Promise((resolve, reject) => {
      if (this.#isEnded) reject(disconnected());
      this.#failing.add(reject);
      this.#bus
        .call(message)
        .then((reply) => resolve(plain(reply?.body[0])))
        .catch((error: unknown) =>
          reject(error instanceof DBusError ? new BusError(error.type, error.text) : disconnected()),
        )
        .finally(() => this.#failing.delete(reject));
    });
  }

  #daemon(member: string, word: string): Promise<unknown> {
    const { Message: Call } = this.#library;
    const { destination, path } = daemon;
    return this.#sent(
      new Call({ destination, path, interface: destination, member, signature: "s", body: [word] }),
    );
  }

  async #ownerNow(): Promise<string | undefined> {
    try {
      return String(await this.#daemon("GetNameOwner", service));
    } catch (error) {
      if (error instanceof BusError && error.type.endsWith(".NameHasNoOwner")) return undefined;
      throw error;
    }
  }

  #heard({ type, sender, path, interface: iface, member, body }: Message): void {
    if (type !== this.#library.MessageType.SIGNAL || this.#isEnded) return;
    if (sender === daemon.destination && member === "NameOwnerChanged") this.#owned(body);
    else if (sender === this.#owner)
      this.#listener.signal({ path, interface: iface, member, body: body.map(plain) });
  }

  #owned([name, , owner]: readonly unknown[]): void {
    if (name !== service) return;
    this.#owner = owner === "" ? undefined : String(owner);
    this.#listener.served(this.isServed);
  }

  /** @returns false: the library refuses it */
  #called(message: Message): boolean {
    // It was on its way when the connection was given up: no answer can be sent, not even by the library.
    if (this.#isEnded) return true;
    const { Message: Reply } = this.#library;
    const served = this.#served.get(message.path);
    if (served === undefined || message.sender !== this.#owner) return false;
    const answer = served(message.member, message.body.map(plain));
    this.#bus.send(
      answer !== undefined && "error" in answer
        ? Reply.newError(message, answer.error)
        : Reply.newMethodReturn(message, answer?.signature, answer?.body),
    );
    return true;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#owner = undefined;
    this.#failAll();
    this.#listener.ended();
  }

  /** The library leaves open what nobody will answer any more. */
  #failAll(): void {
    for (const fail of this.#failing) fail(disconnected());
    this.#failing.clear();
  }
}

const disconnected = (): BusError =>
  new BusError("org.freedesktop.DBus.Error.Disconnected", "the bus is gone");

/** The library's types do not know of its errors, nor of the connection that ends. */
const errorsOf = (bus: MessageBus): EventEmitter => bus as unknown as EventEmitter;
const connectionOf = (bus: MessageBus): EventEmitter =>
  (bus as unknown as { readonly _connection: EventEmitter })._connection;

const isVariant = (value: object): value is { readonly value: unknown } =>
  "signature" in value && "value" in value;

const plain = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  if (isVariant(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
};
