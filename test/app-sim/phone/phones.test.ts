import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { startHub } from "../../../app-sim/testing/start-hub.ts";
import type { TestHub } from "../../../app-sim/testing/test-hub.ts";

const gpx = readFileSync("test/vectors/evening-walk.gpx", "utf8");

/** Where the walk begins and ends. */
const place = { latitude: 52.37, longitude: 4.89 };

let hub: TestHub;
afterEach(() => hub.close());

const open = async (people = 1, seed = 1): Promise<TestHub> => {
  hub = await startHub({ bulbs: 1, sensors: 0, people, seed, place });
  for (const person of hub.people) person.send({ to: "home" });
  await hub.clock.advance({ seconds: 1 });
  return hub;
};

const comings = () =>
  hub
    .trace()
    .split("\n")
    .filter((line) => line.includes('"presence.'));

const phoneOf = async (id: string) =>
  (await hub.api.call("listSimPeople")).data.find((each) => each.id === id);

describe("a phone", () => {
  test("tells the hub that its owner came and left, and only that", async () => {
    await open();
    const ana = hub.person("Ana");
    expect(ana.isHome).toBe(true);
    ana.send({ to: "away" });
    await hub.clock.advance({ minutes: 4 });
    expect(ana.isHome).toBe(false);
    ana.send({ to: "home" });
    await hub.clock.advance({ seconds: 1 });
    expect(ana.isHome).toBe(true);
  });

  test("on a recorded walk says when it left, how far off it is on its way back, and that it is home", async () => {
    await open();
    const ana = hub.person("Ana");
    const before = comings().length;
    ana.send({ gpx });
    await hub.clock.advance({ hours: 1 });
    const events = comings()
      .slice(before)
      .map((line) => JSON.parse(line) as { kind: string; home?: boolean; eta?: number });
    const kinds = events.map(({ kind, home }) => `${kind}${home === undefined ? "" : home ? " in" : " out"}`);
    expect(kinds[0]).toBe("presence.changed out");
    expect(kinds.at(-1)).toBe("presence.changed in");
    expect(kinds.slice(1, -1).every((kind) => kind === "presence.approaching")).toBe(true);
    const etas = events.flatMap(({ eta }) => eta ?? []);
    expect(etas.length).toBeGreaterThan(5);
    expect(etas).toEqual([...etas].sort((a, b) => b - a));
  });

  test("that may not know where it is says that, and nothing else; permitted again it says where it is", async () => {
    await open();
    const ana = hub.person("Ana");
    ana.phone({ location: false });
    await hub.clock.advance({ seconds: 1 });
    const person = await hub.api.call("getPerson", { id: ana.id });
    expect(person).toMatchObject({ presence: "unknown", paused: { reason: "location-refused" } });
    const before = comings().length;
    ana.send({ to: "away" });
    await hub.clock.advance({ hours: 5 });
    ana.send({ to: "home" });
    await hub.clock.advance({ hours: 5 });
    expect(comings()).toHaveLength(before);
    ana.phone({ location: true });
    await hub.clock.advance({ seconds: 1 });
    expect(ana.isHome).toBe(true);
    expect(await hub.api.call("getPerson", { id: ana.id })).not.toHaveProperty("paused");
  });

  test("in flight mode keeps its newest word until it may speak", async () => {
    await open();
    const ana = hub.person("Ana");
    ana.phone({ flightMode: true });
    ana.send({ to: "away" });
    await hub.clock.advance({ minutes: 30 });
    expect(ana.isHome).toBe(true);
    expect(await phoneOf(ana.id)).toMatchObject({ waiting: 1, flightMode: true });
    ana.phone({ flightMode: false });
    await hub.clock.advance({ minutes: 4 });
    expect(ana.isHome).toBe(false);
    expect(await phoneOf(ana.id)).toMatchObject({ waiting: 0 });
    expect(await phoneOf(ana.id)).not.toHaveProperty("refusal");
  });

  test("that was out and back in flight mode says that it is home, not what is over", async () => {
    await open();
    const ana = hub.person("Ana");
    const before = comings().length;
    ana.phone({ flightMode: true });
    ana.send({ gpx });
    await hub.clock.advance({ hours: 1 });
    ana.phone({ flightMode: false });
    await hub.clock.advance({ minutes: 10 });
    expect(ana.isHome).toBe(true);
    expect(comings()).toHaveLength(before);
  });

  test("with an empty battery is silent: after three hours its owner is taken to be away, until it is charged", async () => {
    await open();
    const ana = hub.person("Ana");
    ana.phone({ battery: 0 });
    await hub.clock.advance({ hours: 2, minutes: 50 });
    expect(ana.isHome).toBe(true);
    await hub.clock.advance({ minutes: 15 });
    expect(ana.isHome).toBe(false);
    expect(await hub.api.call("getPerson", { id: ana.id })).toMatchObject({ source: "silence" });
    ana.phone({ battery: 80 });
    await hub.clock.advance({ hours: 4 });
    expect(ana.isHome).toBe(true);
  });

  test("that was removed learns so", async () => {
    await open();
    const ana = hub.person("Ana");
    const { phones } = await hub.api.call("getPerson", { id: ana.id });
    await hub.api.call("removePhone", { id: phones[0]?.id ?? "" });
    ana.send({ to: "away" });
    await hub.clock.advance({ minutes: 10 });
    expect(ana.isHome).toBe(true);
    expect(await phoneOf(ana.id)).toMatchObject({ refusal: "presence_token_unknown_phone" });
  });
});

describe("four people", () => {
  const day = async (seed: number): Promise<readonly string[]> => {
    hub = await startHub({ bulbs: 1, sensors: 0, people: 4, seed, clock: { now: "2026-06-22T00:00:00Z" } });
    await hub.clock.advance({ hours: 48 });
    const lines = comings();
    await hub.close();
    return lines;
  };

  test("live two days as their seed has it, the same every time", async () => {
    const first = await day(5);
    expect(await day(5)).toEqual(first);
    expect(await day(6)).not.toEqual(first);
    const changes = first.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "presence.changed");
    // Each goes to work and comes home on both days.
    expect(changes.length).toBeGreaterThanOrEqual(16);
    for (const { home, isAlone, anybodyHome } of changes) {
      expect(anybodyHome).toBe(home || !isAlone);
    }
  });

  test("the last to leave is the last: nobody else is home then", async () => {
    await open(4);
    const before = comings().length;
    const inside = new Set(hub.people.map(({ id }) => id as string));
    for (const person of hub.people) person.send();
    await hub.clock.advance({ hours: 72 });
    let lasts = 0;
    for (const line of comings().slice(before)) {
      const { kind, person, home, isAlone } = JSON.parse(line);
      if (kind !== "presence.changed") continue;
      if (home) inside.add(person);
      else inside.delete(person);
      const others = [...inside].filter((id) => id !== person);
      expect(isAlone).toBe(others.length === 0);
      if (!home && isAlone) lasts++;
    }
    expect(lasts).toBeGreaterThan(0);
  });
});
