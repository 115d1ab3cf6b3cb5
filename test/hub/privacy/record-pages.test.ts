import { expect, test } from "vitest";
import type { CommandId, LampId } from "../../../hub/domain/ids.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Instant, Percent, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { type RecordDisk, WriteBehind } from "../../../hub/platform/write-behind.ts";
import type { StoreWrite } from "../../../hub/ports/store.ts";
import { pageFrom, pageJson, pageOf, RecordPages } from "../../../hub/privacy/record-pages.ts";
import { startStore } from "../../support/started-store.ts";
import { JournalRig, type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const lamp = (end: string) => `l-aa${end.padEnd(10, "a")}` as LampId;
const cause = { kind: "api", at: Instant(1), command: "c-aaaaaaaaaaaa" as CommandId } as const;
const state = (id: LampId, brightness: number) => {
  const desired = { on: true, brightness: Percent(brightness) };
  return { id, desired, reported: desired, cause };
};

test("keys that differ in their last characters share a page, and a short one has its own", () => {
  expect(["l-abcdefghijkl", "3.l-abcdefghijkl", "sim-lamp-12", "7"].map((key) => pageOf(key, 10))).toEqual([
    "l-ab",
    "3.l-ab",
    "s",
    "7",
  ]);
});

test("what is one object for many records is written once, and is one object again when it is read", () => {
  const shared = { on: true };
  const content = new Map([
    ["a", { id: "a", desired: shared, reported: shared, note: null, clamped: [] }],
    ["b", { id: "b", desired: shared, reported: { on: false }, note: 3, clamped: ["on"] }],
  ]);
  const page = pageJson(content, () => true);
  expect(page.parts).toHaveLength(4);
  const read = pageFrom(JSON.parse(JSON.stringify(page)));
  expect(read).toEqual(content);
  const [a, b] = [...read.values()] as { desired: object; reported: object }[];
  expect(a?.desired).toBe(a?.reported);
  expect(b?.desired).toBe(a?.desired);
});

test.each(storeRigs)("records of a page are one record of the store, on %s", (_name, make) => {
  const rig: StoreRig = make();
  try {
    const { store, records } = startStore(rig);
    const states = store.collection("light-states");
    const [one, two, three] = [lamp("1"), lamp("2"), lamp("3")];
    states.put(one, state(one, 10));
    states.put(two, state(two, 20));
    expect(states.get(one)).toEqual(state(one, 10));
    records.flush();
    expect([...records.entries("light-states")]).toHaveLength(1);

    // What is on the disk already stays beside what changes, and the newest counts.
    states.put(three, state(three, 30));
    states.put(one, state(one, 11));
    states.put(one, state(one, 12));
    expect([states.get(one), states.get(two)]).toEqual([state(one, 12), state(two, 20)]);
    states.remove(two);
    expect(states.get(two)).toBeUndefined();
    const all = [
      [one, state(one, 12)],
      [three, state(three, 30)],
    ];
    expect([...states.entries()]).toEqual(all);
    records.flush();
    rig.crash();
    const again = startStore(rig, 2);
    expect([...again.store.collection("light-states").entries()]).toEqual(all);

    for (const id of [one, three]) again.store.collection("light-states").remove(id);
    again.records.flush();
    expect([...again.records.entries("light-states")]).toEqual([]);
  } finally {
    rig.dispose();
  }
});

/** A disk in memory that calls when it was given its first part. */
class PartDisk implements RecordDisk {
  readonly records = new Map<string, Uint8Array | undefined>();
  isFull = false;
  afterFirstPart: (() => void) | undefined;
  #staged: StoreWrite[] = [];

  get(_collection: string, key: string): Uint8Array | undefined {
    return this.records.get(key);
  }

  entries(): readonly (readonly [string, Uint8Array])[] {
    return [];
  }

  stage(writes: Iterable<StoreWrite>): void {
    for (const { collection, key, value } of writes) this.#staged.push({ collection, key, value });
    const call = this.afterFirstPart;
    this.afterFirstPart = undefined;
    call?.();
  }

  commit(): void {
    if (this.isFull) throw new StoreFailed("full", { reason: "full" });
    for (const { key, value } of this.#staged.splice(0)) this.records.set(key, value);
  }

  rollback(): void {
    this.#staged = [];
  }

  close(): void {}
}

test.each([false, true])("what changes while its page leaves is not lost; disk refuses it: %s", (isFull) => {
  const clock = new VirtualClock(Instant(0));
  const disk = new PartDisk();
  const records = new WriteBehind(clock, new MemoryLog(), disk);
  const pages = new RecordPages(records, {
    seal: (_collection, _page, content) => Buffer.from(JSON.stringify([...content])),
    open: (_collection, _page, record) => new Map(JSON.parse(Buffer.from(record).toString())),
  });
  const put = (page: string, key: string, value: number) =>
    records.write([pages.change("light-states", page, key, value)], "coalesced");
  // More than leave in one turn.
  for (let page = 0; page < 300; page++) for (const key of ["a", "b"]) put(`${page}`, key, 1);
  disk.isFull = isFull;
  disk.afterFirstPart = () => {
    for (let page = 0; page < 300; page++) put(`${page}`, "b", 2);
    for (let page = 0; page < 300; page++) put(`${page}`, "c", 2);
  };
  clock.advanceSync(Seconds(1));
  disk.isFull = false;
  put("7", "a", 3);
  clock.advanceSync(Seconds(5));
  for (let page = 0; page < 300; page++) {
    const kept = JSON.parse(Buffer.from(disk.records.get(`${page}`) ?? []).toString());
    const expected = [page === 7 ? 3 : 1, 2, 2];
    expect(["a", "b", "c"].map((key) => new Map(kept).get(key))).toEqual(expected);
    expect(pages.get("light-states", `${page}`, "b")).toBe(2);
  }
});

test.each(storeRigs)(
  "a page is written as its owner holds it, and read by the next start, on %s",
  (_name, make) => {
    const rig: StoreRig = make();
    try {
      const { store, records } = startStore(rig);
      const held = new Map([lamp("1"), lamp("2")].map((id) => [id, state(id, 10)]));
      let asked = 0;
      const states = store.live("light-states", (page) => {
        asked++;
        return [...held].filter(([id]) => pageOf(id, 10) === page);
      });
      const page = states.pageOf(lamp("1"));
      for (let brightness = 0; brightness < 50; brightness++) {
        held.set(lamp("1"), state(lamp("1"), brightness));
        states.changed(page);
      }
      expect(asked).toBe(0);
      records.flush();
      expect([asked, [...records.entries("light-states")].length]).toEqual([1, 1]);
      rig.crash();

      const again = startStore(rig, 2);
      const left = again.store.live("light-states", () => []);
      expect([...left.entries()]).toEqual([...held]);
      left.changed(page);
      expect([...left.entries()]).toEqual([]);
      again.records.flush();
      expect([...again.records.entries("light-states")]).toEqual([]);
    } finally {
      rig.dispose();
    }
  },
);

test.each([false, true])(
  "what its owner changes while a page leaves is written too; disk refuses: %s",
  (isFull) => {
    const clock = new VirtualClock(Instant(0));
    const disk = new PartDisk();
    const records = new WriteBehind(clock, new MemoryLog(), disk);
    const pages = new RecordPages(records, {
      seal: (_collection, _page, content) => Buffer.from(JSON.stringify([...content])),
      open: () => new Map(),
    });
    const held = new Map<string, number>();
    const change = (page: string, value: number) => {
      held.set(page, value);
      const write = pages.live("light-states", page, (asked) => [["a", held.get(asked)]]);
      if (write !== undefined) records.write([write], "coalesced");
    };
    for (let page = 0; page < 300; page++) change(`${page}`, 1);
    disk.isFull = isFull;
    disk.afterFirstPart = () => {
      for (let page = 0; page < 300; page++) change(`${page}`, 2);
    };
    clock.advanceSync(Seconds(1));
    disk.isFull = false;
    clock.advanceSync(Seconds(5));
    for (let page = 0; page < 300; page++)
      expect(Buffer.from(disk.records.get(`${page}`) ?? []).toString()).toBe('[["a",2]]');
  },
);

test("records that share a page take no part in a batch", () => {
  const rig = new JournalRig();
  const { store } = startStore(rig);
  const id = lamp("1");
  expect(() => store.atomically(() => store.collection("light-states").put(id, state(id, 1)))).toThrow(
    expect.objectContaining({ code: "invariant_broken" }),
  );
  rig.dispose();
});
