import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { padded, unpadded } from "../../../hub/privacy/secret-slot.ts";
import { holds } from "../../support/encodings.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const canary = "canary-wifi-password-0815";

describe.each(storeRigs)("a secret on %s", (_name, make) => {
  let rig: StoreRig;
  beforeEach(() => {
    rig = make();
  });
  afterEach(() => rig.dispose());

  test("comes back after a crash, to whoever has its door", () => {
    const { store, vault } = startStore(rig);
    const slot = store.secret("wifi");
    expect(slot.isSet()).toBe(false);
    expect(slot.read(String)).toBeUndefined();
    expect(vault.has("wifi")).toBe(false);
    slot.put(Buffer.from(canary));
    rig.crash();
    const again = startStore(rig, 2);
    expect(again.store.secret("wifi").isSet()).toBe(true);
    expect(again.store.secret("wifi").read((bytes) => Buffer.from(bytes).toString())).toBe(canary);
  });

  test("is wiped when its reader is done, also when that one throws", () => {
    const slot = startStore(rig).store.secret("wifi");
    slot.put(Buffer.from(canary));
    const seen: Uint8Array[] = [];
    slot.read((bytes) => seen.push(bytes));
    const failed = new RangeError("no");
    const read = () =>
      slot.read((bytes) => {
        seen.push(bytes);
        throw failed;
      });
    expect(read).toThrow(failed);
    for (const bytes of seen) expect([...new Set(bytes)]).toEqual([0]);
  });

  test("is nowhere in clear, and as long as any other", () => {
    const { store, records } = startStore(rig);
    const slot = store.secret("wifi");
    const record = () => Buffer.from(records.get("secrets", "wifi") ?? []);
    slot.put(Buffer.from(canary));
    const { length } = record();
    expect(holds(record(), canary)).toBe(false);
    for (const bytes of [0, 1, 98, 126]) {
      slot.put(Buffer.alloc(bytes, 0x41));
      expect(record()).toHaveLength(length);
    }
    slot.put(Buffer.alloc(127, 0x41));
    expect(record()).toHaveLength(length + 128);
  });

  test("destroyed, it is noise in every copy: the record as it was does not come back with it", () => {
    const { store, vault, records } = startStore(rig);
    const slot = store.secret("wifi");
    slot.put(Buffer.from(canary));
    const copy = records.get("secrets", "wifi");
    slot.destroy();
    expect(slot.isSet()).toBe(false);
    expect(records.get("secrets", "wifi")).toBeUndefined();
    records.write([{ collection: "secrets", key: "wifi", value: copy }], "immediate");
    expect([vault.has("wifi"), slot.isSet(), slot.read(String)]).toEqual([false, false, undefined]);
    slot.put(Buffer.from("another"));
    records.write([{ collection: "secrets", key: "wifi", value: copy }], "immediate");
    expect(slot.read(String)).toBeUndefined();
    slot.destroy();
    slot.destroy();
  });

  test("a record of it that is damaged, or another's, does not open, and that is reported", () => {
    const { store, records } = startStore(rig);
    const slot = store.secret("wifi");
    slot.put(Buffer.from(canary));
    const damaged = Buffer.from(records.get("secrets", "wifi") ?? []);
    damaged[40] = (damaged[40] ?? 0) ^ 1;
    records.write([{ collection: "secrets", key: "wifi", value: damaged }], "immediate");
    expect(slot.read(String)).toBeUndefined();
    expect(rig.log.lines.filter(({ event }) => event === "store.record-unreadable")).toEqual([
      {
        level: "warn",
        event: "store.record-unreadable",
        fields: { code: "record_unreadable", collection: "secrets/wifi" },
      },
    ]);
  });

  test("when its key goes by another way, as at a reset, there is none any more", () => {
    const { store, vault } = startStore(rig);
    const slot = store.secret("wifi");
    slot.put(Buffer.from(canary));
    vault.destroy("wifi");
    expect([slot.isSet(), slot.read(String)]).toEqual([false, undefined]);
  });
});

test("padding is undone, and nothing else is taken for it", () => {
  for (const bytes of [0, 1, 126, 127, 300]) {
    const secret = Buffer.alloc(bytes, 7);
    expect(padded(secret, 128).length % 128).toBe(0);
    expect(unpadded(padded(secret, 128))).toEqual(secret);
  }
  expect(unpadded(Buffer.alloc(1))).toBeUndefined();
  expect(unpadded(Buffer.from([0, 3, 1, 1]))).toBeUndefined();
});
