import { afterEach, expect, test } from "vitest";
import { Days, Hours, Minutes, Seconds } from "../../hub/domain/units.ts";
import { AccountHub } from "../support/account-hub.ts";
import { proves } from "../support/proves.ts";

const open: AccountHub[] = [];
const opened = async (before?: AccountHub): Promise<AccountHub> => {
  const rig = await AccountHub.open(before);
  open.push(rig);
  return rig;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((rig) => rig.close()));
});

const kept = async (rig: AccountHub, name: string) =>
  (await rig.owner.call("listRetention")).data.find(({ item }) => item === name)?.records;
const switched = async (rig: AccountHub, lamp: string, on: boolean): Promise<void> => {
  await rig.owner.call("setLight", { id: lamp, body: { on } });
  await rig.clock.advance(Seconds(30));
};
const history = async (rig: AccountHub, lamp: string) =>
  (await rig.owner.call("explainLight", { id: lamp })).entries.length;

test(`in a whole hub the history of a lamp is there for seven days, and a clock that jumps ten years takes none of it ${proves("H19", "M14", "ISVS:1.4.6")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  await switched(rig, lamp, true);
  const before = await history(rig, lamp);
  expect(before).toBeGreaterThan(0);
  rig.clock.step(10 * Days(365));
  await rig.clock.advance(Hours(3));
  expect(await history(rig, lamp)).toBe(before);
  expect((await rig.owner.call("readRetentionClock")).state).toBe("doubted");
  rig.clock.step(-10 * Days(365));
  await rig.clock.advance(Minutes(1));
  expect((await rig.owner.call("readRetentionClock")).state).toBe("believed");
  await rig.clock.advance(Days(7));
  expect(await history(rig, lamp)).toBe(0);
  expect(await kept(rig, "occurrences")).toBe(0);
  expect((await rig.owner.call("listDisposals")).data).toContainEqual(
    expect.objectContaining({ item: "occurrences", action: "deleted", reason: "age" }),
  );
}, 120_000);

test(`whoever wants no history has none: what there was goes, and nothing more is written ${proves("A2", "CRA:I.2.l")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  await switched(rig, lamp, true);
  expect(await kept(rig, "occurrences")).toBeGreaterThan(0);
  await rig.owner.call("setRecording", { body: { history: false } });
  await rig.clock.advance(Hours(1));
  expect(await kept(rig, "occurrences")).toBe(0);
  await switched(rig, lamp, false);
  expect(await kept(rig, "occurrences")).toBe(0);
  await rig.owner.call("setRecording", { body: { history: true } });
  await switched(rig, lamp, true);
  expect(await kept(rig, "occurrences")).toBeGreaterThan(0);
}, 60_000);

test(`a name that was changed is on record after a restart, and the book is as it was written ${proves("H26")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  await rig.owner.call("changeLight", { id: lamp, body: { name: "Landing" } });
  const { data } = await rig.owner.call("listChanges");
  expect(data.filter(({ field }) => field === "devices.name").at(-1)).toMatchObject({
    before: "Hall",
    after: "Landing",
  });
  await rig.close();
  open.pop();
  const again = await opened(rig);
  expect((await again.owner.call("listChanges")).data.slice(0, data.length)).toEqual(data);
  expect((await again.owner.call("verifyBooks")).data.every(({ sound }) => sound)).toBe(true);
});

test(`in a whole hub what is held is read by nothing and is there until the hold is closed ${proves("H38", "A18")}`, async () => {
  const rig = await opened();
  const lamp = await rig.addLamp("Hall");
  const { id } = await rig.owner.call("openHold", { body: { item: "occurrences", reason: "claim" } });
  await switched(rig, lamp, true);
  await rig.clock.advance(Days(8));
  expect(await history(rig, lamp)).toBe(0);
  const held = async () =>
    (await rig.owner.call("listRetention")).data.find(({ item }) => item === "occurrences")?.held;
  expect(await held()).toBeGreaterThan(0);
  await rig.owner.call("closeHold", { id });
  await rig.clock.advance(Hours(1));
  expect(await held()).toBe(0);
}, 120_000);
