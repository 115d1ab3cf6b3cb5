import { describe, expect, test } from "vitest";
import type { Device, Room } from "../../../hub/domain/home.ts";
import type { LampId, RoomId } from "../../../hub/domain/ids.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { RecordStore } from "../../../hub/ports/store.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { SealedStore } from "../../../hub/privacy/sealed-store.ts";
import { KeyFileProtector } from "../../../hub/vault/key-file.ts";
import { Vault } from "../../../hub/vault/vault.ts";
import { JournalRig, SqliteRig, type StoreRig } from "../../support/store-rigs.ts";

const start = (rig: StoreRig, seed = 1) => {
  const entropy = new SeededEntropy(new SeededRandom(seed));
  const vault = new Vault(entropy, rig.port.files, new KeyFileProtector(rig.port.keyFiles));
  vault.start();
  vault.create("household");
  const key = vault.databaseKey();
  const records: RecordStore = rig.port.open(key);
  const log = new AuditedLog(rig.log);
  const store = new SealedStore(records, vault, log);
  store.start();
  return { vault, key, records, store };
};

const hall: Room = { id: "r-aaaaaaaaaaaa" as RoomId, name: "Hall" };
const attic: Room = { id: "r-bbbbbbbbbbbb" as RoomId, name: "Attic" };

describe.each([
  ["sqlite", () => new SqliteRig()],
  ["simulated journal", () => new JournalRig()],
] as const)("sealed store on %s", (_name, make) => {
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
      start(rig).store.collection("rooms").put(hall.id, hall);
      rig.crash();
      const { store } = start(rig, 2);
      expect(store.collection("rooms").get(hall.id)).toEqual(hall);
      expect([...store.collection("rooms").entries()]).toEqual([[hall.id, hall]]);
    }),
  );

  test(
    "what is put atomically is one batch, seen inside, and nothing of it stays when the change is given up",
    withRig((rig) => {
      const { store } = start(rig);
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
      expect([...start(rig, 2).store.collection("rooms").entries()]).toEqual([[attic.id, attic]]);
    }),
  );

  test(
    "a damaged record is named and left out, and the rest loads",
    withRig((rig) => {
      const { store, records } = start(rig);
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
      const { store, records } = start(rig);
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
      start(rig).store.collection("devices").put(device.id, device);
      rig.crash();
      expect(start(rig, 2).store.collection("devices").get(device.id)).toEqual(device);
    }),
  );
});
