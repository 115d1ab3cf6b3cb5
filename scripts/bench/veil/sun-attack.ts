/**
 * What somebody does who has seen when a lamp follows the sun, and nothing else: finds where on earth those sunrises and
 * sunsets belong. The sun is this file's own (Meeus, Astronomical Algorithms, ch. 12, 22 and 25), so that it shares no
 * mistake with the hub; the fit is damped Gauss-Newton on the times, from a coarse grid of latitudes.
 */

/** One time at which something happened. */
export interface Sighting {
  readonly kind: "sunrise" | "sunset";
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

/** Degrees, north and east positive. */
export interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  /** Root mean square of what the times are off there, minutes. */
  readonly offMinutes: number;
}

const radians = Math.PI / 180;
const sin = (degrees: number): number => Math.sin(degrees * radians);
const cos = (degrees: number): number => Math.cos(degrees * radians);
const sunriseAltitude = -50 / 60;
const minutesPerDegree = 4;

/** What of a sighting does not hang on the place: declination, and the hour angle at longitude 0. */
interface Ray {
  readonly setting: boolean;
  readonly sinDeclination: number;
  readonly cosDeclination: number;
  readonly hourAngle: number;
}

/** -180..180 */
const turned = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);

const rayOf = ({ kind, at }: Sighting): Ray => {
  const days = at / 86_400_000 + 2_440_587.5 - 2_451_545;
  const t = (days + 69.2 / 86_400) / 36_525;
  const anomaly = 357.52911 + t * (35_999.05029 - 0.0001537 * t);
  const center =
    (1.914602 - t * (0.004817 + 0.000014 * t)) * sin(anomaly) +
    (0.019993 - 0.000101 * t) * sin(2 * anomaly) +
    0.000289 * sin(3 * anomaly);
  const node = 125.04 - 1_934.136 * t;
  const longitude = 280.46646 + t * (36_000.76983 + 0.0003032 * t) + center - 0.00569 - 0.00478 * sin(node);
  const obliquity = 23.4392911 - 0.0130042 * t + 0.00256 * cos(node);
  const ascension = Math.atan2(cos(obliquity) * sin(longitude), cos(longitude)) / radians;
  const sinDeclination = sin(obliquity) * sin(longitude);
  const sidereal =
    280.46061837 + 360.98564736629 * days + 0.000387933 * t * t - 0.00478 * sin(node) * cos(obliquity);
  return {
    setting: kind === "sunset",
    sinDeclination,
    cosDeclination: Math.sqrt(1 - sinDeclination * sinDeclination),
    hourAngle: turned(sidereal - ascension),
  };
};

interface Off {
  /** Degrees by which the sun has gone on since it should have risen or set. */
  readonly residual: number;
  readonly byLatitude: number;
}

/** Undefined where the sun does not rise or set at such a latitude. */
const offAt = (ray: Ray, latitude: number, longitude: number): Off | undefined => {
  const { sinDeclination, cosDeclination, setting, hourAngle } = ray;
  const cosine = (sin(sunriseAltitude) - sin(latitude) * sinDeclination) / (cos(latitude) * cosDeclination);
  if (!(Math.abs(cosine) < 1)) return undefined;
  const half = Math.acos(cosine) / radians;
  const slope =
    (sin(latitude) * sin(sunriseAltitude) - sinDeclination) /
    (cos(latitude) * cos(latitude) * cosDeclination * Math.sqrt(1 - cosine * cosine));
  return {
    residual: turned(hourAngle + longitude - (setting ? half : -half)),
    byLatitude: setting ? slope : -slope,
  };
};

const sumOfSquares = (rays: readonly Ray[], latitude: number, longitude: number): number =>
  rays.reduce((sum, ray) => {
    const off = offAt(ray, latitude, longitude);
    // A day without a sunset that was seen speaks as loud against a latitude as one that is six hours off.
    return sum + (off === undefined ? 90 ** 2 : off.residual ** 2);
  }, 0);

/** The longitude that fits a latitude best: the mean of what each sighting asks for, on the circle. */
const longitudeFor = (rays: readonly Ray[], latitude: number): number => {
  const wanted = rays.flatMap((ray) => {
    const off = offAt(ray, latitude, 0);
    return off === undefined ? [] : [-off.residual];
  });
  const sum = (part: (degrees: number) => number): number =>
    wanted.reduce((all, each) => all + part(each), 0);
  return Math.atan2(sum(sin), sum(cos)) / radians;
};

const latitudeGrid = Array.from({ length: 33 }, (_, index) => -64 + 4 * index);
const mostSteps = 60;

/** One damped Gauss-Newton descent. */
const descend = (
  rays: readonly Ray[],
  start: number,
): readonly [latitude: number, longitude: number, sum: number] => {
  let latitude = start;
  let longitude = longitudeFor(rays, start);
  let sum = sumOfSquares(rays, latitude, longitude);
  let damping = 1e-3;
  for (let step = 0; step < mostSteps && damping < 1e6; step++) {
    const [north, east] = stepAt(rays, latitude, longitude, damping);
    const next = sumOfSquares(rays, latitude + north, longitude + east);
    if (!(next < sum)) {
      damping *= 10;
      continue;
    }
    const isThere = Math.hypot(north, east) < 1e-7;
    [latitude, longitude, sum, damping] = [latitude + north, longitude + east, next, damping / 10];
    if (isThere) break;
  }
  return [latitude, turned(longitude), sum];
};

/** Solves the normal equations of latitude and longitude. */
const stepAt = (
  rays: readonly Ray[],
  latitude: number,
  longitude: number,
  damping: number,
): readonly [north: number, east: number] => {
  let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
  for (const ray of rays) {
    const off = offAt(ray, latitude, longitude);
    if (off === undefined) continue;
    aa += off.byLatitude ** 2;
    ab += off.byLatitude;
    bb += 1;
    ga += off.byLatitude * off.residual;
    gb += off.residual;
  }
  aa *= 1 + damping;
  bb *= 1 + damping;
  const determinant = aa * bb - ab * ab;
  return [(ab * gb - bb * ga) / determinant, (ab * ga - aa * gb) / determinant];
};

/**
 * Where those times belong. Reads times alone; undefined without any.
 * @param sightings of one lamp or rule, in any order; a year of them is more than enough
 */
export const locate = (sightings: readonly Sighting[]): Fix | undefined => {
  if (sightings.length === 0) return undefined;
  const rays = sightings.map(rayOf);
  // A few of them tell which hill is the right one; all of them then tell the place.
  const sample = rays.filter((_, index) => index % Math.ceil(rays.length / 40) === 0);
  const starts = latitudeGrid.map((latitude) => descend(sample, latitude)).sort(([, , a], [, , b]) => a - b);
  const [latitude, longitude, sum] = descend(rays, starts[0]?.[0] ?? 0);
  return { latitude, longitude, offMinutes: minutesPerDegree * Math.sqrt(sum / rays.length) };
};

const earthKm = 6_371;

/** Along the ground. */
export const kmBetween = (
  a: { readonly latitude: number; readonly longitude: number },
  b: { readonly latitude: number; readonly longitude: number },
): number => {
  const [dLat, dLon] = [(b.latitude - a.latitude) / 2, (b.longitude - a.longitude) / 2];
  const square = sin(dLat) ** 2 + cos(a.latitude) * cos(b.latitude) * sin(dLon) ** 2;
  return 2 * earthKm * Math.asin(Math.sqrt(square));
};
