import * as z from "zod/mini";
import { scopes as allScopes } from "../../domain/access.ts";
import { signInWays } from "../../domain/sign-in-notice.ts";
import { caller, role, scope } from "./access.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant } from "./light.ts";

export const signInQuery = lazy(() =>
  z.strictObject({
    as: z.optional(
      described(
        z.enum(["session", "token"]),
        "a browser's cookie, or a token for API and MQTT; session when absent",
      ),
    ),
    terminal: z.optional(
      described(
        z.enum(["own", "shared"]),
        "shared: a browser that others use too; it is signed out after ten minutes without use, after an hour at the latest, and when it is closed",
      ),
    ),
  }),
);

export const signedIn = lazy(() =>
  z.strictObject({
    ...caller().shape,
    token: z.optional(described(z.string(), "for `Authorization: Bearer`; shown this once")),
    mqtt: z.optional(
      described(z.strictObject({ username: z.string(), password: z.string() }), "shown this once"),
    ),
  }),
);

export const session = lazy(() =>
  z.strictObject({
    id: id(),
    person: z.optional(described(id(), "who signed in; absent: whoever had a one-time code")),
    kind: z.enum(["browser", "shared-browser", "token"]),
    role: role(),
    created: instant(),
    expires: z.nullable(instant()),
  }),
);
export const sessions = lazy(() => collection(session()));

export const signIn = lazy(() =>
  z.strictObject({
    at: instant(),
    by: described(z.enum(signInWays), "what was signed in"),
    seen: described(z.boolean(), "whether you have said that you know of it"),
  }),
);
export const signIns = lazy(() => collection(signIn()));

export const account = lazy(() =>
  z.strictObject({
    person: id(),
    name: z.string(),
    role: role(),
    since: described(instant(), "since when it is this password"),
    totp: described(z.boolean(), "whether signing in takes a code as well"),
    recoveryCodes: described(z.int().check(z.gte(0)), "that are left"),
    expires: described(z.nullable(instant()), "of a guest; null: stays"),
  }),
);

export const totpSetUp = lazy(() =>
  z.strictObject({ uri: described(z.string(), "`otpauth://`, to be shown as a QR code; shown this once") }),
);
export const recoveryCodes = lazy(() =>
  z.strictObject({ codes: described(list(z.string()), "each is good for once; shown this once") }),
);

/** Of a person, whether or not they can sign in. */
export const rights = lazy(() => ({
  lamps: z.optional(
    described(
      z.readonly(z.array(id()).check(z.maxLength(10_000))),
      "of a guest: the only lamps they may see and command; absent: none",
    ),
  ),
  scopes: z.optional(
    described(
      z.readonly(z.array(scope()).check(z.minLength(1), z.maxLength(allScopes.length))),
      "of a developer",
    ),
  ),
}));

export const roleChange = lazy(() =>
  z.strictObject({
    role: role(),
    ...rights(),
    expiresIn: z.optional(
      described(z.nullable(quantity("seconds until a guest is removed", 1, 315_360_000)), "null: stays"),
    ),
  }),
);
