import type { CivilDate } from "./civil.ts";
import type { Degrees } from "./place.ts";
import type { Instant } from "./units.ts";

/** Events that have a name, in the order of a day from solar midnight on. */
export const sunEventNames = [
  "solar_midnight",
  "astronomical_dawn",
  "nautical_dawn",
  "blue_hour_morning_start",
  "civil_dawn",
  "blue_hour_morning_end",
  "sunrise",
  "golden_hour_morning_end",
  "solar_noon",
  "golden_hour_evening_start",
  "sunset",
  "blue_hour_evening_start",
  "civil_dusk",
  "blue_hour_evening_end",
  "nautical_dusk",
  "astronomical_dusk",
] as const;
export type SunEventName = (typeof sunEventNames)[number];

/** The sun passes a geometric height of its centre above the horizon, going up or down. */
export interface Elevation {
  readonly elevation: Degrees;
  readonly direction: "rising" | "setting";
}

export type SunEventKind = SunEventName | Elevation;

/** Something the sun does at a place. */
export interface SunEvent {
  readonly kind: SunEventKind;
  readonly at: Instant;
  /** Local date of the solar noon that it belongs to: what people call "Friday's sunset", also when it is after midnight. */
  readonly solarDate: CivilDate;
}

/** How the sun stands at an instant. */
export interface SunState {
  /** Geometric: of the centre, without refraction; degrees. */
  readonly elevation: Degrees;
  /** Above -50', where sunrise and sunset are. */
  readonly isUp: boolean;
  readonly isRising: boolean;
}
