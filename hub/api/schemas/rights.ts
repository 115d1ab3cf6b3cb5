import * as z from "zod/mini";
import { objectionables } from "../../domain/rights.ts";
import { palette } from "./home.ts";
import { described, lazy, list } from "./lazy.ts";
import { id, instant, lightState, name } from "./light.ts";

const count = lazy(() => z.int().check(z.gte(0)));
const texts = lazy(() => list(z.string()));
const value = lazy(() => z.record(z.string(), z.unknown()));

/** As in hub/rights/data-export.ts; its inside is described by `/privacy/export-schema`, which is made from the data map. */
export const dataExport = lazy(() =>
  z.strictObject({
    schema: z.literal("lampkeeper.export/1"),
    scope: z.enum(["home", "person"]),
    person: z.optional(id()),
    created: instant(),
    sections: list(
      z.strictObject({
        collection: z.string(),
        of: z.enum(["own", "home"]),
        about: list(
          z.strictObject({
            fields: texts(),
            category: z.string(),
            purpose: z.string(),
            legalBasis: z.string(),
            source: z.string(),
            retention: z.string(),
            recipients: texts(),
          }),
        ),
        records: list(z.strictObject({ key: z.string(), value: value() })),
      }),
    ),
    books: list(
      z.strictObject({
        book: z.string(),
        entries: list(z.strictObject({ order: z.number(), at: z.number(), content: value() })),
      }),
    ),
    withheld: described(
      list(z.strictObject({ collection: z.string(), fields: texts(), records: count() })),
      "held and not shown: what opens something, or serves the hub alone",
    ),
  }),
);

export const correction = lazy(() =>
  z.strictObject({
    name: z.optional(name()),
    addresses: z.optional(
      described(
        list(z.string().check(z.maxLength(64))),
        "by which the home's network may notice you; none: it is not asked",
      ),
    ),
  }),
);

const objectionable = lazy(() => z.enum(objectionables as unknown as ["security", "newsletter"]));

export const ownRights = lazy(() =>
  z.strictObject({
    confirmed: described(instant(), "when what is held was last said to be right"),
    due: described(z.boolean(), "a year is over: is it still right?"),
    restricted: described(z.nullable(instant()), "since when it is only kept; null: it is used"),
    notice: z.optional(
      described(
        z.strictObject({ announced: instant(), seen: z.nullable(instant()) }),
        "that the restriction is about to end",
      ),
    ),
    objections: list(z.string()),
    objectionable: described(list(z.string()), "what one can object to"),
  }),
);

export const objection = lazy(() => z.strictObject({ purpose: objectionable(), objects: z.boolean() }));

export const rightToKnow = lazy(() =>
  z.strictObject({
    from: instant(),
    until: instant(),
    collected: list(
      z.strictObject({ category: z.string(), source: z.string(), purpose: z.string(), records: count() }),
    ),
    disclosed: list(z.strictObject({ recipient: z.string(), purpose: z.string(), fields: texts() })),
    sold: described(list(z.string()), "nothing is sold, and nobody is here who would"),
    pieces: described(count(), "how many records the copy of your data has"),
  }),
);

/** What cannot be undone is not done by a request that went astray. */
export const sure = lazy(() => z.strictObject({ sure: z.literal(true) }));

export const erasureReceipt = lazy(() =>
  z.strictObject({
    at: instant(),
    recipients: described(
      list(z.strictObject({ recipient: z.string(), confirmed: z.boolean() })),
      "who had something of this person and was told, and whether they have said that it is gone",
    ),
    rules: z.strictObject({ removed: count(), changed: count() }),
    stillNamed: described(
      list(z.strictObject({ collection: z.string(), key: z.string() })),
      "things of the home that are called by this person's name: call them otherwise",
    ),
  }),
);

const counts = lazy(() => z.record(z.string(), count()));

export const taken = lazy(() =>
  z.strictObject({
    records: described(counts(), "how many of each collection"),
    applies: described(z.literal("at-next-start"), "restart the hub"),
  }),
);

export const sharedScene = lazy(() =>
  z.strictObject({
    schema: z.literal("lampkeeper.scene/1"),
    states: list(lightState()),
    palette: z.optional(palette()),
  }),
);

export const backupState = lazy(() =>
  z.strictObject({
    newest: described(z.nullable(instant()), "when the newest was made; null: there is none"),
    waiting: described(z.boolean(), "a home waits for the next start"),
  }),
);

export const backupContents = lazy(() =>
  z.strictObject({
    created: instant(),
    records: counts(),
    people: described(count(), "everybody who is in it"),
    readable: described(count(), "of whom this hub can still read their part"),
    applies: z.optional(z.literal("at-next-start")),
  }),
);

const publicKey = lazy(() => z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)));

export const moveOffer = lazy(() =>
  z.strictObject({ offer: publicKey(), code: z.string(), expires: instant() }),
);

export const moveTarget = lazy(() =>
  z.strictObject({ offer: publicKey(), code: z.string().check(z.minLength(1), z.maxLength(32)) }),
);

export const moveTaken = lazy(() =>
  z.strictObject({ devices: count(), people: count(), applies: z.literal("at-next-start") }),
);
