import type { Caller } from "../../domain/access.ts";
import { addDays, type CivilDate, parseCivilDate, type WallTime } from "../../domain/civil.ts";
import type { PhoneId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { positionAt } from "../../domain/place.ts";
import type { Rounding } from "../../domain/place-rounding.ts";
import type { Sun } from "../../domain/sun.ts";
import type { TimeZone } from "../../domain/time-zone.ts";
import { parseZone } from "../../domain/time-zone.ts";
import { Instant, Minutes, Seconds, toSeconds } from "../../domain/units.ts";
import { LocationNotPermitted, type NewPlace, NoPlace } from "../../inventory/place-service.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import type { Places, Services } from "../traits.ts";

type PlaceRoutes =
  | "readPlace"
  | "setPlace"
  | "forgetPlace"
  | "setVeil"
  | "findCities"
  | "listRoundings"
  | "previewRoundings"
  | "readSun";

export const placeHandlers = (clock: Clock, { places }: Services): Handlers<PlaceRoutes> => ({
  readPlace: ({ caller }) => placeJson(places, present(caller)),
  setPlace: async ({ body, caller }) => {
    const wanted = await newPlace(places, body);
    const doubt = await places.doubtAbout(wanted);
    places.set(wanted);
    return { ...placeJson(places, present(caller)), ...(doubt === undefined ? {} : { doubt }) };
  },
  forgetPlace: () => {
    places.forget();
    return undefined;
  },
  setVeil: ({ body, caller }) => {
    places.setLevel(body.level);
    return placeJson(places, present(caller));
  },
  findCities: async ({ query }) => ({
    data: (await places.findCities(`${query.q}`)).map(({ id, name, country, position, zone }) => ({
      id,
      name,
      country,
      ...position,
      zone,
    })),
  }),
  listRoundings: () => {
    const stated = there(places, places.stated());
    // Of a finer grid nothing is known any more.
    const known = [...places.roundings(stated)].filter(({ step }) => step >= stated.step);
    return { data: known.map(roundingJson) };
  },
  previewRoundings: async ({ body }) => ({
    data: [...places.roundings(await newPlace(places, body))].map(roundingJson),
  }),
  readSun: ({ query, caller }) => {
    const isMoved = places.isMoved() && !mayKnow(present(caller));
    const sun = there(places, isMoved ? places.sun() : places.statedSun());
    const zone = places.zone();
    const date = query.date === undefined ? zone.civil(clock.now()).date : parseCivilDate(query.date);
    return { date, zone: zone.name, moved: isMoved, ...dayJson(sun, zone, date) };
  },
});

/** Where the home is, is for the owner, and for whom the owner gave everything. */
const mayKnow = ({ role, scopes }: Caller): boolean => role === "owner" || scopes.has("admin");

/** @throws NoPlace, LocationNotPermitted */
const there = <Thing>(places: Places, thing: Thing | undefined): Thing => {
  if (thing !== undefined) return thing;
  if (places.held() === "no-place") throw new NoPlace("say first where the home is: lampkeeper place set");
  throw new LocationNotPermitted(
    "the phone that gave the home's place is not permitted to know where it is: permit it, or say the place by hand",
  );
};

const placeJson = (places: Places, caller: Caller): Shape<"Place"> => {
  const held = places.held();
  const common = {
    set: held !== "no-place",
    zone: places.zone().name,
    ...(held === undefined || held === "no-place" ? {} : { held }),
  };
  if (!mayKnow(caller)) return common;
  const [place, phone] = [places.stated(), places.phone()];
  return {
    ...common,
    ...(place === undefined
      ? {}
      : { ...place.position, step: place.step, tolerance: toSeconds(place.tolerance) }),
    ...(phone === undefined ? {} : { phone }),
    veil: places.level(),
  };
};

/** @throws RangeViolation, UnknownZone, UnknownCity */
const newPlace = async (places: Places, body: Shape<"NewPlace">): Promise<NewPlace> => {
  const { city, latitude = Number.NaN, longitude = Number.NaN, zone, tolerance, phone } = body;
  const chosen = city === undefined ? undefined : await places.city(city);
  return {
    position: chosen?.position ?? positionAt(latitude, longitude),
    zone: zone === undefined && chosen !== undefined ? chosen.zone : parseZone(zone ?? ""),
    ...(tolerance === undefined ? {} : { tolerance: Seconds(tolerance) }),
    ...(phone === undefined ? {} : { phone: phone as PhoneId }),
  };
};

const roundingJson = ({ step, position, withinKm, worst }: Rounding): Shape<"Rounding"> => ({
  step,
  ...position,
  withinKm: Number(withinKm.toPrecision(2)),
  worst: worst === undefined ? null : Math.round(toSeconds(worst) * 10) / 10,
});

const midnight = 0 as WallTime;
const curveStep = Minutes(15);

const dayJson = (sun: Sun, zone: TimeZone, date: CivilDate): Pick<Shape<"SunDay">, "events" | "curve"> => {
  const events = sun
    .eventsOfCivilDay(date)
    .flatMap(({ kind, at, solarDate }) =>
      typeof kind === "string" ? [{ event: kind, time: isoText(at), solarDate }] : [],
    );
  return { events, curve: curveOf(sun, zone, date) };
};

const curveOf = (sun: Sun, zone: TimeZone, date: CivilDate): Shape<"SunDay">["curve"] => {
  const [from, to] = [zone.instantOf(date, midnight), zone.instantOf(addDays(date, 1), midnight)];
  if (from === undefined || to === undefined) return [];
  return Array.from({ length: Math.floor((to - from) / curveStep) + 1 }, (_, index) => {
    const at = Instant(from + index * curveStep);
    return { at: isoText(at), elevation: Math.round(sun.state(at).elevation * 100) / 100 };
  });
};
