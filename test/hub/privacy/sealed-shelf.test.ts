import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { holds } from "../../support/encodings.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const canary = "canary-irk-0815!";
const ana = "p-aaaaaaaaaaaa" as PersonId;
const ben = "p-bbbbbbbbbbbb" as PersonId;
const of = (person: PersonId) => `${person}/b-aaaaaaaaaaaa`;
const text = (secret: Uint8Array) => Buffer.from(secret).toString();

describe.each(storeRigs)("secrets of one sort on %s", (_name, make) => {
  let rig: StoreRig;
  beforeEach(() => {
    rig = make();
  });
  afterEach(() => rig.dispose());

  const peopled = () => {
    const started = startStore(rig);
    for (const person of [ana, ben]) started.store.admit(person);
    const shelf = started.store.shelf("beacon-identities");
    for (const person of [ana, ben]) shelf.put(of(person), Buffer.from(`${canary}${person}`));
    return { ...started, shelf };
  };

  test("come back after a crash, each by its key, and are nowhere in clear", () => {
    const { shelf, records } = peopled();
    for (const [, record] of records.entries("beacon-identities"))
      expect(holds(Buffer.from(record), canary)).toBe(false);
    expect(shelf.keys()).toEqual([of(ana), of(ben)]);
    rig.crash();
    const again = startStore(rig, 2).store.shelf("beacon-identities");
    expect(again.read(of(ben), text)).toBe(`${canary}${ben}`);
    again.remove(of(ben));
    again.remove(of(ben));
    expect([again.keys(), again.read(of(ben), text)]).toEqual([[of(ana)], undefined]);
  });

  test("are wiped when their reader is done, also when that one throws", () => {
    const { shelf } = peopled();
    const seen: Uint8Array[] = [];
    const failed = new RangeError("no");
    shelf.read(of(ana), (bytes) => seen.push(bytes));
    expect(() =>
      shelf.read(of(ana), (bytes) => {
        seen.push(bytes);
        throw failed;
      }),
    ).toThrow(failed);
    expect(seen).toHaveLength(2);
    for (const bytes of seen) expect([...new Set(bytes)]).toEqual([0]);
  });

  test("of an erased person are gone with the key, and a copy of the record does not bring them back", () => {
    const { store, shelf, records } = peopled();
    const copy = records.get("beacon-identities", of(ana));
    store.erase(ana);
    expect(records.get("beacon-identities", of(ana))).toBeUndefined();
    records.write([{ collection: "beacon-identities", key: of(ana), value: copy }], "immediate");
    expect([shelf.keys(), shelf.read(of(ana), text)]).toEqual([[of(ben)], undefined]);
    expect(() => shelf.put(of(ana), Buffer.from("x"))).toThrow(
      expect.objectContaining({ code: "key_destroyed" }),
    );
    rig.crash();
    expect(startStore(rig, 2).records.get("beacon-identities", of(ana))).toBeUndefined();
  });

  test("of a person is under their key: destroying it alone leaves the rest of them, and erasing them takes it along", () => {
    const { store, vault, records } = startStore(rig);
    const shelf = store.shelf("totp");
    expect(() => shelf.put(ana, Buffer.from(canary))).toThrow();
    for (const person of [ana, ben]) {
      store.admit(person);
      shelf.put(person, Buffer.from(canary));
    }
    expect(holds(Buffer.from(records.get("totp", ana) ?? []), canary)).toBe(false);
    expect(shelf.read(ana, text)).toBe(canary);
    shelf.remove(ana);
    expect([shelf.read(ana, text), vault.has(`person/${ana}`), shelf.keys()]).toEqual([
      undefined,
      true,
      [ben],
    ]);
    store.erase(ben);
    expect([...records.entries("totp")]).toEqual([]);
    expect(shelf.read(ben, text)).toBeUndefined();
  });

  test("one in the place of another does not open, and that is reported", () => {
    const { store, records } = startStore(rig);
    const shelf = store.shelf("bind-keys");
    shelf.put("s-aaaaaaaaaaaa", Buffer.from(canary));
    const copy = records.get("bind-keys", "s-aaaaaaaaaaaa");
    records.write([{ collection: "bind-keys", key: "s-bbbbbbbbbbbb", value: copy }], "immediate");
    expect(shelf.read("s-bbbbbbbbbbbb", text)).toBeUndefined();
    expect(shelf.read("s-aaaaaaaaaaaa", text)).toBe(canary);
    expect(rig.log.lines.map(({ event }) => event)).toContain("store.record-unreadable");
  });
});
