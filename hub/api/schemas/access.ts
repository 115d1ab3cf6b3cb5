import * as z from "zod/mini";
import { roles, scopes } from "../../domain/access.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant, name } from "./light.ts";

export const scope = lazy(() => z.enum(scopes));
export const role = lazy(() => z.enum(roles));

const tokenFields = lazy(() => ({
  id: id(),
  name: z.string(),
  role: role(),
  scopes: list(scope()),
  lamps: z.optional(described(list(id()), "the only lamps it may see and command; absent: all")),
  created: instant(),
  expires: z.nullable(instant()),
  used: z.optional(described(instant(), "the day on which it was last used, UTC; absent: never")),
  asked: z.optional(
    described(instant(), "not used for 90 days: it is removed 30 days after this, unless it is used or kept"),
  ),
}));

export const token = lazy(() => z.strictObject(tokenFields()));
export const tokens = lazy(() => collection(token()));

export const issuedToken = lazy(() =>
  z.strictObject({
    ...tokenFields(),
    token: described(z.string(), "for `Authorization: Bearer`; shown this once"),
    mqtt: described(z.strictObject({ username: z.string(), password: z.string() }), "shown this once"),
  }),
);

export const newToken = lazy(() =>
  z.strictObject({
    name: name(),
    role: z.optional(described(role(), "developer when absent")),
    scopes: z.optional(
      described(
        z.readonly(z.array(scope()).check(z.minLength(1), z.maxLength(scopes.length))),
        "within the role; absent: all of the role. A developer must name them",
      ),
    ),
    lamps: z.optional(z.readonly(z.array(id()).check(z.minLength(1), z.maxLength(10_000)))),
    expiresIn: z.optional(quantity("seconds; absent: until revoked", 1, 315_360_000)),
  }),
);

export const caller = lazy(() =>
  z.strictObject({
    id: id(),
    role: role(),
    scopes: list(scope()),
    lamps: z.optional(list(id())),
    person: z.optional(
      described(id(), "who has signed in; absent: a program, or whoever had a one-time code"),
    ),
  }),
);

export const signInCode = lazy(() =>
  z.strictObject({ code: z.string().check(z.minLength(1), z.maxLength(128)) }),
);
export const issuedCode = lazy(() =>
  z.strictObject({
    code: described(z.string(), "good for one sign-in"),
    expires: instant(),
  }),
);
