import { beforeEach, expect, test } from "vitest";
import type { CommandId, LampId } from "../../../hub/domain/ids.ts";
import { Instant, Millis, Percent } from "../../../hub/domain/units.ts";
import type { Lamp } from "../../../hub/lights/lamp.ts";
import { LampKeeper } from "../../../hub/lights/lamp-keeper.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { GuardedStore } from "../../../hub/privacy/guarded-store.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

let clock: VirtualClock;
let store: MemoryGuardedStore;
let writes: string[];
let keeper: LampKeeper;

/** Counts what is put, on its way to the store. */
const counted = (): GuardedStore => ({
  atomically: (change) => store.atomically(change),
  collection: (name) => {
    const inner = store.collection(name);
    return {
      ...inner,
      put: (key, value) => {
        writes.push(key);
        inner.put(key, value);
      },
    };
  },
});

const lampOf = (number: number): Lamp => ({
  id: `l-${number}` as LampId,
  address: String(number),
  profile: {} as Lamp["profile"],
  desired: { on: true, brightness: Percent(0) },
  reported: null,
  cause: { kind: "api", at: Instant(0), command: "c-aaaaaaaaaaaa" as CommandId },
  reachable: true,
  isNew: false,
  wakesByItself: false,
});

const stored = (lamp: Lamp) => store.collection("light-states").get(lamp.id);

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  store = new MemoryGuardedStore();
  writes = [];
  keeper = new LampKeeper(clock, counted());
});

test("a hundred changes of a lamp in a moment are one record, of the last", () => {
  const lamp = lampOf(1);
  for (let level = 1; level <= 100; level++) {
    lamp.desired = { on: true, brightness: Percent(level) };
    keeper.keep(lamp);
  }
  clock.advanceSync(Millis(150));
  expect(writes).toEqual([lamp.id]);
  expect(stored(lamp)?.desired.brightness).toBe(100);
});

test("a change is with the store within 150 ms, however many lamps changed before", () => {
  for (let number = 0; number < 3_000; number++) keeper.keep(lampOf(number));
  clock.advanceSync(Millis(150));
  expect(new Set(writes).size).toBe(3_000);
  expect(writes).toHaveLength(3_000);
  expect(writes).toEqual([...writes].sort());
});

test("what changes while others are written has its turn as well", () => {
  for (let number = 0; number < 600; number++) keeper.keep(lampOf(number));
  clock.advanceSync(Millis(100));
  const late = lampOf(7_000);
  keeper.keep(late);
  clock.advanceSync(Millis(150));
  expect(stored(late)).toMatchObject({ id: late.id });
});

test("the end of the service writes what waits; afterwards nothing more comes", () => {
  const lamp = lampOf(1);
  keeper.keep(lamp);
  keeper.close();
  expect(stored(lamp)).toMatchObject({ id: lamp.id });
  clock.advanceSync(Millis(1_000));
  expect(writes).toHaveLength(1);
});

test("a lamp that left is not written again", () => {
  const lamp = lampOf(1);
  keeper.keep(lamp);
  keeper.forget(lamp.id);
  clock.advanceSync(Millis(1_000));
  expect(stored(lamp)).toBeUndefined();
  expect(writes).toEqual([]);
});
