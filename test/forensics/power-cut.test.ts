import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { isLong, size } from "../support/size.ts";
import { DrivenHub } from "./support/driven-hub.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { type Change, FolderLog } from "./support/folder-log.ts";
import { homeOf, type KnownHome } from "./support/known-home.ts";
import { afterPowerCut, layOut, type Unsynced, withoutSyncs } from "./support/power-cut.ts";
import { traced } from "./support/traced.ts";

/**
 * The writes of a session of 200 immediate changes, cut off after every one of them: `npm test` takes a sample of the
 * cuts, `npm run test:long` all.
 */
const steps = 200;
const sample = 40;

const program = fileURLToPath(new URL("support/immediate-session.ts", import.meta.url));

const empty: KnownHome = { rooms: [], people: [], devices: [] };

/** What was acknowledged before a cut, and what was under way. */
const marksAround = (log: FolderLog, count: number): readonly KnownHome[] => {
  const marks = log.changes.flatMap((change, at) =>
    change.kind === "mark" ? [{ at, home: JSON.parse(change.text) as KnownHome }] : [],
  );
  const next = marks.findIndex(({ at }) => at >= count);
  const before = marks[(next < 0 ? marks.length : next) - 1]?.home ?? empty;
  return [before, ...(next < 0 ? [] : [marks[next]?.home ?? empty])];
};

/** Starts a hub where the power was cut. @throws whatever keeps it from starting */
const homeAfter = async (folder: string): Promise<KnownHome> => {
  const driven = await DrivenHub.open(folder, Date.UTC(2026, 6, 1) as Instant);
  try {
    expect(driven.hub.store.unreadable()).toEqual([]);
    return homeOf(driven.hub);
  } finally {
    await driven.close();
  }
};

let log: FolderLog;
let root: string;

beforeAll(async () => {
  requireProgram("strace");
  root = fastFolder();
  const folder = join(root, "traced");
  mkdirSync(folder);
  log = new FolderLog(folder);
  const { unread, signal } = await traced(program, [folder, `${steps}`], (call) => log.see(call));
  expect({ unread, signal }).toEqual({ unread: 0, signal: "SIGKILL" });
  return () => rmSync(root, { recursive: true, force: true });
}, 300_000);

const random = new SeededRandom(20_261_127);

const stateAfter = async (
  changes: readonly Change[],
  cut: number,
  unsynced: Unsynced,
): Promise<KnownHome> => {
  const folder = join(root, `${unsynced}-${cut}`);
  mkdirSync(folder);
  layOut(
    afterPowerCut(changes, cut, unsynced, random.fork(`${unsynced} ${cut}`)),
    join(root, "traced"),
    folder,
  );
  try {
    return await homeAfter(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Every place of the log, or a sample of it that has its ends. */
const cuts = (): readonly number[] => {
  const all = log.changes.length;
  if (isLong) return Array.from({ length: all + 1 }, (_, at) => at);
  return [0, all, ...Array.from({ length: sample - 2 }, () => random.below(all))];
};

test.each<Unsynced>(["kept", "dropped", "torn"])(
  `what was not synced is %s (${isLong ? "every cut" : `${sample} cuts`}): nothing acknowledged is lost, nothing is half there`,
  async (unsynced) => {
    for (const cut of cuts()) {
      expect(marksAround(log, cut), `cut ${cut} of ${log.changes.length}`).toContainEqual(
        await stateAfter(log.changes, cut, unsynced),
      );
    }
  },
  size(120_000, 7_200_000),
);

test(`a forgotten sync would be found: of the database's log, and of the key register ${proves("M3", "CRA:I.2.h")}`, async () => {
  const cut = log.changes.length;
  const [acknowledged] = marksAround(log, cut);
  const home = await stateAfter(withoutSyncs(log.changes, /-wal$/), cut, "dropped");
  expect(home).not.toEqual(acknowledged);
  const register = stateAfter(withoutSyncs(log.changes, /key-register\.new$/), cut, "dropped");
  await expect(register).rejects.toMatchObject({ code: "keys_unreadable" });
});
