import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { Nvs, nvsBytes } from "../../../devices/sim/behaviours/nvs.ts";
import { MemoryFlash } from "./air.ts";

const secret = Buffer.from("correct horse battery");
const holds = (flash: MemoryFlash) => Buffer.from(flash.bytes ?? []).includes(secret);
const erased = (nonce: Uint8Array) =>
  createHash("sha256").update(nonce).update(Buffer.alloc(nvsBytes, 0xff)).digest();

const filled = () => {
  const flash = new MemoryFlash();
  const nvs = new Nvs(flash);
  nvs.put({ wifi: secret, state: Buffer.alloc(60, 1) });
  return { flash, nvs };
};

test("keeps the newest of each value, however often they change", () => {
  const keys = fc.constantFrom("a", "bb", "ccc");
  const change = fc.tuple(keys, fc.uint8Array({ maxLength: 90 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const nvs = new Nvs(new MemoryFlash());
      const model = new Map<string, Uint8Array>();
      for (const [key, value] of changes) {
        nvs.put({ [key]: value });
        model.set(key, value);
        for (const [each, kept] of model) expect(nvs.get(each)).toEqual(kept);
      }
    }),
  );
});

describe("flash as it is", () => {
  test("a value that was replaced is still readable in it", () => {
    const { flash, nvs } = filled();
    nvs.put({ wifi: Buffer.from("another") });
    expect(nvs.get("wifi")).toEqual(new Uint8Array(Buffer.from("another")));
    expect(holds(flash)).toBe(true);
  });

  test("so is one that was dropped, and its lamp cannot prove otherwise", () => {
    const { flash, nvs } = filled();
    const nonce = Buffer.alloc(16, 7);
    nvs.drop();
    expect(nvs.get("wifi")).toBeUndefined();
    expect(holds(flash)).toBe(true);
    expect(nvs.digest(nonce).equals(erased(nonce))).toBe(false);
  });

  test("a wiped one holds nothing and proves it, for each nonce in another way", () => {
    const { flash, nvs } = filled();
    nvs.wipe();
    expect([nvs.isBlank, holds(flash), nvs.get("state")]).toEqual([true, false, undefined]);
    for (const fill of [7, 8]) {
      const nonce = Buffer.alloc(16, fill);
      expect(nvs.digest(nonce).equals(erased(nonce))).toBe(true);
    }
    expect(nvs.digest(Buffer.alloc(16, 7))).not.toEqual(nvs.digest(Buffer.alloc(16, 8)));
  });

  test("one that cannot hold it says so and keeps what it has", () => {
    const { nvs } = filled();
    expect(() => nvs.put({ much: Buffer.alloc(300) })).toThrow("more than this flash holds");
    expect(nvs.get("wifi")).toEqual(new Uint8Array(secret));
  });

  test.each([[Buffer.alloc(3_000, 1)], [Buffer.alloc(300, 7)], [Buffer.from([1, 1, 9, 2])]])(
    "the bytes of another firmware are none of its own",
    (bytes) => {
      const flash = new MemoryFlash();
      flash.bytes = bytes;
      expect(new Nvs(flash).get("state")).toBeUndefined();
    },
  );
});

test("drivers and lamps mean the same size", () => {
  const proofs = profiles.flatMap((profile) => profile.wipe?.proof ?? []);
  expect(proofs.length).toBeGreaterThan(0);
  for (const proof of proofs) expect(proof.storageBytes).toBe(nvsBytes);
});
