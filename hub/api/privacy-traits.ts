import type { Chain } from "../privacy/sealed-chain.ts";
import type { Acting } from "../rights/acting.ts";
import type { BelievedTime } from "../rights/believed-time.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { ChangeLog } from "../rights/change-log.ts";
import type { Insights } from "../rights/insights.ts";
import type { LegalHolds } from "../rights/legal-holds.ts";
import type { Months } from "../rights/months.ts";
import type { RecordingSwitches } from "../rights/recording-switches.ts";
import type { RetentionService } from "../rights/retention-service.ts";
import type { SignedTime } from "../rights/signed-time.ts";
import type { SupportBundles } from "../rights/support-bundle.ts";
import type { Tastes } from "../rights/tastes.ts";

/** What is kept and until when, what is written down about it, and what is learned from it. */
export interface Retained {
  readonly acting: Pick<Acting, "by">;
  readonly recording: Pick<RecordingSwitches, "view" | "set">;
  readonly time: Pick<BelievedTime, "view" | "confirm" | "isOver">;
  readonly signedTime: Pick<SignedTime, "key" | "setKey" | "ask" | "accept">;
  readonly holds: Pick<LegalHolds, "list" | "open" | "close">;
  readonly months: Pick<Months, "list" | "isWanted" | "choose">;
  readonly retention: Pick<RetentionService, "view" | "withhold">;
  readonly disposals: Pick<Chain<"disposals">, "entries">;
  readonly changes: Pick<ChangeLog, "list">;
  readonly insights: Pick<Insights, "view" | "counters">;
  readonly tastes: Pick<Tastes, "of" | "suggestion" | "forget">;
  readonly developers: () => number;
  readonly support: Pick<SupportBundles, "make">;
}

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
  readonly retained: Retained;
}
