import { beforeEach, expect, test } from "vitest";
import { Instant, Millis } from "../../../hub/domain/units.ts";
import { Neighbours } from "../../../hub/lights/neighbours.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { WriteBehind } from "../../../hub/platform/write-behind.ts";

let neighbours: Neighbours<string>;

beforeEach(() => {
  neighbours = new Neighbours();
});

test("what comes first makes the page, what goes last takes it away, and the others stay", () => {
  const page = neighbours.add("p", "a");
  expect(neighbours.add("p", "b")).toBe(page);
  neighbours.add("q", "c");
  expect([...neighbours.all()]).toEqual(["a", "b", "c"]);
  neighbours.remove("p", "a");
  neighbours.remove("p", "a");
  expect(neighbours.page("p")?.items).toEqual(["b"]);
  neighbours.remove("p", "b");
  neighbours.remove("p", "b");
  expect([neighbours.page("p"), [...neighbours.all()]]).toEqual([undefined, ["c"]]);
});

test("each part of a page is news once, and again when the store has asked for it", () => {
  const page = neighbours.add("p", "a");
  expect([page.mark(3), page.mark(3), page.mark(0), page.mark()]).toEqual([true, false, true, false]);
  page.asked(3);
  expect([page.mark(3), page.mark(0)]).toEqual([true, false]);
});

test("what changes all the time, among thousands that do, is on the disk and never 5 s old", async () => {
  const clock = new VirtualClock(Instant(0));
  let [changedAt, staged, committed] = [0, 0, 0];
  const records = new WriteBehind(clock, new MemoryLog(), {
    get: () => undefined,
    entries: () => [],
    stage: (writes) => {
      for (const { key, value } of writes)
        if (key === "lamp") staged = Number(Buffer.from(value ?? []).toString());
    },
    commit: () => {
      committed = staged;
    },
    rollback: () => {},
    close: () => {},
  });
  const pages = ["lamp", ...Array.from({ length: 3_000 }, (_, at) => `${at}`)].map((name) =>
    neighbours.add(name, name),
  );
  const change = () => {
    changedAt = clock.monotonic();
    for (const page of pages) {
      if (!page.mark()) continue;
      const { name: key } = page;
      const write = {
        collection: "light-states",
        key,
        get value() {
          page.asked();
          return Buffer.from(`${changedAt}`);
        },
      };
      records.write([write], "coalesced");
    }
  };
  let worst = 0;
  for (let turn = 0; turn < 400; turn++) {
    change();
    // Somebody else who never pauses, and for whom the disk would give way.
    records.write([{ collection: "sensor-readings", key: "s", value: Buffer.from("1") }], "coalesced");
    await clock.advance(Millis(50));
    worst = Math.max(worst, clock.monotonic() - committed);
  }
  expect(worst).toBeGreaterThan(2_000);
  expect(worst).toBeLessThan(5_000);
});
