import { afterAll, beforeAll, expect, test } from "vitest";
import { forgettingOne, RetainedRig } from "./retained-rig.ts";

/** What a hub leaves on the owner's own broker. */

const rig = new RetainedRig();
const { topics } = rig;

beforeAll(() => rig.start(), 300_000);
afterAll(() => rig.close());

const ofOthers = ["homeassistant/device/else/config", "tele/two/LWT", "two/l-aaaaaaaaaaaa"];

test("is taken back: home, discovery, and the topics of lamps that forgot; nothing of others", async () => {
  await rig.leave(ofOthers);
  expect(await rig.retained()).toEqual([...topics, ...ofOthers].toSorted());
  expect(await rig.swept("hub")).toBe(true);
  expect(await rig.retained()).toEqual(ofOthers);
  expect(topics).toContain("homeassistant/device/5b8af21a5d2226ba/config");
  expect(topics).toContain("device/one/availability");
});

test("planted: a message that is left is noticed", async () => {
  await rig.leave();
  expect(await rig.swept("hub", forgettingOne)).toBe(false);
  expect(await rig.swept("hub")).toBe(true);
});

test("where the hub may not look, nothing is confirmed", async () => {
  expect(await rig.swept("guest")).toBe(false);
});
