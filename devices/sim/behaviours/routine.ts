import type { SensorReading } from "../../../hub/domain/sensor.ts";
import type { Instant } from "../../../hub/domain/units.ts";
import type { Chance } from "../faults.ts";

/** Hours since midnight UTC, 0..24. A simulated home keeps universal time. */
export const hourOf = (at: Instant): number => (((at / 3_600_000) % 24) + 24) % 24;

/** How likely somebody moves in a minute of this hour. */
const stirring = (hour: number): number => {
  if (hour < 6 || hour >= 23) return 0.01;
  return hour < 9 || hour >= 17 ? 0.25 : 0.06;
};

/** Daylight behind a window, lux: a bell between six and eighteen. */
const daylight = (hour: number): number =>
  hour <= 6 || hour >= 18 ? 1 : 1 + 800 * Math.sin(((hour - 6) / 12) * Math.PI);

const drift = (value: number, towards: number, by: number, chance: Chance): number =>
  value + (towards - value) * 0.05 + (chance.draw() - 0.5) * by;

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/**
 * What a sensor notices in the minute that passed; undefined when nothing worth telling. Slow quantities are told
 * every fifth minute.
 */
export const noticed = (
  last: SensorReading,
  at: Instant,
  minute: number,
  chance: Chance,
): SensorReading | undefined => {
  const hour = hourOf(at);
  if (last.occupancy !== undefined) return movement(last.occupancy, hour, chance);
  if (last.contact !== undefined) return door(last.contact, hour, chance);
  if (minute % 5 !== 0) return undefined;
  if (last.illuminance !== undefined) {
    return { illuminance: Math.round(daylight(hour) * (0.85 + 0.3 * chance.draw())) };
  }
  if (last.temperature === undefined) return undefined;
  return {
    temperature: rounded(
      drift(last.temperature, 20 + 2 * Math.sin(((hour - 9) / 12) * Math.PI), 0.2, chance),
      1,
    ),
    humidity: rounded(drift(last.humidity ?? 45, 48, 1, chance), 1),
  };
};

const movement = (occupied: boolean, hour: number, chance: Chance): SensorReading | undefined => {
  const moves = chance.draw() < stirring(hour);
  return moves === occupied ? undefined : { occupancy: moves };
};

/** A door that stands open is closed within the next minutes. */
const door = (closed: boolean, hour: number, chance: Chance): SensorReading | undefined => {
  const used = chance.draw() < (closed ? stirring(hour) / 10 : 0.6);
  return used ? { contact: !closed } : undefined;
};
