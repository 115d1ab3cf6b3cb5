import * as z from "zod/mini";
import { protectorKinds } from "../../domain/vault.ts";
import { collection, described, lazy, list } from "./lazy.ts";

const key = lazy(() =>
  z.strictObject({
    name: z.string(),
    heldBy: z.enum([...protectorKinds, "key-register"]),
    destroyedBy: described(
      z.enum(["undefine", "overwrite", "new-epoch"]),
      "the chip forgets it, its file is written over, or the key it is wrapped under goes",
    ),
  }),
);

/** As in hub/domain/vault.ts. */
export const vault = lazy(() =>
  z.strictObject({
    protector: described(z.enum(protectorKinds), "where the keys above all keys are"),
    sanitization: described(
      z.enum(["clear", "purge"]),
      "what destroying the keys comes to (NIST SP 800-88): purge only where a TPM holds them and always has",
    ),
    moved: described(z.boolean(), "the keys came from another protector, whose medium may still give them"),
    rootWaiting: described(
      z.boolean(),
      "the data file is written anew under a new root key at the next start",
    ),
    epoch: z.number(),
    keys: list(key()),
  }),
);

/** As in hub/domain/start-check.ts. */
export const check = lazy(() =>
  z.strictObject({
    check: z.string(),
    state: z.enum(["ok", "warn", "refused"]),
    found: z.string(),
    repair: z.optional(z.string()),
  }),
);

export const checks = lazy(() => collection(check()));
