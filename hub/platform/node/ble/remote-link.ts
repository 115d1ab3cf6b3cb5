import { BleError } from "../../../domain/ble-errors.ts";
import type {
  BlePeer,
  BleSubscription,
  GattCharacteristicId,
  GattEntry,
  GattLink,
  LinkEnd,
  WriteMode,
} from "../../../ports/ble.ts";
import type { CallResult, LinkCall } from "./stack-messages.ts";

type Listener = (value: Uint8Array) => void;

interface Notifying {
  readonly listeners: Set<Listener>;
  readonly begun: Promise<CallResult>;
}

const keyOf = ({ service, characteristic }: GattCharacteristicId): string => `${service}/${characteristic}`;

/** A link that lives in the process of the stack. */
export class RemoteLink implements GattLink {
  readonly peer: BlePeer;
  readonly mtu: number;
  readonly closed: Promise<{ readonly reason: LinkEnd }>;
  readonly #call: (call: LinkCall) => Promise<CallResult>;
  readonly #notifying = new Map<string, Notifying>();
  #end: LinkEnd | undefined;
  #settle: (closed: { readonly reason: LinkEnd }) => void = () => {};

  constructor(peer: BlePeer, mtu: number, call: (call: LinkCall) => Promise<CallResult>) {
    this.peer = peer;
    this.mtu = mtu;
    this.#call = call;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async entries(): Promise<readonly GattEntry[]> {
    const result = await this.#asked({ op: "entries" });
    return result !== null && "entries" in result ? result.entries : [];
  }

  async read({ service, characteristic }: GattCharacteristicId): Promise<Uint8Array> {
    const result = await this.#asked({ op: "read", service, characteristic });
    if (result === null || !("value" in result)) throw new BleError("nothing was read", { reason: "stack" });
    return new Uint8Array(result.value);
  }

  async write(
    { service, characteristic }: GattCharacteristicId,
    value: Uint8Array,
    mode: WriteMode,
  ): Promise<void> {
    await this.#asked({ op: "write", service, characteristic, value, mode });
  }

  async notify(id: GattCharacteristicId, listener: Listener): Promise<BleSubscription> {
    const key = keyOf(id);
    const { service, characteristic } = id;
    const notifying = this.#notifying.get(key) ?? {
      listeners: new Set<Listener>(),
      begun: this.#asked({ op: "subscribe", service, characteristic }),
    };
    this.#notifying.set(key, notifying);
    notifying.listeners.add(listener);
    try {
      await notifying.begun;
    } catch (error) {
      this.#notifying.delete(key);
      throw error;
    }
    return { cancel: () => this.#silence(id, notifying, listener) };
  }

  async rssi(): Promise<number | undefined> {
    const result = await this.#asked({ op: "rssi" });
    // 127: not available (Core Specification, Vol 4 Part E, 7.5.4).
    return result !== null && "rssi" in result && result.rssi !== 127 ? result.rssi : undefined;
  }

  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    // That it has ended is all that was wanted, whoever did it.
    await Promise.race([this.#call({ op: "close" }).catch(() => {}), this.closed]);
    await this.closed;
  }

  ended(reason: LinkEnd): void {
    this.#end ??= reason;
    this.#settle({ reason: this.#end });
  }

  notified(id: GattCharacteristicId, value: Uint8Array): void {
    const told = new Uint8Array(value);
    for (const listener of this.#notifying.get(keyOf(id))?.listeners ?? []) listener(told);
  }

  #asked(call: LinkCall): Promise<CallResult> {
    if (this.#end === undefined) return this.#call(call);
    return Promise.reject(new BleError("the link has ended", { reason: "closed", end: this.#end }));
  }

  #silence(id: GattCharacteristicId, notifying: Notifying, listener: Listener): void {
    const isLast = notifying.listeners.delete(listener) && notifying.listeners.size === 0;
    if (!isLast || this.#end !== undefined) return;
    this.#notifying.delete(keyOf(id));
    const { service, characteristic } = id;
    // Nobody listens any more: whether the peer heard of it makes no difference here.
    this.#call({ op: "unsubscribe", service, characteristic }).catch(() => {});
  }
}
