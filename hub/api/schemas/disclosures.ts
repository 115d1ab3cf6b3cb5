import * as z from "zod/mini";
import { collection, described, lazy, list } from "./lazy.ts";

const word = () => z.string().check(z.minLength(1), z.maxLength(200));
const hosts = () =>
  described(
    list(z.string().check(z.maxLength(300))).check(z.maxLength(20)),
    "as tls://host:port, for a recipient whose place its owner names",
  );

const declared = () => ({
  id: z.string(),
  is: described(z.string(), "who it is, in words"),
  purpose: z.string(),
  why: z.string(),
  fields: described(list(z.string()), "all that can be in what leaves"),
  retention: described(z.string(), "how long they keep it"),
  country: described(z.string(), "ISO 3166-1, or home: where the owner's own machine stands"),
  safeguard: z.enum(["owner-keeps-it", "same-law", "adequacy", "standard-clauses", "consent"]),
  hosts: list(z.string()),
  subRecipients: described(list(z.string()), "who gets it from them"),
});

export const recipient = lazy(() =>
  z.strictObject({
    ...declared(),
    on: z.boolean(),
    atStart: described(z.boolean(), "on by an option of the start"),
    since: z.optional(z.string()),
  }),
);
export const recipients = lazy(() => collection(recipient()));

export const recipientPreview = lazy(() =>
  z.strictObject({ ...declared(), hash: described(z.string(), "SHA-256 of everything else that is shown") }),
);

export const recipientChoice = lazy(() => z.strictObject({ recipient: word(), hosts: z.optional(hosts()) }));

export const sharingWish = lazy(() =>
  z.strictObject({
    recipient: word(),
    preview: described(z.string().check(z.regex(/^[0-9a-f]{64}$/)), "hash of the preview that was shown"),
    hosts: z.optional(hosts()),
  }),
);

export const yearQuery = lazy(() =>
  z.strictObject({
    year: z.optional(
      described(
        z.number().check(z.int(), z.gte(1970), z.lte(9998)),
        "a calendar year; the last twelve months when absent",
      ),
    ),
  }),
);

export const disclosure = lazy(() =>
  z.strictObject({
    at: z.string(),
    act: z.enum(["switched-on", "switched-off", "began", "sent", "disclosed", "legal-request"]),
    recipient: z.string(),
    purpose: z.string(),
    basis: z.enum(["contract", "consent", "legitimate-interest", "legal-obligation"]),
    fields: list(z.string()),
    people: list(z.string()),
    messages: z.number(),
    bytes: z.number(),
    detail: z.optional(z.string()),
    open: described(z.boolean(), "it counts on"),
  }),
);
export const disclosures = lazy(() => collection(disclosure()));

export const disclosureReport = lazy(() =>
  z.strictObject({
    from: z.string(),
    to: z.string(),
    recipients: list(
      z.strictObject({
        recipient: z.string(),
        messages: z.number(),
        bytes: z.number(),
        fields: list(z.string()),
        first: z.string(),
        last: z.string(),
        broken: described(
          z.number(),
          "connections whose end is not known: more may have left than is counted",
        ),
      }),
    ),
    legalRequests: described(z.number(), "how often an authority asked"),
    answeredRequests: described(z.number(), "how often it got something from the owner"),
    erased: described(z.number(), "lines about people who have been erased since"),
    kernel: described(
      z.strictObject({
        verifiable: described(z.boolean(), "this process has network counters of its own"),
        counted: described(z.number(), "bytes in the ledger since the start"),
        sent: z.optional(
          described(z.number(), "bytes the kernel has sent since then, headers and answers included"),
        ),
        difference: z.optional(z.number()),
      }),
      "the ledger beside the kernel's own count",
    ),
  }),
);

export const legalRequest = lazy(() =>
  z.strictObject({
    reference: described(word(), "who asked, and how they call it"),
    gave: described(list(word()).check(z.maxLength(50)), "what the owner handed over; empty: nothing"),
    people: z.optional(described(list(z.string()).check(z.maxLength(50)), "ids of whom it was about")),
  }),
);
