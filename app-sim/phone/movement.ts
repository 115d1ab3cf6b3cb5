import type { Position } from "../../hub/domain/place.ts";
import { Hours, Instant, Minutes } from "../../hub/domain/units.ts";
import { distanceBetween, offsetBy } from "./geofence.ts";

/** Chance, as every simulated thing takes it. */
export interface Chance {
  next(): number;
  fork(label: string): Chance;
}

/** Where somebody is, at any time. */
export interface Movement {
  at(now: Instant): Position;
  /** When they next set out, at `now` or later; the present moment while they are on the way, undefined: never. */
  nextMove(now: Instant): Instant | undefined;
}

/** Put somewhere by hand, and staying there. */
export const standing = (position: Position): Movement => ({
  at: () => position,
  nextMove: () => undefined,
});

/** One point of a track. */
export interface Fix {
  readonly at: Instant;
  readonly position: Position;
}

/** Along recorded points, in a straight line from one to the next; before the first and after the last it stays there. */
export class Track implements Movement {
  readonly #fixes: readonly Fix[];

  /** @param fixes one or more, in order of time */
  constructor(fixes: readonly Fix[]) {
    this.#fixes = fixes;
  }

  at(now: Instant): Position {
    const next = this.#fixes.findIndex(({ at }) => at > now);
    const [from, to] = [this.#fixes.at(next < 0 ? -1 : Math.max(0, next - 1)), this.#fixes[next]];
    if (from === undefined) return { latitude: 0, longitude: 0 } as Position;
    if (to === undefined || now <= from.at) return from.position;
    return between(from.position, to.position, (now - from.at) / (to.at - from.at));
  }

  nextMove(now: Instant): Instant | undefined {
    const next = this.#fixes.findIndex(({ at }) => at > now);
    if (next < 0) return undefined;
    return next === 0 ? this.#fixes[0]?.at : now;
  }
}

const between = (a: Position, b: Position, share: number): Position => ({
  latitude: (a.latitude + (b.latitude - a.latitude) * share) as Position["latitude"],
  longitude: (a.longitude + (b.longitude - a.longitude) * share) as Position["longitude"],
});

const dayMs = Hours(24);
/** Metres per second, through a town. */
const speed = 7;

/** Out and back. */
interface Outing {
  readonly leaves: number;
  readonly arrives: number;
  readonly turns: number;
  readonly returns: number;
  readonly goal: Position;
}

/**
 * A life drawn from a seed: work on five days, and now and then an evening or a weekend out. Every day is drawn by
 * itself, so any day can be looked at without the ones before.
 */
export class Life implements Movement {
  readonly #home: Position;
  readonly #chance: Chance;
  readonly #work: Position;
  /** What the sun shows is near enough for a simulated working day. */
  readonly #offset: number;
  readonly #days = new Map<number, readonly Outing[]>();

  constructor(home: Position, chance: Chance) {
    this.#home = home;
    this.#chance = chance;
    this.#work = this.#somewhere(chance.fork("work"), 2_000, 9_000);
    this.#offset = Math.round(home.longitude / 15) * Hours(1);
  }

  at(now: Instant): Position {
    const outing = this.#outingsAround(now).find(({ leaves, returns }) => leaves <= now && now < returns);
    if (outing === undefined) return this.#home;
    const { leaves, arrives, turns, returns, goal } = outing;
    if (now < arrives) return between(this.#home, goal, (now - leaves) / (arrives - leaves));
    return now < turns ? goal : between(goal, this.#home, (now - turns) / (returns - turns));
  }

  nextMove(now: Instant): Instant {
    const ways = this.#outingsAround(now).flatMap(({ leaves, arrives, turns, returns }) => [
      [leaves, arrives],
      [turns, returns],
    ]);
    const isOnTheWay = ways.some(([from = 0, to = 0]) => from <= now && now < to);
    const next = Math.min(...ways.flatMap(([from = 0]) => (from > now ? [from] : [])));
    return isOnTheWay ? now : Instant(Number.isFinite(next) ? next : now + dayMs);
  }

  #outingsAround(now: Instant): readonly Outing[] {
    const today = Math.floor((now + this.#offset) / dayMs);
    return [...this.#outings(today), ...this.#outings(today + 1), ...this.#outings(today + 2)];
  }

  #outings(day: number): readonly Outing[] {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    // Enough for a look around; a year would otherwise stay in memory.
    if (this.#days.size > 8) this.#days.clear();
    const drawn = this.#draw(day);
    this.#days.set(day, drawn);
    return drawn;
  }

  #draw(day: number): readonly Outing[] {
    const chance = this.#chance.fork(`day ${day}`);
    const start = day * dayMs - this.#offset;
    // 1970-01-01 was a Thursday.
    const isWorkday = (day + 3) % 7 < 5;
    const evening = () => this.#outing(start, 19.5, 2.5, this.#somewhere(chance, 600, 4_000), chance);
    if (isWorkday) {
      const work = this.#outing(start, 7.5, 9, this.#work, chance);
      return chance.next() < 0.25 ? [work, evening()] : [work];
    }
    return chance.next() < 0.6
      ? [this.#outing(start, 11, 3, this.#somewhere(chance, 1_000, 12_000), chance)]
      : [];
  }

  /** @param hour when they usually leave. @param stay usual hours there */
  #outing(start: number, hour: number, stay: number, goal: Position, chance: Chance): Outing {
    const leaves = start + Hours(hour) + Minutes(60) * (chance.next() - 0.5);
    const way = (distanceBetween(this.#home, goal) / speed) * 1_000;
    const turns = leaves + way + Hours(stay) * (0.85 + 0.3 * chance.next());
    return { leaves, arrives: leaves + way, turns, returns: turns + way, goal };
  }

  #somewhere(chance: Chance, least: number, most: number): Position {
    const angle = 2 * Math.PI * chance.next();
    const radius = least + (most - least) * chance.next();
    return offsetBy(this.#home, radius * Math.cos(angle), radius * Math.sin(angle));
  }
}
