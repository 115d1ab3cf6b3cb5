import fc from "fast-check";
import { expect, test } from "vitest";
import type { RoomId } from "../../../hub/domain/ids.ts";
import { Hours, Instant, later } from "../../../hub/domain/units.ts";
import {
  type EveningShares,
  plausibleEvening,
  sharesAfter,
  unknownShares,
} from "../../../hub/domain/vacation.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";

const rooms = ["r-aaaaaaaaaaaa", "r-bbbbbbbbbbbb", "r-cccccccccccc"].map((id) => id as RoomId);
const start = Instant(Date.UTC(2026, 10, 20, 15));
const evening = { start, dusk: later(start, Hours(1)), bedtime: later(start, Hours(7)) };
const drawOf = (seed: number) => {
  const random = new SeededRandom(seed);
  return () => random.next();
};

test("spans follow each other, never before dusk and never long after bedtime", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 8 }), (seed, duskHours) => {
      const dusk = later(start, Hours(duskHours));
      const spans = plausibleEvening(rooms, new Map(), { ...evening, dusk }, drawOf(seed));
      let last: number = dusk;
      for (const { from, to } of spans) {
        expect(from).toBeGreaterThanOrEqual(last);
        expect(to).toBeGreaterThan(from);
        last = to;
      }
      expect(last).toBeLessThanOrEqual(Math.max(dusk, evening.bedtime + 40 * 60_000));
    }),
  );
});

test("without any history an evening still looks lived in: lit for most of it, in more than one room", () => {
  const evenings = Array.from({ length: 200 }, (_, seed) =>
    plausibleEvening(rooms, new Map(), evening, drawOf(seed)),
  );
  const lit = evenings.map((spans) => spans.reduce((sum, { from, to }) => sum + to - from, 0) / 3_600_000);
  expect(lit.reduce((sum, hours) => sum + hours, 0) / lit.length).toBeGreaterThan(3.5);
  const inOneRoom = evenings.filter((spans) => new Set(spans.map(({ room }) => room)).size < 2).length;
  expect(inOneRoom).toBeLessThan(10);
  expect(new Set(evenings.map((spans) => JSON.stringify(spans))).size).toBe(200);
});

test("a room that is never lit of an evening stays dark, one that always is, is lit most", () => {
  const shares = new Map<RoomId, EveningShares>([
    [rooms[0] as RoomId, [0, 0, 0, 0]],
    [rooms[1] as RoomId, [1, 1, 1, 1]],
    [rooms[2] as RoomId, [0.2, 0.2, 0.2, 0.2]],
  ]);
  const time = new Map<RoomId, number>();
  for (let seed = 0; seed < 100; seed++) {
    for (const { room, from, to } of plausibleEvening(rooms, shares, evening, drawOf(seed)))
      time.set(room, (time.get(room) ?? 0) + to - from);
  }
  expect(time.get(rooms[0] as RoomId)).toBeUndefined();
  expect(time.get(rooms[1] as RoomId) ?? 0).toBeGreaterThan(3 * (time.get(rooms[2] as RoomId) ?? 0));
});

test("a home without rooms has no evening", () => {
  expect(plausibleEvening([], new Map(), evening, drawOf(1))).toEqual([]);
});

test("evenings move what is known slowly, and only in hundredths", () => {
  let shares: EveningShares = unknownShares;
  for (let day = 0; day < 60; day++) shares = sharesAfter(shares, [0, 1, 1, 0]);
  expect(shares[0]).toBeLessThanOrEqual(0.05);
  expect(shares[1]).toBeGreaterThanOrEqual(0.95);
  expect(shares.every((share) => Number.isInteger(Math.round(share * 1e9) / 1e7))).toBe(true);
});
