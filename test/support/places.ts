import { type CivilDate, parseCivilDate, parseWallTime } from "../../hub/domain/civil.ts";
import type { Degrees, Position } from "../../hub/domain/place.ts";
import { Sun } from "../../hub/domain/sun.ts";
import { parseZone, TimeZone } from "../../hub/domain/time-zone.ts";
import { Instant } from "../../hub/domain/units.ts";

export const position = (latitude: number, longitude: number): Position => ({
  latitude: latitude as Degrees,
  longitude: longitude as Degrees,
});

export const zone = (name: string): TimeZone => TimeZone.of(parseZone(name));

export const sunAt = (latitude: number, longitude: number, zoneName: string): Sun =>
  new Sun(position(latitude, longitude), zone(zoneName));

export const date = (text: string): CivilDate => parseCivilDate(text);

export const instant = (text: string): Instant => Instant(Date.parse(text));

/** When clocks of a zone show a time, in ISO 8601 to the second; undefined where the date does not exist. */
export const whenIn = (zoneName: string, day: string, time: string): string | undefined => {
  const at = zone(zoneName).instantOf(date(day), parseWallTime(time));
  return at === undefined ? undefined : new Date(at).toISOString().replace(".000Z", "Z");
};
