import { Millis } from "../../../../hub/domain/units.ts";
import type { Clock, Timer } from "../../../../hub/ports/clock.ts";
import {
  attErrors,
  type BlePeripheral,
  type PeripheralCharacteristic,
  type PeripheralService,
} from "../peripheral.ts";
import type { Exchange, RecordedValue, Recording } from "./recording.ts";

type Place = Pick<RecordedValue, "service" | "characteristic">;
type Listener = (value: Uint8Array) => void;

const keyOf = ({ service, characteristic }: Place): string => `${service}/${characteristic}`;
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, "hex");

/**
 * A lamp that does again what it was recorded to do. A write is looked for behind the one before, then from the beginning; one
 * that was never recorded changes nothing.
 */
export class RecordedTwin implements BlePeripheral {
  /** Recordings hold no address: this one is nobody's, where no other is given. */
  static readonly address = "02:00:00:00:00:01";

  readonly address: string;
  readonly addressType = "public";
  readonly bonding: BlePeripheral["bonding"];
  readonly isPairable = true;
  readonly connectable = true;
  readonly services: readonly PeripheralService[];
  readonly #clock: Clock;
  readonly #recording: Recording;
  readonly #values = new Map<string, Uint8Array>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #timers = new Set<Timer>();
  #at = -1;

  constructor(clock: Clock, recording: Recording, address = RecordedTwin.address) {
    this.address = address;
    this.#clock = clock;
    this.#recording = recording;
    this.bonding = recording.bonded ? "just-works" : "none";
    this.services = [...new Set(recording.entries.map(({ service }) => service))].map((uuid) => ({
      uuid,
      characteristics: recording.entries
        .filter(({ service }) => service === uuid)
        .map((entry) => this.#characteristic(entry)),
    }));
    this.#take(recording.read);
  }

  advertisement(): ReturnType<BlePeripheral["advertisement"]> {
    const { advertisement, scanResponse } = this.#recording;
    return {
      data: bytesOf(advertisement),
      ...(scanResponse === undefined ? {} : { scanResponse: bytesOf(scanResponse) }),
    };
  }

  disconnected(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#listeners.clear();
  }

  #characteristic({
    service,
    characteristic,
    properties,
  }: Recording["entries"][number]): PeripheralCharacteristic {
    const key = keyOf({ service, characteristic });
    return {
      uuid: characteristic,
      properties,
      encrypted: this.#recording.bonded,
      read: () => this.#values.get(key) ?? attErrors.readNotPermitted,
      write: (value) => {
        this.#written({ service, characteristic, value: Buffer.from(value).toString("hex") });
        return 0;
      },
      subscribe: (notify) => {
        const listeners = this.#listeners.get(key) ?? new Set();
        this.#listeners.set(key, listeners.add(notify));
        return () => listeners.delete(notify);
      },
    };
  }

  #written(value: RecordedValue): void {
    const { exchanges } = this.#recording;
    const isIt = ({ written }: Exchange) => keyOf(written) === keyOf(value) && written.value === value.value;
    const behind = exchanges.findIndex((each, at) => at > this.#at && isIt(each));
    const at = behind === -1 ? exchanges.findIndex(isIt) : behind;
    const exchange = exchanges[at];
    if (exchange === undefined) return;
    this.#at = at;
    for (const { read } of exchanges.slice(0, at + 1)) this.#take(read);
    for (const { afterMs, ...notified } of exchange.notified) this.#later(afterMs, notified);
  }

  #take(values: readonly RecordedValue[]): void {
    for (const each of values) this.#values.set(keyOf(each), bytesOf(each.value));
  }

  #later(afterMs: number, notified: RecordedValue): void {
    const timer = this.#clock.after(Millis(afterMs), () => {
      this.#timers.delete(timer);
      for (const notify of this.#listeners.get(keyOf(notified)) ?? []) notify(bytesOf(notified.value));
    });
    this.#timers.add(timer);
  }
}
