import { describe, expect, test } from "vitest";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { chosenProtector, type ProtectorChoice } from "../../../hub/vault/chosen-protector.ts";
import { decodeProtector, encodeProtector } from "../../../hub/vault/protector-file.ts";
import { Vault } from "../../../hub/vault/vault.ts";
import { proves } from "../../support/proves.ts";
import { SimKeyChip } from "../../support/sim-key-chip.ts";
import { JournalRig } from "../../support/store-rigs.ts";

const place = Buffer.from("rooms\0r-1");
const passphrase = Buffer.from("correct horse battery");
const credential = Buffer.from("a credential of at least 32 random bytes");
const kinds = ["key-file", "passphrase", "systemd", "tpm"] as const;
type Kind = (typeof kinds)[number];
const coded = (code: string, context = {}) =>
  expect.objectContaining({ code, context: expect.objectContaining(context) });

let seed = 0;

/** A device: a disk, a chip, and somebody who knows the secrets. */
class Device {
  readonly rig = new JournalRig(++seed);
  readonly chip = new SimKeyChip();

  protector(choice: Partial<ProtectorChoice> = {}) {
    const entropy = new SeededEntropy(new SeededRandom(++seed));
    return chosenProtector(entropy, this.rig.port, { chip: () => this.chip, ...choice });
  }

  start(choice: Partial<ProtectorChoice> = {}): Vault {
    const entropy = new SeededEntropy(new SeededRandom(++seed));
    const vault = new Vault(entropy, this.rig.port.files, this.protector(choice));
    vault.start();
    return vault;
  }

  /** Everything that lies in the key folder, by the names there can be. */
  keyFolder(): ReadonlyMap<string, Buffer> {
    const keys = ["root", "transfer", "epoch-1", "epoch-2", "epoch-3"].map((name) => `keys/${name}`);
    const names = [...keys, "protector", "protector-coming", "protector-leaving"];
    return new Map(
      names.flatMap((name) => {
        const bytes = this.rig.port.keyFiles.read(name);
        return bytes === undefined ? [] : [[name, bytes] as const];
      }),
    );
  }
}

/** What opens a vault of each kind, said or not. */
const secretsFor = (kind: Kind): Partial<ProtectorChoice> => ({
  ...(kind === "passphrase" ? { passphrase } : {}),
  ...(kind === "systemd" ? { credential } : {}),
});

describe.each(kinds)("vault under %s", (kind) => {
  const secrets = secretsFor(kind);

  test("opens at the next start without being told how it was closed", () => {
    const device = new Device();
    const first = device.start({ wanted: kind, ...secrets });
    first.create("household");
    const sealed = first.sealer("household").seal(Buffer.from("hall"), place);
    const database = first.databaseKey();
    device.rig.crash();
    const next = device.start(secrets);
    expect(next.sealer("household").open(sealed, place)?.toString()).toBe("hall");
    expect(next.databaseKey()).toEqual(database);
    expect(next.status()).toMatchObject({
      protector: kind,
      sanitization: kind === "tpm" ? "purge" : "clear",
      isMoved: false,
    });
  });

  test("only key files hold a key as it is", () => {
    const device = new Device();
    const vault = device.start({ wanted: kind, ...secrets });
    vault.create("household");
    const protector = device.protector(secrets);
    for (const name of ["root", "epoch-1"] as const) {
      const key = protector.load(name) ?? Buffer.alloc(32);
      expect(device.rig.image().includes(key)).toBe(kind === "key-file");
    }
  });

  test("a rotation lets an old register open no more, and everything sealed opens still", () => {
    const device = new Device();
    const vault = device.start({ wanted: kind, ...secrets });
    vault.create("household");
    const sealed = vault.sealer("household").seal(Buffer.from("hall"), place);
    const old = device.rig.port.files.read("key-register") ?? Buffer.alloc(0);
    vault.rotate();
    expect(vault.status().epoch).toBe(2);
    const next = device.start(secrets);
    expect(next.sealer("household").open(sealed, place)?.toString()).toBe("hall");
    device.rig.port.files.replace("key-register", old);
    expect(() => device.start(secrets)).toThrow(coded("key_missing", { keyName: "epoch-1" }));
  });

  test("destroyed whole it leaves a hub that was never used", () => {
    const device = new Device();
    const vault = device.start({ wanted: kind, ...secrets });
    vault.create("household");
    vault.destroyAll();
    expect([...device.keyFolder().keys()]).toEqual([]);
    expect(device.chip.places()).toEqual([]);
  });

  test("what is on its way to another vault outlives the one it came from, and is there after a start", () => {
    const device = new Device();
    device.protector({ wanted: kind, ...secrets }).keep("transfer", Buffer.alloc(32, 5));
    device.start(secrets).destroyAll();
    const reopened = device.protector(secrets);
    expect(reopened.kind).toBe(kind);
    expect(reopened.load("transfer")).toEqual(Buffer.alloc(32, 5));
    reopened.destroy("transfer");
    expect([...device.keyFolder().keys()]).toEqual([]);
    expect(device.chip.places()).toEqual([]);
  });

  test("emptied, it begins anew in the same way, and nobody is asked for a secret again", () => {
    const device = new Device();
    const first = device.protector({ wanted: kind, ...secrets });
    first.keep("root", Buffer.alloc(32, 5));
    first.destroy("root");
    const anew = first.anew();
    anew.keep("root", Buffer.alloc(32, 6));
    const reopened = device.protector(secrets);
    expect(reopened).toMatchObject({ kind, isMoved: false });
    expect(reopened.load("root")).toEqual(Buffer.alloc(32, 6));
  });

  test(`every key has a way to its end ${proves("EN303645:5.5-8")}`, () => {
    const vault = new Device().start({ wanted: kind, ...secrets });
    vault.create("household");
    vault.create("person/p-1");
    const own = kind === "tpm" ? "undefine" : "overwrite";
    expect(vault.status().keys).toEqual([
      { name: "root", heldBy: kind, destroyedBy: own },
      { name: "epoch-1", heldBy: kind, destroyedBy: own },
      { name: "household", heldBy: "key-register", destroyedBy: "new-epoch" },
      { name: "person/p-1", heldBy: "key-register", destroyedBy: "new-epoch" },
    ]);
  });

  /** A life with erasure and rotation, cut off at every operation of the disk or the chip. */
  const livesCutAt = (cutOf: (device: Device, operation: number) => void): number => {
    const prepared = () => {
      const device = new Device();
      const vault = device.start({ wanted: kind, ...secrets });
      vault.create("household");
      vault.create("person/p-1");
      const kept = vault.sealer("household").seal(Buffer.from("hall"), place);
      const lost = vault.sealer("person/p-1").seal(Buffer.from("Ana"), place);
      return { device, kept, lost };
    };
    for (let operation = 1; ; operation++) {
      const { device, kept, lost } = prepared();
      cutOf(device, operation);
      let isWhole = false;
      try {
        const vault = device.start(secrets);
        vault.destroy("person/p-1");
        vault.rotate();
        isWhole = true;
      } catch (error) {
        expect(error).toEqual(coded("sim_power_cut"));
      }
      device.rig.crash();
      device.chip.setFaults({});
      const vault = device.start(secrets);
      expect(vault.sealer("household").open(kept, place)?.toString(), `cut ${operation}`).toBe("hall");
      if (vault.has("person/p-1"))
        expect(vault.sealer("person/p-1").open(lost, place)?.toString()).toBe("Ana");
      vault.destroy("person/p-1");
      vault.settleDatabaseKey();
      expect(device.chip.places().length).toBe(kind === "tpm" ? 2 : 0);
      if (isWhole) return operation;
    }
  };

  // The file of a passphrase is written as that of a credential is, which costs no scrypt at each start.
  const cuttable = kind === "passphrase" ? [] : kind === "tpm" ? ["disk", "chip"] : ["disk"];
  test.each(cuttable)("cut off by a power cut at any operation of the %s, it goes on", (of) => {
    const cuts = livesCutAt((device, powerCutAt) =>
      (of === "disk" ? device.rig.disk : device.chip).setFaults({ powerCutAt }),
    );
    expect(cuts).toBeGreaterThan(4);
  });
});

const changes = kinds.flatMap((from) =>
  kinds.filter((to) => to !== from || to === "passphrase").map((to) => [from, to] as const),
);

describe.each(changes)("from %s to %s", (from, to) => {
  const newPassphrase = Buffer.from("another long one");
  const isSame = from === to;
  const asked: Partial<ProtectorChoice> = {
    wanted: to,
    ...secretsFor(from),
    ...secretsFor(to),
    ...(isSame ? { newPassphrase } : {}),
  };
  const afterwards = isSame ? { passphrase: newPassphrase } : secretsFor(to);

  const filled = () => {
    const device = new Device();
    const vault = device.start({ wanted: from, ...secretsFor(from) });
    vault.create("household");
    return { device, sealed: vault.sealer("household").seal(Buffer.from("hall"), place) };
  };
  const opens = (device: Device, sealed: Buffer, secrets: Partial<ProtectorChoice>) =>
    device.start(secrets).sealer("household").open(sealed, place)?.toString() === "hall";

  test("the keys move, nothing stays with the old one, and the hub says that they moved", () => {
    const { device, sealed } = filled();
    expect(device.start(asked).status()).toMatchObject({
      protector: to,
      sanitization: "clear",
      isMoved: to !== "key-file",
    });
    expect(opens(device, sealed, afterwards)).toBe(true);
    expect(device.chip.places().length).toBe(to === "tpm" ? 2 : 0);
    const files = to === "key-file" ? ["keys/root", "keys/epoch-1"] : ["protector"];
    expect([...device.keyFolder().keys()]).toEqual(files);
  });

  const cuttable = [from, to].includes("passphrase") ? [] : ["cut off anywhere"];
  test.each(cuttable)("%s the keys are with one of the two, whole", () => {
    const cutsOf = [
      (device: Device, powerCutAt: number) => device.rig.disk.setFaults({ powerCutAt }),
      (device: Device, powerCutAt: number) => device.chip.setFaults({ powerCutAt }),
    ];
    const seen = new Set<string>();
    for (const cut of cutsOf) {
      for (let operation = 1, isDone = false; !isDone; operation++) {
        const { device, sealed } = filled();
        cut(device, operation);
        try {
          device.protector(asked);
          isDone = true;
        } catch (error) {
          expect(error).toEqual(coded("sim_power_cut"));
        }
        device.rig.crash();
        device.chip.setFaults({});
        const present = decodeProtector(device.rig.port.keyFiles.read("protector") ?? Buffer.alloc(0));
        const isOld = (present?.kind ?? "key-file") === from;
        seen.add(isOld ? "old" : "new");
        expect(opens(device, sealed, isOld ? secretsFor(from) : afterwards), `cut ${operation}`).toBe(true);
        const holder = isOld ? from : to;
        expect(device.chip.places().length, `cut ${operation}`).toBe(holder === "tpm" ? 2 : 0);
        const files = holder === "key-file" ? ["keys/root", "keys/epoch-1"] : ["protector"];
        expect([...device.keyFolder().keys()], `cut ${operation}`).toEqual(files);
      }
    }
    expect([...seen].sort()).toEqual(["new", "old"]);
  });
});

describe("what is refused, with nothing touched", () => {
  const expectRefused = (device: Device, choice: Partial<ProtectorChoice>, expected: unknown) => {
    const before = device.rig.image();
    expect(() => device.start(choice)).toThrow(expected as Error);
    expect(device.rig.image()).toEqual(before);
  };

  test("a wrong passphrase, or none", () => {
    const device = new Device();
    device.start({ passphrase });
    expectRefused(device, { passphrase: Buffer.from("correct horse batterz") }, coded("passphrase_wrong"));
    expectRefused(device, {}, coded("invalid_input", { path: "passphrase-file" }));
    const wrong = { passphrase: Buffer.from("wrong one"), newPassphrase: Buffer.from("new one...") };
    expectRefused(device, { wanted: "key-file", ...wrong }, coded("passphrase_wrong"));
  });

  test("a passphrase that is too short for a new vault", () => {
    expectRefused(new Device(), { passphrase: Buffer.from("1234567") }, coded("invalid_input"));
  });

  test("a passphrase for keys that are not closed with one", () => {
    const device = new Device();
    device.start();
    expectRefused(device, { passphrase }, coded("invalid_input", { path: "passphrase-file" }));
  });

  test("a wrong credential, or none, or one that is too short", () => {
    const device = new Device();
    device.start({ wanted: "systemd", credential });
    expectRefused(device, { credential: Buffer.alloc(40, 7) }, coded("credential_wrong"));
    expectRefused(device, {}, coded("key_missing", { protector: "systemd" }));
    expectRefused(
      new Device(),
      { wanted: "systemd", credential: Buffer.alloc(31) },
      coded("invalid_input", { path: "protector" }),
    );
  });

  test("a TPM that is missing, cleared, another one, or full", () => {
    const device = new Device();
    device.start({ wanted: "tpm" });
    device.chip.setFaults({ isMissing: true });
    expectRefused(device, {}, coded("tpm_missing"));
    device.chip.setFaults({});
    expectRefused(device, { chip: () => new SimKeyChip() }, coded("tpm_changed", { keyName: "root" }));
    const full = new Device();
    full.chip.setFaults({ capacityBytes: 50 });
    expect(() => full.start({ wanted: "tpm" })).toThrow(coded("tpm_failed"));
    expect([...full.keyFolder().keys()]).toEqual([]);
  });

  test("a TPM that fails in the middle of a change leaves the keys where they were", () => {
    const device = new Device();
    const vault = device.start();
    vault.create("household");
    device.chip.setFaults({ capacityBytes: 100 });
    expect(() => device.start({ wanted: "tpm" })).toThrow(coded("tpm_failed"));
    device.chip.setFaults({});
    expect(device.start().has("household")).toBe(true);
    expect(device.chip.places()).toEqual([]);
  });

  test("a damaged file, whichever byte it is", () => {
    const device = new Device();
    device.start({ wanted: "systemd", credential });
    const whole = device.rig.port.keyFiles.read("protector") ?? Buffer.alloc(0);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      device.rig.port.keyFiles.replace("protector", damaged);
      expectRefused(device, { credential }, coded("protector_damaged"));
    }
    device.rig.port.keyFiles.replace("protector", whole.subarray(5));
    expectRefused(device, { credential }, coded("protector_damaged"));
  });

  /** As somebody would who can compute the digest too. */
  const rewritten = (device: Device, change: (settings: Buffer) => void): void => {
    const { keyFiles } = device.rig.port;
    const file = decodeProtector(keyFiles.read("protector") ?? Buffer.alloc(0));
    if (file === undefined) throw new RangeError("no protector to change");
    change(file.settings);
    keyFiles.replace("protector", encodeProtector(file));
  };

  test("a passphrase file that was changed to something weaker, or to what never ends", () => {
    const device = new Device();
    device.start({ passphrase });
    const whole = device.rig.port.keyFiles.read("protector") ?? Buffer.alloc(0);
    for (const [at, value, reason] of [
      [0, 2, "algorithm"],
      [1, 16, "parameters"],
      [1, 21, "parameters"],
      [2, 7, "parameters"],
      [3, 0, "parameters"],
    ] as const) {
      rewritten(device, (settings) => settings.writeUInt8(value, at));
      expectRefused(device, { passphrase }, coded("protector_downgraded", { reason }));
      device.rig.port.keyFiles.replace("protector", whole);
    }
  });

  test(`a stronger parameter or another salt than the file was written with does not open it ${proves("EN303645:5.5-3")}`, () => {
    const device = new Device();
    device.start({ passphrase });
    const whole = device.rig.port.keyFiles.read("protector") ?? Buffer.alloc(0);
    for (const at of [2, 5]) {
      device.rig.port.keyFiles.replace("protector", whole);
      rewritten(device, (settings) => settings.writeUInt8(settings.readUInt8(at) + 1, at));
      expectRefused(device, { passphrase }, coded("passphrase_wrong"));
    }
  });

  test("a kind of protector that a later version made", () => {
    const device = new Device();
    device.start({ wanted: "tpm" });
    const file = device.rig.port.keyFiles.read("protector") ?? Buffer.alloc(0);
    expect(decodeProtector(file)?.kind).toBe("tpm");
    const later = encodeProtector({
      kind: "later" as "tpm",
      isMoved: false,
      settings: Buffer.alloc(0),
      entries: new Map(),
    });
    device.rig.port.keyFiles.replace("protector", later);
    expectRefused(device, {}, coded("protector_downgraded", { reason: "kind" }));
  });
});

test("a register that is put back after its person was erased opens with no TPM", () => {
  const device = new Device();
  const vault = device.start({ wanted: "tpm" });
  vault.create("person/p-1");
  const { files, keyFiles } = device.rig.port;
  const old = { register: files.read("key-register"), protector: keyFiles.read("protector") };
  vault.destroy("person/p-1");
  files.replace("key-register", old.register ?? Buffer.alloc(0));
  keyFiles.replace("protector", old.protector ?? Buffer.alloc(0));
  expect(() => device.start()).toThrow(coded("tpm_changed", { keyName: "epoch-1" }));
});

test("under key files the same attack gives the erased person back: the hub says clear", () => {
  const device = new Device();
  const vault = device.start();
  vault.create("person/p-1");
  const sealed = vault.sealer("person/p-1").seal(Buffer.from("Ana"), place);
  const { files, keyFiles } = device.rig.port;
  const old = { register: files.read("key-register"), key: keyFiles.read("keys/epoch-1") };
  vault.destroy("person/p-1");
  files.replace("key-register", old.register ?? Buffer.alloc(0));
  keyFiles.replace("keys/epoch-1", old.key ?? Buffer.alloc(0));
  expect(device.start().sealer("person/p-1").open(sealed, place)?.toString()).toBe("Ana");
  expect(device.start().status().sanitization).toBe("clear");
});
