import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { CommandId, LampId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Instant, Percent, Seconds } from "../../../hub/domain/units.ts";
import { Histories } from "../../../hub/lights/histories.ts";
import { History } from "../../../hub/lights/history.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const lamp = "l-aaaaaaaaaaaa" as LampId;
const other = "l-bbbbbbbbbbbb" as LampId;
let clock: VirtualClock;
let store: MemoryGuardedStore;
let histories: Histories;
let count = 0;

const open = (): void => {
  histories = new Histories(clock, store);
  histories.start();
};

const change = (of: LampId = lamp): CommandId => {
  const command = `c-${count++}` as CommandId;
  const cause = { kind: "api", at: clock.now(), command } as const;
  histories.of(of).add({ cause, desired: { on: true, brightness: Percent(50) }, clamped: [] });
  return command;
};
const commands = (of: LampId = lamp) =>
  histories
    .of(of)
    .entries()
    .map(({ cause }) => cause.command);
const records = () => store.records.get("occurrences")?.size ?? 0;

beforeEach(() => {
  clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1)));
  store = new MemoryGuardedStore();
  count = 0;
  open();
});

test("a change and its confirmation are one record", () => {
  histories.of(lamp).confirm(change(), clock.now());
  expect([...(store.records.get("occurrences") ?? [])]).toMatchObject([
    ["0.l-aaaaaaaaaaaa", { lamp, at: clock.now(), order: 0, confirmedAt: clock.now() }],
  ]);
});

test("as many records as the history is long, however much happens", async () => {
  for (let n = 0; n < 3 * History.length + 7; n++) {
    change();
    if (n % 5 === 0) await clock.advance(Seconds(2));
  }
  const before = commands();
  histories.close();
  expect(records()).toBe(History.length);
  open();
  expect(commands()).toEqual(before);
  expect(before).toHaveLength(History.length);
});

test("what is older than seven days is swept, in memory and in the store, also at start", async () => {
  change();
  await clock.advance(Days(6));
  const young = change();
  change(other);
  await clock.advance(Days(1));
  await clock.advance(Hours(1));
  expect(commands()).toEqual([young]);
  expect(records()).toBe(2);
  histories.close();
  clock.step(Days(8));
  open();
  expect([commands(), commands(other), records()]).toEqual([[], [], 0]);
});

test("places are not shared, even when the clock was set back and the middle has been swept", async () => {
  for (let n = 0; n < 5; n++) change();
  clock.step(-Days(3));
  for (let n = 0; n < 10; n++) change();
  clock.step(Days(3));
  for (let n = 0; n < 5; n++) change();
  await clock.advance(Days(5));
  for (let n = 0; n < 5; n++) change();
  const before = commands();
  histories.close();
  expect(records()).toBe(before.length);
  open();
  expect(commands()).toEqual(before);
});

test("a lamp that is removed takes its history along", () => {
  for (let n = 0; n < History.length + 3; n++) change();
  histories.drop(lamp);
  expect(records()).toBe(0);
});

test("a late word about an older command changes nothing", () => {
  const first = change();
  const second = change();
  histories.of(lamp).confirm(first, clock.now());
  histories.of(lamp).notRun(second, "rejected");
  expect(histories.of(lamp).entries()).toMatchObject([{ notRun: "superseded" }, { notRun: "rejected" }]);
});

test("what an earlier hub kept in another place is known, and swept like the rest", async () => {
  const command = change();
  const kept = store.records.get("occurrences") ?? new Map();
  const [[place, record] = []] = kept;
  kept.delete(String(place));
  kept.set(`${lamp}.0`, record);
  histories.close();
  open();
  expect([commands(), [...kept.keys()]]).toEqual([[command], [place]]);
  await clock.advance(Days(8));
  expect(records()).toBe(0);
});

/** The last twenty by order, in a list. */
class ListedHistory {
  entries: { order: number; command: CommandId; confirmed: boolean; isOpen: boolean }[] = [];

  add(command: CommandId): void {
    const last = this.entries.at(-1);
    const order = (last?.order ?? -1) + 1;
    if (last !== undefined) last.isOpen = false;
    const kept = this.entries.filter((entry) => entry.order > order - History.length);
    this.entries = [...kept, { order, command, confirmed: false, isOpen: true }];
  }

  confirm(): void {
    const last = this.entries.at(-1);
    if (last?.isOpen === true) last.confirmed = true;
  }

  forget(isOver: (order: number) => boolean): void {
    this.entries = this.entries.filter(({ order }) => !isOver(order));
  }
}

test("a history is the last of what happened, whatever was forgotten in between", () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constant("add" as const) },
    { weight: 2, arbitrary: fc.constant("confirm" as const) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 7 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 90 }), (steps) => {
      const history = new History(lamp);
      const model = new ListedHistory();
      for (const [number, what] of steps.entries()) {
        const command = `c-${number}` as CommandId;
        if (what === "add") {
          const cause = { kind: "api", at: clock.now(), command } as const;
          history.add({ cause, desired: { on: true, brightness: Percent(50) }, clamped: [] });
          model.add(command);
        } else if (what === "confirm") {
          const newest = history.entries().at(-1)?.cause.command;
          if (newest !== undefined) history.confirm(newest, clock.now());
          model.confirm();
        } else {
          history.forget(({ order }) => order % what === 0);
          model.forget((order) => order % what === 0);
        }
      }
      const entries = history.entries();
      expect(
        entries.map(({ order, cause, confirmedAt }) => ({
          order,
          command: cause.command,
          confirmed: confirmedAt !== undefined,
        })),
      ).toEqual(model.entries.map(({ isOpen: _, ...entry }) => entry));
      for (let slot = 0; slot < History.length; slot++)
        expect(history.inSlot(slot)).toBe(entries.find(({ order }) => order % History.length === slot));
    }),
    { numRuns: 1_000 },
  );
});
