import type { PrivacyLibrary } from "../privacy/documents/library.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { DisclosureLedger } from "../rights/disclosure-ledger.ts";
import type { MapReview } from "../rights/map-review.ts";
import type { NoticeService } from "../rights/notice-service.ts";
import type { Sharing } from "../rights/sharing.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
  /** Every privacy document, read when somebody asks. */
  readonly library: () => Promise<PrivacyLibrary>;
  readonly notices: Pick<NoticeService, "current" | "inForce" | "pending" | "accept">;
  readonly review: Pick<MapReview, "status" | "sign">;
  readonly sharing: Pick<Sharing, "list" | "previewOf" | "switchOn" | "switchOff">;
  readonly disclosures: Pick<DisclosureLedger, "lines" | "report" | "legalRequest" | "besideKernel">;
}
