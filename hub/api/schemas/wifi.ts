import * as z from "zod/mini";
import { joinOutcomes, wifiLinks } from "../../domain/wifi.ts";
import { described, lazy, quantity } from "./lazy.ts";
import { instant } from "./light.ts";

const outcome = lazy(() => z.enum(joinOutcomes));

export const wifi = lazy(() =>
  z.strictObject({
    set: described(z.boolean(), "whether name and password are kept"),
    link: described(z.enum(wifiLinks), "of the hub's own radio; no-service: nothing here manages one"),
    since: described(instant(), "since when the link has been seen so"),
    outcome: z.optional(described(outcome(), "of the newest attempt to join since the start")),
    openUntil: z.optional(
      described(instant(), "lamps may be told the network until then; absent: they may not"),
    ),
  }),
);

export const joinOutcome = lazy(() =>
  z.strictObject({ outcome: described(outcome(), "joined, or why not") }),
);

export const provisioningWindow = lazy(() =>
  z.strictObject({ seconds: z.optional(quantity("seconds; 120 when absent", 1, 600)) }),
);
export const inClear = lazy(() =>
  z.strictObject({
    address: described(z.string().check(z.maxLength(17)), "of the lamp, such as a4:c1:38:02:83:f4"),
    confirm: z.optional(
      described(
        z.string().check(z.maxLength(32)),
        "`unencrypted`: somebody knows that whoever is near can read the password",
      ),
    ),
  }),
);
