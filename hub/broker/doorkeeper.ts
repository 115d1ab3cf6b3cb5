import type { Clock } from "../ports/clock.ts";
import type { BrokerLimits } from "./broker-limits.ts";
import { isLoopback } from "./listener-policy.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Counts connections, in all and by remote address, before anyone has said a word. Whoever is on this machine can hurt it
 * by easier ways, and all simulated devices are: for them only the sum is limited.
 */
export class Doorkeeper {
  readonly #clock: Clock;
  readonly #limits: BrokerLimits;
  readonly #open = new Map<string, number>();
  readonly #buckets = new Map<string, TokenBucket>();
  #count = 0;

  constructor(clock: Clock, limits: BrokerLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** @returns whether it may; if so, `leave` must follow one day */
  enter(remote: string): boolean {
    if (this.#count >= this.#limits.connections) return false;
    const present = this.#open.get(remote) ?? 0;
    const isFree =
      isLoopback(remote) || (present < this.#limits.connectionsPerRemote && this.#attempt(remote));
    if (!isFree) return false;
    this.#open.set(remote, present + 1);
    this.#count++;
    return true;
  }

  leave(remote: string): void {
    const left = (this.#open.get(remote) ?? 1) - 1;
    if (left > 0) this.#open.set(remote, left);
    else this.#open.delete(remote);
    this.#count--;
  }

  #attempt(remote: string): boolean {
    const bucket = this.#buckets.get(remote) ?? new TokenBucket(this.#clock, this.#limits.remoteConnects);
    // Forgetting the longest unseen forgives its owner a little; growing for ever would not be forgiven.
    this.#buckets.delete(remote);
    this.#buckets.set(remote, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#limits.connections && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.tryTake();
  }
}
