import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Instant, Seconds } from "../../hub/domain/units.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { clockContract } from "./clock.contract.ts";

const start = Instant(Date.UTC(2026, 5, 21));

const baseOf = (clock: VirtualClock) => ({
  now: () => clock.now(),
  trust: () => clock.trust(),
  onShift: clock.onShift.bind(clock),
  after: clock.after.bind(clock),
  every: clock.every.bind(clock),
  sleep: clock.sleep.bind(clock),
});

clockContract("virtual", () => {
  const clock = new VirtualClock(start);
  return { clock, advance: (ms) => clock.advance(ms as never) };
});

clockContract("paced by another clock", () => {
  const base = new VirtualClock(start);
  return { clock: new PacedClock(base, start, 1), advance: (ms) => base.advance(ms as never) };
});

clockContract("paced, moved by hand while paused", () => {
  const clock = new PacedClock(new VirtualClock(start), start, 1);
  clock.pause();
  return { clock, advance: (ms) => clock.advance(ms as never) };
});

describe("with the machine's timers under our hand", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: start, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  clockContract("system", () => ({
    clock: new SystemClock(),
    advance: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
    },
  }));
});

test("a step of civil time moves no timer", async () => {
  const clock = new VirtualClock(start);
  let calls = 0;
  clock.after(Seconds(10), () => calls++);
  clock.step(-3_600_000);
  expect(clock.now()).toBe(start - 3_600_000);
  await clock.advance(Seconds(10));
  expect(calls).toBe(1);
});

test("at sixty times the pace a minute takes a second, and a jump moves civil time only", async () => {
  const base = new VirtualClock(start);
  const clock = new PacedClock(base, start, 60);
  let calls = 0;
  clock.after(Seconds(60), () => calls++);
  await base.advance(Seconds(1));
  expect(calls).toBe(1);
  expect(clock.now()).toBe(start + 60_000);
  clock.jump(86_400_000);
  expect(clock.now()).toBe(start + 60_000 + 86_400_000);
  expect(clock.monotonic()).toBe(60_000);
});

test("paused time stands still, and goes on where it stopped", async () => {
  const base = new VirtualClock(start);
  const clock = new PacedClock(base, start, 1);
  let calls = 0;
  clock.after(Seconds(10), () => calls++);
  await base.advance(Seconds(4));
  clock.pause();
  await base.advance(Seconds(3_600));
  expect([clock.monotonic(), calls]).toEqual([4_000, 0]);
  clock.resume();
  await base.advance(Seconds(6));
  expect([clock.monotonic(), calls]).toEqual([10_000, 1]);
});

test("a clock that starts paused begins at nothing, however long its making took", async () => {
  const base = new VirtualClock(start);
  let reading = 0.1;
  const monotonic = () => {
    reading += 0.3;
    return reading as ReturnType<VirtualClock["monotonic"]>;
  };
  const slow = { ...baseOf(base), monotonic };
  const clock = new PacedClock(slow, start, 1, true);
  clock.pause();
  await clock.advance(Seconds(1));
  expect(clock.monotonic()).toBe(1_000);
});

test("who watches a clock hears of a step and of trust, also while time stands still", async () => {
  const base = new VirtualClock(start);
  const paced = new PacedClock(base, start, 1, true);
  const heard: string[] = [];
  const stop = paced.onShift(() => heard.push("paced"));
  base.onShift(() => heard.push("base"));
  paced.jump(3_600_000);
  expect(heard).toEqual(["paced"]);
  base.setTrust({ level: "unknown" });
  await base.advance(Seconds(2));
  stop.cancel();
  paced.jump(-3_600_000);
  expect([heard, paced.now()]).toEqual([["paced", "base"], start]);
});

test("no reading is past a call that is still open", async () => {
  const base = new VirtualClock(start);
  const clock = new PacedClock(base, start, 1_000);
  const seen: number[] = [];
  for (const second of [1, 2, 3]) clock.after(Seconds(second), () => seen.push(clock.monotonic()));
  await base.advance(Seconds(1));
  expect(seen).toEqual([1_000, 2_000, 3_000]);
});

test("only a synchronised system clock is trusted", () => {
  const trust = new SystemClock().trust();
  expect(trust.level === "trusted" ? trust.source : trust.level).toMatch(/^(ntp|rtc|unknown)$/);
});
