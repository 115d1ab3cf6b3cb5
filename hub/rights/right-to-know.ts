import type { PersonId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import { addMonths } from "../domain/months.ts";
import type { Purpose } from "../domain/purpose.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import { type DataExport, type DataExports, dateOf } from "./data-export.ts";

/** What was disclosed of somebody; the book of disclosures fills it. */
export interface DisclosedOf {
  disclosedOf(
    person: PersonId,
    since: Instant,
  ): readonly { readonly recipient: string; readonly purpose: Purpose; readonly fields: readonly string[] }[];
}

/** How much of a category was collected, from where and what for. */
export interface Collected {
  readonly category: string;
  readonly source: string;
  readonly purpose: string;
  readonly records: number;
}

/** What was collected of somebody in the last twelve months, and to whom it went: the six parts of Cal. Civ. Code 1798.110 and .115. */
export interface RightToKnow {
  readonly from: string;
  readonly until: string;
  /** Categories, with sources and purposes. */
  readonly collected: readonly Collected[];
  /** To whom what went, by name. */
  readonly disclosed: ReturnType<DisclosedOf["disclosedOf"]>;
  /** Nothing is sold or shared for advertising: there is nobody here who would. */
  readonly sold: readonly [];
  /** How many specific pieces there are; the copy of one's data has them. */
  readonly pieces: number;
}

const monthsBack = 12;

/** @throws NotFound */
export const rightToKnow = (
  clock: Clock,
  exports: Pick<DataExports, "ofPerson">,
  disclosures: DisclosedOf,
  person: PersonId,
): RightToKnow => {
  const now = clock.now();
  const from = addMonths(now, -monthsBack);
  const copy = exports.ofPerson(person);
  return {
    from: isoText(from),
    until: isoText(now),
    collected: collectedSince(copy, from),
    disclosed: disclosures.disclosedOf(person, from),
    sold: [],
    pieces: copy.sections.reduce((sum, { records }) => sum + records.length, 0),
  };
};

/** What says when it came counts from then on; what does not is counted as long as it is held. */
const collectedSince = ({ sections }: DataExport, from: Instant): readonly Collected[] => {
  const found = new Map<string, Collected>();
  for (const { about, records } of sections) {
    const recent = records.filter((record) => (dateOf(record) ?? from) >= from);
    for (const { category, source, purpose, fields } of about) {
      const count = recent.filter(({ value }) => fields.some((field) => value[field] !== undefined)).length;
      if (count === 0) continue;
      const key = JSON.stringify([category, purpose]);
      const before = found.get(key)?.records ?? 0;
      found.set(key, { category, source, purpose, records: before + count });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.category < b.category ? -1 : 1));
};
