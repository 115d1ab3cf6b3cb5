import { rmSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { proves } from "../support/proves.ts";
import { size } from "../support/size.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type HouseholdName, householdNames, livedIn, type Shape } from "./support/shaped-home.ts";

/**
 * What somebody can tell from a disk without the keys of what is on it: how many files and records there are, how long they are,
 * and when they were written. They do the same in every household here, and write and live differently.
 *
 * The same seed gives two hubs the same chance. Whatever then differs in the shapes of two disks is from the household, and what
 * does not differ in any of them, no distinguisher can use.
 */

const padding = vi.hoisted(() => ({ isOff: false }));
vi.mock(import("../../hub/privacy/padding.ts"), async (original) => {
  const real = await original();
  return {
    ...real,
    padded: (json, least) => (padding.isOff ? json : real.padded(json, least)),
  };
});
afterEach(() => {
  padding.isOff = false;
});

const homes = new Map<string, ReturnType<typeof livedIn>>();
const home = (name: HouseholdName, seed: number): ReturnType<typeof livedIn> => {
  const key = `${name} ${seed} ${padding.isOff}`;
  const lived = homes.get(key) ?? inScratch((folder) => livedIn(folder, name, seed));
  homes.set(key, lived);
  return lived;
};
const inScratch = async <Result>(use: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = fastFolder();
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const seeds = Array.from({ length: size(3, 40) }, (_, at) => at + 1);

/** Sums, counts and last values by what they are of: features that two homes of different ids have in common. */
const features = (shape: Shape): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  const add = (name: string, number: number) => found.set(name, (found.get(name) ?? 0) + number);
  for (const [what, number] of shape) {
    add(`sum of ${what}`, number);
    add(`number of ${what}`, 1);
  }
  return found;
};

const distance = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number =>
  [...new Set([...a.keys(), ...b.keys()])].reduce((sum, name) => {
    const [one, other] = [a.get(name) ?? 0, b.get(name) ?? 0];
    return sum + Math.abs(one - other) / (1 + Math.max(one, other));
  }, 0);

/** How often somebody who has seen all other disks, and whose they were, says rightly whose this one is. */
const distinguished = async (names: readonly [HouseholdName, HouseholdName]): Promise<number> => {
  const seen = await Promise.all(
    seeds.flatMap((seed) =>
      names.map(async (name) => ({ name, seed, features: features((await home(name, seed)).shape) })),
    ),
  );
  const rights: number[] = seen.map(({ name, seed, features: own }) => {
    const others = seen.filter((each) => each.seed !== seed);
    const near = names.map((each) =>
      Math.min(...others.flatMap((other) => (other.name === each ? distance(own, other.features) : []))),
    );
    const [one = 0, two = 0] = near;
    if (one === two) return 0.5;
    return Number((one < two ? names[0] : names[1]) === name);
  });
  return rights.reduce((sum, right) => sum + right, 0) / rights.length;
};

describe("a stolen disk", { timeout: size(120_000, 1_200_000) }, () => {
  test(`has the same files, records, sizes and times whoever lived there ${proves("M11")}`, async () => {
    for (const seed of seeds) {
      const [first, ...others] = await Promise.all(householdNames.map((name) => home(name, seed)));
      expect(first?.shape.length).toBeGreaterThan(200);
      for (const other of others) expect(other.shape, `seed ${seed}`).toEqual(first?.shape);
    }
  });

  test(`tells a household from another no better than a coin and five points ${proves("M11")}`, async () => {
    for (const names of [
      ["terse", "wordy"],
      ["terse", "written"],
      ["wordy", "written"],
    ] as const)
      expect(await distinguished(names), `${names}`).toBeLessThanOrEqual(0.55);
  });

  test(`has no structure in its data: nothing in it can be packed ${proves("M11")}`, async () => {
    expect((await home("wordy", 1)).packed).toBeGreaterThan(0.98);
  });

  test("planted: without padding whose it is shows in every disk", async () => {
    padding.isOff = true;
    expect(await distinguished(["terse", "wordy"])).toBeGreaterThan(0.95);
  });
});
