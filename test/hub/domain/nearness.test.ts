import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heard, type Nearness } from "../../../hub/domain/nearness.ts";
import type { Monotonic } from "../../../hub/domain/units.ts";

/** Readings, one each second from 0. */
const heardAs = (readings: readonly (number | undefined)[], everyMs = 1_000): Nearness => {
  let nearness: Nearness | undefined;
  readings.forEach((rssi, at) => {
    nearness = heard(nearness, rssi, (at * everyMs) as Monotonic);
  });
  if (nearness === undefined) throw new RangeError("nothing was heard");
  return nearness;
};
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

describe("a beacon", () => {
  test("is not near by one reading, nor by a burst, however strong", () => {
    expect(heardAs([-30]).isNear).toBe(false);
    expect(heardAs(times(100, -30), 10).isNear).toBe(false);
  });

  test("is near when it has been heard well for a while", () => {
    expect(heardAs(times(5, -60)).isNear).toBe(false);
    expect(heardAs(times(6, -60)).isNear).toBe(true);
    expect(heardAs(times(20, -90)).isNear).toBe(false);
  });

  test("is not near by one strong reading among weak ones, and stays near through some weak ones", () => {
    expect(heardAs([...times(20, -100), -30]).isNear).toBe(false);
    expect(heardAs([...times(20, -70), ...times(3, -105)]).isNear).toBe(true);
    expect(heardAs([...times(20, -70), ...times(40, -105)]).isNear).toBe(false);
  });

  test("between the two thresholds stays what it was", () => {
    expect(heardAs([...times(20, -70), ...times(200, -90)]).isNear).toBe(true);
    expect(heardAs([...times(20, -105), ...times(200, -90)]).isNear).toBe(false);
  });

  test("that was not heard for a minute begins anew", () => {
    const near = heardAs(times(20, -60));
    expect(heard(near, -60, (near.at + 60_000) as Monotonic).isNear).toBe(true);
    expect(heard(near, -60, (near.at + 60_001) as Monotonic)).toMatchObject({ isNear: false, readings: 1 });
  });

  test("of a radio that does not measure is near by being heard", () => {
    expect(heardAs(times(6, undefined)).isNear).toBe(true);
    expect(heardAs(times(6, 127)).isNear).toBe(true);
  });

  test("its level lies among its readings, whatever they are", () => {
    const readings = fc.array(fc.integer({ min: -127, max: 20 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(readings, (rssi) => {
        const { level } = heardAs(rssi);
        expect(level).toBeGreaterThanOrEqual(Math.min(...rssi) - 1e-9);
        expect(level).toBeLessThanOrEqual(Math.max(...rssi) + 1e-9);
      }),
    );
  });
});
