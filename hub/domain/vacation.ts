import type { RoomId } from "./ids.ts";
import { type Duration, Instant, Minutes } from "./units.ts";

/** A room that looks used for a while. */
export interface LitSpan {
  readonly room: RoomId;
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * How much of its evenings a room is lit: a share, 0..1, for each part of the evening. Nothing finer is known, so nothing
 * of anybody's life can be played back.
 */
export type EveningShares = readonly number[];

/** An evening is counted in parts of two hours, from 16:00 to midnight. */
export const eveningParts = 4;
export const firstEveningHour = 16;
export const hoursPerPart = 2;

/** Of a room that nothing is known of: lit for a part of the evening, as rooms are. */
export const unknownShares: EveningShares = [0.2, 0.5, 0.5, 0.25];

/** One evening of an empty home. */
export interface Evening {
  /** Nothing is lit before it. */
  readonly dusk: Instant;
  /** 16:00 of that day: the parts are counted from here. */
  readonly start: Instant;
  /** When people go to bed, on average. */
  readonly bedtime: Instant;
}

const shortestStay = Minutes(12);
const longestStay = Minutes(55);
/** Bedtime varies by so much, either way. */
const bedtimeVaries = Minutes(40);
const eveningWeight = 0.1;

/**
 * Where somebody would seem to be on this evening: one person who goes from room to room, drawn by how much each room
 * is usually lit at that time. No two evenings are alike, and none is one that anybody lived.
 *
 * @param shares by room; a room that is missing counts as unknown
 * @param draw 0..1, the next number of this evening's own chance: the same for the same evening
 * @returns in order of time, not overlapping, all between dusk and bedtime
 */
export const plausibleEvening = (
  rooms: readonly RoomId[],
  shares: ReadonlyMap<RoomId, EveningShares>,
  { dusk, start, bedtime }: Evening,
  draw: () => number,
): readonly LitSpan[] => {
  const end = bedtime + (2 * draw() - 1) * bedtimeVaries;
  const spans: LitSpan[] = [];
  let at: number = Math.max(dusk, start) + draw() * shortestStay;
  while (at < end && rooms.length > 0) {
    const until = Math.min(end, at + stay(draw));
    const room = drawnRoom(rooms, shares, partAt(at - start), draw);
    if (room !== undefined) spans.push({ room, from: Instant(at), to: Instant(until) });
    // Nobody is in two rooms at once, and lights do not change hands to the second.
    at = until + draw() * Minutes(2);
  }
  return joined(spans);
};

/** Long stays are rarer than short ones. */
const stay = (draw: () => number): Duration =>
  Minutes((shortestStay + (longestStay - shortestStay) * draw() * draw()) / 60_000);

const partAt = (sinceStart: number): number =>
  Math.min(eveningParts - 1, Math.max(0, Math.floor(sinceStart / (hoursPerPart * 3_600_000))));

/** By share; undefined: nobody switches a light on just now, more often the darker the home usually is. */
const drawnRoom = (
  rooms: readonly RoomId[],
  shares: ReadonlyMap<RoomId, EveningShares>,
  part: number,
  draw: () => number,
): RoomId | undefined => {
  const weights = rooms.map((room) => (shares.get(room) ?? unknownShares)[part] ?? 0);
  const lit = weights.reduce((sum, weight) => sum + weight, 0);
  // A home whose rooms together are lit all the time is never dark; one that hardly ever is, mostly.
  const darkness = Math.max(0, 1 - lit);
  let left = draw() * (lit + darkness);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return rooms[index];
  }
  return undefined;
};

/** Somebody who stays in a room does not switch its light off and on again. */
const joined = (spans: readonly LitSpan[]): readonly LitSpan[] => {
  const all: LitSpan[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.room === span.room && span.from - last.to < Minutes(3))
      all[all.length - 1] = { ...last, to: span.to };
    else all.push(span);
  }
  return all;
};

/** How shares move with one evening more: a month of evenings counts for most of it, last year's for nothing. */
export const sharesAfter = (known: EveningShares, evening: EveningShares): EveningShares =>
  evening.map((share, part) => {
    const before = known[part] ?? 0;
    // Hundredths: finer would begin to tell evenings apart.
    return Math.round((before + (share - before) * eveningWeight) * 100) / 100;
  });
