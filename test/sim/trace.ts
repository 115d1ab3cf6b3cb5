import { createHash } from "node:crypto";

/** What happened in a world, as a hash and its newest lines. Domain events and device frames; no library's ids. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #newest: string[] = [];
  #count = 0;

  add(at: number, what: string, content: unknown): void {
    const line = `${at} ${what} ${JSON.stringify(content)}`;
    this.#hash.update(line).update("\n");
    this.#count++;
    if (this.#newest.push(line) > 40) this.#newest.shift();
  }

  get count(): number {
    return this.#count;
  }

  get newest(): readonly string[] {
    return this.#newest;
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
