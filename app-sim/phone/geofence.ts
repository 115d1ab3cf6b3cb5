import type { Position } from "../../hub/domain/place.ts";

/** Mean radius of the earth, metres (IUGG). */
const earthRadius = 6_371_009;
const metresPerDegree = (earthRadius * Math.PI) / 180;

/** Metres along the great circle (haversine); exact to 0.5 %, for the earth is no sphere. */
export const distanceBetween = (a: Position, b: Position): number => {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const north = radians(b.latitude - a.latitude);
  const east = radians(b.longitude - a.longitude);
  const half =
    Math.sin(north / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(east / 2) ** 2;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(half)));
};

/** The point so many metres north and east; for distances within a town. */
export const offsetBy = ({ latitude, longitude }: Position, north: number, east: number): Position => ({
  latitude: (latitude + north / metresPerDegree) as Position["latitude"],
  longitude: (longitude +
    east / (metresPerDegree * Math.cos((latitude * Math.PI) / 180))) as Position["longitude"],
});

/** Inside below, outside above; between the two it stays as it was, for a fix wanders by tens of metres. */
const enterWithin = 120;
const leaveBeyond = 220;

/** Whether a phone is at home: a circle with a broad edge. Its centre is known here and nowhere else. */
export class Geofence {
  readonly #home: Position;
  #isInside: boolean | undefined;

  constructor(home: Position) {
    this.#home = home;
  }

  get isInside(): boolean | undefined {
    return this.#isInside;
  }

  /** As at the first look. */
  forget(): void {
    this.#isInside = undefined;
  }

  distance(at: Position): number {
    return distanceBetween(this.#home, at);
  }

  /** @returns whether that changed anything */
  look(at: Position): boolean {
    const distance = this.distance(at);
    const before = this.#isInside;
    if (distance < enterWithin) this.#isInside = true;
    else if (distance > leaveBeyond || before === undefined) this.#isInside = false;
    return this.#isInside !== before;
  }
}
