import { expect, test } from "vitest";
import type { LightCapabilities, LightState } from "../../../hub/domain/light.ts";
import type { LampProfile } from "../../../hub/domain/profile.ts";
import { Percent } from "../../../hub/domain/units.ts";
import type { Lamp } from "../../../hub/lights/lamp.ts";
import { ShownAlike } from "../../../hub/lights/shown-alike.ts";

const capabilities: LightCapabilities = { brightness: { min: Percent(1) } };
const profile = { capabilities } as LampProfile;
const lit = (percent: number): LightState => ({ on: true, brightness: Percent(percent) });
const lamp = (desired: LightState, reported: LightState | null): Lamp =>
  ({ profile, desired, reported }) as Lamp;

test("a lamp that says what it showed before shows the very same object", () => {
  const before = lit(40.2);
  expect(new ShownAlike().after(lamp(lit(40), before), { brightness: Percent(40.2) })).toBe(before);
});

test("what lamps of a product show alike is one object, what was asked too", () => {
  const shown = new ShownAlike();
  const desired = lit(40);
  const first = shown.after(lamp(desired, lit(10)), { brightness: Percent(40.2) });
  expect(first).toEqual(lit(40.2));
  expect(shown.after(lamp(desired, lit(20)), { brightness: Percent(40.2) })).toBe(first);
  expect(shown.after(lamp(desired, lit(20)), { brightness: Percent(40) })).toBe(desired);
});

test("whether a lamp shows what is wanted is found for each pair anew", () => {
  const shown = new ShownAlike();
  const [wanted, near, far] = [lit(40), lit(40.2), lit(70)];
  const verdicts = [near, far, near, null, wanted].map((reported) =>
    shown.does(lamp(wanted, reported), wanted),
  );
  expect(verdicts).toEqual([true, false, true, false, true]);
  expect(shown.does(lamp(wanted, near), far)).toBe(false);
});
