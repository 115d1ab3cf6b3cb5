import * as z from "zod/mini";
import { themes } from "../../domain/browser-signal.ts";
import { consentStates, consentWays, optionalPurposes } from "../../domain/consent.ts";
import { collection, described, lazy, list } from "./lazy.ts";
import { id, instant } from "./light.ts";

const purpose = lazy(() => z.enum(optionalPurposes));
const digest = lazy(() => described(z.string().check(z.regex(/^[0-9a-f]{64}$/)), "SHA-256, hex"));

const decided = lazy(() =>
  z.strictObject({ at: instant(), way: z.enum(consentWays), by: z.optional(z.string()) }),
);

export const consent = lazy(() =>
  z.strictObject({
    purpose: purpose(),
    state: described(
      z.enum(consentStates),
      "outdated: it was given to what was another purpose then, and counts for nothing",
    ),
    allowed: described(z.boolean(), "whether it may be done now: agreed to, and not limited"),
    decided: z.optional(decided()),
    version: described(z.number(), "of the purpose; send it back with the decision"),
    text: described(digest(), "of the words below; send it back with the decision"),
    title: z.string(),
    whatFor: z.string(),
    whoGetsIt: z.string(),
    until: z.string(),
    stops: described(z.string(), "what no longer works without it"),
  }),
);
export const consents = lazy(() => collection(consent()));

export const consentDecision = lazy(() =>
  z.strictObject({
    purpose: described(
      z.union([z.string().check(z.maxLength(64)), list(z.string().check(z.maxLength(64)))]),
      "one purpose; several at once are refused",
    ),
    allowed: described(z.boolean(), "true: agrees; false: does not, or no longer"),
    version: z.optional(described(z.number(), "of what was shown; needed to agree")),
    text: z.optional(
      described(z.string().check(z.maxLength(64)), "digest of what was shown; needed to agree"),
    ),
  }),
);

export const consentInterval = lazy(() =>
  z.strictObject({
    purpose: purpose(),
    version: z.number(),
    from: instant(),
    until: z.optional(described(instant(), "absent: it goes on")),
  }),
);
export const consentIntervals = lazy(() => collection(consentInterval()));

/** As in hub/rights/consent-receipt.ts, which says where the names come from. */
export const consentReceipt = lazy(() =>
  z.strictObject({
    schema_version: z.literal("27560:2023"),
    record_id: z.string(),
    pii_principal_id: z.string(),
    pii_processing: z.strictObject({
      privacy_notice: digest(),
      language: z.literal("en"),
      purposes: list(
        z.strictObject({
          purpose: purpose(),
          purpose_type: z.string(),
          purpose_version: z.number(),
          lawful_basis: z.literal("consent"),
          text_digest: z.string(),
          description: z.nullable(z.string()),
          recipient_third_parties: z.nullable(z.string()),
          retention_period: z.nullable(z.string()),
          collection_method: z.enum(consentWays),
          storage_locations: list(z.string()),
          withdrawal_method: z.string(),
        }),
      ),
    }),
    event: list(
      z.strictObject({
        event_time: z.string(),
        entity_id: z.string(),
        event_type: z.literal("explicit"),
        event_state: z.enum(["given", "withdrawn"]),
      }),
    ),
  }),
);
export const consentReceipts = lazy(() => collection(consentReceipt()));

export const useLimit = lazy(() =>
  z.strictObject({
    limited: described(z.boolean(), "nothing but what the hub is for: no sharing, figures, learning or mail"),
  }),
);

export const witnessed = lazy(() =>
  z.strictObject({ agreed: described(z.boolean(), "whether they let the hub keep whether they are home") }),
);

export const declining = lazy(() =>
  z.strictObject({ erase: described(z.literal(true), "said on purpose: there is no way back") }),
);

export const locationSwitch = lazy(() => z.strictObject({ allowed: z.boolean() }));

/** Of a person: whether they let the hub keep whether they are home. */
export const agreed = lazy(() =>
  z.strictObject({
    state: z.enum(consentStates),
    decided: z.optional(decided()),
  }),
);

const kept = lazy(() =>
  z.strictObject({
    name: z.string(),
    kind: z.enum(["cookie", "localStorage", "sessionStorage", "indexedDB", "cache", "service worker"]),
    whatFor: z.string(),
    until: z.string(),
  }),
);

const theme = lazy(() => z.enum(themes));
export const themeChoice = lazy(() => z.strictObject({ theme: theme() }));

export const browserPage = lazy(() =>
  z.strictObject({
    browser: described(
      z.nullable(z.enum(["gpc", "dnt"])),
      "what this browser asks for with its requests; it is remembered with its session, and no longer",
    ),
    account: described(
      z.nullable(id()),
      "the account that this browser is signed in to, for which it counts as well; null: none",
    ),
    accountLimited: z.boolean(),
    theme: theme(),
    keptIn: described(z.enum(["account", "browser"]), "where what you choose here is kept"),
    homeLimited: described(z.boolean(), "one switch for every browser and device"),
    storage: z.strictObject({
      necessary: list(kept()),
      performance: list(kept()),
      functionality: list(kept()),
      advertising: list(kept()),
    }),
  }),
);
