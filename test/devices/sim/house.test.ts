import { describe, expect, test } from "vitest";
import { profileById } from "../../../devices/registry.ts";
import { furnish } from "../../../devices/sim/furnish.ts";
import { SimHouse } from "../../../devices/sim/house.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { AirLink, Bench } from "./air.ts";

const house = (bulbs: number, sensors: number, seed = 1) => {
  const { clock } = new Bench();
  const random = new SeededRandom(seed);
  const plan = furnish(random.fork("house"), { bulbs, sensors });
  const links = new Map<string, AirLink>();
  let enrolled = 0;
  const sim = new SimHouse(clock, random, plan, {
    enrol: ({ kind }) => {
      const id = `${kind[0]}-${enrolled++}`;
      return { id, address: `a${id}`, username: id, password: Buffer.alloc(8) };
    },
    transport: ({ id }) => {
      const link = new AirLink(clock);
      links.set(id, link);
      return link;
    },
  });
  return { clock, plan, links, sim };
};

describe("a furnished home", () => {
  test("is the same for the same seed and another for another", () => {
    const of = (seed: number) => furnish(new SeededRandom(seed), { bulbs: 60, sensors: 12 });
    expect(of(5)).toEqual(of(5));
    expect(of(5)).not.toEqual(of(6));
  });

  test("begins like the smaller home of the same seed", () => {
    const small = furnish(new SeededRandom(3), { bulbs: 20, sensors: 0 });
    const large = furnish(new SeededRandom(3), { bulbs: 200, sensors: 0 });
    expect(large.devices.slice(0, 20)).toEqual(small.devices);
  });

  test("has different names in each room", () => {
    const { devices } = furnish(new SeededRandom(1), { bulbs: 300, sensors: 30 });
    const places = devices.map(({ kind, room, name }) => `${kind} ${room} ${name}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test("holds only products that a profile drives", () => {
    const { devices } = furnish(new SeededRandom(1), { bulbs: 2_000, sensors: 30 });
    expect(devices.filter(({ profile, kind }) => profileById(profile)?.kind !== kind)).toEqual([]);
  });

  test("shows every colour in its first twenty lamps, and dims everywhere", () => {
    const { devices } = furnish(new SeededRandom(1), { bulbs: 500, sensors: 0 });
    const can = devices.map(({ profile }) => profileById(profile)).filter((each) => each?.kind === "lamp");
    expect(can.slice(0, 20).filter(({ capabilities }) => capabilities.color === undefined)).toEqual([]);
    expect(can.filter(({ capabilities }) => capabilities.brightness === undefined)).toEqual([]);
  });
});

test("a started house has every device online, a closed one leaves nothing armed", () => {
  const { sim, clock, links } = house(20, 6);
  sim.start();
  expect([...links.values()].every((link) => link.said.length > 0)).toBe(true);
  expect(sim.lamps).toHaveLength(20);
  expect(sim.sensors).toHaveLength(6);
  sim.close();
  expect(clock.armed).toBe(0);
});

test("a large house starts a part per turn and misses nobody", () => {
  const { sim, clock } = house(1_234, 0);
  sim.start();
  expect(sim.lamps.filter((lamp) => lamp.isLinked).length).toBe(500);
  clock.advanceSync(Minutes(0));
  clock.advanceSync(Minutes(0));
  expect(sim.lamps.every((lamp) => lamp.isLinked)).toBe(true);
  sim.close();
});

test("ten thousand lamps at rest arm no timer of their own, also after a command to all", () => {
  const { sim, clock } = house(10_000, 0);
  sim.start();
  for (let turn = 0; turn < 20; turn++) clock.advanceSync(Minutes(0));
  // By then each has written down who took it in.
  clock.advanceSync(Minutes(0.1));
  const atRest = clock.armed;
  expect(atRest).toBeLessThanOrEqual(2);
  for (const lamp of sim.lamps) lamp.follow({ on: true }, 1_000);
  expect(clock.armed).toBeLessThanOrEqual(atRest + 2);
  clock.advanceSync(Minutes(0.1));
  expect(clock.armed).toBe(atRest);
  sim.close();
});

test("a day in the home: people move, doors open and close, daylight comes and goes", () => {
  const { sim, clock, links } = house(0, 6);
  sim.start();
  for (const link of links.values()) link.heard();
  clock.advanceSync(Minutes(24 * 60));
  const said = [...links.values()].map((link) => link.heard());
  const [motion, daylight, door, climate, rocker] = said.map((messages) =>
    messages.map(({ payload }) => JSON.parse(payload)),
  );
  expect(motion?.length).toBeGreaterThan(50);
  expect(door?.some(({ contact }) => contact === false)).toBe(true);
  expect(Math.max(...(daylight ?? []).map(({ illuminance }) => illuminance))).toBeGreaterThan(500);
  expect(Math.min(...(daylight ?? []).map(({ illuminance }) => illuminance))).toBeLessThan(5);
  expect(climate?.every(({ temperature }) => temperature > 10 && temperature < 30)).toBe(true);
  expect(rocker).toEqual([]);
  expect(said.flat().length).toBeLessThan(24 * 60);
  sim.close();
});

test("a device added to a running home boots; a removed one is gone", () => {
  const { sim, clock } = house(1, 0);
  sim.start();
  const { id } = sim.add({
    kind: "lamp",
    profile: "lampkeeper/dimmable-bulb",
    name: "New",
    room: 0,
    powerOn: "on",
  });
  expect(sim.lamp(id)?.isLinked).toBe(false);
  clock.advanceSync(Minutes(1));
  expect(sim.lamp(id)?.isLinked).toBe(true);
  sim.remove(id);
  expect(sim.get(id)).toBeUndefined();
  sim.close();
});

test("a product nobody builds is refused", () => {
  const { sim } = house(0, 0);
  const unknown = { kind: "lamp", profile: "x/y", name: "?", room: 0, powerOn: "on" } as const;
  expect(() => sim.add(unknown)).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

test("a button tells what was pressed, and only what it has", () => {
  const { sim, links } = house(0, 6);
  sim.start();
  const [id = "", link] = [...links].at(5) ?? [];
  link?.heard();
  sim.sensor(id)?.press("double");
  sim.sensor(id)?.press("somersault");
  expect(link?.heard().map(({ payload }) => JSON.parse(payload))).toMatchObject([{ action: "double" }]);
  sim.close();
});
