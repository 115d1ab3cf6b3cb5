import { afterEach, beforeEach, expect, test } from "vitest";
import { Household } from "../../../app-sim/phone/household.ts";
import { startHub } from "../../../app-sim/testing/start-hub.ts";
import type { TestHub } from "../../../app-sim/testing/test-hub.ts";
import type { TestPerson } from "../../../app-sim/testing/test-person.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { PeopledHub } from "../../support/peopled-hub.ts";
import { proves } from "../../support/proves.ts";

/** Berlin in June: the sun sets at 19:33 UTC, and the home's clocks show two hours more. */
const start = "2026-06-21T12:00:00Z";
const sunset = /^2026-06-2\dT19:3/;
const lamp = "Living room/Ceiling";

let hub: TestHub;
let ana: TestPerson;

const ruleOf = (name: string, trigger: Shape<"Trigger">): Shape<"NewSchedule"> => ({
  name,
  triggers: [trigger],
  catchUp: { kind: "skip" },
  actions: [{ kind: "light", target: hub.lamp(lamp).id, command: { on: true } }],
});

beforeEach(async () => {
  const place = { latitude: 52.52, longitude: 13.405 };
  hub = await startHub({ bulbs: 6, people: 2, seed: 7, place, zone: "Europe/Berlin", clock: { now: start } });
  for (const person of hub.people) person.send({ to: "home" });
  ana = hub.person("Ana");
  await ana.givePlace();
  const sunsetRule = ruleOf("Sunset", { kind: "daily", at: { kind: "sun", event: "sunset" } });
  // A lamp that is on would hide a second run; a mode that is set again does not.
  const actions = [...sunsetRule.actions, { kind: "mode", mode: "night" } as const];
  await hub.schedules.add({ ...sunsetRule, actions });
  await hub.schedules.add(ruleOf("Ana comes", { kind: "presence", event: "arrives", person: ana.id }));
  await hub.schedules.add(ruleOf("Ten", { kind: "daily", at: { kind: "time", at: "22:00" } }));
  await hub.clock.advance({ seconds: 1 });
});
afterEach(() => hub.close());

const phone = async (location: boolean): Promise<void> => {
  ana.phone({ location });
  await hub.clock.advance({ seconds: 1 });
};

/** What ran since the beginning, and when. */
const ran = (rule: string) => async (): Promise<readonly string[]> => {
  const { id } = (await hub.schedules.explain(rule)).rule;
  return hub
    .lastEvents(Infinity)
    .flatMap((event) => (event.kind === "rule.fired" && event.rule === id ? [event.at] : []));
};
const [sunsetRuns, comings, tens] = [ran("Sunset"), ran("Ana comes"), ran("Ten")] as const;

const catchUpLate = async (): Promise<void> => {
  const { id } = (await hub.schedules.explain("Sunset")).rule;
  await hub.api.call("changeSchedule", { id, body: { catchUp: { kind: "late", within: 7_200 } } });
};

const heldOf = async (rule: string) => (await hub.schedules.explain(rule)).held;

test("without permission neither sun nor that person is followed and both rules say why; clocks run on", async () => {
  await phone(false);
  await hub.clock.advance({ hours: 6 });
  ana.send({ to: "away" });
  await hub.clock.advance({ hours: 4 });
  ana.send({ to: "home" });
  await hub.clock.advance({ hours: 4 });

  expect([await sunsetRuns(), await comings(), await tens()]).toEqual([[], [], ["2026-06-21T20:00:00.000Z"]]);
  expect(await Promise.all(["Sunset", "Ana comes", "Ten"].map(heldOf))).toEqual([
    "location-not-permitted",
    "location-not-permitted",
    undefined,
  ]);
  const { rules } = await hub.api.call("explainLight", { id: hub.lamp(lamp).id });
  const words = "a phone that it depends on is not permitted to know where it is";
  expect(rules.map(({ name, heldText }) => [name, heldText])).toEqual([
    ["Sunset", words],
    ["Ana comes", words],
    ["Ten", undefined],
  ]);
  expect((await hub.schedules.next(2)).map(({ name }) => name)).toEqual(["Ten", "Ten"]);

  await phone(true);
  ana.send({ to: "away" });
  await hub.clock.advance({ hours: 2 });
  ana.send({ to: "home" });
  await hub.clock.advance({ days: 2 });
  expect(await sunsetRuns()).toEqual([expect.stringMatching(sunset), expect.stringMatching(sunset)]);
  expect(await comings()).toHaveLength(1);
  expect(await tens()).toHaveLength(3);
  expect(await Promise.all(["Sunset", "Ana comes"].map(heldOf))).toEqual([undefined, undefined]);
});

test(`for three days without permission nothing runs by the sun, all by the clock, and what rests says why ${proves("H3")}`, async () => {
  await phone(false);
  await hub.clock.advance({ days: 3 });
  expect([await sunsetRuns(), (await tens()).length]).toEqual([[], 3]);
  expect(await Promise.all(["Sunset", "Ana comes", "Ten"].map(heldOf))).toEqual([
    "location-not-permitted",
    "location-not-permitted",
    undefined,
  ]);
});

test("a sunset that was missed without permission is caught up with as its rule says, once", async () => {
  await catchUpLate();
  await phone(false);
  await hub.clock.until("21:45");
  await phone(true);
  expect(await sunsetRuns()).toEqual(["2026-06-21T19:45:00.000Z"]);
  await phone(false);
  await phone(true);
  await hub.clock.advance({ hours: 12 });
  expect(await sunsetRuns()).toHaveLength(1);
});

test("what fired before the permission went does not fire again when it is back", async () => {
  await catchUpLate();
  await hub.clock.until("sunset");
  await hub.clock.advance({ minutes: 1 });
  expect(await sunsetRuns()).toHaveLength(1);
  await phone(false);
  await phone(true);
  await hub.clock.advance({ hours: 12 });
  expect(await sunsetRuns()).toHaveLength(1);
});

test("lamps that follow the sun wait, evenings of an empty home are not known, and both say why", async () => {
  const room = (await hub.api.call("listRooms")).data.find(({ name }) => name === "Living room");
  await hub.api.call("setCircadian", { id: room?.id ?? "", body: {} });
  expect((await hub.api.call("readVacation")).evening).not.toEqual([]);
  await phone(false);
  const { data } = await hub.api.call("listCircadian");
  expect(data).toMatchObject([{ held: "location-not-permitted" }]);
  expect(data[0]).not.toHaveProperty("light");
  expect(await hub.api.call("readVacation")).toMatchObject({ held: "location-not-permitted", evening: [] });
  await phone(true);
  expect((await hub.api.call("listCircadian")).data[0]).toHaveProperty("light");
});

test("a place said by hand takes over, and no phone holds it back", async () => {
  await phone(false);
  const body = { latitude: 52.52, longitude: 13.405, zone: "Europe/Berlin" };
  await hub.api.call("setPlace", { body });
  expect(await heldOf("Sunset")).toBeUndefined();
  await hub.clock.advance({ days: 1 });
  expect(await sunsetRuns()).toHaveLength(1);
});

test("the permission of another phone does not matter to the place", async () => {
  hub.person("Ben").phone({ location: false });
  await hub.clock.advance({ seconds: 1 });
  expect(await heldOf("Sunset")).toBeUndefined();
});

test("who is removed takes the place along: the sun is followed no more, clocks run on", async () => {
  await hub.api.call("removePerson", { id: ana.id });
  expect(await hub.api.call("readPlace")).toEqual({ set: false, zone: "Europe/Berlin", veil: "off" });
  expect(await heldOf("Sunset")).toBe("no-place");
  await hub.clock.advance({ hours: 12 });
  expect([await sunsetRuns(), await tens()]).toEqual([[], ["2026-06-21T20:00:00.000Z"]]);
});

test("a phone on which everything is set up anew gives the place again", async () => {
  const home = await PeopledHub.open(start, 1);
  const household = new Household(home.clock, new SeededRandom(3), home.client);
  try {
    const ana = home.person("Ana");
    const { phone, position } = home.household.homeOf(ana);
    home.hub.places.set({ position, zone: "Europe/Amsterdam" as ZoneName, phone });
    const before = home.hub.places.stated();
    home.household.close();
    await household.moveIn(1);
    expect(household.homeOf(ana).phone).not.toBe(phone);
    expect(home.hub.places.stated()).toEqual({ ...before, phone: household.homeOf(ana).phone });
  } finally {
    household.close();
    await home.close();
  }
});
