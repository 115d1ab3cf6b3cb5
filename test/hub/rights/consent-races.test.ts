import { expect, test } from "vitest";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";
import { type Plant, RacingHome } from "./racing-home.ts";

const orders = size(1_000, 20_000);

test(`in ${orders} orders of things nothing of what was taken back begins after that was acknowledged ${proves("M16", "H41", "EN303645:6-3A", "A22")}`, async () => {
  let [acts, withdrawals] = [0, 0];
  for (let seed = 1; seed <= orders; seed++) {
    const home = await new RacingHome(seed).live();
    expect({ seed, late: home.late }).toEqual({ seed, late: [] });
    acts += home.acts;
    withdrawals += home.withdrawals;
  }
  // In between things were done, and it was taken back again and again.
  expect(acts / orders).toBeGreaterThan(5);
  expect(withdrawals / orders).toBeGreaterThan(2);
}, 300_000);

const plants: readonly (readonly [Plant, string])[] = [
  ["asks-once", "exported"],
  ["asks-once", "sent"],
  ["tells-what-waited", "told"],
  ["never-hears", "kept"],
  ["never-hears", "shown"],
  ["never-hears", "rule"],
  ["never-hears", "event"],
];

test.each(plants)(
  `the race %s is caught, as something that was %s too late ${proves("M16")}`,
  async (plant, what) => {
    let caught = 0;
    for (let seed = 1; seed <= 60; seed++)
      caught += Number((await new RacingHome(seed, plant).live()).late.some((act) => act.what === what));
    expect(caught).toBeGreaterThan(0);
  },
);
