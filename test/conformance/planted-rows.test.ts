import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { proofsIn } from "../../scripts/conformance/proofs.ts";
import { verdictOf } from "../../scripts/conformance/verdict.ts";
import { proves } from "../support/proves.ts";
import { isLong } from "../support/size.ts";
import { runPlanted } from "./planted-run.ts";
import { planted } from "./planted-source.ts";
import { type RowPlant, rowPlants } from "./row-plants.ts";

/** What the table says of a plant's row after its tests, with the fault in place or without. */
const verdict = ({ row, tests, file, find, replace }: RowPlant, isPlanted: boolean) =>
  verdictOf(row, proofsIn(runPlanted(tests, isPlanted ? { file, find, replace } : undefined), resolve(".")))
    .result;

test("every fault still has its place", () => {
  for (const plant of rowPlants) expect(planted(readFileSync(plant.file, "utf8"), plant)).not.toBe("");
});

/** In `npm test` every eighth; in `npm run test:long` all. */
const chosen = rowPlants.filter((_, index) => isLong || index % 8 === 0);

test.each(chosen)(
  `$row turns red when $fault, and is green without ${proves("M12")}`,
  (plant) => {
    expect([verdict(plant, false), verdict(plant, true)]).toEqual(["proven", "failed"]);
  },
  240_000,
);
