import { describe, expect, test } from "vitest";
import { isSigned, signatureKey } from "../../../hub/crypto/signature.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { deviceKeyFile, openDeviceKey } from "../../../hub/vault/device-key.ts";
import { SimKeyChip } from "../../support/sim-key-chip.ts";
import { JournalRig, onRig, type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const open = (rig: StoreRig, seed = 1) =>
  openDeviceKey(rig.port.keyFiles, new SeededEntropy(new SeededRandom(seed)));
const message = Buffer.from("all keys of this hub were destroyed");

describe.each(storeRigs)("device key on %s", (_name, make) => {
  const withRig = onRig(make);

  test(
    "is the same at every start, signs for its public key and no other",
    withRig((rig) => {
      const first = open(rig);
      rig.crash();
      const next = open(rig, 2);
      expect(next.publicKey).toEqual(first.publicKey);
      const key = signatureKey(first.publicKey);
      const signature = next.sign(message);
      expect(key !== undefined && isSigned(key, message, signature)).toBe(true);
      expect(key !== undefined && isSigned(key, message.subarray(1), signature)).toBe(false);
    }),
  );

  test(
    "counts, and keeps the count",
    withRig((rig) => {
      const device = open(rig);
      expect([device.counter(), device.count(), device.count(), device.counter()]).toEqual([0, 1, 2, 2]);
      rig.crash();
      expect(open(rig).counter()).toBe(2);
    }),
  );

  test(
    "whichever byte of its file is damaged, that is said and nothing is made anew",
    withRig((rig) => {
      open(rig).count();
      const whole = rig.port.keyFiles.read(deviceKeyFile) ?? Buffer.alloc(0);
      const damaged = [Buffer.alloc(0), whole.subarray(1), Buffer.concat([whole, Buffer.of(0)])];
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 1;
        damaged.push(changed);
      }
      for (const file of damaged) {
        rig.port.keyFiles.replace(deviceKeyFile, file);
        expect(() => open(rig)).toThrow(expect.objectContaining({ code: "keys_unreadable" }));
        expect(rig.port.keyFiles.read(deviceKeyFile)).toEqual(file);
      }
    }),
  );
});

test("cut off by a power cut at any operation, the counter has its old value or its new one", () => {
  const seen = new Set<number>();
  for (let operation = 1; operation <= 8; operation++) {
    const rig = new JournalRig(operation);
    open(rig).count();
    rig.disk.setFaults({ powerCutAt: operation });
    try {
      open(rig).count();
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ code: "sim_power_cut" }));
    }
    rig.crash();
    seen.add(open(rig).counter());
  }
  expect([...seen].sort()).toEqual([1, 2]);
});

describe("with a chip", () => {
  const openWith = (rig: StoreRig, chip: SimKeyChip, seed = 1) =>
    openDeviceKey(rig.port.keyFiles, new SeededEntropy(new SeededRandom(seed)), chip);

  test("an old copy of the disk does not take the counter back", () => {
    const rig = new JournalRig();
    const chip = new SimKeyChip();
    const device = openWith(rig, chip);
    const old = rig.port.keyFiles.read(deviceKeyFile) ?? Buffer.alloc(0);
    expect([device.counter(), device.count(), device.count()]).toEqual([0, 1, 2]);
    rig.port.keyFiles.replace(deviceKeyFile, old);
    expect(openWith(rig, chip, 2).counter()).toBe(2);
  });

  test("the counter goes on from where the file was", () => {
    const rig = new JournalRig();
    open(rig).count();
    const device = openWith(rig, new SimKeyChip());
    expect([device.counter(), device.count()]).toEqual([1, 2]);
  });

  test("a chip that was taken out, cleared or changed is told from one that counts", () => {
    const rig = new JournalRig();
    openWith(rig, new SimKeyChip());
    expect(() => open(rig).counter()).toThrow(expect.objectContaining({ code: "tpm_missing" }));
    const other = openWith(rig, new SimKeyChip());
    for (const asked of [() => other.counter(), () => other.count()])
      expect(asked).toThrow(expect.objectContaining({ code: "tpm_changed" }));
  });

  test("cut off by a power cut on the way into the chip, the counter stays where it was", () => {
    for (const cut of [1, 2, 3, 4]) {
      const rig = new JournalRig();
      const chip = new SimKeyChip();
      open(rig).count();
      chip.setFaults({ powerCutAt: cut });
      if (cut <= 3) expect(() => openWith(rig, chip)).toThrow(/power/);
      chip.setFaults({});
      expect(openWith(rig, chip, 2).counter()).toBe(1);
    }
  });
});
