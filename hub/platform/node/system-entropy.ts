import { randomBytes } from "node:crypto";
import type { Entropy } from "../../ports/entropy.ts";

/** The operating system's random bytes. */
export class SystemEntropy implements Entropy {
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
