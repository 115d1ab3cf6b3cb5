import { type Duration, Millis, Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";

/** With what the store itself waits, well below the 5 s that a crash may cost. */
const within: Duration = Seconds(0.5);
const perTurn = 1_000;

/** Knows whether it waits to be saved: a set of ten thousand would be looked through for each change. */
export interface Savable {
  isUnsaved: boolean;
}

/**
 * What has changed in memory and goes to the store a moment later: once, however often it changes until then. A command
 * and its confirmation change a lamp twice and its history twice, and ten thousand lamps are not to wait for that.
 */
export class Unsaved<Item extends Savable> {
  readonly #clock: Clock;
  readonly #save: (item: Item) => void;
  #items: Item[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, save: (item: Item) => void) {
    this.#clock = clock;
    this.#save = save;
  }

  add(item: Item): void {
    if (item.isUnsaved) return;
    item.isUnsaved = true;
    this.#items.push(item);
    this.#timer ??= this.#clock.after(within, () => this.#saveSome());
  }

  /** It is gone. */
  drop(item: Item): void {
    item.isUnsaved = false;
  }

  /** All of it, now; nothing stays armed. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#saveNext(this.#items.length);
  }

  /** A part in each turn of the event loop. */
  #saveSome(): void {
    this.#saveNext(perTurn);
    this.#timer = this.#items.length === 0 ? undefined : this.#clock.after(Millis(0), () => this.#saveSome());
  }

  #saveNext(count: number): void {
    const items = this.#items.slice(0, count);
    this.#items = this.#items.slice(count);
    for (const item of items) {
      if (!item.isUnsaved) continue;
      item.isUnsaved = false;
      this.#save(item);
    }
  }
}
