import type { BluezBus } from "./bluez-bus.ts";
import { interfaces } from "./bluez-objects.ts";

/** Whether an adapter listens for us. One order at a time, and only those that still matter by their turn. */
export class Discovery {
  readonly #bus: BluezBus;
  readonly #adapter: string;
  #isWanted = false;
  #isOn = false;
  #turn: Promise<void> = Promise.resolve();

  /** @param adapter path of its Adapter1 */
  constructor(bus: BluezBus, adapter: string) {
    this.#bus = bus;
    this.#adapter = adapter;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Settles when it is so, or when bluetoothd has refused: whoever listens asks again after a silence. */
  want(isWanted: boolean): Promise<void> {
    this.#isWanted = isWanted;
    this.#turn = this.#turn.then(() => this.#order());
    return this.#turn;
  }

  async #order(): Promise<void> {
    if (this.#isWanted === this.#isOn) return;
    // Before the answer, since devices may be told of before it.
    this.#isOn = this.#isWanted;
    try {
      if (this.#isOn) await this.#start();
      else await this.#bus.call(this.#adapter, interfaces.adapter, "StopDiscovery");
    } catch {
      this.#isOn = false;
    }
  }

  async #start(): Promise<void> {
    // Each advertisement anew, not only what has changed in it.
    const filter = { Transport: this.#bus.variant("s", "le"), DuplicateData: this.#bus.variant("b", true) };
    await this.#bus.call(this.#adapter, interfaces.adapter, "SetDiscoveryFilter", "a{sv}", [filter]);
    await this.#bus.call(this.#adapter, interfaces.adapter, "StartDiscovery");
  }
}
