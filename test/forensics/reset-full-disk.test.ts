import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Instant } from "../../hub/domain/units.ts";
import { testUnless } from "../support/not-run.ts";
import { mountObstacle, smallDisk } from "../support/tmpfs.ts";
import { type AfterCut, afterReset, resetChallenge, startedAfter } from "./support/after-reset.ts";
import { endReset } from "./support/driven-hub.ts";
import { familyHome, familyMovedIn } from "./support/family.ts";
import { homeOf } from "./support/known-home.ts";

/** A real disk on which nothing fits any more, before a reset and in the middle of it. */

const obstacle = mountObstacle();
const now = familyMovedIn as Instant;
const full = { code: "store_failed", context: { reason: "full" } };

/** Fills a disk to the last block. @returns makes room again */
const filled = (folder: string): (() => void) => {
  const ballast = join(folder, "ballast");
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  return () => rmSync(ballast);
};

describe.each(["hand-over", "factory"] as const)("%s", (level) => {
  testUnless(
    obstacle,
    "a full disk is said before it begins and in the middle; with room again it ends",
    async () => {
      const disk = smallDisk(4_096);
      try {
        const folder = join(disk.folder, "data");
        mkdirSync(folder);
        const driven = await familyHome(folder, now);
        const before: AfterCut = {
          certified: undefined,
          home: homeOf(driven.hub),
          hasWifi: true,
          faults: [],
        };
        const { id } = await driven.owner.call("requestReset", {
          body: { level, challenge: resetChallenge },
        });
        const makeRoom = filled(disk.folder);
        await expect(driven.owner.call("confirmReset", { id })).rejects.toMatchObject({
          code: "store_failed",
        });
        makeRoom();
        expect(homeOf(driven.hub)).toEqual(before.home);
        await driven.owner.call("confirmReset", { id });
        await driven.close();

        const makeRoomAgain = filled(disk.folder);
        await expect(endReset(folder, now)).rejects.toMatchObject(full);
        makeRoomAgain();
        expect(await startedAfter(folder)).toEqual(afterReset(level, before));
      } finally {
        disk.dispose();
      }
    },
  );
});
