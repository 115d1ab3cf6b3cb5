import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { checkWipe } from "../../app-sim/verify/wipe-check.ts";
import { testUnless } from "../support/not-run.ts";
import { filesUnder, resetProgram, resetRemains } from "./support/after-reset.ts";
import { ext4Image, imageObstacle } from "./support/disk-image.ts";
import { fastFolder } from "./support/fast-folder.ts";
import type { PlantName } from "./support/plants.ts";
import { traced } from "./support/traced.ts";
import { liveYear, nextYear } from "./support/year-evidence.ts";

/**
 * The year's script in a hurry on a real file system, and a factory reset, after which every sector is searched: deleted
 * files, journal, slack.
 */

const obstacle = imageObstacle();

const reset = async (folder: string): Promise<void> => {
  const { code } = await traced(resetProgram, [folder, "{}", "factory", `${nextYear}`], () => {});
  expect(code).toBe(0);
  expect(filesUnder(folder)).toEqual(resetRemains);
};

/** Numbers of canaries that were put in, and of those that lie on the disk after its end. */
const onDisk = async (plant: PlantName): Promise<{ readonly arrived: number; readonly found: number }> => {
  const root = fastFolder();
  const image = ext4Image(root);
  try {
    const folder = join(image.folder, "data");
    mkdirSync(folder);
    const year = await liveYear({ plant, quarters: 1, days: 1, folder });
    if (plant === "none") await reset(folder);
    image.unmount();
    const words = [...year.canaries.map(({ text }) => text), ...year.secrets];
    const { leftovers } = checkWipe([image.file], words);
    return { arrived: year.arrived.size, found: new Set(leftovers.map(({ canary }) => canary)).size };
  } finally {
    image.unmount();
    rmSync(root, { recursive: true, force: true });
  }
};

describe("the raw image of a disk on which a home was lived in and its hub reset", () => {
  testUnless(
    obstacle,
    "nothing readable is on it",
    async () => {
      const { arrived, found } = await onDisk("none");
      expect(arrived).toBeGreaterThan(120);
      expect(found).toBe(0);
    },
    300_000,
  );

  testUnless(
    obstacle,
    "with sealing off it is full of canaries, deleted ones too",
    async () => {
      const { arrived, found } = await onDisk("sealing off");
      expect(found).toBeGreaterThan(0.8 * arrived);
    },
    300_000,
  );
});
