import * as z from "zod/mini";
import { ageBands } from "../../domain/age-rule.ts";
import { passKinds } from "../../domain/guest-pass.ts";
import { termedRoles } from "../../domain/role-terms.ts";
import { role, scope } from "./access.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant, name } from "./light.ts";

const ids = lazy(() => z.readonly(z.array(id()).check(z.maxLength(10_000))));
const tenYears = 315_360_000;

export const grant = lazy(() =>
  z.strictObject({
    id: id(),
    kind: described(z.enum(["person", "token", "pass", "program"]), "of whom or what"),
    name: described(z.string(), "empty: it has none"),
    role: role(),
    scopes: described(list(scope()), "that count now"),
    lamps: z.optional(described(list(id()), "the only lamps it may see and command; absent: all")),
    since: z.nullable(instant()),
    expires: z.nullable(instant()),
    signedIn: described(z.int().check(z.gte(0)), "sessions and tokens that are open in its name"),
  }),
);
export const grants = lazy(() => collection(grant()));

export const wantedAccess = lazy(() =>
  z.strictObject({
    role: role(),
    lamps: z.optional(described(ids(), "of a guest")),
    scenes: z.optional(described(ids(), "of whoever comes by a pass for the wall")),
    scopes: z.optional(
      described(z.readonly(z.array(scope()).check(z.minLength(1), z.maxLength(16))), "of a developer"),
    ),
  }),
);

const named = lazy(() => z.strictObject({ id: id(), name: z.string() }));

/** What somebody sees and can do: not what is promised, but what the doors themselves say. */
export const access = lazy(() =>
  z.strictObject({
    role: role(),
    routes: described(list(z.string()), "of the API, by the names of this document, that are not refused"),
    lights: described(list(named()), "that are seen"),
    scenes: described(list(named()), "that can be recalled"),
    people: described(z.boolean(), "whether it is seen who lives here and who is at home"),
    reads: described(list(z.string()), "MQTT topics below the base"),
    writes: described(list(z.string()), "MQTT topics below the base"),
  }),
);

export const roleTerms = lazy(() =>
  z.strictObject({
    role: z.optional(described(z.enum(termedRoles), "absent: your role asks for no agreement")),
    version: z.optional(z.int()),
    text: z.optional(z.string()),
    acknowledged: described(z.boolean(), "whether your role counts"),
  }),
);
export const acknowledgedTerms = lazy(() =>
  z.strictObject({
    version: described(z.int().check(z.gte(1), z.lte(1_000_000)), "of the words you have read"),
  }),
);

export const ageRule = lazy(() =>
  z.strictObject({
    country: described(z.nullable(z.string()), "null: nobody has said, and the strictest rule holds"),
    guardianBelow: described(z.int(), "years; who is younger has an account only with a guardian"),
    agreesFrom: z.optional(described(z.int(), "years; from here on the young person agrees as well")),
    minorBelow: z.optional(described(z.int(), "years")),
    source: z.string(),
  }),
);
export const country = lazy(() =>
  z.strictObject({
    country: described(z.string().check(z.regex(/^[A-Z]{2}$/)), "two capital letters, ISO 3166-1"),
  }),
);
export const ageBand = lazy(() => z.enum(ageBands));
export const declaredAge = lazy(() => z.strictObject({ age: ageBand() }));
export const guardianOffer = lazy(() =>
  z.strictObject({ expiresIn: quantity("seconds", 0, 3_600), needsButton: z.literal(true) }),
);
export const purged = lazy(() =>
  z.strictObject({
    rules: described(z.int().check(z.gte(0)), "that were about this person, and are gone"),
    schedules: described(
      z.int().check(z.gte(0)),
      "of those that stay: from how many this person was taken out",
    ),
  }),
);

const passFields = lazy(() => ({
  id: id(),
  kind: z.enum(passKinds),
  scenes: list(id()),
  lamps: list(id()),
  created: instant(),
  expires: instant(),
}));
export const pass = lazy(() => z.strictObject(passFields()));
export const passes = lazy(() => collection(pass()));
export const newPass = lazy(() =>
  z.strictObject({
    kind: described(
      z.enum(passKinds),
      "wall: for whoever comes by, without a name; invitation: for one guest, once",
    ),
    scenes: z.optional(described(ids(), "of the wall")),
    lamps: z.optional(described(ids(), "of an invited guest")),
    expiresIn: quantity("seconds until the code is good no more", 60, tenYears),
    staysFor: z.optional(
      quantity("seconds that an invited guest stays; absent: as long as the code is good", 60, tenYears),
    ),
  }),
);
export const issuedPass = lazy(() =>
  z.strictObject({
    ...passFields(),
    code: described(z.string(), "shown this once"),
    fragment: described(z.string(), "to put behind the address of the app, for a link or QR code"),
  }),
);
const code = lazy(() => z.string().check(z.minLength(1), z.maxLength(64)));
export const passCode = lazy(() => z.strictObject({ code: code() }));
export const passEntry = lazy(() => z.strictObject({ code: code(), name: z.optional(name()) }));
export const passOffer = lazy(() =>
  z.strictObject({ kind: z.enum(passKinds), expires: instant(), access: access() }),
);
export const wallScene = named;
export const wallScenes = lazy(() => collection(named()));
export const wallSwitch = lazy(() => z.strictObject({ scene: id() }));
