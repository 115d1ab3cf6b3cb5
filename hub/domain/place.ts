import type { ZoneName } from "./civil.ts";
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
