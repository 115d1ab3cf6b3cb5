import * as z from "zod/mini";
import { reading } from "./home.ts";
import { described, lazy } from "./lazy.ts";
import { cause, clamped, id, instant, lightState, notRunReason } from "./light.ts";

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
    z.strictObject({ kind: z.literal("sensor.reported"), sensor: id(), reading: reading(), at: instant() }),
    z.strictObject({
      kind: z.literal("device.metered"),
      device: id(),
      power: z.optional(described(z.number(), "watts")),
      energy: z.optional(described(z.number(), "kilowatt hours in total")),
      at: instant(),
    }),
    z.strictObject({ kind: z.literal("scene.recalled"), scene: id(), command: id(), at: instant() }),
    z.strictObject({
      kind: z.literal("home.changed"),
      what: z.enum(["device", "room", "zone", "group", "scene", "token"]),
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
