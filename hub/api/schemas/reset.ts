import * as z from "zod/mini";
import { modelDesignation } from "../../domain/model.ts";
import { resetLevels } from "../../domain/reset.ts";
import { protectorKinds } from "../../domain/vault.ts";
import { certificateSchema } from "../../domain/wipe-certificate.ts";
import { described, lazy, list, quantity } from "./lazy.ts";
import { id, instant } from "./light.ts";

const level = lazy(() =>
  described(
    z.enum(resetLevels),
    "network: the hub's Wi-Fi alone; hand-over: all but the set-up of house and devices; factory: everything",
  ),
);
const hex = (bytes: string) => described(z.string().check(z.regex(/^(?:[0-9a-f]{2})*$/)), `${bytes}, hex`);
const count = lazy(() => z.int().check(z.gte(0)));
const counts = lazy(() => z.record(z.string(), count()));

export const newReset = lazy(() =>
  z.strictObject({
    level: level(),
    challenge: z.optional(
      described(
        z.string().check(z.regex(/^(?:[0-9a-f]{2}){8,64}$/)),
        "8 to 64 bytes, hex, drawn by whoever will check the certificate; absent: drawn by the hub",
      ),
    ),
    keepNames: z.optional(
      described(
        z.boolean(),
        "hand-over: rooms, devices and rules keep what they are called; absent: they do not",
      ),
    ),
  }),
);

export const resetOffer = lazy(() =>
  z.strictObject({
    id: id(),
    level: level(),
    challenge: z.string(),
    expiresIn: quantity("seconds", 0, 3_600),
    needsButton: described(z.boolean(), "press the button of the hub before you confirm"),
    device: described(
      z.strictObject({ publicKey: hex("32 bytes"), counter: count() }),
      "what the certificate has to be signed with, and the least its counter may be",
    ),
  }),
);

export const begunReset = lazy(() => z.strictObject({ id: id(), level: level() }));

/** As hub/domain/wipe-certificate.ts has it. */
export const wipeCertificate = lazy(() =>
  z.strictObject({
    schema: z.literal(certificateSchema),
    reset: z.strictObject({
      id: id(),
      level: z.enum(["hand-over", "factory"]),
      challenge: hex("as who asked for it drew it"),
      counter: described(count(), "of the device: grows with every reset"),
      begun: instant(),
      ended: instant(),
      clock: described(
        z.enum(["unknown", "restored", "trusted"]),
        "how far the two instants can be believed",
      ),
      person: described(z.enum(["owner", "button"]), "who asked for it, as a role"),
    }),
    device: z.strictObject({
      manufacturer: z.literal("Lampkeeper"),
      model: z.literal(modelDesignation),
      serialNumber: hex("first 16 bytes of SHA-256 of the public key"),
      publicKey: hex("Ed25519, 32 bytes"),
      firmware: z.strictObject({ version: z.string(), hash: hex("SHA-256 of what runs") }),
    }),
    media: z.strictObject({ type: z.string(), source: z.string() }),
    sanitization: z.strictObject({
      standard: z.literal("NIST SP 800-88"),
      description: z.enum(["Clear", "Purge"]),
      method: z.string(),
      tool: z.string(),
      protector: z.enum(protectorKinds),
      nvIndexRemoved: z.boolean(),
      keysDestroyed: described(counts(), "by purpose"),
      backup: z.literal("none"),
    }),
    items: described(counts(), "records there were, by category"),
    devices: z.strictObject({
      confirmed: described(count(), "proved that their storage is erased"),
      unconfirmed: described(list(id()), "were told and cannot prove it, or could not be reached"),
      unable: described(list(id()), "cannot be told: erase them by hand"),
    }),
    retainedMessages: described(
      z.enum(["none", "confirmed", "unconfirmed"]),
      "whether what the owner's own broker had retained is gone; none: there was no such broker",
    ),
    verification: z.strictObject({
      method: z.string(),
      result: z.enum(["passed", "failed"]),
      left: described(count(), "files that a new hub would not have"),
    }),
    confidentiality: z.literal("none"),
    signature: described(
      z.strictObject({ algorithm: z.literal("Ed25519"), value: hex("64 bytes") }),
      "over everything else as canonical JSON: names sorted, no white space",
    ),
  }),
);
