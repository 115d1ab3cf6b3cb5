import * as z from "zod/mini";
import { role } from "./access.ts";
import { rights } from "./accounts.ts";
import { described, lazy, list } from "./lazy.ts";
import { id, instant } from "./light.ts";

export const accessQuery = lazy(() => z.strictObject({ role: role(), ...rights() }));
export const accessPreview = lazy(() =>
  z.strictObject({
    role: role(),
    lamps: described(list(id()), "that they would see"),
    devices: described(list(id()), "that they would see: lamps and sensors"),
    people: described(z.boolean(), "whether they would see who lives here and who is home"),
    may: described(
      list(z.strictObject({ method: z.string(), path: z.string(), what: z.string() })),
      "everything they could ask for, as the contract has it",
    ),
  }),
);

const answer = lazy(() => z.enum(["accepted", "declined"]));

const termsFields = lazy(() => ({
  version: z.number(),
  profile: z.string(),
  stores: described(list(z.string()), "what the device keeps inside itself"),
  forgets: described(z.string(), "how it is made to forget"),
  declined: described(z.string(), "what happens when these terms are declined"),
}));
export const deviceTerms = lazy(() => z.strictObject(termsFields()));
export const termsQuery = lazy(() =>
  z.strictObject({ profile: described(z.string().check(z.minLength(1), z.maxLength(128)), "vendor/model") }),
);

const switches = lazy(() => ({
  state: described(z.boolean(), "its newest state is kept and shown"),
  events: described(z.boolean(), "each change is told as it happens, and sets off rules"),
  history: described(z.boolean(), "what it did is kept for the question why"),
  sharing: described(
    z.boolean(),
    "it is shown on MQTT, on the owner's broker, to Home Assistant and to programs of developers",
  ),
  assistants: described(z.boolean(), "linked assistants may see and command it"),
}));

export const deviceScope = lazy(() =>
  z.strictObject({
    device: id(),
    ...switches(),
    terms: z.optional(deviceTerms()),
    answer: z.optional(described(answer(), "to these terms; absent: nobody answered them")),
    decided: z.optional(instant()),
  }),
);

export const scopeChange = lazy(() =>
  z.strictObject({
    state: z.optional(z.boolean()),
    events: z.optional(z.boolean()),
    history: z.optional(z.boolean()),
    sharing: z.optional(z.boolean()),
    assistants: z.optional(z.boolean()),
    answer: z.optional(
      described(answer(), "sets all switches as the terms say; switches beside it count after it"),
    ),
  }),
);

/** How the terms were answered when a device was added. */
export const termsAnswer = lazy(() =>
  described(answer(), "to the terms that were shown; absent: they were not, and are still to be answered"),
);
