import { describe, expect, test } from "vitest";
import type { RecordStore } from "../../../hub/ports/store.ts";
import { type RecordCodec, type SchemaStep, upgrade } from "../../../hub/store/schema.ts";
import { JournalRig, storeRigs } from "../../support/store-rigs.ts";

const key = Buffer.alloc(32, 7);

const codec: RecordCodec = {
  decode: (_collection, _key, record) => JSON.parse(Buffer.from(record).toString()),
  encode: (_collection, _key, value) => Buffer.from(JSON.stringify(value)),
};

/** Version 2: a lamp has a `kind`. Version 3: "lamps" are called "devices". */
const steps: readonly SchemaStep[] = [
  (records, { decode, encode }) =>
    [...records.entries("lamps")].map(([id, record]) => ({
      collection: "lamps",
      key: id,
      value: encode("lamps", id, { ...(decode("lamps", id, record) as object), kind: "lamp" }),
    })),
  (records, { decode, encode }) =>
    [...records.entries("lamps")].flatMap(([id, record]) => [
      { collection: "lamps", key: id, value: undefined },
      { collection: "devices", key: id, value: encode("devices", id, decode("lamps", id, record)) },
    ]),
];

const first = (store: RecordStore): void => {
  upgrade(store, codec, []);
  store.write(
    ["l-1", "l-2"].map((id) => ({ collection: "lamps", key: id, value: codec.encode("lamps", id, { id }) })),
    "immediate",
  );
};

const versionOf = (store: RecordStore): string =>
  Buffer.from(store.get("schema", "version") ?? []).toString();
const devicesOf = (store: RecordStore): unknown[] =>
  [...store.entries("devices")].map(([id, record]) => codec.decode("devices", id, record));
const upgraded = [
  { id: "l-1", kind: "lamp" },
  { id: "l-2", kind: "lamp" },
];

describe.each(storeRigs)("schema on %s", (_name, make) => {
  test("values of the first version go through both steps, once", () => {
    const rig = make();
    const store = rig.port.open(key);
    first(store);
    upgrade(store, codec, steps);
    upgrade(store, codec, steps);
    rig.crash();
    const next = rig.port.open(key);
    upgrade(next, codec, steps);
    expect([devicesOf(next), versionOf(next), [...next.entries("lamps")]]).toEqual([upgraded, "3", []]);
    rig.dispose();
  });

  test("a new store begins at the newest version", () => {
    const rig = make();
    const store = rig.port.open(key);
    upgrade(store, codec, steps);
    expect(versionOf(store)).toBe("3");
    rig.dispose();
  });

  test("values of a newer version, or of none that makes sense, are refused and left alone", () => {
    const rig = make();
    const store = rig.port.open(key);
    for (const version of ["4", "0", "-1", "many", ""]) {
      const code = version === "4" ? "store_too_new" : "store_unreadable";
      store.write([{ collection: "schema", key: "version", value: Buffer.from(version) }], "immediate");
      expect(() => upgrade(store, codec, steps), version).toThrow(expect.objectContaining({ code }));
      expect(versionOf(store)).toBe(version);
    }
    rig.dispose();
  });
});

test("a power cut at any operation leaves a home between two steps, and the next start finishes", () => {
  for (let operation = 1; operation <= 6; operation++) {
    const rig = new JournalRig(operation);
    const store = rig.port.open(key);
    first(store);
    rig.disk.setFaults({ powerCutAt: operation, unsynced: "torn" });
    try {
      upgrade(store, codec, steps);
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ code: "sim_power_cut" }));
    }
    rig.crash();
    const next = rig.port.open(key);
    upgrade(next, codec, steps);
    expect(devicesOf(next), `operation ${operation}`).toEqual(upgraded);
  }
});
