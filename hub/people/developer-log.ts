import type { Developer, DeveloperCall } from "../domain/developer.ts";
import type { DeveloperId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import { Days, type Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { dailyHash } from "../privacy/daily-address.ts";
import { developerCallDays } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** Of one program; the oldest go. */
const mostCalls = 10_000;
/** Rarely enough that it costs nothing, often enough that little is kept too long. */
const sweepEvery = 100;

/** What programs have called, for the owner to read. */
export class DeveloperLog {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #store: GuardedStore;
  /** Drawn anew with every run, and never written down. */
  #key: Uint8Array | undefined;
  readonly #next = new Map<DeveloperId, number>();

  constructor(clock: Clock, entropy: Entropy, store: GuardedStore) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#store = store;
  }

  /** @param remote stays with the caller: only its hash of this day is kept */
  note(developer: DeveloperId, route: string, outcome: number, remote: string): void {
    this.#key ??= this.#entropy.bytes(32);
    const at = this.#clock.now();
    const address = dailyHash(this.#key, remote, isoText(at).slice(0, 10));
    const order = this.#next.get(developer) ?? this.#orderAfter(developer);
    this.#next.set(developer, order + 1);
    this.#shelf().put(fileOf(developer, order), { developer, at, route, outcome, address });
    if (order % sweepEvery === 0) this.#sweep(developer);
  }

  /** Oldest first. */
  of(developer: DeveloperId): readonly DeveloperCall[] {
    return this.#of(developer).map(([, call]) => call);
  }

  forget(developer: Developer["id"]): void {
    for (const [key] of this.#of(developer)) this.#shelf().remove(key);
    this.#next.delete(developer);
  }

  #sweep(developer: DeveloperId): void {
    const calls = this.#of(developer);
    const oldest = (this.#clock.now() - Days(developerCallDays)) as Instant;
    const tooMany = calls.length - mostCalls;
    for (const [index, [key, { at }]] of calls.entries())
      if (index < tooMany || at < oldest) this.#shelf().remove(key);
  }

  #orderAfter(developer: DeveloperId): number {
    const [newest] = this.#of(developer).at(-1) ?? [];
    return newest === undefined ? 1 : Number(newest.slice(newest.indexOf("/") + 1)) + 1;
  }

  #of(developer: DeveloperId): readonly (readonly [string, DeveloperCall])[] {
    return [...this.#shelf().entries()].filter(([, call]) => call.developer === developer);
  }

  #shelf() {
    return this.#store.collection("developer-calls");
  }
}

const fileOf = (developer: DeveloperId, order: number): string =>
  `${developer}/${`${order}`.padStart(9, "0")}`;
