import { type CategoryFacts, categories } from "../categories.ts";
import type { MapItem, PrivacyMap } from "./privacy-map.ts";
import { mapHash } from "./privacy-map.ts";
import { basisWords, keyWords, purposeWords, retentionWords } from "./words.ts";

/** One use of data, in the columns of GDPR Art. 30(1). */
export interface Activity {
  readonly purpose: string;
  readonly name: string;
  readonly legalBasis: readonly string[];
  readonly subjects: readonly string[];
  readonly categories: readonly string[];
  readonly recipients: readonly string[];
  readonly transfers: readonly string[];
  readonly retention: readonly string[];
  readonly security: readonly string[];
}

export interface RecordOfProcessing {
  readonly mapHash: string;
  readonly activities: readonly Activity[];
}

const once = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** One activity for each purpose that something is kept or told for. */
export const recordOfProcessing = (map: PrivacyMap): RecordOfProcessing => ({
  mapHash: mapHash(map),
  activities: Object.keys(map.purposes).flatMap((purpose) => {
    const items = map.items.filter(({ purposes }) => (purposes as readonly string[]).includes(purpose));
    const told = map.recipients.filter((recipient) => recipient.purpose === purpose);
    return items.length + told.length === 0 ? [] : [activityOf(purpose, items, told)];
  }),
});

const activityOf = (purpose: string, items: readonly MapItem[], told: PrivacyMap["recipients"]): Activity => {
  const transfers = [...items, ...told].flatMap(({ transfer }) =>
    transfer === "none" ? [] : [`${transfer.country}: ${transfer.safeguard}`],
  );
  const toldLabels = told.flatMap((recipient) =>
    recipient.categories.map((kind) => (categories[kind] as CategoryFacts).label.en),
  );
  const recipients = once([
    ...items.flatMap((item) => item.recipients),
    ...told.map(({ label }) => label.en),
  ]);
  return {
    purpose,
    name: purposeWords[purpose as keyof typeof purposeWords].en,
    legalBasis:
      items.length === 0
        ? [basisWords.consent.en]
        : once(items.map((item) => basisWords[item.legalBasis].en)),
    subjects: items.length === 0 ? ["household"] : once(items.map((item) => item.subject)),
    categories: once([...items.map(({ label }) => label.en), ...toldLabels]),
    recipients: recipients.length === 0 ? ["nobody"] : recipients,
    transfers: transfers.length === 0 ? ["none"] : once(transfers),
    retention:
      items.length === 0
        ? ["not kept by the hub"]
        : once(items.map((item) => retentionWords(item.retention).en)),
    security: [
      ...once(items.map((item) => `sealed with AES-256-GCM under ${keyWords[item.key].en}`)),
      ...told.map(
        ({ label }) => `${label.en} is off until it is switched on, and each disclosure is written down`,
      ),
    ],
  };
};
