import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import type { Random } from "../../../hub/ports/random.ts";

/** Two keys of AES-256 [IEEE 1619-2018]. */
const keyBytes = 64;
const tweakBytes = 16;

/**
 * The key that is burned into a lamp's chip and that no program of it can read: what its firmware keeps, it keeps
 * encrypted in flash (AES-XTS, as the NVS encryption of ESP-IDF). Nothing vouches for what comes out: of other bytes it is
 * noise.
 */
export class ChipKey {
  readonly #key: KeyObject;

  /** @param fuses drawn when the lamp was made: the same in every run */
  constructor(fuses: Random) {
    const bytes = Buffer.from(Array.from({ length: keyBytes }, () => fuses.below(256)));
    this.#key = createSecretKey(bytes);
    bytes.fill(0);
  }

  /** @param name under which it lies in the flash. @param plain at least 16 bytes */
  sealed(name: string, plain: Uint8Array): Uint8Array {
    return createCipheriv("aes-256-xts", this.#key, tweakOf(name)).update(plain);
  }

  /** In a buffer that its user wipes. */
  opened(name: string, kept: Uint8Array): Buffer {
    return createDecipheriv("aes-256-xts", this.#key, tweakOf(name)).update(kept);
  }
}

const tweakOf = (name: string): Buffer => {
  const tweak = Buffer.alloc(tweakBytes);
  tweak.write(name);
  return tweak;
};
