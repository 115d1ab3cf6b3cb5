import type { Entropy } from "../../ports/entropy.ts";
import type { Random } from "../../ports/random.ts";

/** Bytes from a seed, for simulation only: ids and keys are then the same in every run. */
export class SeededEntropy implements Entropy {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    for (let at = 0; at < count; at++) bytes[at] = this.#random.below(256);
    return bytes;
  }
}
