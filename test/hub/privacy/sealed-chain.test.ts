import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publicKeyOf, signed, signingKey } from "../../../hub/crypto/signature.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";
import type { ChangeEntry } from "../../../hub/privacy/data-map.ts";
import { holds } from "../../support/encodings.ts";
import { proves } from "../../support/proves.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const ana = "p-aaaaaaaaaaaa" as PersonId;
const ben = "p-bbbbbbbbbbbb" as PersonId;
const collection = "chain-changes";

const signerOf = (seed: number) => {
  const key = signingKey(Buffer.alloc(32, seed));
  return () => ({ publicKey: publicKeyOf(key), sign: (bytes: Uint8Array) => signed(key, bytes) });
};

const renamed = (after: string): ChangeEntry => ({
  what: "name",
  field: "name",
  before: "canary-old",
  after,
});

describe.each(storeRigs)("a chain on %s", (_name, make) => {
  let rig: StoreRig;
  beforeEach(() => {
    rig = make();
  });
  afterEach(() => rig.dispose());

  const written = () => {
    const started = startStore(rig);
    for (const person of [ana, ben]) started.store.admit(person);
    const chain = started.store.chain("changes", signerOf(1));
    chain.append({ at: Instant(1_000), content: renamed("canary-1") });
    chain.append({ at: Instant(2_000), about: ana, content: renamed("canary-2") });
    chain.append({ at: Instant(3_000), about: ben, content: renamed("canary-3") });
    chain.append({ at: Instant(4_000), content: renamed("canary-4") });
    return { ...started, chain };
  };

  /** Its bytes, told apart by the entry's number. */
  const keyOf = (order: number) => `${order}`.padStart(12, "0");

  test(`is read and verified after a crash, and is nowhere in clear ${proves("H26", "ISVS:1.4.7")}`, () => {
    const { records } = written();
    for (const [, record] of records.entries(collection))
      expect(holds(Buffer.from(record), "canary")).toBe(false);
    rig.crash();
    const chain = startStore(rig, 2).store.chain("changes", signerOf(1));
    expect(chain.entries().map(({ order, content }) => [order, content?.after])).toEqual([
      [1, "canary-1"],
      [2, "canary-2"],
      [3, "canary-3"],
      [4, "canary-4"],
    ]);
    expect(chain.verify()).toMatchObject({ sound: true, entries: 4, erased: 0 });
  });

  test("of an erased person says nothing more, and is sound", () => {
    const { store, chain } = written();
    store.erase(ana);
    expect(chain.entries()[1]).toEqual({ order: 2, at: 2_000, about: ana, content: undefined });
    expect(chain.verify()).toMatchObject({ sound: true, entries: 4, erased: 1 });
  });

  test("forgets what is old, goes on, and is sound", () => {
    const { chain } = written();
    chain.prune((at) => at < Instant(3_000));
    chain.append({ at: Instant(5_000), content: renamed("canary-5") });
    expect(chain.entries().map(({ order }) => order)).toEqual([3, 4, 5]);
    expect(chain.verify()).toMatchObject({ sound: true, entries: 3 });
    chain.prune((at) => at < Instant(9_000));
    expect(chain.verify()).toMatchObject({ sound: true, entries: 0 });
    chain.append({ at: Instant(9_500), content: renamed("canary-6") });
    expect(chain.entries().map(({ order }) => order)).toEqual([6]);
    expect(chain.verify()).toMatchObject({ sound: true, entries: 1 });
  });

  test("signed by another device is not sound", () => {
    const { store } = written();
    expect(store.chain("changes", signerOf(2)).verify()).toMatchObject({ sound: false, broken: 1 });
  });

  test.each(["opened just now", "found sound before"])(
    `of a chain that was %s every byte that is changed names the broken entry ${proves("H26", "H18", "ISVS:1.4.7", "IR8425:CybersecurityStateAwareness")}`,
    (was) => {
      const { chain, records } = written();
      if (was === "found sound before") expect(chain.verify()).toMatchObject({ sound: true });
      for (const [key, record] of [...records.entries(collection)]) {
        if (key === "ends") continue;
        for (let at = 0; at < record.length; at += 7) {
          const forged = Buffer.from(record);
          forged[at] = (forged[at] ?? 0) ^ 1;
          records.write([{ collection, key, value: forged }], "immediate");
          expect(chain.verify(), `byte ${at} of ${key}`).toMatchObject({ sound: false, broken: Number(key) });
        }
        records.write([{ collection, key, value: record }], "immediate");
      }
      expect(chain.verify()).toMatchObject({ sound: true });
    },
  );

  test(`entries that are taken out, swapped, repeated or cut off are noticed ${proves("ISVS:1.4.7")}`, () => {
    const { chain, records } = written();
    const [first, second, third, fourth, ends] = [...records.entries(collection)].map(([, record]) => record);
    const put = (key: string, value: Uint8Array | undefined) =>
      records.write([{ collection, key, value }], "immediate");
    put(keyOf(2), undefined);
    expect(chain.verify()).toEqual({ sound: false, broken: 2, reason: "missing" });
    put(keyOf(2), third);
    put(keyOf(3), second);
    expect(chain.verify()).toEqual({ sound: false, broken: 2, reason: "changed" });
    put(keyOf(2), second);
    put(keyOf(3), second);
    expect(chain.verify()).toMatchObject({ sound: false, broken: 3 });
    put(keyOf(3), third);
    put(keyOf(4), undefined);
    expect(chain.verify()).toEqual({ sound: false, broken: 4, reason: "missing" });
    put("ends", undefined);
    expect(chain.verify()).toEqual({ sound: false, broken: 1, reason: "unsigned" });
    put("ends", ends);
    put(keyOf(4), fourth);
    put(keyOf(5), fourth);
    expect(chain.verify()).toEqual({ sound: false, broken: 5, reason: "cut-off" });
    expect(first).toBeDefined();
  });
});
