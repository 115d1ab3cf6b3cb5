import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requireProgram } from "../support/programs.ts";
import { attack } from "./support/attack.ts";
import { fallen } from "./support/claims.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { exposed, liveErasure, lootOf, smallOf } from "./support/home-loot.ts";
import type { PlantName } from "./support/plants.ts";
import { sortTraces } from "./support/sort-evidence.ts";
import { liveYear } from "./support/year-evidence.ts";

/**
 * Faults that a hub might have, each put in by hand in a process of its own, and the one claim that must fall with it.
 * Without a fault none does: that is what the other tests here show.
 */

const eraseClaim = "what is left opens nothing of the erased person's";
const sortClaim = "a sort leaves nothing readable";

/** A short quarter is enough to see a fault that is always there. */
const afterYear = (plant: PlantName) => async (): Promise<readonly string[]> => {
  const year = await liveYear({ plant, quarters: 1, days: 1 });
  try {
    return fallen(year);
  } finally {
    year.dispose();
  }
};

const afterErasure = (plant: PlantName) => async (): Promise<readonly string[]> => {
  const root = fastFolder();
  const home = await liveErasure(root, plant);
  const { left, ...loot } = lootOf(home, root);
  rmSync(root, { recursive: true });
  return exposed(attack({ ...loot, haystacks: smallOf(left) }), [home.erased]).length > 0 ? [eraseClaim] : [];
};

const afterSort = async (): Promise<readonly string[]> =>
  (await sortTraces("temp_store")).length > 0 ? [sortClaim] : [];

const rows: readonly (readonly [plant: string, claim: string, fallen: () => Promise<readonly string[]>])[] = [
  ["sealing off", "nothing readable is written", afterYear("sealing off")],
  ["name in a topic", "nothing readable is in a topic", afterYear("name in a topic")],
  ["name in a log", "nothing readable is logged", afterYear("name in a log")],
  ["name of a file", "nothing readable is in a name", afterYear("name of a file")],
  ["scratch file outside", "nothing is kept outside the data folder", afterYear("scratch file outside")],
  ["copied by the kernel", "nothing is written unseen", afterYear("copied by the kernel")],
  ["temp_store missing", sortClaim, afterSort],
  ["key not destroyed", eraseClaim, afterErasure("key not destroyed")],
  ["old epoch kept", eraseClaim, afterErasure("old epoch kept")],
];

const fell: string[] = [];

beforeAll(() => void requireProgram("strace"), 300_000);
afterAll(() => {
  console.log(["Planted fault -> the claim that fell", ...fell].join("\n  "));
});

test.each(rows)("%s: falls %s, and nothing else", { timeout: 300_000 }, async (plant, claim, find) => {
  const found = await find();
  fell.push(`${plant} -> ${found.join(", ")}`);
  expect(found).toEqual([claim]);
});

test("a sort that does not fit into memory leaves nothing readable", { timeout: 120_000 }, async () => {
  expect(await sortTraces("none")).toEqual([]);
});
