import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { KeyFileProtector } from "../../../hub/vault/key-file.ts";
import { decodeRegister, encodeRegister, isAuthentic } from "../../../hub/vault/key-register.ts";
import { SubkeySealer } from "../../../hub/vault/sealer.ts";
import { Vault } from "../../../hub/vault/vault.ts";
import { proves } from "../../support/proves.ts";
import { JournalRig, onRig, type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const place = Buffer.from("rooms\0r-1");
const coded = (code: string, context = {}) =>
  expect.objectContaining({ code, context: expect.objectContaining(context) });

let seed = 0;
const start = (rig: StoreRig, hasData = false): Vault => {
  const entropy = new SeededEntropy(new SeededRandom(++seed));
  const vault = new Vault(entropy, rig.port.files, new KeyFileProtector(rig.port.keyFiles));
  vault.start(hasData);
  return vault;
};

describe.each(storeRigs)("vault on %s", (_name, make) => {
  const withRig = onRig(make);

  test(
    "what one run seals the next one opens, with keys that never repeat a nonce",
    withRig((rig) => {
      const first = start(rig);
      first.create("household");
      const sealed = first.sealer("household").seal(Buffer.from("hall"), place);
      expect(first.sealer("household").seal(Buffer.from("hall"), place).equals(sealed)).toBe(false);
      first.close();
      rig.crash();
      const next = start(rig);
      expect(next.sealer("household").open(sealed, place)?.toString()).toBe("hall");
      expect(next.sealer("household").open(sealed, Buffer.from("rooms\0r-2"))).toBeUndefined();
      expect(
        next
          .sealer("household")
          .seal(Buffer.from("hall"), place)
          .subarray(0, 16)
          .equals(sealed.subarray(0, 16)),
      ).toBe(false);
    }),
  );

  test(
    "the database key and derived secrets are the same at every start, and differ by label",
    withRig((rig) => {
      const first = start(rig);
      first.create("device-link");
      const [key, secret] = [first.databaseKey(), first.deriver("device-link").derive("l-1")];
      const next = start(rig);
      expect(next.databaseKey()).toEqual(key);
      expect(next.deriver("device-link").derive("l-1")).toEqual(secret);
      expect(next.deriver("device-link").derive("l-2").equals(secret)).toBe(false);
    }),
  );

  test(
    "a destroyed key opens nothing any more, now and after a start; the others live on in a new epoch",
    withRig((rig) => {
      const vault = start(rig);
      vault.create("household");
      vault.create("device-link");
      const old = rig.port.files.read("key-register");
      const oldEpochKey = rig.port.keyFiles.read("keys/epoch-1");
      const sealer = vault.sealer("household");
      const lost = sealer.seal(Buffer.from("hall"), place);
      const kept = vault.sealer("device-link").seal(Buffer.from("lamp"), place);
      vault.destroy("household");
      vault.destroy("household");

      expect(() => sealer.open(lost, place)).toThrow(coded("key_destroyed", { keyName: "household" }));
      expect(() => vault.sealer("household")).toThrow(coded("key_destroyed"));
      expect(vault.sealer("device-link").open(kept, place)?.toString()).toBe("lamp");
      expect(rig.port.keyFiles.read("keys/epoch-1")).toBeUndefined();
      // Of the old epoch neither key nor register is anywhere on the disk.
      for (const gone of [old, oldEpochKey])
        expect(rig.image().includes(gone ?? Buffer.alloc(0))).toBe(false);

      rig.crash();
      const next = start(rig);
      expect(next.sealer("device-link").open(kept, place)?.toString()).toBe("lamp");
      expect(() => next.sealer("household")).toThrow(coded("key_missing", { keyName: "household" }));
    }),
  );

  test(
    "all keys but some go in one epoch, and then the root: what is left opens nothing and a new hub begins",
    withRig((rig) => {
      const vault = start(rig);
      for (const name of ["household", "device-link", "person/p-1"]) vault.create(name);
      const kept = vault.sealer("device-link").seal(Buffer.from("lamp"), place);
      const database = vault.databaseKey();
      vault.retain(["device-link"]);
      vault.retain(["device-link"]);
      expect(() => vault.sealer("person/p-1")).toThrow(coded("key_destroyed"));
      expect(start(rig).sealer("device-link").open(kept, place)?.toString()).toBe("lamp");
      expect([1, 2, 3].map((epoch) => rig.port.keyFiles.read(`keys/epoch-${epoch}`) !== undefined)).toEqual([
        false,
        true,
        false,
      ]);

      vault.destroyAll();
      expect(() => vault.sealer("device-link")).toThrow(coded("key_missing"));
      const next = start(rig);
      expect(next.has("device-link")).toBe(false);
      expect(next.databaseKey().equals(database)).toBe(false);
    }),
  );

  test(
    "a register of an older epoch put back does not open: its key is destroyed",
    withRig((rig) => {
      const vault = start(rig);
      vault.create("household");
      const old = rig.port.files.read("key-register") ?? Buffer.alloc(0);
      vault.destroy("household");
      rig.port.files.replace("key-register", old);
      expect(() => start(rig)).toThrow(coded("key_missing", { keyName: "epoch-1" }));
    }),
  );

  test(
    "a damaged register is named, whichever byte it is, and not replaced",
    withRig((rig) => {
      start(rig).create("household");
      const whole = rig.port.files.read("key-register") ?? Buffer.alloc(0);
      for (let at = 0; at < whole.length; at += 3) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        rig.port.files.replace("key-register", damaged);
        // A changed epoch number asks for a key that there never was.
        expect(() => start(rig), `byte ${at}`).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(keys_unreadable|key_missing)$/) }),
        );
        expect(rig.port.files.read("key-register")).toEqual(damaged);
      }
      rig.port.files.replace("key-register", Buffer.alloc(0));
      expect(() => start(rig)).toThrow(coded("keys_unreadable", { reason: "damaged" }));
    }),
  );

  test(
    "a key folder that is not there is named, and nothing is made anew in its place",
    withRig((rig) => {
      start(rig).create("household");
      for (const name of ["keys/root", "keys/epoch-1"]) {
        const key = rig.port.keyFiles.read(name) ?? Buffer.alloc(0);
        rig.port.keyFiles.remove(name);
        expect(() => start(rig).databaseKey()).toThrow(coded("key_missing"));
        expect(rig.port.keyFiles.read(name)).toBeUndefined();
        rig.port.keyFiles.replace(name, key);
      }
      rig.port.keyFiles.replace("keys/root", Buffer.from("short"));
      expect(() => start(rig).databaseKey()).toThrow(coded("keys_unreadable", { file: "keys/root" }));
    }),
  );

  test(
    "beside a register that was lost the old data file does not open, and is not written over",
    withRig((rig) => {
      const store = rig.port.open(start(rig).databaseKey());
      store.write([{ collection: "rooms", key: "r-1", value: Buffer.of(1) }], "immediate");
      store.close();
      rig.port.files.remove("key-register");
      expect(() => rig.port.open(start(rig).databaseKey())).toThrow(coded("store_unreadable"));
    }),
  );

  test(
    "a register that was lost beside data is not made anew: put back, it opens as before",
    withRig((rig) => {
      start(rig).create("household");
      const register = rig.port.files.read("key-register") ?? Buffer.alloc(0);
      const keys = () => ["root", "epoch-1"].map((name) => rig.port.keyFiles.read(`keys/${name}`));
      const before = keys();
      rig.port.files.remove("key-register");
      expect(() => start(rig, true)).toThrow(coded("keys_unreadable", { reason: "missing" }));
      expect(rig.port.files.read("key-register")).toBeUndefined();
      // The data folder as a whole may be what is missing, and the keys lie elsewhere.
      start(rig);
      expect(keys()).toEqual(before);
      rig.port.files.replace("key-register", register);
      expect(start(rig, true).has("household")).toBe(true);
    }),
  );

  test(
    "a name that is no name is refused",
    withRig((rig) => {
      const vault = start(rig);
      for (const name of ["", "Ana", "a/b/c", "/a", "a/", "x".repeat(65)]) {
        expect(() => vault.create(name)).toThrow(coded("invalid_input"));
      }
      expect(vault.has("household")).toBe(false);
    }),
  );
});

test("cut off by a power cut at any operation, a new hub starts and a destroyed key never comes back half", () => {
  for (let operation = 1; operation <= 14; operation++) {
    const rig = new JournalRig(operation);
    rig.disk.setFaults({ powerCutAt: operation });
    const live = () => {
      const vault = start(rig);
      vault.create("household");
      vault.create("device-link");
      vault.destroy("household");
    };
    try {
      live();
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ code: "sim_power_cut" }));
    }
    rig.crash();
    const vault = start(rig);
    vault.create("device-link");
    const sealed = vault.sealer("device-link").seal(Buffer.from("lamp"), place);
    vault.destroy("household");
    expect(start(rig).sealer("device-link").open(sealed, place)?.toString()).toBe("lamp");
    expect(() => start(rig).sealer("household")).toThrow(coded("key_missing"));
  }
});

describe("key register", () => {
  const epochKey = createSecretKey(Buffer.alloc(32, 3));
  const wrapped = fc.uint8Array({ minLength: 61, maxLength: 61 }).map((bytes) => Buffer.from(bytes));
  const register = fc.record({
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
    epoch: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    wrapped: fc
      .dictionary(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), wrapped, { maxKeys: 8 })
      .map((entries) => new Map(Object.entries(entries))),
  });

  test("reads what it wrote", () => {
    fc.assert(
      fc.property(register, (written) => {
        const bytes = encodeRegister(written, epochKey);
        const read = decodeRegister(bytes);
        expect(read).toEqual(written);
        expect(read !== undefined && isAuthentic(bytes, read, epochKey)).toBe(true);
      }),
    );
  });

  test("noise, also behind a true beginning, never throws and is never authentic", () => {
    fc.assert(
      fc.property(register, fc.uint8Array({ maxLength: 300 }), fc.nat(120), (written, noise, cut) => {
        const whole = encodeRegister(written, epochKey);
        const bytes = Buffer.concat([whole.subarray(0, Math.min(cut, whole.length - 1)), noise]);
        // Chance may put back the byte that was cut off.
        fc.pre(!bytes.equals(whole));
        const read = decodeRegister(bytes);
        expect(read === undefined || !isAuthentic(bytes, read, epochKey)).toBe(true);
      }),
    );
  });
});

describe("sealer", () => {
  const sealer = () => new SubkeySealer("household", Buffer.alloc(32, 4), Buffer.alloc(16, 5));

  test("seals ten thousand records with ten thousand nonces", () => {
    const one = sealer();
    const nonces = new Set<string>();
    for (let at = 0; at < 10_000; at++) {
      nonces.add(one.seal(Buffer.alloc(1), place).toString("latin1", 17, 29));
    }
    expect(nonces.size).toBe(10_000);
  });

  /** How often a salt, which makes a key, comes with a nonce that it came with before. */
  const repeats = (records: readonly Buffer[]): number =>
    records.length - new Set(records.map((record) => record.toString("latin1", 0, 29))).size;

  test(`over starts, rotations and keys no nonce comes twice under one key ${proves("EN303645:5.4-4", "EN303645:5.5-2")}`, () => {
    const rig = new JournalRig();
    const records: Buffer[] = [];
    for (let round = 0; round < 20; round++) {
      const vault = start(rig);
      for (const name of ["household", "place"]) {
        vault.create(name);
        for (let at = 0; at < 100; at++) records.push(vault.sealer(name).seal(Buffer.of(at), place));
      }
      vault.rotate();
      records.push(vault.sealer("household").seal(Buffer.of(1), place));
      vault.close();
    }
    expect(repeats(records)).toBe(0);
  });

  test("the search finds a planted repeat: a start that takes the salt of another", () => {
    const [one, other] = [sealer(), sealer()];
    expect(repeats([one.seal(Buffer.of(1), place), other.seal(Buffer.of(2), place)])).toBe(1);
  });

  test("noise never opens", () => {
    const one = sealer();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(one.open(noise, place)).toBeUndefined();
      }),
    );
  });

  test("wipes the bytes of its key, and opens nothing once destroyed", () => {
    const key = Buffer.alloc(32, 4);
    const one = new SubkeySealer("household", key, Buffer.alloc(16, 5));
    expect(key).toEqual(Buffer.alloc(32));
    const sealed = one.seal(Buffer.alloc(1), place);
    expect(one.copyKey()).toEqual(Buffer.alloc(32, 4));
    one.destroy();
    expect(() => one.open(sealed, place)).toThrow(coded("key_destroyed"));
    expect(() => one.copyKey()).toThrow(coded("key_destroyed"));
  });
});
