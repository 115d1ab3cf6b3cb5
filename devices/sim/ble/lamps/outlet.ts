import { corrupted, type Misbehaving } from "./ble-faults.ts";

type Listener = (value: Uint8Array) => void;

/** The notifications of one characteristic, as well as the lamp's faults let them out. */
export class Outlet {
  readonly #lamp: Misbehaving;
  readonly #listeners = new Set<Listener>();

  constructor(lamp: Misbehaving) {
    this.#lamp = lamp;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  readonly subscribe = (notify: Listener): (() => void) => {
    this.#listeners.add(notify);
    return () => this.#listeners.delete(notify);
  };

  close(): void {
    this.#listeners.clear();
  }

  tell(bytes: readonly number[]): void {
    const lamp = this.#lamp;
    const { faults } = lamp;
    if (lamp.happens(faults.lost)) return;
    const value = corrupted(lamp, faults, Uint8Array.from(bytes), lamp.model.family);
    const times = lamp.happens(faults.twice) ? 2 : 1;
    for (let time = 0; time < times; time++) this.#send(value);
  }

  #send(value: Uint8Array): void {
    const { lateMs } = this.#lamp.faults;
    const send = () => {
      for (const notify of this.#listeners) notify(value);
    };
    if (lateMs === undefined) send();
    else this.#lamp.later(lateMs, send);
  }
}
