import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type Proof, proofsIn } from "../../scripts/conformance/proofs.ts";
import { verdictOf } from "../../scripts/conformance/verdict.ts";
import { proves } from "../support/proves.ts";
import { isLong } from "../support/size.ts";
import { missedPlants } from "./missed-plants.ts";
import { runPlanted } from "./planted-run.ts";
import { type Plant, planted } from "./planted-source.ts";
import type { RowPlant } from "./row-plant.ts";
import { rowPlants } from "./row-plants.ts";

const proofsOf = (tests: readonly string[], plant?: Plant): readonly Proof[] =>
  proofsIn(runPlanted(tests, plant), resolve("."));

/** Without a fault, each list of files is run once for all plants that look there. */
const green = new Map<string, readonly Proof[]>();
const greenOf = (tests: readonly string[]): readonly Proof[] => {
  const key = tests.join(" ");
  const known = green.get(key) ?? proofsOf(tests);
  green.set(key, known);
  return known;
};

/** What the table says of a plant's row after its tests, with the fault in place or without. */
const verdict = ({ row, tests, file, find, replace }: RowPlant, isPlanted: boolean) =>
  verdictOf(row, isPlanted ? proofsOf(tests, { file, find, replace }) : greenOf(tests)).result;

test("there are many of them, over many rows", () => {
  expect(rowPlants.length).toBeGreaterThanOrEqual(45);
  expect(new Set(rowPlants.map(({ row }) => row)).size).toBeGreaterThanOrEqual(45);
});

test("every fault still has its place", () => {
  for (const plant of [...rowPlants, ...missedPlants])
    expect(planted(readFileSync(plant.file, "utf8"), plant)).not.toBe("");
});

/** In `npm test` every twelfth; in `npm run test:long` all. */
const chosen = rowPlants.filter((_, index) => isLong || index % 12 === 0);

test.each(chosen)(
  `$row turns red when $fault, and is green without ${proves("M12")}`,
  (plant) => {
    expect([verdict(plant, false), verdict(plant, true)]).toEqual(["proven", "failed"]);
  },
  240_000,
);
