import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, type CivilDate, type ZoneName } from "../../../hub/domain/civil.ts";
import { positionAt } from "../../../hub/domain/place.ts";
import { coarsestWithin, roundingsOf } from "../../../hub/domain/place-rounding.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import type { SunEventKind } from "../../../hub/domain/sun-event.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Millis, Seconds } from "../../../hub/domain/units.ts";
import { kmBetween } from "../../../scripts/bench/veil/sun-attack.ts";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";

const zone = "Europe/Berlin" as ZoneName;
const from = "2026-01-01" as CivilDate;
const risings: readonly SunEventKind[] = ["sunrise", "sunset"];
const placeAt = (latitude: number, longitude: number) => ({
  position: positionAt(latitude, longitude),
  zone,
});
const berlin = placeAt(52.5234, 13.4114);

const homes = fc
  .tuple(
    fc.double({ min: -64, max: 64, noNaN: true }),
    fc.double({ min: -10, max: 30, noNaN: true }),
    fc.integer({ min: 5, max: 600 }),
  )
  .map(([latitude, longitude, seconds]) => ({
    place: placeAt(latitude, longitude),
    tolerance: Seconds(seconds),
  }));

test(`what is kept moves no sunrise and no sunset of a year by more than the tolerance, and is no finer than that needs ${proves("U4")}`, () => {
  fc.assert(
    fc.property(homes, fc.integer({ min: 0, max: 365 }), ({ place, tolerance }, day) => {
      const all = [...roundingsOf(place, risings, from)];
      const chosen = coarsestWithin(all, tolerance);
      const isFinest = chosen === all.at(-1);
      expect(isFinest || (chosen?.worst ?? Infinity) <= tolerance).toBe(true);
      for (const coarser of all.slice(0, chosen === undefined ? 0 : all.indexOf(chosen))) {
        expect(coarser.worst ?? Infinity).toBeGreaterThan(tolerance);
      }
      const [exact, kept] = [place.position, chosen?.position ?? place.position].map(
        (position) => new Sun(position, TimeZone.of(zone)),
      );
      for (const kind of risings) {
        const date = addDays(from, day);
        const apart = Math.abs((exact?.eventOn(kind, date)?.at ?? 0) - (kept?.eventOn(kind, date)?.at ?? 0));
        expect(isFinest || apart <= tolerance).toBe(true);
      }
    }),
    // A narrow tolerance is always among the few: nearly any rounding is good enough for a wide one.
    { numRuns: size(6, 100), examples: [[{ place: berlin, tolerance: Seconds(5) }, 0]] },
  );
});

test("the trade is shown: the finer, the less is hidden and the less is lost", () => {
  const all = [...roundingsOf(berlin, risings, from)];
  expect(all.map(({ step }) => step)).toEqual([1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]);
  expect(all[0]?.withinKm).toBeCloseTo(65, 0);
  expect(all.at(-1)?.worst).toBeLessThan(Seconds(1));
  for (const { position, withinKm } of all) {
    expect(kmBetween(berlin.position, position)).toBeLessThanOrEqual(withinKm * 1.01);
  }
});

test("numbers that are kept are as short as their grid", () => {
  for (const { position } of roundingsOf(placeAt(52.123_456_789, -0.987_654_321), risings, from)) {
    expect(`${position.latitude}`.length).toBeLessThanOrEqual(6);
    expect(`${position.longitude}`.length).toBeLessThanOrEqual(6);
  }
});

test("a rounding that would give or take a day its sunset is never kept for its coarseness", () => {
  const nearTheCircle = placeAt(65.74, 25);
  const all = [...roundingsOf(nearTheCircle, risings, from)];
  expect(all[0]?.worst).toBeUndefined();
  expect(coarsestWithin(all, Seconds(3_600))?.worst).toBeLessThanOrEqual(Seconds(3_600));
});

test("where no rounding is good enough the finest is kept", () => {
  expect(coarsestWithin(roundingsOf(berlin, risings, from), Millis(1))?.step).toBe(0.001);
});
