import { beforeEach, expect, test } from "vitest";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { type RecordDisk, WriteBehind } from "../../../hub/platform/write-behind.ts";
import type { StoreWrite } from "../../../hub/ports/store.ts";

/** A disk of one collection that remembers in which parts it was given what it holds. */
class MemoryDisk implements RecordDisk {
  readonly records = new Map<string, Uint8Array | undefined>();
  readonly parts: number[] = [];
  commits = 0;
  isFull = false;
  afterFirstPart = (): void => {};
  #staged: StoreWrite[] = [];

  get(_collection: string, key: string): Uint8Array | undefined {
    return this.records.get(key);
  }

  entries(): readonly (readonly [string, Uint8Array])[] {
    return [];
  }

  stage(writes: Iterable<StoreWrite>): void {
    const part = [...writes];
    if (part.length > 0) this.parts.push(part.length);
    this.#staged.push(...part);
    if (this.parts.length === 1) this.afterFirstPart();
  }

  commit(): void {
    if (this.isFull) throw new StoreFailed("full", { reason: "full" });
    for (const { key, value } of this.#staged) this.records.set(key, value);
    this.#staged = [];
    this.commits++;
  }

  rollback(): void {
    this.#staged = [];
  }

  close(): void {}
}

const one = Buffer.of(1);
let clock: VirtualClock;
let disk: MemoryDisk;
let store: WriteBehind;

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  disk = new MemoryDisk();
  store = new WriteBehind(clock, new MemoryLog(), disk);
});

const put = (key: string, value: Uint8Array = one): void =>
  store.write([{ collection: "a", key, value }], "coalesced");

test("the disk waits while changes go on, and has its turn when they pause", () => {
  for (let at = 0; at < 5; at++) {
    put("lamp", Buffer.of(at));
    clock.advanceSync(Millis(500));
  }
  expect(disk.parts).toEqual([]);
  clock.advanceSync(Millis(1_200));
  expect([disk.commits, disk.parts, disk.records.get("lamp")]).toEqual([1, [1], Buffer.of(4)]);
});

test("a change that is overtaken is never made into bytes, the last one once", () => {
  const made: number[] = [];
  for (let at = 0; at < 100; at++) {
    const late = {
      collection: "a",
      key: "lamp",
      get value() {
        made.push(at);
        return one;
      },
    };
    store.write([late], "coalesced");
  }
  clock.advanceSync(Millis(1_200));
  expect(made).toEqual([99]);
});

test("however much changes, each change is durable within 3.1 seconds", () => {
  const asked: number[] = [];
  const unsafe = (): number => asked.findIndex((_, at) => !disk.records.has(`${at}`));
  for (let at = 0; at < 10_000; at++) {
    put(`${at}`);
    asked.push(clock.monotonic());
    clock.advanceSync(Millis(1));
    const oldest = asked[unsafe()] ?? Infinity;
    if (at % 50 === 0) expect(clock.monotonic() - oldest).toBeLessThanOrEqual(3_100);
  }
  expect(disk.commits).toBeGreaterThan(2);
});

/** Has its turn in the middle of a burst of a thousand changes that leaves. */
const amidBurst = (act: () => void): void => {
  for (let at = 0; at < 1_000; at++) put(`${at}`);
  disk.afterFirstPart = () => clock.after(Millis(0), act);
  clock.advanceSync(Millis(1_250));
};

test("a burst leaves as one transaction, in parts between which others have their turn", () => {
  let found: unknown;
  amidBurst(() => {
    found = [disk.parts, disk.commits].flat();
  });
  expect(found).toEqual([50, 0]);
  expect([disk.parts, disk.commits]).toEqual([new Array(20).fill(50), 1]);
});

test("what changes while a burst leaves makes the rest of it wait, and is the next batch", () => {
  amidBurst(() => put("999", Buffer.of(2)));
  expect([disk.commits, disk.parts, store.get("a", "999")]).toEqual([0, [50], Buffer.of(2)]);
  clock.advanceSync(Seconds(2));
  expect([disk.commits, disk.parts.at(-1), disk.records.get("999")]).toEqual([2, 1, Buffer.of(2)]);
});

test("an immediate batch takes along what is on its way and what waits", () => {
  amidBurst(() => {
    put("late");
    store.write([{ collection: "a", key: "now", value: one }], "immediate");
    expect([disk.commits, disk.records.size]).toEqual([1, 1_002]);
  });
  expect([disk.commits, disk.records.size]).toEqual([1, 1_002]);
});

test("a burst that the disk refuses half-way stays whole and is tried again", () => {
  for (let at = 0; at < 1_000; at++) put(`${at}`);
  disk.isFull = true;
  clock.advanceSync(Millis(1_200));
  put("0", Buffer.of(2));
  clock.advanceSync(Seconds(5));
  expect([disk.commits, disk.records.size]).toEqual([0, 0]);
  expect(store.get("a", "0")).toEqual(Buffer.of(2));
  disk.isFull = false;
  clock.advanceSync(Seconds(2));
  expect([disk.records.size, disk.records.get("0")]).toEqual([1_000, Buffer.of(2)]);
});
