import type { LampId } from "../domain/ids.ts";
import { Millis } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Lamp } from "./lamp.ts";

/**
 * How long a change may wait to be written. A command changes a lamp twice, when it is asked and when it is confirmed,
 * and a fade many times: one record says it all. With the store's own window it stays under a quarter of a second.
 */
const keepWithin = Millis(100);
/** Sealed in one turn of the event loop; ten thousand at once would hold up everybody for a tenth of a second. */
const recordsPerTurn = 250;

/** Keeps what every lamp should show and shows, for the next start. */
export class LampKeeper {
  readonly #clock: Clock;
  readonly #store: GuardedStore;
  readonly #changed = new Map<LampId, Lamp>();
  /** Whose turn it is, in the order of their ids, as the store has them: neighbours share a page of the file. */
  #turns: LampId[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, store: GuardedStore) {
    this.#clock = clock;
    this.#store = store;
  }

  /** The lamp has changed; what it is when its turn comes is written. */
  keep(lamp: Lamp): void {
    this.#changed.set(lamp.id, lamp);
    this.#timer ??= this.#clock.after(keepWithin, this.#write);
  }

  forget(id: LampId): void {
    this.#changed.delete(id);
    this.#store.collection("light-states").remove(id);
  }

  /** Writes what waits. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const id of this.#changed.keys()) this.#put(id);
  }

  readonly #write = (): void => {
    if (this.#turns.length === 0) this.#turns = [...this.#changed.keys()].sort();
    for (const id of this.#turns.splice(0, recordsPerTurn)) this.#put(id);
    this.#timer = this.#next();
  };

  #next(): Timer | undefined {
    if (this.#turns.length > 0) return this.#clock.after(Millis(0), this.#write);
    return this.#changed.size > 0 ? this.#clock.after(keepWithin, this.#write) : undefined;
  }

  #put(id: LampId): void {
    const lamp = this.#changed.get(id);
    if (lamp === undefined) return;
    this.#changed.delete(id);
    const { desired, reported, cause } = lamp;
    this.#store.collection("light-states").put(id, { id, desired, reported, cause });
  }
}
