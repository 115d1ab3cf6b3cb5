import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { SlotFolders } from "../../hub/platform/node/slot-folders.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimSlots } from "../../hub/platform/sim/sim-slots.ts";
import type { SlotFiles, SlotPlace } from "../../hub/ports/firmware.ts";
import { arriving } from "../hub/lifecycle/update-rig.ts";
import { testUnless } from "../support/not-run.ts";
import { mountObstacle, smallDisk } from "../support/tmpfs.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const inFolders = (): SlotFiles => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  folders.push(folder);
  return new SlotFolders(join(folder, "slots"));
};

const contentOf = (slots: SlotFiles, place: SlotPlace, path: string): string | undefined => {
  const pieces = slots.read(place, path);
  return pieces === undefined
    ? undefined
    : Array.from(pieces, (piece) => Buffer.from(piece).toString("latin1")).join("");
};

describe.each([
  ["node", inFolders],
  ["sim", () => new SimSlots(new SimDisk(new SeededRandom(1)))],
] as const)("slots: %s", (_, make) => {
  test("what is written piece by piece is read as it was, an empty file too", async () => {
    const slots = make();
    const large = "0123456789abcdef".repeat(20_000);
    await slots.write("incoming", "chunks/a.js", arriving(Buffer.from(large), 1_000));
    await slots.write("incoming", "empty", arriving(Buffer.alloc(0)));
    expect(slots.list("incoming").toSorted()).toEqual(["chunks/a.js", "empty"]);
    expect(contentOf(slots, "incoming", "chunks/a.js")).toBe(large);
    expect(contentOf(slots, "incoming", "empty")).toBe("");
    expect(contentOf(slots, "incoming", "none")).toBeUndefined();
    expect(slots.list("a")).toEqual([]);
  });

  test("a file that is written again holds nothing of before", async () => {
    const slots = make();
    await slots.write("incoming", "hub.js", arriving(Buffer.from("a long one")));
    await slots.write("incoming", "hub.js", arriving(Buffer.from("short")));
    expect(contentOf(slots, "incoming", "hub.js")).toBe("short");
  });

  test("what has arrived takes the place of all that the slot held, and is in the slot alone", async () => {
    const slots = make();
    for (const text of ["old", "new"]) {
      await slots.write("incoming", "hub.js", arriving(Buffer.from(text)));
      await slots.write("incoming", `${text}.js`, arriving(Buffer.from(text)));
      slots.settle("a");
    }
    expect(slots.list("a").toSorted()).toEqual(["hub.js", "new.js"]);
    expect(contentOf(slots, "a", "hub.js")).toBe("new");
    expect([slots.list("incoming"), slots.list("b")]).toEqual([[], []]);
  });

  test("a place is cleared alone, also when nothing is there", async () => {
    const slots = make();
    await slots.write("incoming", "hub.js", arriving(Buffer.from("a")));
    slots.settle("b");
    await slots.write("incoming", "hub.js", arriving(Buffer.from("b")));
    slots.clear("incoming");
    slots.clear("a");
    expect([slots.list("incoming"), slots.list("b")]).toEqual([[], ["hub.js"]]);
  });
});

testUnless(mountObstacle(), "a real disk that is full says so, and clearing makes room again", async () => {
  const disk = smallDisk(256);
  try {
    const slots = new SlotFolders(join(disk.folder, "slots"));
    const large = slots.write("incoming", "hub.js", arriving(Buffer.alloc(1_000_000), 64 * 1_024));
    await expect(large).rejects.toMatchObject({ code: "store_failed", context: { reason: "full" } });
    slots.clear("incoming");
    await slots.write("incoming", "hub.js", arriving(Buffer.alloc(100_000), 64 * 1_024));
    slots.settle("a");
    expect(contentOf(slots, "a", "hub.js")).toHaveLength(100_000);
  } finally {
    disk.dispose();
  }
});
