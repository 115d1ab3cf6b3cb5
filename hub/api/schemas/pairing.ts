import * as z from "zod/mini";
import { pairingCodes, pairingSteps } from "../../domain/pairing.ts";
import { described, lazy, list, quantity } from "./lazy.ts";
import { id, name } from "./light.ts";
import { termsAnswer } from "./scopes.ts";

const address = lazy(() =>
  described(
    z.string().check(z.minLength(1), z.maxLength(32)),
    "as a4:c1:38:02:83:f4, with `-random` behind it where it is of that kind",
  ),
);
const profile = lazy(() =>
  described(z.string().check(z.minLength(1), z.maxLength(128)), "driver; the likeliest when absent"),
);

const candidate = lazy(() =>
  z.strictObject({
    address: address(),
    name: z.optional(described(z.string(), "what it calls itself: anybody's text")),
    rssi: z.optional(described(z.number(), "dBm, smoothed")),
    weak: described(z.boolean(), "heard, and likely too far away to be reached"),
    connectable: described(z.boolean(), "false: it only advertises, or something else is connected to it"),
    kind: z.optional(described(z.enum(["lamp", "sensor"]), "of the likeliest driver; absent: none is known")),
    profiles: described(list(z.string()), "drivers that may fit, the likeliest first"),
    ambiguous: described(z.boolean(), "the first of them is no likelier than the second"),
    wantsWifi: described(z.boolean(), "it waits to be told a Wi-Fi network, by Improv"),
    sealed: described(z.boolean(), "it seals what it says: its key has to be given"),
    device: z.optional(described(id(), "of the home, where it is one already")),
  }),
);

const trouble = lazy(() =>
  z.strictObject({
    code: z.enum(pairingCodes),
    found: z.string(),
    next: described(z.string(), "the one next step"),
  }),
);

export const pairing = lazy(() =>
  z.strictObject({
    id: id(),
    step: described(z.enum(pairingSteps), "`finding`: it listens, and waits for somebody to choose"),
    expiresIn: quantity("seconds", 0, 600),
    candidates: described(list(candidate()), "the strongest first, and behind them those of the home"),
    trouble: z.optional(described(trouble(), "why there is nobody to choose")),
    device: z.optional(described(id(), "that was added")),
  }),
);

export const newPairing = lazy(() =>
  z.strictObject({ all: z.optional(described(z.boolean(), "also who no driver is known for")) }),
);
export const chosenCandidate = lazy(() =>
  z.strictObject({ address: address(), profile: z.optional(profile()) }),
);
export const namedCandidate = lazy(() =>
  z.strictObject({
    address: address(),
    profile: z.optional(profile()),
    name: z.optional(described(name(), "of a new device")),
    room: z.optional(z.nullable(id())),
    link: z.optional(
      described(
        id(),
        "a lamp of the home that this one is, reached over MQTT: it has a second link from now on",
      ),
    ),
    terms: z.optional(termsAnswer()),
  }),
);
