import { beforeEach, expect, test } from "vitest";
import { Instant, Millis, Seconds } from "../../../../hub/domain/units.ts";
import { giveBackWhenQuiet } from "../../../../hub/platform/node/spare-memory.ts";
import { VirtualClock } from "../../../../hub/platform/sim/virtual-clock.ts";

let clock: VirtualClock;
let usedMs: number;
let collections: number;

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  usedMs = 0;
  collections = 0;
});

const start = () =>
  giveBackWhenQuiet(
    clock,
    () => usedMs,
    () => collections++,
  );

const workFor = async (looks: number) => {
  for (let at = 0; at < looks; at++) {
    usedMs += 100;
    await clock.advance(Millis(250));
  }
};

test("what a start leaves is given back in the first quiet second, and never again", async () => {
  start();
  await clock.advance(Millis(999));
  expect(collections).toBe(0);
  await clock.advance(Millis(1));
  expect(collections).toBe(1);
  await clock.advance(Seconds(60));
  expect(collections).toBe(1);
});

test("nobody waits for it while there is work", async () => {
  start();
  await workFor(20);
  await clock.advance(Millis(750));
  expect(collections).toBe(0);
  await workFor(1);
  await clock.advance(Seconds(1));
  expect(collections).toBe(1);
});

test("a hub that ends first gives nothing back", async () => {
  start().cancel();
  await clock.advance(Seconds(60));
  expect(collections).toBe(0);
});

test("it frees what nobody holds", async () => {
  const gone = Promise.withResolvers<string>();
  const registry = new FinalizationRegistry(gone.resolve);
  registry.register({}, "gone");
  giveBackWhenQuiet(clock, () => usedMs);
  await clock.advance(Seconds(1));
  expect(await gone.promise).toBe("gone");
  expect(registry.unregister({})).toBe(false);
  expect("gc" in globalThis).toBe(false);
});
