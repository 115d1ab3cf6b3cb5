import type { ConsentWay } from "../domain/consent.ts";
import type { PersonId } from "../domain/ids.ts";
import { isoText } from "../domain/instant-text.ts";
import { type OptionalPurpose, purposes } from "../domain/purpose.ts";
import type { ConsentEntry } from "../privacy/data-map.ts";
import type { ChainEntry } from "../privacy/sealed-chain.ts";
import { consentTexts, textDigest } from "./consent-texts.ts";

/**
 * A consent as its person may take it away. Names and nesting follow ISO/IEC TS 27560:2023: the record's header, the processing
 * that was agreed to, and the event.
 */
export interface ConsentReceipt {
  readonly schema_version: "27560:2023";
  /** Number of the entry in the book of consents: `privacy verify` says whether it stands as written. */
  readonly record_id: string;
  readonly pii_principal_id: string;
  readonly pii_processing: {
    /** SHA-256 of what the notice said. */
    readonly privacy_notice: string;
    readonly language: "en";
    readonly purposes: readonly [
      {
        readonly purpose: OptionalPurpose;
        readonly purpose_type: string;
        readonly purpose_version: number;
        readonly lawful_basis: "consent";
        /** SHA-256 of the text that was shown. */
        readonly text_digest: string;
        /** The words themselves, as long as this version of the hub still has them. */
        readonly description: string | null;
        readonly recipient_third_parties: string | null;
        readonly retention_period: string | null;
        readonly collection_method: ConsentWay;
        readonly storage_locations: readonly ["this hub"];
        readonly withdrawal_method: string;
      },
    ];
  };
  readonly event: readonly [
    {
      readonly event_time: string;
      readonly entity_id: string;
      readonly event_type: "explicit";
      readonly event_state: "given" | "withdrawn";
    },
  ];
}

const withdrawal =
  "In the app under Privacy, with `lampkeeper privacy withdraw`, or PUT /api/v1/account/consents.";

/** @param hub by its random id; stands for the home where a consent is nobody's own */
export const receiptOf = (
  hub: string,
  entry: ChainEntry<"consents">,
  person?: PersonId,
): ConsentReceipt | undefined => {
  const {
    purpose,
    decision,
    version = 0,
    text = "",
    notice = "",
    way,
    by,
  } = entry.content ?? ({} as Partial<ConsentEntry>);
  if (purpose === undefined || way === undefined || (decision !== "given" && decision !== "withdrawn"))
    return undefined;
  const words = text === textDigest(purpose) ? consentTexts[purpose] : undefined;
  return {
    schema_version: "27560:2023",
    record_id: `${hub}/consents/${entry.order}`,
    pii_principal_id: person ?? hub,
    pii_processing: {
      privacy_notice: notice,
      language: "en",
      purposes: [
        {
          purpose,
          purpose_type: purposes[purpose].kind,
          purpose_version: version,
          lawful_basis: "consent",
          text_digest: text,
          description: words?.whatFor ?? null,
          recipient_third_parties: words?.whoGetsIt ?? null,
          retention_period: words?.until ?? null,
          collection_method: way,
          storage_locations: ["this hub"],
          withdrawal_method: withdrawal,
        },
      ],
    },
    event: [
      {
        event_time: isoText(entry.at),
        entity_id: by ?? person ?? hub,
        event_type: "explicit",
        event_state: decision,
      },
    ],
  };
};
