import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Device, Room } from "../../../hub/domain/home.ts";
import type { LampId, PersonId, PhoneId, RoomId } from "../../../hub/domain/ids.ts";
import type { Person, Phone } from "../../../hub/domain/person.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { type CollectionName, collections } from "../../../hub/privacy/data-map.ts";
import type { Field } from "../../../hub/privacy/declaration.ts";
import { furnishedPerson, furnishedRecords } from "../../support/furnished-records.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const hall: Room = { id: "r-aaaaaaaaaaaa" as RoomId, name: "Hall" };
const attic: Room = { id: "r-bbbbbbbbbbbb" as RoomId, name: "Attic" };

describe.each(storeRigs)("sealed store on %s", (_name, make) => {
  const withRig = (body: (rig: StoreRig) => void) => () => {
    const rig: StoreRig = make();
    try {
      body(rig);
    } finally {
      rig.dispose();
    }
  };

  test(
    "what was put comes back after a crash and a new start",
    withRig((rig) => {
      startStore(rig).store.collection("rooms").put(hall.id, hall);
      rig.crash();
      const { store } = startStore(rig, 2);
      expect(store.collection("rooms").get(hall.id)).toEqual(hall);
      expect([...store.collection("rooms").entries()]).toEqual([[hall.id, hall]]);
    }),
  );

  test(
    "what is put atomically is one batch, seen inside, and nothing of it stays when the change is given up",
    withRig((rig) => {
      const { store } = startStore(rig);
      const rooms = store.collection("rooms");
      store.atomically(() => {
        rooms.put(hall.id, hall);
        rooms.put(attic.id, attic);
        rooms.remove(hall.id);
        expect([...rooms.entries()]).toEqual([[attic.id, attic]]);
        expect(rooms.get(hall.id)).toBeUndefined();
      });
      const giveUp = new RangeError("given up");
      const change = () =>
        store.atomically(() => {
          rooms.put(hall.id, hall);
          throw giveUp;
        });
      expect(change).toThrow(giveUp);
      rig.crash();
      expect([...startStore(rig, 2).store.collection("rooms").entries()]).toEqual([[attic.id, attic]]);
    }),
  );

  test(
    "a damaged record is named and left out, and the rest loads",
    withRig((rig) => {
      const { store, records } = startStore(rig);
      const rooms = store.collection("rooms");
      rooms.put(hall.id, hall);
      rooms.put(attic.id, attic);
      const record = Buffer.from(records.get("rooms", hall.id) ?? []);
      record[40] = (record[40] ?? 0) ^ 1;
      records.write([{ collection: "rooms", key: hall.id, value: record }], "immediate");

      expect([...rooms.entries()]).toEqual([[attic.id, attic]]);
      expect(rooms.get(hall.id)).toBeUndefined();
      const expected = { code: "record_unreadable", context: { collection: "rooms", key: hall.id } };
      expect(store.unreadable()).toEqual([expect.objectContaining(expected)]);
      expect(rig.log.lines).toEqual([
        expect.objectContaining({
          event: "store.record-unreadable",
          fields: { code: "record_unreadable", collection: "rooms", key: hall.id },
        }),
      ]);

      rooms.put(hall.id, hall);
      expect(rooms.get(hall.id)).toEqual(hall);
      expect(store.unreadable()).toEqual([]);
    }),
  );

  test(
    "two records cannot change places",
    withRig((rig) => {
      const { store, records } = startStore(rig);
      store.collection("rooms").put(hall.id, hall);
      const value = records.get("rooms", hall.id);
      records.write([{ collection: "rooms", key: attic.id, value }], "immediate");
      records.write([{ collection: "zones", key: hall.id, value }], "immediate");
      expect(store.collection("rooms").get(attic.id)).toBeUndefined();
      expect([...store.collection("zones").entries()]).toEqual([]);
      expect(store.unreadable()).toHaveLength(2);
    }),
  );

  test(
    "a device with everything a device can have comes back as it was",
    withRig((rig) => {
      const device: Device = {
        id: "l-aaaaaaaaaaaa" as LampId,
        kind: "lamp",
        profile: "lampkeeper/bulb",
        address: "0badcafe",
        name: "Läslampa \u{1f4a1}",
        room: hall.id,
        powerOn: "previous",
      };
      startStore(rig).store.collection("devices").put(device.id, device);
      rig.crash();
      expect(startStore(rig, 2).store.collection("devices").get(device.id)).toEqual(device);
    }),
  );

  test(
    "a coalesced record whose key is destroyed before it reaches the disk never does, and holds up nothing",
    withRig((rig) => {
      const { store, records, vault } = startStore(rig);
      const [id, state] = furnishedRecords("x")["light-states"];
      store.collection("light-states").put(id, state);
      vault.destroy("household");
      expect(() => store.collection("light-states").put(id, state)).toThrow(
        expect.objectContaining({ code: "key_destroyed" }),
      );
      records.write([{ collection: "other", key: "1", value: Buffer.of(1) }], "coalesced");
      records.flush();
      expect([[...records.entries("light-states")], [...records.entries("other")].length]).toEqual([[], 1]);
    }),
  );

  const names = Object.keys(collections) as CollectionName[];

  test(
    "of no declared collection a readable byte about the home reaches the disk, and all of it comes back",
    withRig((rig) => {
      const canary = "Kanarienvogel";
      const records = furnishedRecords(canary);
      const first = startStore(rig);
      first.store.admit(furnishedPerson);
      const put = <Name extends CollectionName>(name: Name) => {
        const [id, value] = records[name];
        first.store.collection(name).put(id, value);
      };
      for (const name of names) put(name);
      first.store.collection("rooms").remove(records.rooms[0]);
      put("rooms");
      first.records.flush();
      for (const name of names) {
        for (const [id, bytes] of first.records.entries(name)) {
          expect(Buffer.from(bytes).includes(canary), `record ${name}/${id}`).toBe(false);
          expect(id.includes(canary), `key in ${name}`).toBe(false);
        }
      }
      for (const form of spellings(canary)) expect(rig.image().includes(form)).toBe(false);
      expect(JSON.stringify(rig.log.lines)).not.toContain(canary);

      rig.crash();
      const { store } = startStore(rig, 2);
      for (const name of names) expect([...store.collection(name).entries()]).toEqual([records[name]]);
    }),
  );
});

describe.each(storeRigs)("people in the sealed store on %s", (_name, make) => {
  const ana = "p-aaaaaaaaaaaa" as PersonId;
  const ben = "p-bbbbbbbbbbbb" as PersonId;
  const person = (id: PersonId): Person => ({
    id,
    name: id === ana ? "Ana" : "Ben",
    isGuest: false,
    expires: null,
    addresses: [],
  });
  const phone = (id: PhoneId, owner: PersonId): Phone => ({
    id,
    person: owner,
    publicKey: "key",
    counter: 1,
    added: Instant(0),
  });
  let rig: StoreRig;
  beforeEach(() => {
    rig = make();
  });
  afterEach(() => rig.dispose());

  const inhabited = () => {
    const opened = startStore(rig);
    for (const id of [ana, ben]) {
      opened.store.admit(id);
      opened.store.collection("people").put(id, person(id));
      opened.store.collection("phones").put(`${id}/ph-aaaaaaaaaaaa`, phone("ph-aaaaaaaaaaaa" as PhoneId, id));
    }
    return opened;
  };

  test("are erased with everything of theirs, and nobody else is", () => {
    const { store, records } = inhabited();
    const sealed = Buffer.from(records.get("people", ana) ?? []);
    store.erase(ana);
    expect([...store.collection("people").entries()]).toEqual([[ben, person(ben)]]);
    expect([...store.collection("phones").entries()].map(([key]) => key)).toEqual([`${ben}/ph-aaaaaaaaaaaa`]);
    // A copy of the record from before, put back: there is no key for it, now or after a new start.
    records.write([{ collection: "people", key: ana, value: sealed }], "immediate");
    expect(() => store.collection("people").get(ana)).toThrow(
      expect.objectContaining({ code: "key_destroyed" }),
    );
    rig.crash();
    const again = startStore(rig, 2);
    expect(again.vault.has(`person/${ana}`)).toBe(false);
    expect([...again.store.collection("people").entries()]).toEqual([[ben, person(ben)]]);
    expect(again.records.get("people", ana)).toBeUndefined();
  });

  test("whose erasure was cut off after their key are gone at the next start", () => {
    const { vault } = inhabited();
    vault.destroy(`person/${ana}`);
    rig.crash();
    const { store } = startStore(rig, 2);
    expect([...store.collection("people").entries()]).toEqual([[ben, person(ben)]]);
    expect([...store.collection("phones").entries()]).toHaveLength(1);
    expect(store.unreadable()).toEqual([]);
  });

  test("cannot be written before they are let in, nor filed under nobody", () => {
    const { store } = startStore(rig);
    expect(() => store.collection("people").put(ana, person(ana))).toThrow(
      expect.objectContaining({ code: "key_missing" }),
    );
    expect(() =>
      store.collection("phones").put("ph-aaaaaaaaaaaa", phone("ph-aaaaaaaaaaaa" as PhoneId, ana)),
    ).toThrow(expect.objectContaining({ code: "invariant_broken" }));
  });
});

/** The ways a text can lie on a disk and be found by somebody who looks. */
const spellings = (text: string): Buffer[] => [
  Buffer.from(text),
  Buffer.from(text, "utf16le"),
  Buffer.from(Buffer.from(text).toString("hex")),
  ...[0, 1, 2].map((shift) =>
    Buffer.from(
      Buffer.from(`${"x".repeat(shift)}${text}`)
        .toString("base64")
        .slice(4, -4),
    ),
  ),
];

test("the fields of a collection agree on the key they are sealed under", () => {
  for (const [name, { fields }] of Object.entries(collections)) {
    const all: readonly Field[] = Object.values(fields);
    const keys = new Set(all.flatMap((field) => (field.class === "none" ? [] : [field.key])));
    // One record is sealed as a whole, so its fields have to agree on the key.
    expect([...keys], name).toHaveLength(1);
  }
});
