import { expect, test } from "vitest";
import { Days, Minutes } from "../../../hub/domain/units.ts";
import { Ephemeris } from "../../support/ephemeris.ts";
import { proves } from "../../support/proves.ts";
import { at, RuleHome, ruleOf, sun } from "./rule-home.ts";

const from = "2026-01-01T00:00Z";
const year = { from: at(from), to: at("2027-01-01T00:00Z") };
const berlin = { latitude: 52.52, longitude: 13.405 };

const daily = (moment: ReturnType<typeof sun>) =>
  ruleOf({ triggers: [{ kind: "daily", at: moment, days: {} }] });

/** When each of the rules fired in a year, by its place in the list. */
const firingsOf = async (...offsets: readonly (readonly ["sunrise" | "sunset", number])[]) => {
  const home = new RuleHome(from);
  const ids = offsets.map(([event, offset]) => home.rules.add(daily(sun(event, offset))).id);
  await home.world.advance(Days(365));
  const fired = home.of("rule.fired");
  return ids.map((id) => fired.filter(({ rule }) => rule === id).map((firing) => firing.at));
};

test(`a year of dawns and sunsets with offsets: each within a minute of an independent almanac ${proves("H6")}`, async () => {
  const [mornings = [], evenings = []] = await firingsOf(["sunrise", Minutes(10)], ["sunset", -Minutes(15)]);
  const almanac = new Ephemeris(year.from - 86_400_000, year.to + 86_400_000);
  const turns = almanac.turns(
    berlin.latitude,
    berlin.longitude,
    year.from - 86_400_000,
    year.to + 86_400_000,
  );
  const crossings = almanac.crossings(berlin.latitude, berlin.longitude, turns, -50 / 60);
  for (const [fired, direction, offset] of [
    [mornings, "rising", Minutes(10)],
    [evenings, "setting", -Minutes(15)],
  ] as const) {
    expect(fired).toHaveLength(365);
    const expected = crossings
      .filter((crossing) => crossing.direction === direction)
      .map((each) => each.at + offset);
    const errors = fired.map((when) => Math.min(...expected.map((each) => Math.abs(each - when))));
    expect(Math.max(...errors)).toBeLessThan(60_000);
  }
});

test(`lamps that are to be on before sunset are so by exactly that long, through both changes of the clocks ${proves("U9")}`, async () => {
  const [ahead = [], sunsets = []] = await firingsOf(["sunset", -Minutes(10)], ["sunset", 0]);
  expect(sunsets).toHaveLength(365);
  expect(new Set(sunsets.map((when, day) => when - (ahead[day] ?? 0)))).toEqual(new Set([Minutes(10)]));
});
