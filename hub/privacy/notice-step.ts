import { InvariantBroken } from "../domain/errors.ts";
import { parseInstant } from "../domain/instant-text.ts";
import type { Instant } from "../domain/units.ts";

/** A published version is not as it was, or the row of versions has a gap. */
export class NoticeArchiveBroken extends InvariantBroken {}

/** What of a version decides for whom it counts: small enough to be at hand always. */
export interface NoticeStep {
  readonly version: number;
  /** ISO date. */
  readonly effective: string;
  readonly hash: string;
  readonly mapHash: string;
  /** It adds a purpose or takes something away: people are asked. */
  readonly asks: boolean;
  /** Each purpose with its own version, and what is used for it. */
  readonly uses: Readonly<Record<string, { readonly version: number; readonly places: readonly string[] }>>;
}

/** When a day begins. @param date ISO, in UTC */
export const startOf = (date: string): Instant => parseInstant(`${date}T00:00:00Z`);

/** The newest of a row that is in effect. Before the first: the first, as something has to be read before anything is entered. */
export const newestOf = <Dated extends Pick<NoticeStep, "effective">>(
  row: readonly Dated[],
  now: Instant,
): Dated => {
  const found = row.findLast(({ effective }) => startOf(effective) <= now) ?? row[0];
  if (found === undefined) throw new NoticeArchiveBroken("there is no notice at all");
  return found;
};
