import type { Route } from "./route.ts";

const keepsPrivacy = { scope: "privacy", status: 200 } as const;

/** Who gets what from this home. */
export const disclosureRoutes = {
  listRecipients: {
    ...keepsPrivacy,
    method: "GET",
    path: "/privacy/recipients",
    summary:
      "Everybody who can get data from this hub, what they would get, where they are, and whether they are on",
    answer: "Recipients",
  },
  previewRecipient: {
    ...keepsPrivacy,
    method: "POST",
    path: "/privacy/recipients/preview",
    body: "RecipientChoice",
    summary: "What would leave to a recipient, to the last field; its hash is needed to switch them on",
    answer: "RecipientPreview",
  },
  shareWith: {
    ...keepsPrivacy,
    method: "PUT",
    path: "/privacy/recipients/sharing",
    body: "SharingWish",
    stepUp: true,
    summary: "Switch a recipient on, with the hash of the preview that was shown",
    answer: "Recipient",
  },
  stopSharing: {
    ...keepsPrivacy,
    method: "POST",
    path: "/privacy/recipients/stop",
    body: "RecipientChoice",
    summary: "Switch a recipient off; what is open to them ends before the answer",
    answer: "Recipient",
  },
  listDisclosures: {
    ...keepsPrivacy,
    method: "GET",
    path: "/privacy/disclosures",
    query: "YearQuery",
    summary: "What has left, line by line: who got what, when, why and on which ground",
    answer: "Disclosures",
  },
  reportDisclosures: {
    ...keepsPrivacy,
    method: "GET",
    path: "/privacy/disclosures/report",
    query: "YearQuery",
    summary:
      "What has left in a year, or in the last twelve months, by recipient, with the requests of authorities",
    answer: "DisclosureReport",
  },
  addLegalRequest: {
    method: "POST",
    path: "/privacy/legal-requests",
    body: "LegalRequest",
    scope: "privacy",
    stepUp: true,
    summary: "Write down that an authority asked, and what its owner gave; the hub itself gives nothing",
    status: 201,
    answer: "Disclosure",
  },
} as const satisfies Record<string, Route>;
