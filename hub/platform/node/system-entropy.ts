import { randomBytes, randomFillSync } from "node:crypto";
import type { Entropy } from "../../ports/entropy.ts";

/** A call into OpenSSL costs as much as sealing a record; small wants are served from one call for many. */
const poolBytes = 4_096;
const smallBytes = 32;

/** The operating system's random bytes. */
export class SystemEntropy implements Entropy {
  readonly #pool = Buffer.alloc(poolBytes);
  #used = poolBytes;

  bytes(count: number): Buffer {
    if (count > smallBytes) return randomBytes(count);
    if (this.#used + count > poolBytes) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const taken = Buffer.alloc(count);
    for (let at = 0; at < count; at++) {
      taken[at] = this.#pool[this.#used] as number;
      // What was given away must not lie here as well.
      this.#pool[this.#used++] = 0;
    }
    return taken;
  }
}
