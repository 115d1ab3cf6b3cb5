import type { Observer, Sighting } from "./sun-position.ts";

const msPerDay = 86_400_000;
/** Of the hour angle, radians per millisecond, to 0.04 percent. */
const turnRate = (2 * Math.PI) / msPerDay;
/** Newton is there after three; where the sun only grazes the height, halving the bracket takes over. */
const mostNewtonSteps = 8;
/** Heights whose crossings are kept; a home asks for a few. */
const mostCrossings = 32;

/** A culmination: when the sun is due south or north, and where its height really turns, which is a little beside it. */
interface Culmination {
  readonly transit: number;
  readonly extremum: Sighting;
}

interface Culminations {
  readonly before: Culmination;
  readonly noon: Culmination;
  readonly after: Culmination;
  /** Of the declination, radians per millisecond. */
  readonly drift: number;
}

type Crossings = Map<number, number | undefined>;

/** Which way the sun passes a height. */
export type Direction = "rising" | "setting";

const isSeen = ({ elevationRad }: Sighting): boolean => Number.isFinite(elevationRad);

/**
 * From one lower culmination of the sun to the next, with the upper one in between. Instants are whole milliseconds since
 * 1970, heights geometric.
 *
 * Between two extrema the sun only rises or only sinks. So it passes a height there once, if the extrema lie on either
 * side of it, or else not at all: nothing can be missed or invented, not even where a midnight sun grazes the horizon.
 * Everything is worked out when first asked for.
 */
export class SolarDay {
  readonly #observer: Observer;
  readonly #noon: Sighting;
  readonly #crossings: Record<Direction, Crossings> = { rising: new Map(), setting: new Map() };
  #culminations: Culminations | undefined;

  /** @param meanNoon of the place's mean solar time; the sun is due within 17 minutes of it */
  constructor(observer: Observer, meanNoon: number) {
    this.#observer = observer;
    this.#noon = this.#transitNear(this.#transitNear(meanNoon, "upper").at, "upper");
  }

  /** The upper culmination. */
  get noon(): number {
    return this.#noon.at;
  }

  /** The lower culmination before noon. */
  get midnight(): number {
    return this.#turns().before.transit;
  }

  /** The sun's greatest height, radians. */
  get highestRad(): number {
    return this.#turns().noon.extremum.elevationRad;
  }

  /** The first millisecond at which the sun has passed the height; undefined when it does not that day. */
  crossing(heightRad: number, direction: Direction): number | undefined {
    const known = this.#crossings[direction];
    if (known.has(heightRad)) return known.get(heightRad);
    const found = this.#search(heightRad, direction);
    if (known.size < mostCrossings) known.set(heightRad, found);
    return found;
  }

  #search(heightRad: number, direction: Direction): number | undefined {
    const { before, noon, after } = this.#turns();
    const isRising = direction === "rising";
    const [start, end] = isRising ? [before.extremum, noon.extremum] : [noon.extremum, after.extremum];
    const isPast = ({ elevationRad }: Sighting): boolean => elevationRad >= heightRad === isRising;
    const isCrossed = isSeen(start) && isSeen(end) && !isPast(start) && isPast(end);
    return isCrossed
      ? this.#closeIn(start.at, end.at, this.#guess(heightRad, isRising), heightRad, isPast)
      : undefined;
  }

  /** Newton's method inside a bracket, which closes to one millisecond. */
  #closeIn(
    start: number,
    end: number,
    guess: number,
    heightRad: number,
    isPast: (sighting: Sighting) => boolean,
  ): number | undefined {
    let [from, to, next] = [start, end, guess];
    for (let step = 0; to - from > 1; step++) {
      const isInside = next > from && next < to && step < mostNewtonSteps;
      const sighting = this.#observer.sight(isInside ? next : Math.floor((from + to) / 2));
      if (!isSeen(sighting)) return undefined;
      const past = isPast(sighting);
      if (past) to = sighting.at;
      else from = sighting.at;
      const away = Math.round(this.#away(sighting, heightRad));
      next = sighting.at + (Math.abs(away) > 1 ? away : past ? -1 : 1);
    }
    return to;
  }

  /** Newton's step from a sighting to where the sun is that high, milliseconds. */
  #away(sighting: Sighting, heightRad: number): number {
    const climb = this.#observer.climb(sighting, turnRate, this.#turns().drift);
    return (Math.sin(heightRad) - Math.sin(sighting.elevationRad)) / climb;
  }

  /** By the hour angle of that height, for the declination that the sun has then. Good to some seconds. */
  #guess(heightRad: number, isRising: boolean): number {
    const { declinationRad, at } = this.#noon;
    const arcFor = (declination: number): number =>
      (isRising ? -1 : 1) * (this.#observer.hourAngleAt(heightRad, declination) / turnRate);
    return Math.round(at + arcFor(declinationRad + arcFor(declinationRad) * this.#turns().drift));
  }

  #turns(): Culminations {
    this.#culminations ??= this.#findTurns();
    return this.#culminations;
  }

  #findTurns(): Culminations {
    const before = this.#transitNear(this.#noon.at - msPerDay / 2, "lower");
    const after = this.#transitNear(this.#noon.at + msPerDay / 2, "lower");
    const drift = (after.declinationRad - before.declinationRad) / (after.at - before.at);
    const turn = (transit: Sighting, kind: "upper" | "lower"): Culmination => {
      const lag = this.#observer.extremumLag(transit.declinationRad, kind, turnRate, drift) / turnRate;
      const extremum = this.#observer.sight(Math.round(transit.at + (kind === "upper" ? lag : -lag)));
      return { transit: transit.at, extremum };
    };
    return {
      before: turn(before, "lower"),
      noon: turn(this.#noon, "upper"),
      after: turn(after, "lower"),
      drift,
    };
  }

  /** The sun at its transit, found from a sighting near it; one from within a minute is good to some milliseconds. */
  #transitNear(guess: number, kind: "upper" | "lower"): Sighting {
    const near = this.#observer.sight(Math.round(guess));
    return { ...near, at: near.at - pastTransit(near, kind) };
  }
}

/** How long ago the transit was, whole milliseconds; negative when it is to come. */
const pastTransit = ({ hourAngleRad }: Sighting, kind: "upper" | "lower"): number => {
  const angle = kind === "upper" ? hourAngleRad : hourAngleRad - Math.sign(hourAngleRad) * Math.PI;
  return Math.round(angle / turnRate);
};
