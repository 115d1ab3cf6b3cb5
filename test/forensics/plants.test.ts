import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backingUp, keepingRoot, trustingLamps } from "../hub/reset/reset-plants.ts";
import { forgettingOne, RetainedRig } from "../hub/reset/retained-rig.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { attack } from "./support/attack.ts";
import { fallen } from "./support/claims.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { exposed, liveErasure, lootOf, smallOf } from "./support/home-loot.ts";
import type { PlantName } from "./support/plants.ts";
import { fallenInReset, type ResetClaim, type ResetFault } from "./support/reset-claims.ts";
import { sortTraces } from "./support/sort-evidence.ts";
import { liveYear } from "./support/year-evidence.ts";

/**
 * Faults that a hub might have, each put in by hand in a process of its own, and the one claim that must fall with it.
 * Without a fault none does: that is what the other tests here show.
 */

const eraseClaim = "what is left opens nothing of the erased person's";
const sortClaim = "a sort leaves nothing readable";

/** A short quarter is enough to see a fault that is always there. */
const afterYear = (plant: PlantName) => async (): Promise<readonly string[]> => {
  const year = await liveYear({ plant, quarters: 1, days: 1 });
  try {
    return fallen(year);
  } finally {
    year.dispose();
  }
};

const afterErasure = (plant: PlantName) => async (): Promise<readonly string[]> => {
  const root = fastFolder();
  const home = await liveErasure(root, plant);
  const { left, ...loot } = lootOf(home, root);
  rmSync(root, { recursive: true });
  return exposed(attack({ ...loot, haystacks: smallOf(left) }), [home.erased]).length > 0 ? [eraseClaim] : [];
};

const afterSort = async (): Promise<readonly string[]> =>
  (await sortTraces("temp_store")).length > 0 ? [sortClaim] : [];

const retainedClaim = "nothing of the home is left on the owner's own broker";

const owners = new RetainedRig();

const afterSweep = async (): Promise<readonly string[]> => {
  await owners.leave();
  await owners.swept("hub", forgettingOne);
  return (await owners.retained()).length > 0 ? [retainedClaim] : [];
};

const afterReset = (fault: ResetFault) => () => fallenInReset(fault);

/** Of the claims about a reset; a name that is none is no row. */
const reset = (claim: ResetClaim): string => claim;

const rows: readonly (readonly [plant: string, claim: string, fallen: () => Promise<readonly string[]>])[] = [
  ["sealing off", "nothing readable is written", afterYear("sealing off")],
  ["name in a topic", "nothing readable is in a topic", afterYear("name in a topic")],
  ["name in a log", "nothing readable is logged", afterYear("name in a log")],
  ["PSK in an error", "nothing of the Wi-Fi is in an answer", afterYear("PSK in an error")],
  ["name of a file", "nothing readable is in a name", afterYear("name of a file")],
  ["scratch file outside", "nothing is kept outside the data folder", afterYear("scratch file outside")],
  ["copied by the kernel", "nothing is written unseen", afterYear("copied by the kernel")],
  ["temp_store missing", sortClaim, afterSort],
  ["key not destroyed", eraseClaim, afterErasure("key not destroyed")],
  ["old epoch kept", eraseClaim, afterErasure("old epoch kept")],
  [
    "key destroyed last",
    reset("cut off anywhere, all is there or nothing opens"),
    afterReset({ destroysKeysLast: true }),
  ],
  [
    "backup on reset",
    reset("of files only the device's key and the certificate are left"),
    afterReset({ plants: backingUp }),
  ],
  [
    "destroyed key kept by what holds it",
    reset("the root key cannot be had any more"),
    afterReset({ plants: () => keepingRoot }),
  ],
  [
    "shallow lamp wipe",
    reset("every lamp proves that it has forgotten"),
    afterReset({ hasShallowLamp: true }),
  ],
  [
    "return code trusted",
    reset("a lamp that is confirmed has forgotten"),
    afterReset({ hasShallowLamp: true, plants: () => trustingLamps }),
  ],
  ["retained message left", retainedClaim, afterSweep],
];

const fell: string[] = [];

beforeAll(async () => {
  requireProgram("strace");
  await owners.start();
}, 300_000);
afterAll(async () => {
  await owners.close();
  console.log(["Planted fault -> the claim that fell", ...fell].join("\n  "));
});

test.each(rows)(
  `%s: falls %s, and nothing else ${proves("M22", "M12")}`,
  { timeout: 300_000 },
  async (plant, claim, find) => {
    const found = await find();
    fell.push(`${plant} -> ${found.join(", ")}`);
    expect(found).toEqual([claim]);
  },
);

test(`without a fault every claim about a reset holds, and nothing is left on the owner's own broker ${proves("M22")}`, async () => {
  expect(await fallenInReset({})).toEqual([]);
  await owners.leave();
  await owners.swept("hub");
  expect(await owners.retained()).toEqual([]);
});

test("a sort that does not fit into memory leaves nothing readable", { timeout: 120_000 }, async () => {
  expect(await sortTraces("none")).toEqual([]);
});
