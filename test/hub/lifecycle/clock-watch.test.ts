import { expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { EventOf } from "../../../hub/domain/event.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Hours, Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { ClockWatch } from "../../../hub/lifecycle/clock-watch.ts";
import { SteeredClock } from "../../../hub/lifecycle/steered-clock.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const noon = Instant(Date.UTC(2026, 5, 21, 12));

const watched = (store = new MemoryGuardedStore(), base = new VirtualClock(noon)) => {
  const clock = new SteeredClock(base);
  const bus = new SyncEventBus();
  const log = new MemoryLog();
  const watch = new ClockWatch(clock, new AuditedLog(log), bus, store);
  const changes: EventOf<"clock.changed">[] = [];
  bus.subscribe("clock.changed", (event) => changes.push(event));
  watch.start();
  return { base, clock, watch, changes, store, log };
};

test("a step of more than a minute is told within two seconds, a smaller one is none", async () => {
  const { base, changes } = watched();
  base.step(Seconds(59));
  await base.advance(Seconds(2));
  expect(changes).toEqual([]);
  base.step(-Minutes(2));
  await base.advance(Seconds(2));
  expect(changes).toMatchObject([{ step: -120_000, trust: "trusted" }]);
});

test("whoever asks before it is told hears at once, and nobody hears twice", async () => {
  const { base, watch, changes } = watched();
  base.step(Hours(1));
  expect([watch.check(), watch.check()]).toEqual([true, false]);
  await base.advance(Seconds(10));
  expect(changes).toHaveLength(1);
});

test("trust that is lost or won is a change without a step", async () => {
  const { base, changes } = watched();
  base.setTrust({ level: "unknown" });
  await base.advance(Seconds(2));
  base.setTrust({ level: "trusted", source: "ntp", since: noon });
  await base.advance(Seconds(2));
  expect(changes.map(({ trust, step }) => [trust, step])).toEqual([
    ["unknown", 0],
    ["trusted", 0],
  ]);
});

test("a hub that does not know the time starts at the last it knew, never earlier", async () => {
  const first = watched();
  await first.base.advance(Hours(3));
  first.watch.close();
  const behind = new VirtualClock(Instant(0));
  behind.setTrust({ level: "unknown" });
  const { clock } = watched(first.store, behind);
  expect(clock.trust()).toMatchObject({ level: "restored" });
  expect(clock.now()).toBe(noon + Hours(3));
  const ahead = new VirtualClock(Instant(noon + Hours(30)));
  ahead.setTrust({ level: "unknown" });
  expect(watched(first.store, ahead).clock.now()).toBe(noon + Hours(30));
});

test("what a person said holds against a phone, and yields to the machine's own time", async () => {
  const base = new VirtualClock(Instant(0));
  base.setTrust({ level: "unknown" });
  const { clock, watch, changes } = watched(new MemoryGuardedStore(), base);
  watch.vouch("phone", Instant(noon + 1_000));
  expect(clock.trust()).toMatchObject({ level: "trusted", source: "phone" });
  watch.vouch("person", noon);
  watch.vouch("phone", Instant(noon + Hours(2)));
  expect([clock.now(), clock.trust()]).toMatchObject([noon, { source: "person" }]);
  await base.advance(Minutes(1));
  expect(clock.now()).toBe(noon + Minutes(1));
  base.step(noon);
  base.setTrust({ level: "trusted", source: "ntp", since: noon });
  await base.advance(Seconds(2));
  expect([clock.now(), clock.trust()]).toMatchObject([base.now(), { source: "ntp" }]);
  watch.vouch("phone", Instant(0));
  expect(clock.now()).toBe(base.now());
  expect(() => watch.vouch("person", Instant(0))).toThrow(/is right/);
  expect(changes.length).toBeGreaterThanOrEqual(1);
});

test("a disk that refuses to keep the time costs a line in the log", async () => {
  const { base, store, log, changes } = watched();
  store.refuse = new StoreFailed("the disk is full", {});
  await base.advance(Hours(2));
  expect(log.lines.map(({ event }) => event)).toEqual(["clock.not-kept"]);
  expect(changes).toEqual([]);
});
