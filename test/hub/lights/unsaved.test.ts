import { beforeEach, expect, test } from "vitest";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { Unsaved } from "../../../hub/lights/unsaved.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { WriteBehind } from "../../../hub/platform/write-behind.ts";

let clock: VirtualClock;
let saved: string[];
let unsaved: Unsaved<{ readonly name: string; isUnsaved: boolean }>;
const item = (name: string) => ({ name, isUnsaved: false });

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  saved = [];
  unsaved = new Unsaved(clock, ({ name }) => saved.push(name));
});

test("what changes again and again is saved once within half a second, and anew when it changes after that", async () => {
  const lamp = item("lamp");
  for (let n = 0; n < 4; n++) {
    unsaved.add(lamp);
    await clock.advance(Millis(100));
  }
  expect(saved).toEqual([]);
  await clock.advance(Millis(100));
  expect(saved).toEqual(["lamp"]);
  await clock.advance(Seconds(10));
  expect([saved, clock.armed]).toEqual([["lamp"], 0]);
  unsaved.add(lamp);
  await clock.advance(Millis(500));
  expect(saved).toEqual(["lamp", "lamp"]);
});

test("thousands are saved a part in each turn, and each of them", async () => {
  const lamps = Array.from({ length: 2_500 }, (_, at) => item(`${at}`));
  for (const lamp of lamps) unsaved.add(lamp);
  await clock.advance(Millis(600));
  expect(saved).toEqual(lamps.map(({ name }) => name));
});

test("what is gone is not saved; what is left at the end is", () => {
  const [gone, left] = [item("gone"), item("left")];
  unsaved.add(gone);
  unsaved.add(left);
  unsaved.drop(gone);
  unsaved.flush();
  expect([saved, clock.armed]).toEqual([["left"], 0]);
});

test("what changes all the time, among thousands that do, is on the disk and never 5 s old", async () => {
  let committed = 0;
  let staged = 0;
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
  let changedAt = 0;
  const busy = new Unsaved<{ readonly name: string; isUnsaved: boolean }>(clock, ({ name: key }) =>
    records.write([{ collection: "light-states", key, value: Buffer.from(`${changedAt}`) }], "coalesced"),
  );
  const lamps = ["lamp", ...Array.from({ length: 3_000 }, (_, at) => `${at}`)].map(item);
  let worst = 0;
  for (let turn = 0; turn < 400; turn++) {
    changedAt = clock.monotonic();
    for (const lamp of lamps) busy.add(lamp);
    // Somebody else who never pauses, and for whom the disk would give way.
    records.write([{ collection: "sensor-readings", key: "s", value: Buffer.from("1") }], "coalesced");
    await clock.advance(Millis(50));
    worst = Math.max(worst, clock.monotonic() - committed);
  }
  expect(worst).toBeGreaterThan(2_000);
  expect(worst).toBeLessThan(5_000);
});
