import * as z from "zod/mini";
import { collection, described, lazy } from "./lazy.ts";

/** As in hub/privacy/sealed-chain.ts. */
export const bookVerdict = lazy(() =>
  z.strictObject({
    book: z.string(),
    sound: z.boolean(),
    entries: z.optional(z.number()),
    erased: z.optional(described(z.number(), "entries about people who have been erased since")),
    head: z.optional(described(z.string(), "SHA-256 of the newest entry")),
    broken: z.optional(described(z.number(), "the first entry that is not as it was written")),
    reason: z.optional(z.enum(["missing", "changed", "unsigned", "cut-off", "unreadable"])),
  }),
);

export const bookVerdicts = lazy(() => collection(bookVerdict()));
