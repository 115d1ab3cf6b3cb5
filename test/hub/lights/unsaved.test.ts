import { beforeEach, expect, test } from "vitest";
import { Instant, Millis, Seconds } from "../../../hub/domain/units.ts";
import { Unsaved } from "../../../hub/lights/unsaved.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

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
