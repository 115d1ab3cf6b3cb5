import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { distanceBetween, Geofence, offsetBy } from "../../../app-sim/phone/geofence.ts";
import { parseGpx } from "../../../app-sim/phone/gpx.ts";
import { Life } from "../../../app-sim/phone/movement.ts";
import type { Position } from "../../../hub/domain/place.ts";
import { Days, Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { proves } from "../../support/proves.ts";

const home = { latitude: 52.37, longitude: 4.89 } as Position;
const start = Instant(Date.UTC(2026, 5, 22));
const gpx = readFileSync("test/vectors/evening-walk.gpx", "utf8");

describe("a geofence", () => {
  test("measures as the earth is: a degree of latitude is 111.2 km", () => {
    const north = { latitude: 53.37, longitude: 4.89 } as Position;
    expect(distanceBetween(home, north)).toBeCloseTo(111_195, -2);
    expect(distanceBetween(home, offsetBy(home, 300, -400))).toBeCloseTo(500, 0);
  });

  test(`does not flicker while a fix wanders about its edge ${proves("H7")}`, () => {
    const fence = new Geofence(home);
    const looks = (metres: number) => fence.look(offsetBy(home, metres, 0));
    expect(looks(0)).toBe(true);
    expect([130, 210, 125, 219, 150].map(looks)).toEqual([false, false, false, false, false]);
    expect(looks(230)).toBe(true);
    expect([210, 130, 125].map(looks)).toEqual([false, false, false]);
    expect(looks(100)).toBe(true);
    expect(fence.isInside).toBe(true);
  });
});

describe("a life drawn from a seed", () => {
  const lifeOf = (seed: number) => new Life(home, new SeededRandom(seed));
  const walk = (life: Life, days: number) => {
    const metres: number[] = [];
    for (let at = 0; at < Days(days); at += Minutes(10)) {
      metres.push(Math.round(distanceBetween(home, life.at(Instant(start + at)))));
    }
    return metres;
  };

  test("is the same every time, whichever day is looked at first, and another for another seed", () => {
    const looked = lifeOf(3);
    looked.at(Instant(start + Days(20)));
    expect(walk(looked, 14)).toEqual(walk(lifeOf(3), 14));
    expect(walk(lifeOf(3), 14)).not.toEqual(walk(lifeOf(4), 14));
  });

  test("has nights at home and working days elsewhere, without leaps", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const metres = walk(lifeOf(seed), 14);
      for (let day = 0; day < 14; day++) expect(metres[day * 144 + 18]).toBe(0);
      const noons = [0, 1, 2, 3, 4].map((day) => metres[day * 144 + 72] ?? 0);
      expect(Math.min(...noons)).toBeGreaterThan(1_900);
      for (const [index, at] of metres.entries()) {
        expect(Math.abs(at - (metres[index - 1] ?? 0))).toBeLessThanOrEqual(600 * 7 + 2);
      }
    }
  });

  test("says when it next sets out, and is still until then", () => {
    const life = lifeOf(1);
    const morning = Instant(start + Hours(2));
    const leaves = life.nextMove(morning);
    expect(leaves).toBeGreaterThan(morning);
    expect(life.at(Instant(leaves - 1))).toEqual(home);
    expect(distanceBetween(home, life.at(Instant(leaves + Minutes(1))))).toBeGreaterThan(300);
    expect(life.nextMove(Instant(leaves + 1))).toBe(leaves + 1);
  });
});

describe("a GPX track", () => {
  const distanceAt = (time: string) =>
    distanceBetween(home, parseGpx(gpx).at(Instant(Date.parse(`2026-06-21T${time}Z`))));

  test("is walked from point to point", () => {
    expect(distanceAt("19:00:00")).toBe(0);
    expect(distanceAt("20:11:30")).toBeCloseTo(111, 0);
    expect(distanceAt("20:25:00")).toBeCloseTo(1_130, -1);
    expect(distanceAt("23:00:00")).toBe(0);
  });

  test.each([
    ["nothing", ""],
    ["no points", "<gpx></gpx>"],
    ["a point without a time", '<trkpt lat="1" lon="2"></trkpt>'],
    ["a point without a place", "<trkpt><time>2026-06-21T20:10:00Z</time></trkpt>"],
    ["a place beyond the pole", '<trkpt lat="91" lon="2"><time>2026-06-21T20:10:00Z</time></trkpt>'],
    ["times that run back", gpx.replace("20:41:00", "19:41:00")],
  ])("%s is refused", (_what, text) => {
    expect(() => parseGpx(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
