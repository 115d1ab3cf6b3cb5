import type { HardwareAddress } from "../../domain/person.ts";

/** Devices on the simulated home's network; the world lets them come and go. */
export class SimNeighbours {
  readonly #present = new Set<HardwareAddress>();

  set(address: HardwareAddress, isPresent: boolean): void {
    if (isPresent) this.#present.add(address);
    else this.#present.delete(address);
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    return new Set([...wanted].filter((address) => this.#present.has(address)));
  }
}
