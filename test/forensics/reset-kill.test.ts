import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ResetLevel } from "../../hub/domain/reset.ts";
import type { Instant } from "../../hub/domain/units.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { isLong, size } from "../support/size.ts";
import { type AfterCut, afterReset, resetProgram, startedAfter } from "./support/after-reset.ts";
import { familyHome, familyMovedIn } from "./support/family.ts";
import { copyOfHome, fastFolder } from "./support/fast-folder.ts";
import { type KillPoint, killAt, killPoints } from "./support/kill-points.ts";
import { homeOf } from "./support/known-home.ts";

/**
 * `kill -9` at write-class calls of a reset of each level, from its confirmation to its end: `npm test` takes a sample
 * over the whole of it, `npm run test:long` every call.
 */
const sample = 8;

let root: string;
let before: AfterCut;

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  mkdirSync(join(root, "before"));
  const driven = await familyHome(join(root, "before"), familyMovedIn as Instant);
  before = { certified: undefined, home: homeOf(driven.hub), hasWifi: true, faults: [] };
  await driven.close();
  return () => rmSync(root, { recursive: true, force: true });
}, 300_000);

/** Every one of so many places, or some in equal steps that have both ends. */
const places = (count: number): readonly number[] => {
  if (isLong) return Array.from({ length: count }, (_, place) => place);
  return Array.from({ length: sample }, (_, at) => Math.round((at * (count - 1)) / (sample - 1)));
};

/** Whether it has been written down that everything is to go. */
const hasBegun = (folder: string): boolean =>
  ["reset-intent", "reset-certificate"].some((name) => existsSync(join(folder, name)));

describe.each<[level: ResetLevel, fewestPoints: number]>([
  ["network", 10],
  ["hand-over", 80],
  ["factory", 40],
])("%s", (level, fewestPoints) => {
  let points: readonly KillPoint[];
  const argumentsIn = (folder: string): readonly string[] => [folder, "{}", level];

  beforeAll(async () => {
    points = await killPoints(resetProgram, argumentsIn(copyOfHome(root, level)));
  }, 300_000);

  test(`a reset that nothing interrupts comes to its end ${proves("M4")}`, async () => {
    expect(await startedAfter(join(root, level))).toEqual(afterReset(level, before));
  });

  test(
    `killed at a call of it (${isLong ? "every one" : `${sample} of them`}), the next start ends it, or all is there as before`,
    async () => {
      const done = afterReset(level, before);
      const outcomes = new Set<boolean>();
      expect(points.length).toBeGreaterThan(fewestPoints);
      for (const place of places(points.length)) {
        const [folder = ""] = await killAt(
          resetProgram,
          (attempt) => argumentsIn(copyOfHome(root, `${level}-${place}-${attempt}`)),
          points,
          place,
        );
        const begun = hasBegun(folder);
        const after = await startedAfter(folder);
        const at = `killed at ${points[place]?.call}, number ${place}`;
        if (level === "network") expect([before, done], at).toContainEqual(after);
        else expect(after, at).toEqual(begun ? done : before);
        outcomes.add(after.hasWifi);
        rmSync(folder, { recursive: true });
      }
      // The first call comes before the point of no return, and the last one after it.
      expect(outcomes).toEqual(new Set([true, false]));
    },
    size(120_000, 1_800_000),
  );
});
