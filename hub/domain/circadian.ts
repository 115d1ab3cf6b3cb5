import type { LightTargetId } from "./home.ts";
import type { LampId } from "./ids.ts";
import type { Degrees } from "./place.ts";
import { type Duration, Hours, type Instant, Kelvin, type Mireds, miredsOf, Percent } from "./units.ts";

/** How light follows the sun: warm and dim while it is low, cool and bright while it is high. */
export interface CircadianCurve {
  /** At and below `low`. */
  readonly warmest: Mireds;
  readonly dimmest: Percent;
  /** At and above `high`. */
  readonly coolest: Mireds;
  readonly brightest: Percent;
  /** Heights of the sun, geometric; `low` below `high`. */
  readonly low: Degrees;
  readonly high: Degrees;
  /** How long an attribute that somebody set otherwise stays as it was set. */
  readonly takeOver: Duration;
}

/** From candle light at the end of civil twilight to office light at mid-morning; brightness never below what one reads by. */
export const usualCurve: CircadianCurve = {
  warmest: miredsOf(Kelvin(2_200)),
  dimmest: Percent(40),
  coolest: miredsOf(Kelvin(5_000)),
  brightest: Percent(100),
  low: -6 as Degrees,
  high: 20 as Degrees,
  takeOver: Hours(3),
};

export interface CircadianLight {
  readonly brightness: Percent;
  readonly colorTemperature: Mireds;
}

/** Flat at both ends, so that the light does not start or stop to move with a jerk. */
const eased = (share: number): number => share * share * (3 - 2 * share);

/**
 * The light that goes with a height of the sun. Whites mix in mireds, where equal steps look equal.
 *
 * @param elevation geometric, degrees; outside `low..high` the light is that of the nearer end
 */
export const circadianLight = (elevation: Degrees, curve: CircadianCurve): CircadianLight => {
  const { low, high, warmest, coolest, dimmest, brightest } = curve;
  const share = eased(Math.min(1, Math.max(0, (elevation - low) / (high - low))));
  return {
    brightness: Percent(dimmest + (brightest - dimmest) * share),
    colorTemperature: (warmest + (coolest - warmest) * share) as Mireds,
  };
};

/** Lamps that follow the sun: those of a room, a zone, a group, or one alone. */
export interface CircadianTarget {
  readonly target: LightTargetId;
  readonly curve: CircadianCurve;
}

/** Until when a lamp keeps what somebody else than the sun has set, by attribute; absent: it follows. */
export interface TakeOver {
  readonly lamp: LampId;
  readonly brightness?: Instant;
  readonly color?: Instant;
}
