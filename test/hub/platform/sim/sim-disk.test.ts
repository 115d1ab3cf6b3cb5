import { describe, expect, test } from "vitest";
import { Seconds } from "../../../../hub/domain/units.ts";
import type { RecordStore } from "../../../../hub/ports/store.ts";
import { size } from "../../../support/size.ts";
import { JournalRig } from "../../../support/store-rigs.ts";

const key = Buffer.alloc(32, 7);
const pair = (n: number) => [
  { collection: "a", key: `${n}`, value: Buffer.alloc(1 + ((n * 37) % 300), n) },
  { collection: "b", key: `${n}`, value: Buffer.of(n % 256) },
];
const count = (store: RecordStore, collection: string): number => [...store.entries(collection)].length;
const cut = expect.objectContaining({ code: "sim_power_cut" });

const seeds = size(150, 5_000);

test(`over ${seeds} seeds a power cut at any operation keeps what was acknowledged and tears no batch`, () => {
  for (let seed = 0; seed < seeds; seed++) {
    const rig = new JournalRig(seed);
    const unsynced = (["lost", "torn", "garbled"] as const)[seed % 3] ?? "lost";
    rig.disk.setFaults({ unsynced, powerCutAt: 1 + (seed % 41) });
    let acknowledged = 0;
    const live = () => {
      const store = rig.port.open(key);
      for (; acknowledged < 30; acknowledged++) store.write(pair(acknowledged), "immediate");
    };
    try {
      live();
    } catch (error) {
      expect(error).toEqual(cut);
      expect(rig.disk.hasPower).toBe(false);
    }
    rig.crash();
    const store = rig.port.open(key);
    const found = count(store, "a");
    expect(count(store, "b"), `seed ${seed}`).toBe(found);
    // The one being written may have got through whole.
    expect(found - acknowledged, `seed ${seed}`).toBeGreaterThanOrEqual(0);
    expect(found - acknowledged, `seed ${seed}`).toBeLessThanOrEqual(1);
    for (let n = 0; n < found; n++) {
      expect(Buffer.from(store.get("a", `${n}`) ?? [])).toEqual(pair(n)[0]?.value);
    }
    store.write(pair(found), "immediate");
    expect(count(store, "a")).toBe(found + 1);
  }
});

describe("a simulated disk that fails", () => {
  test("refuses what does not fit, keeps the rest, and takes it again when there is room", async () => {
    const rig = new JournalRig();
    rig.disk.setFaults({ capacityBytes: 600 });
    const store = rig.port.open(key);
    store.write(pair(0), "immediate");
    const big = [{ collection: "a", key: "big", value: Buffer.alloc(1_000) }];
    expect(() => store.write(big, "immediate")).toThrow(
      expect.objectContaining({ code: "store_failed", context: { reason: "full" } }),
    );
    expect(store.get("a", "big")).toBeUndefined();
    store.write(big, "coalesced");
    await rig.clock.advance(Seconds(30));
    expect(rig.log.lines.map(({ event }) => event)).toEqual(["store.write-failed"]);
    rig.disk.setFaults({});
    await rig.clock.advance(Seconds(2));
    expect(rig.log.lines.at(-1)?.event).toBe("store.write-recovered");
    rig.crash();
    expect(count(rig.port.open(key), "a")).toBe(2);
  });

  test("with one write in three failing, what is acknowledged is there and nothing else", () => {
    const rig = new JournalRig(5);
    const store = rig.port.open(key);
    rig.disk.setFaults({ failing: 1 / 3 });
    const acknowledged: string[] = [];
    for (let n = 0; n < 200; n++) {
      try {
        store.write(pair(n), "immediate");
        acknowledged.push(`${n}`);
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ code: "store_failed" }));
      }
    }
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(acknowledged.length).toBeLessThan(180);
    rig.disk.setFaults({});
    rig.crash();
    expect([...rig.port.open(key).entries("a")].map(([id]) => id)).toEqual(acknowledged.sort());
  });

  test("refuses everything when read-only", () => {
    const rig = new JournalRig();
    rig.disk.setFaults({ readOnly: true });
    const readOnly = expect.objectContaining({ code: "store_failed", context: { reason: "read-only" } });
    expect(() => rig.port.open(key)).toThrow(readOnly);
    expect(() => rig.port.files.replace("one", Buffer.of(1))).toThrow(readOnly);
  });

  test("names damage in the middle of its journal instead of dropping what comes after", () => {
    const rig = new JournalRig();
    const store = rig.port.open(key);
    for (let n = 0; n < 5; n++) store.write(pair(n), "immediate");
    store.close();
    const journal = rig.disk.read("journal") ?? Buffer.alloc(0);
    journal[60] = (journal[60] ?? 0) ^ 1;
    rig.disk.swap("journal", journal);
    expect(() => rig.port.open(key)).toThrow(
      expect.objectContaining({ code: "store_unreadable", context: { reason: "damaged" } }),
    );
  });

  test("forgets history once it is most of the journal, and loses nothing by it", () => {
    const rig = new JournalRig();
    const store = rig.port.open(key);
    for (let n = 0; n < 4_000; n++) {
      store.write([{ collection: "a", key: `${n % 10}`, value: Buffer.alloc(200, n) }], "immediate");
    }
    expect(rig.disk.image().length).toBeLessThan(300_000);
    rig.crash();
    const next = rig.port.open(key);
    expect(count(next, "a")).toBe(10);
    expect(next.get("a", "9")).toEqual(Buffer.alloc(200, 3_999));
  });

  test("a hub that was switched off cannot touch the disk of the next", async () => {
    const rig = new JournalRig();
    const dead = rig.port.open(key);
    dead.write(pair(0), "coalesced");
    rig.crash();
    const store = rig.port.open(key);
    dead.write(pair(1), "coalesced");
    expect(() => dead.write(pair(2), "immediate")).toThrow(cut);
    await rig.clock.advance(Seconds(10));
    dead.get("a", "1");
    expect(count(store, "a")).toBe(0);
    store.close();
    expect(count(rig.port.open(key), "a")).toBe(0);
  });

  test("the same seed loses the same bytes", () => {
    const lose = () => {
      const rig = new JournalRig(11);
      rig.disk.setFaults({ unsynced: "garbled", powerCutAt: 9 });
      try {
        const store = rig.port.open(key);
        for (let n = 0; ; n++) store.write(pair(n), "immediate");
      } catch {
        rig.crash();
        return rig.disk.image().toString("hex");
      }
    };
    expect(lose()).toBe(lose());
  });
});
