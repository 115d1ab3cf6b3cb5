import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { requireProgram } from "../support/programs.ts";
import { isLong, size } from "../support/size.ts";
import { resetProgram, startedAfter } from "./support/after-reset.ts";
import { familyHome, familyMovedIn } from "./support/family.ts";
import { copyOfHome, fastFolder } from "./support/fast-folder.ts";
import { type KillPoint, killAt, killPoints } from "./support/kill-points.ts";
import { homeOf, type KnownHome } from "./support/known-home.ts";

/**
 * `kill -9` at write-class calls of a factory reset, from its confirmation to its end: `npm test` takes a sample over the
 * whole of it, `npm run test:long` every call.
 */
const sample = 8;

const nobody: KnownHome = { rooms: [], people: [], devices: [] };

let root: string;
let family: KnownHome;
let points: readonly KillPoint[];

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  mkdirSync(join(root, "before"));
  const driven = await familyHome(join(root, "before"), familyMovedIn as Instant);
  family = homeOf(driven.hub);
  await driven.close();
  points = await killPoints(resetProgram, [copyOfHome(root, "whole")]);
  return () => rmSync(root, { recursive: true, force: true });
}, 300_000);

/** Every place, or some in equal steps that have both ends. */
const places = (): readonly number[] => {
  const last = points.length - 1;
  if (isLong) return points.map((_, place) => place);
  return Array.from({ length: sample }, (_, at) => Math.round((at * last) / (sample - 1)));
};

test(
  `killed at a call of the reset (${isLong ? "every one" : `${sample} of them`}), the next start ends it, or all is there as before`,
  async () => {
    const outcomes = new Set<boolean>();
    expect(points.length).toBeGreaterThan(40);
    for (const place of places()) {
      const [folder = ""] = await killAt(
        resetProgram,
        (attempt) => [copyOfHome(root, `${place}-${attempt}`)],
        points,
        place,
      );
      const hasBegun = ["reset-intent", "reset-certificate"].some((name) => existsSync(join(folder, name)));
      const after = await startedAfter(folder);
      expect(after, `killed at ${points[place]?.call}, number ${place}`).toEqual({
        isReset: hasBegun,
        home: hasBegun ? nobody : family,
        hasWifi: !hasBegun,
        faults: [],
      });
      outcomes.add(after.isReset);
      rmSync(folder, { recursive: true });
    }
    // The first call comes before the point of no return, and the last one after it.
    expect(outcomes).toEqual(new Set([false, true]));
  },
  size(120_000, 1_800_000),
);

test("a reset that nothing interrupts leaves nobody there", async () => {
  const after = await startedAfter(join(root, "whole"));
  expect(after).toEqual({ isReset: true, home: nobody, hasWifi: false, faults: [] });
});
