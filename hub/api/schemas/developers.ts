import * as z from "zod/mini";
import { developerActions } from "../../domain/access.ts";
import { resourceStates } from "../../domain/developer.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant, lightState, name } from "./light.ts";

const key = lazy(() =>
  described(z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)), "Ed25519, 32 bytes in base64url"),
);
const signature = lazy(() => z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/)));
const action = lazy(() => z.enum(developerActions));
const device = lazy(() =>
  described(z.string().check(z.minLength(1), z.maxLength(32)), "the id of a device, or `all`"),
);

const resource = lazy(() =>
  z.strictObject({
    device: z.string(),
    action: action(),
    state: z.enum(resourceStates),
    reason: z.optional(z.string()),
    since: instant(),
  }),
);
export const developer = lazy(() =>
  z.strictObject({
    id: id(),
    label: z.string(),
    publicKey: key(),
    created: instant(),
    resources: list(resource()),
  }),
);
export const developers = lazy(() => collection(developer()));
export const developerTerms = lazy(() => z.strictObject({ version: z.int(), text: z.string() }));
export const newDeveloper = lazy(() =>
  z.strictObject({
    label: name(),
    publicKey: key(),
    terms: described(z.int().check(z.gte(1), z.lte(1_000_000)), "version of the terms that were agreed to"),
    signature: described(
      signature(),
      "Ed25519 over `lampkeeper developer apply`, the key and the label, each on a line of its own",
    ),
  }),
);
export const developerName = lazy(() => z.strictObject({ id: id() }));
export const developerChallenge = lazy(() =>
  z.strictObject({ challenge: z.string(), expiresIn: quantity("seconds", 0, 3_600) }),
);
export const developerProof = lazy(() =>
  z.strictObject({
    id: id(),
    challenge: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
    signature: described(
      signature(),
      "Ed25519 over `lampkeeper developer token`, the id and the challenge, each on a line of its own",
    ),
  }),
);
export const developerToken = lazy(() =>
  z.strictObject({
    token: described(z.string(), "for `Authorization: Bearer`; shown this once"),
    mqtt: described(z.strictObject({ username: z.string(), password: z.string() }), "shown this once"),
    expires: z.nullable(instant()),
  }),
);
export const developerWish = lazy(() => z.strictObject({ device: device(), action: action() }));
export const developerDecision = lazy(() =>
  z.strictObject({
    device: device(),
    action: action(),
    decision: z.enum(["approve", "refuse", "revoke"]),
    reason: z.optional(described(name(), "of a refusal it has to be given")),
  }),
);
export const developerDevice = lazy(() =>
  z.strictObject({
    id: id(),
    kind: z.enum(["lamp", "sensor"]),
    model: described(z.string(), "the kind of product"),
    version: z.optional(described(z.string(), "of its firmware, as far as it has said")),
    actions: described(list(action()), "that are allowed"),
  }),
);
export const developerDevices = lazy(() => collection(developerDevice()));
export const developerLamp = lazy(() =>
  z.strictObject({
    id: id(),
    reachable: z.boolean(),
    desired: lightState(),
    reported: z.nullable(lightState()),
  }),
);
export const developerCall = lazy(() =>
  z.strictObject({
    at: instant(),
    route: described(z.string(), "method and path as in this document, never the query"),
    outcome: described(z.int(), "HTTP status"),
    address: described(z.string(), "of whoever called: the same within a day, another one the next"),
  }),
);
export const developerCalls = lazy(() => collection(developerCall()));
