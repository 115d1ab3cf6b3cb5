import { beforeEach, expect, test } from "vitest";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { Patience, type Waited } from "../../../hub/lights/patience.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

interface Named extends Waited {
  readonly name: string;
}

const named = (name: string): Named => ({ name });

let clock: VirtualClock;
/** What the hub does when it has caught up; it never does while this is not called. */
let pending: (() => void)[];
let isBusy: boolean;
let gaveUp: string[];
let patience: Patience<Named>;

beforeEach(() => {
  clock = new VirtualClock(Instant(0));
  pending = [];
  isBusy = false;
  gaveUp = [];
  const caughtUp = (call: () => void) => {
    if (isBusy) pending.push(call);
    else queueMicrotask(call);
  };
  patience = new Patience(clock, { caughtUp }, ({ name }) => gaveUp.push(name));
});

test("patience ends on time, at most a tenth of a second late, and not when the answer came", async () => {
  const [early, late, answers] = [named("early"), named("late"), named("answers")];
  patience.begin(early, Seconds(1));
  await clock.advance(Millis(50));
  patience.begin(late, Seconds(1));
  patience.begin(answers, Seconds(1));
  await clock.advance(Millis(949));
  patience.end(answers);
  expect(gaveUp).toEqual([]);
  await clock.advance(Millis(1));
  expect(gaveUp).toEqual(["early"]);
  await clock.advance(Millis(100));
  expect(gaveUp).toEqual(["early", "late"]);
  await clock.advance(Seconds(10));
  expect(gaveUp).toHaveLength(2);
});

test("whoever is waited for anew has the new time", async () => {
  const lamp = named("lamp");
  patience.begin(lamp, Seconds(1));
  await clock.advance(Millis(900));
  patience.begin(lamp, Seconds(2));
  await clock.advance(Millis(1_900));
  expect(gaveUp).toEqual([]);
  await clock.advance(Millis(200));
  expect(gaveUp).toEqual(["lamp"]);
});

test("time in which the process stood still costs one round, not all patience", async () => {
  const lamp = named("lamp");
  patience.begin(lamp, Seconds(1));
  // All that was due runs in one go, as after a long turn of the loop: nothing can have been heard in between.
  clock.advanceSync(Seconds(60));
  expect(gaveUp).toEqual([]);
  await clock.advance(Millis(850));
  expect(gaveUp).toEqual([]);
  await clock.advance(Millis(200));
  expect(gaveUp).toEqual(["lamp"]);
});

test("while messages that have come in are not heard, no round ends", async () => {
  const lamp = named("lamp");
  patience.begin(lamp, Millis(200));
  await clock.advance(Millis(100));
  isBusy = true;
  await clock.advance(Seconds(30));
  expect(gaveUp).toEqual([]);
  expect(pending).toHaveLength(1);
  isBusy = false;
  pending.pop()?.();
  expect(gaveUp).toEqual(["lamp"]);
});

test("one timer for ten thousand, and none when nobody is waited for", async () => {
  for (let each = 0; each < 10_000; each++) patience.begin(named(`${each}`), Seconds(1));
  expect(clock.armed).toBe(1);
  await clock.advance(Seconds(2));
  expect(gaveUp).toHaveLength(10_000);
  expect(clock.armed).toBe(0);
  patience.begin(named("one more"), Seconds(1));
  patience.close();
  expect(clock.armed).toBe(0);
});

test("who is begun anew while others run out is not given up with them", async () => {
  const [first, second] = [named("first"), named("second")];
  const begunAnew = new Patience<Named>(clock, { caughtUp: queueMicrotask }, ({ name }) => {
    gaveUp.push(name);
    if (name === "first") begunAnew.begin(second, Seconds(5));
  });
  begunAnew.begin(first, Seconds(1));
  begunAnew.begin(second, Seconds(1));
  await clock.advance(Seconds(1));
  expect(gaveUp).toEqual(["first"]);
});

test("whose answer came and who is begun anew in the same round is waited for once", async () => {
  const lamp = named("lamp");
  patience.begin(lamp, Seconds(1));
  patience.end(lamp);
  patience.begin(lamp, Seconds(1));
  patience.end(lamp);
  await clock.advance(Seconds(2));
  patience.begin(lamp, Seconds(1));
  patience.end(lamp);
  patience.begin(lamp, Seconds(2));
  await clock.advance(Millis(1_900));
  expect(gaveUp).toEqual([]);
  await clock.advance(Seconds(5));
  expect(gaveUp).toEqual(["lamp"]);
  expect(clock.armed).toBe(0);
});
