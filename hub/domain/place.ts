import type { ZoneName } from "./civil.ts";
import { InvalidInput, RangeViolation } from "./errors.ts";
import type { Branded } from "./units.ts";

/** An angle. Latitudes -90..90, north positive; longitudes -180..180, east positive; heights above the horizon -90..90. */
export type Degrees = Branded<number, "Degrees">;

/** A point on the earth, WGS 84. */
export interface Position {
  readonly latitude: Degrees;
  readonly longitude: Degrees;
}

/** Where a home is: for its sun, and for its clocks. */
export interface Place {
  readonly position: Position;
  readonly zone: ZoneName;
}

/** What may be wrong with a place. The sign of a longitude is what people most often get wrong. */
export const placeDoubtCodes = ["longitude_sign", "latitude_sign", "swapped", "zone_differs"] as const;

/** The clocks at a position are not those of the zone that was said. It may still be right: borders are known roughly. */
export interface PlaceDoubt {
  readonly code: (typeof placeDoubtCodes)[number];
  /** Whose clocks the position as given has. */
  readonly zoneThere: ZoneName;
}

/** @throws RangeViolation beyond the poles, or more than half way round */
export const positionAt = (latitude: number, longitude: number): Position => {
  if (!(Math.abs(latitude) <= 90)) {
    throw new RangeViolation("a latitude is between -90 and 90", { what: "latitude", min: -90, max: 90 });
  }
  if (!(Math.abs(longitude) <= 180)) {
    throw new RangeViolation("a longitude is between -180 and 180", {
      what: "longitude",
      min: -180,
      max: 180,
    });
  }
  return { latitude: latitude as Degrees, longitude: longitude as Degrees };
};

const pairs = /^\s*([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/;

/** The position of `52.5,13.4`: north and east positive. @throws InvalidInput, RangeViolation; neither repeats it */
export const parsePosition = (text: string): Position => {
  const [, latitude, longitude] = pairs.exec(text) ?? [];
  if (latitude === undefined || longitude === undefined) {
    throw new InvalidInput("a position is latitude and longitude in degrees, such as 52.5,13.4", {
      path: "place",
    });
  }
  return positionAt(Number(latitude), Number(longitude));
};
