import type { ChainBooks } from "../rights/chain-books.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
}
