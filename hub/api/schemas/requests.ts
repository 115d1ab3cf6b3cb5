import * as z from "zod/mini";
import { deadlineLaws, jurisdictions } from "../../domain/jurisdiction.ts";
import { noticeCaps } from "../../domain/notice.ts";
import { purposes } from "../../domain/purpose.ts";
import {
  declineCodes,
  evidenceKinds,
  extensionReasons,
  identityLevels,
  relationships,
  requestKinds,
  requestStates,
} from "../../domain/request.ts";
import { collection, described, lazy, list } from "./lazy.ts";
import { id, instant } from "./light.ts";

const words = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

const formShape = lazy(() => ({
  name: words(200),
  contact: z.optional(
    described(
      words(200),
      "where the answer goes, if not to the app. Messages are not always safe: no secrets",
    ),
  ),
  relationship: described(z.enum(relationships), "to the person it is about"),
  request: described(words(4_000), "no secrets: what looks like one is refused and not kept"),
}));

export const requestForm = lazy(() => z.strictObject(formShape()));

export const newRequest = lazy(() =>
  z.strictObject({
    kind: z.enum(requestKinds),
    ...formShape(),
    purpose: z.optional(
      described(z.enum(Object.keys(purposes) as (keyof typeof purposes)[]), "of an objection: to what"),
    ),
    subject: z.optional(described(id(), "of an agent: whom they ask for")),
    evidence: z.optional(
      described(
        z.strictObject({
          kind: z.enum(evidenceKinds),
          sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
        }),
        "of an agent: by what they may ask, as its digest; the document itself stays with them",
      ),
    ),
  }),
);

export const requestExtension = lazy(() => z.strictObject({ reason: z.enum(extensionReasons) }));

export const requestDecision = lazy(() =>
  z.strictObject({
    outcome: z.enum(["granted", "partly-granted", "declined"]),
    code: z.optional(described(z.enum(declineCodes), "of anything less than all that was asked for")),
  }),
);

export const jurisdiction = lazy(() =>
  z.strictObject({
    jurisdiction: described(
      z.enum(jurisdictions),
      "ISO 3166, with the state where that has a law of its own",
    ),
  }),
);

const step = lazy(() =>
  z.strictObject({
    at: instant(),
    step: described(z.string(), "erased: who it was about is erased, and what happened with them"),
    identity: z.optional(z.enum(identityLevels)),
    reason: z.optional(z.string()),
    daysLeft: z.optional(z.number()),
    by: z.optional(z.string()),
  }),
);

export const request = lazy(() =>
  z.strictObject({
    id: id(),
    kind: z.enum(requestKinds),
    state: z.enum(requestStates),
    received: instant(),
    due: described(instant(), "the first instant that is too late"),
    lastDay: described(z.string(), "the last day that is in time, where the home is"),
    law: described(z.enum(deadlineLaws), "whose deadline comes first"),
    person: z.optional(id()),
    agent: z.optional(id()),
    confirmed: z.optional(described(z.boolean(), "whether the person it is about has agreed")),
    purpose: z.optional(z.string()),
    identity: z.optional(z.enum(identityLevels)),
    neededIdentity: z.enum(identityLevels),
    extended: z.optional(z.enum(extensionReasons)),
    outcome: z.optional(z.enum(["granted", "partly-granted", "declined"])),
    declined: z.optional(
      z.strictObject({ code: z.enum(declineCodes), text: z.string(), appeal: z.string() }),
    ),
    decided: z.optional(instant()),
    against: z.optional(id()),
    form: z.optional(described(z.strictObject(formShape()), "absent: erased after its time")),
    history: z.optional(list(step())),
  }),
);
export const requests = lazy(() => collection(request()));

/** What it holds is up to what is kept of whom. */
export const requestCopy = lazy(() => z.strictObject({ copy: z.unknown() }));

export const notice = lazy(() =>
  z.strictObject({
    id: id(),
    class: z.enum(Object.keys(noticeCaps) as (keyof typeof noticeCaps)[]),
    at: instant(),
    title: z.string(),
    steps: list(z.string()),
    more: described(z.number(), "more of the same that day, not shown one by one"),
    read: z.boolean(),
  }),
);
export const notices = lazy(() => collection(notice()));
