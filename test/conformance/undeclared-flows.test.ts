import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bans, concerns, linesWith } from "../support/bans.ts";
import { proves } from "../support/proves.ts";
import { isLong } from "../support/size.ts";
import {
  type LivePlant,
  livePlants,
  type TypedPlant,
  typedPlants,
  withFault,
  withoutFault,
  writtenPlants,
} from "./flow-plants.ts";
import { runPlanted } from "./planted-run.ts";
import { planted } from "./planted-source.ts";

const isForbidden = (file: string, code: string): boolean =>
  bans.some((ban) => concerns(ban, file) && linesWith(ban.pattern, code).length > 0);

test(`a sink that is written down is forbidden on every floor: ${writtenPlants.length} planted ${proves("M5")}`, () => {
  const missed = writtenPlants.filter(({ file, code }) => {
    expect(readFileSync(file, "utf8").length).toBeGreaterThan(0);
    return !isForbidden(file, code);
  });
  expect(missed.map(({ floor, sink }) => `${floor}: ${sink}`)).toEqual([]);
  expect(writtenPlants.length).toBeGreaterThan(150);
});

/** A copy of the house in which faults can stand. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "lampkeeper-planted-"));
  for (const part of ["hub", "devices", "app-sim", "package.json", "tsconfig.json"])
    cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Lines that the compiler finds fault with, as `file:line`. */
const compiled = (): ReadonlySet<string> => {
  const { stdout } = spawnSync(
    process.execPath,
    [resolve("node_modules/typescript/bin/tsc"), "--pretty", "false"],
    {
      cwd: copy,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    },
  );
  return new Set(
    [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error/gm)].map(([, file, line]) => `${file}:${line}`),
  );
};

/** Puts every plant at the end of its file, on a line of its own. @returns where each stands */
const plantAll = (plants: readonly TypedPlant[], codeOf: (code: string) => string): readonly string[] => {
  const texts = new Map<string, string[]>();
  const places = plants.map(({ file, code }) => {
    const lines = texts.get(file) ?? readFileSync(file, "utf8").trimEnd().split("\n");
    texts.set(file, lines);
    lines.push(`export const planted${lines.length} = ${codeOf(code).replace(/\s+/g, " ")};`);
    return `${file}:${lines.length}`;
  });
  for (const [file, lines] of texts) writeFileSync(join(copy, file), `${lines.join("\n")}\n`);
  return places;
};

test(`a sink that has a type does not compile: ${typedPlants.length} planted ${proves("M5")}`, () => {
  const right = plantAll(typedPlants, withoutFault);
  const withoutThem = compiled();
  expect(right.filter((place) => withoutThem.has(place))).toEqual([]);
  const places = plantAll(typedPlants, withFault);
  const withThem = compiled();
  expect(places.filter((place) => !withThem.has(place))).toEqual([]);
  expect(typedPlants.length).toBeGreaterThan(30);
}, 240_000);

const observed = "test/hub/privacy/observed-flows.test.ts";

/** Runs a home with the fault in it. @returns whether the look at its outlets has noticed */
const isNoticed = ({ file, find, replace }: LivePlant): boolean =>
  runPlanted([observed], { file, find, replace }).testResults.some(
    ({ status, assertionResults }) =>
      status === "failed" || assertionResults.some((each) => each.status === "failed"),
  );

test("every plant still has its place", () => {
  for (const plant of livePlants)
    expect(planted(readFileSync(plant.file, "utf8"), plant)).toContain(plant.replace);
});

test("without a plant nothing is noticed", () => {
  expect(
    isNoticed({
      floor: "",
      sink: "",
      file: "hub/compose.ts",
      find: "export const buildHub",
      replace: "export const buildHub",
    }),
  ).toBe(false);
}, 60_000);

/** In `npm test` every fifth; in `npm run test:long` all. */
const live = livePlants.filter((_, index) => isLong || index % 5 === 0);

test.each(live)(
  `a sink that only running shows is noticed: $sink in $floor ${proves("M5", "M12")}`,
  (plant) => {
    expect(isNoticed(plant)).toBe(true);
  },
  60_000,
);
