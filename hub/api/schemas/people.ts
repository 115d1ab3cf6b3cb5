import * as z from "zod/mini";
import { ageBands } from "../../domain/age-rule.ts";
import { beaconKinds } from "../../domain/beacon.ts";
import { presenceSources } from "../../domain/presence.ts";
import { role } from "./access.ts";
import { rights } from "./accounts.ts";
import { agreed } from "./consents.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant, name } from "./light.ts";

const phoneFields = lazy(() => ({
  id: id(),
  added: instant(),
  locationOff: z.optional(described(z.literal(true), "it may not give the home's place")),
}));
export const phone = lazy(() => z.strictObject(phoneFields()));

const beaconFields = lazy(() => ({ id: id(), kind: z.enum(beaconKinds), added: instant() }));
export const beacon = lazy(() => z.strictObject(beaconFields()));

const pause = lazy(() =>
  z.strictObject({ reason: z.enum(["by-hand", "location-refused"]), since: instant() }),
);

export const person = lazy(() =>
  z.strictObject({
    id: id(),
    name: z.string(),
    guest: z.boolean(),
    role: described(role(), "what they may do once they have signed in"),
    ...rights(),
    account: z.optional(
      described(
        z.strictObject({ since: instant(), totp: z.boolean() }),
        "absent: they cannot sign in; since when it is this password, and whether it takes a code as well",
      ),
    ),
    expires: described(z.nullable(instant()), "when a guest is removed; null: stays"),
    presence: described(z.enum(["home", "away", "unknown"]), "as far as the hub knows"),
    since: z.optional(instant()),
    source: z.optional(
      described(
        z.enum([...presenceSources, "silence"]),
        "what decided: their phone, the home's network, a beacon they carry, somebody by hand, or a long silence",
      ),
    ),
    confidence: z.optional(quantity("percent that it is so", 50, 100)),
    paused: z.optional(described(pause(), "nothing is recorded, and rules about this person rest")),
    phones: list(phone()),
    beacons: list(beacon()),
    onNetwork: described(z.boolean(), "whether the home's network is asked about this person"),
    age: z.optional(
      described(
        z.enum(ageBands),
        "on which side of the age they are from which nobody needs a guardian; absent: nobody said",
      ),
    ),
    guardian: z.optional(described(id(), "who answers for somebody under age")),
    agreed: described(
      agreed(),
      "whether they let the hub keep whether they are home; nothing is recorded of it before they do",
    ),
  }),
);
export const people = lazy(() => collection(person()));

const addresses = lazy(() =>
  described(
    z.readonly(z.array(z.string().check(z.maxLength(32))).check(z.maxLength(8))),
    "hardware addresses by which the home's network may notice this person; never shown again. None: it is not asked",
  ),
);
const guest = lazy(() => described(z.boolean(), "a visitor"));
const tenYears = 315_360_000;
const expiresIn = lazy(() => quantity("seconds until a guest is removed", 1, tenYears));

export const newPerson = lazy(() =>
  z.strictObject({
    name: name(),
    guest: z.optional(guest()),
    role: z.optional(described(role(), "resident when absent, or guest")),
    ...rights(),
    expiresIn: z.optional(expiresIn()),
    addresses: z.optional(addresses()),
    age: z.optional(
      described(z.enum(ageBands), "on which side of the age they are from which nobody needs a guardian"),
    ),
    agreed: z.optional(
      described(
        z.boolean(),
        "whether they have told you that the hub may keep whether they are home: recorded with you as witness. True when absent, false for a guest, who says so themselves",
      ),
    ),
  }),
);
export const personChange = lazy(() =>
  z.strictObject({
    name: z.optional(name()),
    guest: z.optional(guest()),
    expiresIn: z.optional(described(z.nullable(expiresIn()), "null: stays")),
    addresses: z.optional(addresses()),
  }),
);
export const newPhone = lazy(() =>
  z.strictObject({
    publicKey: described(z.string().check(z.maxLength(64)), "Ed25519, 32 bytes in base64url"),
  }),
);
export const presenceByHand = lazy(() => z.strictObject({ home: z.boolean() }));
