/** What lies together in a page of the store, or in several pages of the same lamps, one for each part. */
export class Page<Item> {
  readonly name: string;
  readonly items: Item[] = [];
  /** A bit for each part that the store knows to have changed and has not asked for since. */
  #marked = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** @param part 0..30 @returns whether that is news to the store */
  mark(part = 0): boolean {
    const before = this.#marked;
    this.#marked = before | (1 << part);
    return this.#marked !== before;
  }

  /** The store has asked for it: what changes from now on is news. */
  asked(part = 0): void {
    this.#marked &= ~(1 << part);
  }
}

/** Everything of a kind, by the page that it lies in. */
export class Neighbours<Item> {
  readonly #pages = new Map<string, Page<Item>>();

  page(name: string): Page<Item> | undefined {
    return this.#pages.get(name);
  }

  *all(): Iterable<Item> {
    for (const { items } of this.#pages.values()) yield* items;
  }

  add(name: string, item: Item): Page<Item> {
    const page = this.#pages.get(name) ?? new Page(name);
    this.#pages.set(name, page);
    page.items.push(item);
    return page;
  }

  remove(name: string, item: Item): void {
    const page = this.#pages.get(name);
    const at = page?.items.indexOf(item) ?? -1;
    if (page === undefined || at < 0) return;
    page.items.splice(at, 1);
    if (page.items.length === 0) this.#pages.delete(name);
  }
}
