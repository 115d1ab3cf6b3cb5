import * as z from "zod/mini";
import { described, lazy } from "./lazy.ts";
import { instant } from "./light.ts";

/** Civil time as the hub has it; `trust` as in hub/domain/clock-trust.ts. */
export const clock = lazy(() =>
  z.strictObject({
    now: instant(),
    trust: described(
      z.enum(["unknown", "restored", "trusted"]),
      "rules by clock and sun run only while it is trusted",
    ),
    source: z.optional(
      described(z.enum(["simulator", "ntp", "rtc", "phone", "person"]), "who vouches for a trusted clock"),
    ),
    since: z.optional(instant()),
  }),
);
