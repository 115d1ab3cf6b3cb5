import type { HardwareAddress } from "../../domain/person.ts";

/** Devices on the simulated home's network; the world lets them come and go. */
export class SimNeighbours {
  readonly #present = new Set<HardwareAddress>();
  readonly #visitors = new Map<HardwareAddress, () => boolean>();
  readonly #isUp: () => boolean;

  /** @param isUp without its access point a network shows nobody */
  constructor(isUp: () => boolean = () => true) {
    this.#isUp = isUp;
  }

  set(address: HardwareAddress, isPresent: boolean): void {
    if (isPresent) this.#present.add(address);
    else this.#present.delete(address);
  }

  /** A device that comes and goes by itself. @param isHere asked whenever somebody looks */
  visit(address: HardwareAddress, isHere: () => boolean): void {
    this.#visitors.set(address, isHere);
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    if (!this.#isUp()) return new Set();
    return new Set(
      [...wanted].filter((address) => this.#present.has(address) || this.#visitors.get(address)?.() === true),
    );
  }
}
