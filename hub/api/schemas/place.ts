import * as z from "zod/mini";
import { placeDoubtCodes } from "../../domain/place.ts";
import { sunEventNames } from "../../domain/sun-event.ts";
import { veilLevels } from "../../domain/veil.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant } from "./light.ts";

const latitude = lazy(() => quantity("degrees, north positive", -90, 90));
const longitude = lazy(() => quantity("degrees, east positive", -180, 180));
const zone = lazy(() =>
  described(z.string().check(z.minLength(1), z.maxLength(64)), "name in the IANA database: Europe/Berlin"),
);
const tolerance = lazy(() =>
  quantity("seconds by which an event of the sun may be off because the position is rounded", 1, 3_600),
);
const veil = lazy(() => z.enum(veilLevels));
const date = lazy(() => described(z.string().check(z.maxLength(10)), "YYYY-MM-DD"));

export const place = lazy(() =>
  z.strictObject({
    set: z.boolean(),
    zone: zone(),
    latitude: z.optional(described(latitude(), "as it is kept; like the rest for the owner alone")),
    longitude: z.optional(longitude()),
    step: z.optional(described(z.number(), "degrees between the lines of the grid it is rounded to")),
    tolerance: z.optional(tolerance()),
    veil: z.optional(veil()),
    phone: z.optional(described(id(), "the phone that gave it; absent: said by hand")),
    held: z.optional(
      described(
        z.enum(["location-not-permitted"]),
        "it is there and not used: the phone that gave it is not permitted to know where it is",
      ),
    ),
    doubt: z.optional(
      described(
        z.strictObject({ code: z.enum(placeDoubtCodes), zoneThere: zone() }),
        "the clocks at this position are not those of the zone; in the answer that sets it",
      ),
    ),
  }),
);

export const newPlace = lazy(() =>
  z
    .strictObject({
      city: z.optional(
        described(z.string().check(z.minLength(1), z.maxLength(128)), "id of a town of the list"),
      ),
      latitude: z.optional(latitude()),
      longitude: z.optional(longitude()),
      zone: z.optional(described(zone(), "may be left out with a town, which brings its own")),
      tolerance: z.optional(described(tolerance(), "as before, or 60, when absent")),
      phone: z.optional(
        described(
          id(),
          "the phone that gives it, at its set-up; the place is used as long as that phone may know where it is, and goes with it. Absent: said by hand",
        ),
      ),
    })
    .check(
      z.refine((wanted) => (wanted.latitude === undefined) === (wanted.longitude === undefined), {
        path: ["latitude"],
        error: "latitude and longitude come together",
      }),
      z.refine((wanted) => (wanted.city === undefined) !== (wanted.latitude === undefined), {
        path: ["city"],
        error: "a place is either a town or coordinates",
      }),
      z.refine((wanted) => wanted.city !== undefined || wanted.zone !== undefined, {
        path: ["zone"],
        error: "coordinates need a zone",
      }),
    ),
);

export const veilChoice = lazy(() => z.strictObject({ level: veil() }));

export const cities = lazy(() =>
  collection(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      country: described(z.string(), "ISO 3166-1, two letters"),
      latitude: latitude(),
      longitude: longitude(),
      zone: zone(),
    }),
  ),
);
export const cityQuery = lazy(() =>
  z.strictObject({ q: z.string().check(z.minLength(1), z.maxLength(128)) }),
);

export const rounding = lazy(() =>
  z.strictObject({
    step: described(z.number(), "degrees between the lines of the grid"),
    latitude: latitude(),
    longitude: longitude(),
    withinKm: described(z.number(), "everything this close rounds to the same"),
    worst: described(
      z.nullable(z.number()),
      "seconds, the most in a year; null: a day would get or lose an event",
    ),
  }),
);
export const roundings = lazy(() => collection(rounding()));

export const sunQuery = lazy(() =>
  z.strictObject({ date: z.optional(described(date(), "today when absent")) }),
);

export const sunDay = lazy(() =>
  z.strictObject({
    date: date(),
    zone: zone(),
    moved: described(z.boolean(), "on purpose: computed for another place, so that this one stays unknown"),
    events: described(
      list(z.strictObject({ event: z.enum(sunEventNames), time: instant(), solarDate: date() })),
      "that fall on this civil day",
    ),
    curve: described(
      list(z.strictObject({ at: instant(), elevation: z.number() })),
      "degrees above the horizon, every quarter of an hour",
    ),
  }),
);
