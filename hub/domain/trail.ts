/** What lies on a trail. Taken out of its map it loses its address: no trail leads to it any more. */
export interface OnTrail<Item> {
  /** By which it is found: of a device, or a topic. */
  readonly address: string;
  /** What was asked for after it, the last time. */
  next: Item | undefined;
}

/**
 * The way into a map by address whose items are mostly asked for in the order of the last time: ten thousand lamps answer one after
 * the other, and the next one is found behind the last one by a comparison. A look into the map of so many waits for memory half a
 * dozen times.
 */
export class Trail<Item extends OnTrail<Item>> {
  readonly #find: (address: string) => Item | undefined;
  #last: Item | undefined;

  /** @param find in the map */
  constructor(find: (address: string) => Item | undefined) {
    this.#find = find;
  }

  at(address: string): Item | undefined {
    const last = this.#last;
    const guess = last?.next;
    if (guess !== undefined && guess.address === address) this.#last = guess;
    // Asked for twice, as of a lamp that answers in two messages, it lies before the same one as before.
    else if (last === undefined || last.address !== address) return this.#found(address);
    return this.#last;
  }

  /** Its map was emptied. */
  clear(): void {
    this.#last = undefined;
  }

  #found(address: string): Item | undefined {
    const item = this.#find(address);
    if (item === undefined) return undefined;
    if (this.#last !== undefined) this.#last.next = item;
    this.#last = item;
    return item;
  }
}
