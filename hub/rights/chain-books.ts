import type { ChainName } from "../privacy/data-map.ts";
import type { Chain, ChainVerdict } from "../privacy/sealed-chain.ts";

/** Every book of this home that can only be added to. */
export type Books = { readonly [Name in ChainName]: Chain<Name> };

/** Whether the books are as they were written. */
export class ChainBooks {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  verify(): readonly { readonly book: ChainName; readonly verdict: ChainVerdict }[] {
    return (Object.keys(this.#books) as ChainName[]).map((book) => ({
      book,
      verdict: this.#books[book].verify(),
    }));
  }
}
