import * as z from "zod/mini";
import { linkKinds } from "../../domain/link-choice.ts";
import { pairingSteps } from "../../domain/pairing.ts";
import { firmwarePhases } from "../../domain/profile.ts";
import { homeModes } from "../../domain/rule.ts";
import { takenOverUntil } from "./circadian.ts";
import { reading } from "./home.ts";
import { described, lazy } from "./lazy.ts";
import { cause, clamped, id, instant, lightState, linkReason, notRunReason } from "./light.ts";

/** The data of one server-sent event; its `event:` field says `kind` too. */
export const event = lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("light.desired-changed"),
      lamp: id(),
      desired: lightState(),
      cause: cause(),
      clamped: clamped(),
    }),
    z.strictObject({
      kind: z.literal("light.reported"),
      lamp: id(),
      reported: lightState(),
      cause: cause(),
      settled: described(z.boolean(), "false while the lamp is still on its way to the desired state"),
    }),
    z.strictObject({
      kind: z.literal("light.not-run"),
      lamp: id(),
      cause: cause(),
      reason: notRunReason(),
    }),
    z.strictObject({
      kind: z.literal("device.availability-changed"),
      device: id(),
      online: z.boolean(),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("device.link-changed"),
      device: id(),
      link: z.enum(linkKinds),
      reason: linkReason(),
      at: instant(),
    }),
    z.strictObject({ kind: z.literal("sensor.reported"), sensor: id(), reading: reading(), at: instant() }),
    z.strictObject({
      kind: z.literal("device.metered"),
      device: id(),
      power: z.optional(described(z.number(), "watts")),
      energy: z.optional(described(z.number(), "kilowatt hours in total")),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("device.firmware"),
      device: id(),
      version: z.string(),
      update: z.enum(firmwarePhases),
      reason: z.optional(z.string()),
      at: instant(),
    }),
    z.strictObject({ kind: z.literal("scene.recalled"), scene: id(), command: id(), at: instant() }),
    z.strictObject({
      kind: z.literal("light.taken-over"),
      lamp: id(),
      brightness: takenOverUntil(),
      color: takenOverUntil(),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("rule.fired"),
      rule: id(),
      occurrence: z.optional(z.string()),
      trigger: z.optional(described(z.number(), "which of the rule's triggers; absent: by hand")),
      isCatchUp: z.boolean(),
      command: z.optional(id()),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("rule.not-run"),
      rule: id(),
      occurrence: z.optional(z.string()),
      trigger: z.number(),
      reason: notRunReason(),
      condition: z.optional(
        described(z.number(), "place in the rule's conditions of the one that was false"),
      ),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("presence.changed"),
      person: id(),
      home: z.boolean(),
      wasKnown: described(z.boolean(), "false: only now is it known, so nobody came and nobody went"),
      isAlone: described(z.boolean(), "nobody else is home, or may be: first to arrive, or last to leave"),
      anybodyHome: z.boolean(),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("presence.approaching"),
      person: id(),
      eta: described(z.number(), "seconds"),
      at: instant(),
    }),
    z.strictObject({ kind: z.literal("mode.changed"), mode: z.enum(homeModes), at: instant() }),
    z.strictObject({
      kind: z.literal("clock.changed"),
      trust: z.enum(["unknown", "restored", "trusted"]),
      step: described(z.number(), "milliseconds that civil time stepped by"),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("pairing.changed"),
      pairing: id(),
      step: z.enum(pairingSteps),
      at: instant(),
    }),
    z.strictObject({
      kind: z.literal("home.changed"),
      what: z.enum(["device", "room", "zone", "group", "scene", "token", "rule", "person", "place", "wifi"]),
      id: id(),
      change: z.enum(["added", "changed", "removed"]),
      at: instant(),
    }),
    z.strictObject({
      kind: described(z.literal("stream.resync"), "events are missing before this one: read the home again"),
    }),
    z.strictObject({
      kind: described(z.literal("stream.dropped"), "this reader was too slow; the stream ends here"),
    }),
  ]),
);
