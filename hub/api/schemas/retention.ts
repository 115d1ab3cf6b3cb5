import * as z from "zod/mini";
import { dayParts, insightCounters } from "../../privacy/data-map.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant } from "./light.ts";

/** Longer than the name of anything that is kept. */
const itemName = lazy(() => z.string().check(z.maxLength(64)));

export const retentionItem = lazy(() =>
  z.strictObject({
    item: itemName(),
    kind: described(z.enum(["until-removed", "newest", "days"]), "by what it ends"),
    days: z.optional(z.number()),
    while: z.optional(
      described(z.string(), "the use of data that needs it: it goes with the last who wants that"),
    ),
    end: z.enum(["delete", "anonymise"]),
    records: described(z.number(), "in use"),
    lapsing: described(z.number(), "read by nothing; kept until claims have lapsed"),
    held: described(z.number(), "read by nothing; kept because somebody said so"),
    oldest: z.optional(instant()),
  }),
);
export const retentionItems = lazy(() => collection(retentionItem()));

export const disposal = lazy(() =>
  z.strictObject({
    order: z.number(),
    at: instant(),
    item: itemName(),
    action: z.enum(["deleted", "anonymised", "withheld"]),
    reason: z.enum(["age", "unused", "hold", "lapsed", "released", "relationship-ended"]),
    records: z.number(),
  }),
);
export const disposals = lazy(() => collection(disposal()));

export const retentionClock = lazy(() =>
  z.strictObject({
    state: described(z.enum(["believed", "doubted", "unknown"]), "doubted: it jumped by more than a day"),
    clock: instant(),
    believed: z.optional(described(instant(), "what things are forgotten by")),
    off: z.optional(described(z.number(), "seconds by which the clock is ahead of that")),
  }),
);

export const dateWord = lazy(() =>
  z.strictObject({
    date: described(
      z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
      "today, as the hub's clock should show it",
    ),
  }),
);

export const timeKey = lazy(() =>
  z.strictObject({
    key: described(z.nullable(z.string().check(z.maxLength(64))), "Ed25519, 32 bytes, base64url"),
  }),
);
export const timeQuestion = lazy(() => z.strictObject({ nonce: described(z.string(), "32 bytes, hex") }));
export const signedTime = lazy(() =>
  z.strictObject({
    nonce: z.string().check(z.maxLength(64)),
    time: described(z.string().check(z.maxLength(32)), "UTC, ISO 8601 with milliseconds, as it was signed"),
    signature: described(
      z.string().check(z.maxLength(100)),
      "Ed25519 over `lampkeeper time 1`, nonce and time, each with a line feed; base64url",
    ),
  }),
);

const holdFields = {
  item: itemName(),
  reason: z.enum(["claim", "litigation", "authority"]),
  person: z.optional(described(id(), "absent: of everybody")),
};
export const newHold = lazy(() => z.strictObject(holdFields));
export const hold = lazy(() => z.strictObject({ id: id(), ...holdFields, opened: instant() }));
export const holds = lazy(() => collection(hold()));

export const endOfHistory = lazy(() => z.strictObject({ end: z.enum(["delete", "anonymise"]) }));

export const change = lazy(() =>
  z.strictObject({
    order: z.number(),
    at: instant(),
    what: z.enum(["setting", "name", "permission"]),
    field: z.string(),
    id: z.optional(z.string()),
    before: described(z.nullable(z.string()), "`set`: there was one, and it is not for a book"),
    after: z.nullable(z.string()),
    by: z.optional(described(z.string(), "id of the credential; absent: the hub itself")),
  }),
);
export const changes = lazy(() => collection(change()));

const switches = {
  history: described(z.boolean(), "why a lamp changed"),
  changes: described(z.boolean(), "who changed a setting, a name or a permission"),
  log: described(z.boolean(), "what the program logs"),
};
export const recording = lazy(() => z.strictObject(switches));
export const recordingChange = lazy(() => z.partial(z.strictObject(switches)));

const insight = lazy(() =>
  z.strictObject({
    week: described(z.string(), "its Monday"),
    what: z.enum(insightCounters),
    count: described(z.number(), "in steps of ten, rounded down"),
  }),
);
export const insights = lazy(() =>
  z.strictObject({
    counters: described(list(z.enum(insightCounters)), "all that is ever counted"),
    counts: list(insight()),
    months: described(
      list(z.strictObject({ month: z.string(), changes: z.number() })),
      "what is left of the history of light, where its owner wants that",
    ),
    developers: described(z.number(), "how many programs and people have access as developers"),
  }),
);

export const supportWish = lazy(() =>
  z.strictObject({ with: z.optional(described(list(itemName()), "parts that are to be in it whole")) }),
);
const supportPart = lazy(() =>
  z.strictObject({
    name: itemName(),
    class: z.enum(["none", "household", "person"]),
    ticked: z.boolean(),
    records: z.number(),
    content: described(z.string(), "JSON, exactly as it would leave"),
  }),
);
export const supportBundle = lazy(() =>
  z.strictObject({
    schema: z.literal("lampkeeper.support/1"),
    made: instant(),
    facts: described(z.string(), "JSON: the program and its machine"),
    parts: list(supportPart()),
  }),
);

export const taste = lazy(() =>
  z.strictObject({
    room: id(),
    part: z.enum(dayParts),
    samples: described(z.number(), "of how many choices"),
    brightness: quantity("percent", 0, 100),
    colorTemperature: z.optional(z.number()),
    enough: described(z.boolean(), "whether it is suggested"),
  }),
);
export const tastes = lazy(() => collection(taste()));
