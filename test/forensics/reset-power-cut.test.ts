import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { requireProgram } from "../support/programs.ts";
import { isLong, size } from "../support/size.ts";
import { type AfterCut, resetProgram, startedAfter } from "./support/after-reset.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type Change, FolderLog } from "./support/folder-log.ts";
import type { KnownHome } from "./support/known-home.ts";
import { afterPowerCut, layOut, type Unsynced, withoutSyncs } from "./support/power-cut.ts";
import { traced } from "./support/traced.ts";

/**
 * The writes of a factory reset, from its confirmation to its end, cut off after every one of them: `npm test` takes a
 * sample of the cuts, `npm run test:long` all.
 */
const sample = 40;

const nobody: KnownHome = { rooms: [], people: [], devices: [] };

const random = new SeededRandom(20_261_128);

let root: string;
let changes: readonly Change[];

const markAt = (word: string): number =>
  changes.findIndex((change) => change.kind === "mark" && change.text.trim() === word);

const outcomeAfter = async (log: readonly Change[], cut: number, unsynced: Unsynced): Promise<AfterCut> => {
  const folder = join(root, `${unsynced}-${cut}`);
  mkdirSync(folder);
  const fate = random.fork(`${unsynced} ${cut}`);
  layOut(afterPowerCut(log, cut, unsynced, fate), join(root, "traced"), folder);
  try {
    return await startedAfter(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** What was there before, and what there is after it: nothing else may be found. */
let allThere: AfterCut;
const resetComplete: AfterCut = { isReset: true, home: nobody, hasWifi: false, faults: [] };

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  const folder = join(root, "traced");
  mkdirSync(folder);
  const log = new FolderLog(folder);
  const { code, unread } = await traced(resetProgram, [folder], (call) => log.see(call));
  expect({ code, unread }).toEqual({ code: 0, unread: 0 });
  ({ changes } = log);
  allThere = await outcomeAfter(changes, markAt("begin"), "kept");
  return () => rmSync(root, { recursive: true, force: true });
}, 300_000);

test("before it all is there", () => {
  const { home, ...rest } = allThere;
  expect(rest).toEqual({ isReset: false, hasWifi: true, faults: [] });
  expect([home.rooms, home.people, home.devices].map(({ length }) => length)).toEqual([1, 3, 1]);
});

/** Every place in the reset, or a sample of them that has both ends. */
const cuts = (): readonly number[] => {
  const [begin, end] = [markAt("begin"), markAt("end") + 1];
  if (isLong) return Array.from({ length: end - begin + 1 }, (_, at) => begin + at);
  return [begin, end, ...Array.from({ length: sample - 2 }, () => begin + random.below(end - begin))];
};

test.each<Unsynced>(["kept", "dropped", "torn"])(
  `what was not synced is %s (${isLong ? "every cut" : `${sample} cuts`}): all is there, or the reset is complete`,
  async (unsynced) => {
    const outcomes = new Set<boolean>();
    for (const cut of cuts()) {
      const after = await outcomeAfter(changes, cut, unsynced);
      expect([allThere, resetComplete], `cut ${cut} of ${changes.length}`).toContainEqual(after);
      outcomes.add(after.isReset);
    }
    expect(outcomes).toEqual(new Set([false, true]));
  },
  size(120_000, 1_800_000),
);

test("what was acknowledged is on its way: cut off after the confirmation was answered, it always ends", async () => {
  for (const unsynced of ["kept", "dropped", "torn"] as const)
    expect(await outcomeAfter(changes, markAt("closed"), unsynced)).toEqual(resetComplete);
});

test("a forgotten sync would be found: of the folder that names the reset's paper, and of the certificate", async () => {
  const withoutNames = changes.filter(({ kind }) => kind !== "sync-folder");
  const after = await outcomeAfter(withoutNames, markAt("closed"), "dropped");
  expect([allThere, resetComplete]).not.toContainEqual(after);
  const certified = withoutSyncs(changes, /reset-certificate\.new$/);
  const { faults } = await outcomeAfter(certified, certified.length, "dropped");
  expect(faults).toEqual(["this is no certificate of a Lampkeeper hub"]);
});
