import type { Properties } from "./bluez-bus.ts";

/** Strangers change their addresses; bluetoothd forgets them after half a minute, and nobody here needs so many. */
const most = 500;

/** What bluetoothd says of devices, those first that were told of longest ago; they make room for others. */
export class RecentDevices {
  readonly #devices = new Map<string, Properties>();

  get size(): number {
    return this.#devices.size;
  }

  put(path: string, device: Properties): void {
    this.#devices.delete(path);
    this.#devices.set(path, device);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > most && oldest !== undefined) this.#devices.delete(oldest);
  }

  /** @returns all of what is known then; undefined where nothing was before */
  change(path: string, changed: Properties): Properties | undefined {
    const before = this.#devices.get(path);
    if (before === undefined) return undefined;
    const device = { ...before, ...changed };
    this.put(path, device);
    return device;
  }

  drop(path: string): void {
    this.#devices.delete(path);
  }

  clear(): void {
    this.#devices.clear();
  }

  [Symbol.iterator](): IterableIterator<[string, Properties]> {
    return this.#devices.entries();
  }
}
