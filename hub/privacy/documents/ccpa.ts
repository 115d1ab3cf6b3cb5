import { type CategoryFacts, type CcpaRow, categories, ccpaRows } from "../categories.ts";
import { type MapItem, mapHash, type PrivacyMap } from "./privacy-map.ts";
import { ccpaWords, purposeWords, retentionWords, sourceWords } from "./words.ts";

export interface CcpaEntry {
  readonly row: CcpaRow;
  readonly label: string;
  readonly examples: readonly string[];
  readonly collected: "Yes" | "No";
  readonly kept: readonly string[];
  readonly disclosed: "Yes" | "No";
  readonly disclosedTo: readonly string[];
  readonly sold: "No";
  readonly shared: "No";
}

/** What a Californian may ask to know (Cal. Civ. Code 1798.110, 1798.115), in its six parts. */
export interface RightToKnow {
  readonly categoriesCollected: readonly string[];
  readonly categoriesOfSources: readonly string[];
  readonly purposes: readonly string[];
  readonly thirdParties: readonly { readonly name: string; readonly categories: readonly string[] }[];
  readonly specificPieces: string;
  readonly soldOrShared: string;
}

export interface CcpaTable {
  readonly mapHash: string;
  /** The months that the answers are about. */
  readonly months: 12;
  readonly rows: readonly CcpaEntry[];
  readonly rightToKnow: RightToKnow;
}

const once = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** Whether a recipient is somebody else: what stays in the home's own network is disclosed to nobody. */
const isOther = ({ place }: PrivacyMap["recipients"][number]): boolean => place === "chosen";

const kindsOf = ({ categories: kinds }: PrivacyMap["recipients"][number]): readonly CategoryFacts[] =>
  kinds.map((kind) => categories[kind]);

/** @param told ids of recipients who were told something in the last twelve months */
export const ccpaTable = (map: PrivacyMap, told: readonly string[]): CcpaTable => {
  const others = map.recipients.filter((recipient) => isOther(recipient) && told.includes(recipient.id));
  return {
    mapHash: mapHash(map),
    months: 12,
    rows: ccpaRows.map((row) =>
      entryOf(
        row,
        map.items.filter(({ ccpa }) => ccpa === row),
        others,
      ),
    ),
    rightToKnow: {
      categoriesCollected: once(map.items.map(({ label }) => label.en)),
      categoriesOfSources: once(map.items.map(({ source }) => sourceWords[source].en)),
      purposes: once(map.items.flatMap(({ purposes }) => purposes.map((use) => purposeWords[use].en))),
      thirdParties: others.map((recipient) => ({
        name: recipient.label.en,
        categories: kindsOf(recipient).map(({ label }) => label.en),
      })),
      specificPieces: "the copy of your data, which you can have at any time",
      soldOrShared: "none: nothing is sold, and nothing is shared for advertising",
    },
  };
};

const entryOf = (row: CcpaRow, items: readonly MapItem[], others: PrivacyMap["recipients"]): CcpaEntry => {
  const disclosedTo = others
    .filter((recipient) => kindsOf(recipient).some(({ ccpa }) => ccpa === row))
    .map(({ label }) => label.en);
  return {
    row,
    label: ccpaWords[row].en,
    examples: once(items.map(({ examples }) => examples.en)),
    collected: items.length > 0 ? "Yes" : "No",
    kept: once(items.map(({ retention }) => retentionWords(retention).en)),
    disclosed: disclosedTo.length > 0 ? "Yes" : "No",
    disclosedTo,
    sold: "No",
    shared: "No",
  };
};
