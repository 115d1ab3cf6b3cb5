import type { Cause } from "../domain/cause.ts";
import type { LampId } from "../domain/ids.ts";
import type { HistoryEntry } from "./history.ts";
import type { LinksView } from "./lamp-links.ts";

/** Why a lamp is as it is: the present state's cause, and what happened and did not happen before. Newest first. */
export interface WhyChain {
  readonly lamp: LampId;
  readonly reachable: boolean;
  readonly settled: boolean;
  readonly cause: Cause;
  readonly entries: readonly HistoryEntry[];
  /** Of a lamp with two links. */
  readonly links?: LinksView;
}
