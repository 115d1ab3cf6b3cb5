import zoneAt from "@photostructure/tz-lookup";
import type { CivilDate, WallTime, ZoneName } from "./civil.ts";
import type { Degrees, Place, PlaceDoubt, Position } from "./place.ts";
import { TimeZone, UnknownZone } from "./time-zone.ts";
import type { Instant } from "./units.ts";

/** How a position may have been meant. */
const mirrored: readonly { readonly code: PlaceDoubt["code"]; of(position: Position): Position }[] = [
  {
    code: "longitude_sign",
    of: ({ latitude, longitude }) => ({ latitude, longitude: -longitude as Degrees }),
  },
  { code: "latitude_sign", of: ({ latitude, longitude }) => ({ latitude: -latitude as Degrees, longitude }) },
  { code: "swapped", of: ({ latitude, longitude }) => ({ latitude: longitude, longitude: latitude }) },
];

/**
 * Compares the clocks of a place's zone with those of where it lies, in January and in July.
 * @param now any instant of the year in question
 */
export const doubtAbout = ({ position, zone }: Place, now: Instant): PlaceDoubt | undefined => {
  const there = zoneOf(position);
  if (there === undefined || haveSameClocks(there, zone, now)) return undefined;
  const meant = mirrored.find(({ of }) => {
    const other = zoneOf(of(position));
    return other !== undefined && haveSameClocks(other, zone, now);
  });
  return { code: meant?.code ?? "zone_differs", zoneThere: there };
};

const zoneOf = ({ latitude, longitude }: Position): ZoneName | undefined =>
  Math.abs(latitude) > 90 ? undefined : (zoneAt(latitude, longitude) as ZoneName);

/** One of winter and one of summer, wherever that is. */
const daysOfYear = ["01-15", "07-15"];
const noon = 43_200 as WallTime;

const haveSameClocks = (a: ZoneName, b: ZoneName, now: Instant): boolean => {
  const zone = TimeZone.of(b);
  const year = zone.civil(now).date.slice(0, 4);
  return daysOfYear.every((day) => {
    const at = zone.instantOf(`${year}-${day}` as CivilDate, noon) ?? now;
    const [one, other] = [offsetIn(a, at), offsetIn(b, at)];
    return one === undefined || other === undefined || one === other;
  });
};

/** Undefined where this Node's table of zones is older than the map. */
const offsetIn = (zone: ZoneName, at: Instant): number | undefined => {
  try {
    return TimeZone.of(zone).civil(at).offsetMs;
  } catch (error) {
    if (error instanceof UnknownZone) return undefined;
    throw error;
  }
};
