import type { SecretSlot } from "../../hub/privacy/secret-slot.ts";

/** A secret in memory, for rooms tested without vault and disk. */
export class MemorySecretSlot implements SecretSlot {
  #secret: Buffer | undefined;

  isSet(): boolean {
    return this.#secret !== undefined;
  }

  put(secret: Uint8Array): void {
    this.#secret = Buffer.from(secret);
  }

  read<Result>(use: (secret: Uint8Array) => Result): Result | undefined {
    if (this.#secret === undefined) return undefined;
    const shown = Buffer.from(this.#secret);
    const result = use(shown);
    shown.fill(0);
    return result;
  }

  destroy(): void {
    this.#secret = undefined;
  }
}
