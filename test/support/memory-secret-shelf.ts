import type { SecretShelf } from "../../hub/privacy/secret-shelf.ts";

/** Secrets in memory, for rooms tested without vault and disk. `refuse` makes the next write fail. */
export class MemorySecretShelf implements SecretShelf {
  readonly held = new Map<string, Buffer>();
  refuse: Error | undefined;

  keys(): readonly string[] {
    return [...this.held.keys()].sort();
  }

  put(key: string, secret: Uint8Array): void {
    this.#writable();
    this.held.set(key, Buffer.from(secret));
  }

  read<Result>(key: string, use: (secret: Uint8Array) => Result): Result | undefined {
    const secret = this.held.get(key);
    if (secret === undefined) return undefined;
    const shown = Buffer.from(secret);
    try {
      return use(shown);
    } finally {
      shown.fill(0);
    }
  }

  remove(key: string): void {
    this.#writable();
    this.held.delete(key);
  }

  #writable(): void {
    const error = this.refuse;
    this.refuse = undefined;
    if (error !== undefined) throw error;
  }
}
