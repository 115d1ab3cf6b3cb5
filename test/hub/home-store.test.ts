import { describe, expect, test } from "vitest";
import { openStore } from "../../hub/home-store.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { AuditedLog } from "../../hub/privacy/audited-log.ts";
import { chosenProtector } from "../../hub/vault/chosen-protector.ts";
import { furnishedRecords } from "../support/furnished-records.ts";
import { SimKeyChip } from "../support/sim-key-chip.ts";
import { JournalRig, type StoreRig, storeRigs } from "../support/store-rigs.ts";

const [room, named] = furnishedRecords("rotated").rooms;
let seed = 0;

/** Starts what the roof starts. */
const start = (rig: StoreRig, chip: SimKeyChip, wanted?: "tpm") => {
  const entropy = new SeededEntropy(new SeededRandom(++seed));
  return openStore({ entropy, store: rig.port }, new AuditedLog(rig.log), {
    protector: (places) =>
      chosenProtector(entropy, places, { chip: () => chip, ...(wanted === undefined ? {} : { wanted }) }),
  });
};

const furnished = (rig: StoreRig, chip: SimKeyChip, wanted?: "tpm") => {
  const home = start(rig, chip, wanted);
  home.store.collection("rooms").put(room, named);
  return home;
};

describe.each(storeRigs)("a home on %s", (_name, make) => {
  test("that is rotated has another key for its data after the next start, and all its records", () => {
    const rig = make();
    const chip = new SimKeyChip();
    const home = furnished(rig, chip);
    const before = home.vault.databaseKey();
    home.vault.rotate();
    expect(home.vault.status()).toMatchObject({ isRootWaiting: true, epoch: 2 });
    home.close();
    const next = start(rig, chip);
    expect(next.store.collection("rooms").get(room)).toEqual(named);
    expect(next.vault.databaseKey().equals(before)).toBe(false);
    expect(next.vault.status()).toMatchObject({ isRootWaiting: false, epoch: 2 });
    next.close();
    expect(() => rig.port.open(before)).toThrow(expect.objectContaining({ code: "store_unreadable" }));
    rig.dispose();
  });
});

test.each([
  ["key files, cut at the disk", undefined, "disk"],
  ["a TPM, cut at the disk", "tpm", "disk"],
  ["a TPM, cut at the chip", "tpm", "chip"],
] as const)("a rotation under %s ends whole, wherever the power goes", (_name, wanted, cut) => {
  for (let operation = 1, isDone = false; !isDone; operation++) {
    const rig = new JournalRig(operation);
    const chip = new SimKeyChip();
    const home = furnished(rig, chip, wanted);
    const before = home.vault.databaseKey();
    (cut === "disk" ? rig.disk : chip).setFaults({ powerCutAt: operation });
    try {
      home.vault.rotate();
      home.close();
      start(rig, chip).close();
      isDone = true;
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ code: "sim_power_cut" }));
    }
    rig.crash();
    chip.setFaults({});
    const next = start(rig, chip);
    expect(next.store.collection("rooms").get(room), `cut ${operation}`).toEqual(named);
    next.vault.rotate();
    next.close();
    const last = start(rig, chip);
    expect(last.store.collection("rooms").get(room), `cut ${operation}`).toEqual(named);
    expect(last.vault.databaseKey().equals(before)).toBe(false);
    expect(chip.places().length).toBe(wanted === "tpm" ? 2 : 0);
    last.close();
    expect(operation).toBeLessThan(80);
  }
});

test("the device key is drawn when it is asked for, and counts in the chip where the keys are", () => {
  const rig = new JournalRig();
  const chip = new SimKeyChip();
  const home = start(rig, chip, "tpm");
  expect(chip.places()).toHaveLength(2);
  expect(home.device().count()).toBe(1);
  expect(chip.places()).toHaveLength(3);
  home.vault.destroyAll();
  expect(home.device().counter()).toBe(1);
});
