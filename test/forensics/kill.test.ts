import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { DrivenHub } from "./support/driven-hub.ts";
import { familyMovedIn, moveIn, type Resident } from "./support/family.ts";
import { copyOfHome, fastFolder } from "./support/fast-folder.ts";
import { type KillPoint, killAt, killPoints } from "./support/kill-points.ts";

/** `kill -9` at every write-class call by which a person is erased. */

const program = fileURLToPath(new URL("support/erase-person.ts", import.meta.url));

let root: string;
let family: readonly Resident[];
let points: readonly KillPoint[];

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  mkdirSync(join(root, "before"));
  const home = await moveIn(join(root, "before"));
  family = home.family;
  await home.driven.close();
  points = await killPoints(program, [copyOfHome(root, "whole"), family[1]?.id ?? ""]);
  return () => rmSync(root, { recursive: true, force: true });
}, 300_000);

/** Whoever is there is whole: name, phone and whether they are home. */
const residents = async (folder: string): Promise<readonly string[]> => {
  const driven = await DrivenHub.open(folder, familyMovedIn as Instant);
  const { data } = await driven.owner.call("listPeople");
  expect(driven.hub.store.unreadable()).toEqual([]);
  for (const { phones, presence } of data)
    expect({ phones: phones.length, presence }).toEqual({ phones: 1, presence: "home" });
  await driven.close();
  return data.map(({ name }) => name).sort();
};

test(`killed at a call of the erasure, the person is whole or gone at the next start, and nobody else is touched ${proves("M4", "GDPR:17")}`, async () => {
  const everybody = family.map(({ name }) => name);
  const others = everybody.filter((_, at) => at !== 1);
  const outcomes = new Set<number>();
  expect(points.length).toBeGreaterThan(10);
  for (const [place, { call }] of points.entries()) {
    const [folder = ""] = await killAt(
      program,
      (attempt) => [copyOfHome(root, `${place}-${attempt}`), family[1]?.id ?? ""],
      points,
      place,
    );
    const left = await residents(folder);
    expect([others, everybody], `killed at ${call}, number ${place}`).toContainEqual(left);
    outcomes.add(left.length);
  }
  // The first call comes before the point of no return, and the last one after it.
  expect(outcomes).toEqual(new Set([2, 3]));
}, 600_000);

test("an erasure that nothing interrupts takes the person away", async () => {
  expect(await residents(join(root, "whole"))).toEqual(
    family.filter((_, at) => at !== 1).map(({ name }) => name),
  );
});
