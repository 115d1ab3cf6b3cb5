import type { TokenId } from "../domain/ids.ts";
import type { Suspicions } from "../domain/incident.ts";
import { Minutes } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";

/** One program or person is not at so many places within so short a time. */
export const mostAddresses = 3;
export const within = Minutes(1);
const mostTokens = 1_000;

/** What a credential is used for; addresses live in memory for a minute and are neither logged nor stored. */
export class CredentialWatch {
  readonly #clock: Clock;
  readonly #suspicions: Suspicions;
  readonly #seen = new Map<TokenId, Map<string, number>>();
  readonly #listeners = new Set<(id: TokenId) => void>();

  constructor(clock: Clock, suspicions: Suspicions) {
    this.#clock = clock;
    this.#suspicions = suspicions;
  }

  /** @returns to hear no more */
  onUse(listener: (id: TokenId) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  used(id: TokenId, from: string): void {
    for (const listener of this.#listeners) listener(id);
    const now = this.#clock.monotonic();
    const seen = this.#seen.get(id) ?? new Map<string, number>();
    if (seen.size === 0) this.#remember(id, seen);
    seen.set(from, now);
    if (seen.size <= mostAddresses) return;
    for (const [address, at] of seen) if (now - at > within) seen.delete(address);
    if (seen.size <= mostAddresses) return;
    seen.clear();
    this.#suspicions.note({ detector: "leaked-token", entrance: "token", subject: id });
  }

  #remember(id: TokenId, seen: Map<string, number>): void {
    const [oldest] = this.#seen.keys();
    if (this.#seen.size >= mostTokens && oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.set(id, seen);
  }
}
