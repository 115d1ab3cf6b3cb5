/** What lies together in a page of the store. */
export class Neighbours<Item> {
  readonly #byPage = new Map<string, Item[]>();

  /** In the order in which they came. */
  on(page: string): readonly Item[] {
    return this.#byPage.get(page) ?? [];
  }

  *all(): Iterable<Item> {
    for (const items of this.#byPage.values()) yield* items;
  }

  add(page: string, item: Item): void {
    const present = this.#byPage.get(page);
    if (present === undefined) this.#byPage.set(page, [item]);
    else present.push(item);
  }

  remove(page: string, item: Item): void {
    const left = this.on(page).filter((each) => each !== item);
    if (left.length > 0) this.#byPage.set(page, left);
    else this.#byPage.delete(page);
  }
}
