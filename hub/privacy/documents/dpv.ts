import type { Json } from "../../codec/canonical-json.ts";
import type { LegalBasis } from "../../domain/purpose.ts";
import type { RetentionTerms, Source } from "../declaration.ts";
import { type MapItem, mapHash, type PrivacyMap } from "./privacy-map.ts";

/** Terms of the W3C's Data Privacy Vocabulary 2.1, its kinds of personal data, and GDPR. Ours begin with `lk:`. */
const context = {
  dpv: "https://w3id.org/dpv#",
  pd: "https://w3id.org/dpv/pd#",
  "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
  dct: "http://purl.org/dc/terms/",
  skos: "http://www.w3.org/2004/02/skos/core#",
  lk: "urn:lampkeeper:",
} as const;

const bases: { readonly [Basis in LegalBasis]: string } = {
  contract: "eu-gdpr:A6-1-b",
  consent: "eu-gdpr:A6-1-a",
  "legitimate-interest": "eu-gdpr:A6-1-f",
  "legal-obligation": "eu-gdpr:A6-1-c",
};

const sources: { readonly [From in Source]: string } = {
  you: "dpv:DataSubjectDataSource",
  device: "lk:source-device",
  assistant: "dpv:ThirdPartyDataSource",
  derived: "dpv:DataControllerDataSource",
};

const node = (id: string): Json => ({ "@id": id });
const nodes = (ids: readonly string[]): Json => ids.map(node);

/** The map as linked data: one `dpv:Process` for each item and each recipient. */
export const dpvDocument = (map: PrivacyMap) => ({
  "@context": context,
  "@id": "lk:map",
  "@type": "dpv:Process",
  "dct:identifier": mapHash(map),
  "@graph": [...map.items.map(processOf), ...map.recipients.map(disclosureOf)],
});

const processOf = (item: MapItem) => ({
  "@id": `lk:${item.id}`,
  "@type": "dpv:Process",
  "dct:title": Object.entries(item.label).map(([language, text]) => ({
    "@language": language,
    "@value": text,
  })),
  "dct:description": item.whatFor,
  "dpv:hasPurpose": nodes(item.purposes.map((use) => `lk:purpose-${use}`)),
  "dpv:hasPersonalData": nodes(item.dpv.map((term) => `pd:${term}`)),
  "dpv:hasProcessing": nodes([
    "dpv:Store",
    "dpv:Use",
    ...(item.egress.length > 0 ? ["dpv:MakeAvailable"] : []),
  ]),
  "dpv:hasLegalBasis": node(bases[item.legalBasis]),
  "dpv:hasDataSource": node(sources[item.source]),
  "dpv:hasDataSubject": node(`lk:subject-${item.subject}`),
  "dpv:hasNecessity": node(item.need === "essential" ? "dpv:Required" : "dpv:Optional"),
  "dpv:hasRecipient": item.recipients.map((recipient) => ({
    "@type": "dpv:Recipient",
    "dct:title": recipient,
  })),
  "dpv:hasStorageCondition": {
    "@type": "dpv:StorageDuration",
    "lk:retention": item.retention.kind,
    ...(item.retention.kind === "days" ? { "lk:days": item.retention.days } : {}),
    ...furtherTerms(item.retention),
    "lk:atEnd": item.atEnd,
  },
  "dpv:hasTechnicalMeasure": { "@id": "dpv:EncryptionAtRest", "lk:key": item.key },
  "lk:class": item.class,
  "lk:category": item.category,
  "lk:ccpa": item.ccpa,
  "lk:place": item.places,
});

/** What else ends the time, and what comes then. */
const furtherTerms = ({ while: use, end, endsAsChosen, afterwards }: RetentionTerms) => ({
  ...(use === undefined ? {} : { "lk:while": node(`lk:purpose-${use}`) }),
  ...(end === undefined ? {} : { "lk:end": end }),
  ...(endsAsChosen === undefined ? {} : { "lk:endsAsChosen": endsAsChosen }),
  ...(afterwards === undefined ? {} : { "lk:afterwards": afterwards }),
});

const disclosureOf = ({ id, label, purpose, categories, transfer }: PrivacyMap["recipients"][number]) => ({
  "@id": `lk:recipient-${id}`,
  "@type": "dpv:Process",
  "dct:title": Object.entries(label).map(([language, text]) => ({ "@language": language, "@value": text })),
  "dpv:hasPurpose": nodes([`lk:purpose-${purpose}`]),
  "dpv:hasProcessing": nodes(["dpv:Disclose"]),
  "dpv:hasLegalBasis": node(bases.consent),
  "lk:category": categories,
  "lk:transfer": transfer === "none" ? "none" : `${transfer.country}/${transfer.safeguard}`,
});
