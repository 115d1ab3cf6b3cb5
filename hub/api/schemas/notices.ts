import * as z from "zod/mini";
import { languages } from "../../privacy/categories.ts";
import { collection, described, lazy, list } from "./lazy.ts";
import { instant } from "./light.ts";

const language = () => described(z.enum(languages), "English or Vietnamese; English when absent");
const version = () => z.number().check(z.int(), z.gte(1), z.lte(100_000));
const date = () => described(z.string(), "ISO date, a day in UTC");
const rows = () => described(list(z.string()), "requirements and provisions that this answers");

export const noticeQuery = lazy(() =>
  z.strictObject({
    lang: z.optional(language()),
    format: z.optional(described(z.enum(["json", "text"]), "JSON when absent")),
    version: z.optional(described(version(), "the one in effect when absent")),
    summary: z.optional(described(z.enum(["only"]), "the part that fits one screen")),
  }),
);

export const homeNoticeQuery = lazy(() => z.strictObject({ lang: z.optional(language()) }));

export const noticeChangesQuery = lazy(() =>
  z.strictObject({
    from: version(),
    to: z.optional(described(version(), "the one in effect when absent")),
    lang: z.optional(language()),
  }),
);

export const authorityQuery = lazy(() =>
  z.strictObject({
    country: z.optional(
      described(
        z.string().check(z.regex(/^[A-Za-z]{2}(-[A-Za-z]{2})?$/)),
        "ISO 3166-1 alpha-2, such as VN; US-CA for California; all when absent",
      ),
    ),
  }),
);

const sentence = () => z.strictObject({ id: z.string(), text: z.string(), rows: rows() });

const item = () =>
  z.strictObject({
    id: z.string(),
    what: z.string(),
    source: z.string(),
    purpose: z.string(),
    examples: z.string(),
    basis: z.string(),
    need: z.string(),
    kept: z.string(),
    seenBy: z.string(),
    erasedBy: z.string(),
    rows: rows(),
  });

/** As in hub/privacy/documents/library.ts. */
export const notice = lazy(() =>
  z.strictObject({
    version: version(),
    updated: date(),
    effective: described(z.string(), "ISO date from which it counts"),
    hash: described(z.string(), "SHA-256 over this version in every language"),
    mapHash: described(z.string(), "SHA-256 of the data map that it was written from"),
    language: z.enum(languages),
    layers: list(
      z.strictObject({
        id: described(z.string(), "summary, hub, device:… or connector:…"),
        title: z.string(),
        hash: described(z.string(), "of this part alone"),
        since: described(z.number(), "the version since which this part says this"),
        sentences: list(sentence()),
        items: list(item()),
      }),
    ),
  }),
);

export const noticeVersion = lazy(() =>
  z.strictObject({
    version: version(),
    updated: date(),
    effective: date(),
    hash: z.string(),
    mapHash: z.string(),
    state: z.enum(["past", "in-effect", "announced"]),
  }),
);
export const noticeVersions = lazy(() => collection(noticeVersion()));

export const noticeChange = lazy(() =>
  z.strictObject({
    axis: z.enum(["items", "purposes", "sharing", "rights", "retention", "wording", "products"]),
    what: z.string(),
    how: z.enum(["added", "removed", "changed"]),
    says: z.string(),
    material: z.boolean(),
    needsAcceptance: described(z.boolean(), "it does not count for you before you have accepted it"),
  }),
);
export const noticeChanges = lazy(() => collection(noticeChange()));

export const noticeAcceptance = lazy(() => z.strictObject({ version: version() }));

export const ownNotice = lazy(() =>
  z.strictObject({
    current: described(z.number(), "the version in effect for whoever comes new"),
    inForce: described(z.number(), "the version that counts for you"),
    pending: z.optional(described(z.number(), "the version that waits for you to accept it")),
  }),
);

export const privacyDocument = lazy(() =>
  z.strictObject({
    name: z.string(),
    mapHash: described(z.string(), "SHA-256 of the data map that it was written from"),
    content: described(z.unknown(), "the document"),
  }),
);

const authority = () =>
  z.strictObject({
    country: z.string(),
    name: z.string(),
    site: described(z.string(), "without a scheme: nothing on this hub opens it"),
  });
export const authorities = lazy(() => collection(authority()));

export const mapReview = lazy(() =>
  z.strictObject({
    reviewed: z.optional(instant()),
    due: instant(),
    overdue: z.boolean(),
    ofThisMap: described(z.boolean(), "whether what was signed is the map of this version"),
  }),
);
