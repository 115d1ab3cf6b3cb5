import * as z from "zod/mini";
import { detectors } from "../../domain/incident.ts";
import { weakPoints } from "../../rights/check-up.ts";
import { collection, described, lazy, list } from "./lazy.ts";
import { id, instant } from "./light.ts";

// An empty part is a mistake with a code of its own, so its length is not looked at here.
const part = lazy(() => z.string().check(z.maxLength(4_000)));

export const incidentNotice = lazy(() =>
  z.strictObject({
    situation: described(part(), "what happened and what it may mean"),
    measures: described(part(), "what was done"),
    suggestions: described(part(), "what people can do themselves"),
    remedies: described(part(), "what is offered to put it right"),
    contact: described(part(), "where they can ask"),
  }),
);

export const newIncident = lazy(() =>
  z.strictObject({
    drill: z.optional(described(z.boolean(), "it is marked as one everywhere; absent: it is real")),
  }),
);

export const incident = lazy(() =>
  z.strictObject({
    id: id(),
    detector: z.enum(detectors),
    title: z.string(),
    steps: list(z.string()),
    entrance: z.optional(z.string()),
    drill: z.boolean(),
    since: instant(),
    due: described(instant(), "72 hours after the hub knew"),
    count: z.number(),
    people: described(z.number(), "whom it may concern"),
    reported: z.optional(instant()),
    notified: z.optional(instant()),
    notice: z.optional(incidentNotice()),
    banner: described(z.boolean(), "somebody could not be reached: it stands where everybody can read it"),
    closed: z.optional(instant()),
  }),
);
export const incidents = lazy(() => collection(incident()));

export const incidentMark = lazy(() => z.strictObject({ id: id() }));

export const incidentReport = lazy(() =>
  z.strictObject({
    incident: id(),
    drill: z.boolean(),
    due: instant(),
    nature: described(z.string(), "Art. 33(3)(a)"),
    categories: described(list(z.string()), "(a), as the data map has them"),
    people: described(z.number(), "(a)"),
    records: described(z.number(), "(a)"),
    contact: described(z.string(), "(b); empty: nobody has said it yet"),
    consequences: described(z.string(), "(c)"),
    measures: described(z.string(), "(d)"),
  }),
);

export const noticeResult = lazy(() => z.strictObject({ reached: z.number(), banner: z.boolean() }));

const banner = lazy(() => z.strictObject({ title: z.string(), notice: incidentNotice(), at: instant() }));
export const banners = lazy(() => collection(banner()));

const weakPoint = lazy(() =>
  z.strictObject({
    point: z.enum(weakPoints),
    severity: z.enum(["high", "medium", "low"]),
    count: z.number(),
    found: z.string(),
    repair: z.string(),
  }),
);
export const weakPointList = lazy(() => collection(weakPoint()));
export { banner, weakPoint };
