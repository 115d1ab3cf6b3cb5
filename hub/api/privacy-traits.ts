import type { ChainBooks } from "../rights/chain-books.ts";
import type { DisclosureLedger } from "../rights/disclosure-ledger.ts";
import type { Sharing } from "../rights/sharing.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
  readonly sharing: Pick<Sharing, "list" | "previewOf" | "switchOn" | "switchOff">;
  readonly disclosures: Pick<DisclosureLedger, "lines" | "report" | "legalRequest" | "besideKernel">;
}
