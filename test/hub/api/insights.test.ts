import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { insightCounters, type StoredCount } from "../../../hub/privacy/data-map.ts";
import { coarseStep, type InsightView, smallestGroup } from "../../../hub/rights/insights.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const insights = () => house.ask<Shape<"Insights">>("GET", "/privacy/insights");
const stored = () => [...house.store.collection("insight-counts").entries()];

/** People of the home, each at a terminal of their own. */
const household = async (count: number) => {
  const people: { readonly id: PersonId; readonly at: SendInit }[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await house.settled(`person-${n}`);
    people.push({ id: id as PersonId, at: await house.terminal(`person-${n}`) });
  }
  return people;
};
const light = (at: SendInit) =>
  house.ask("PUT", `/lights/${house.lamp}/state`, { ...at, body: { on: true } });

test(`a new hub counts nothing; who agrees is counted, in the listed counters and no others ${proves("H20", "A7", "EN303645:6-4", "EN303645:6-5")}`, async () => {
  const [ana] = await household(1);
  if (ana === undefined) return;
  await light(ana.at);
  expect(stored()).toEqual([]);
  expect(await insights()).toMatchObject({ counters: insightCounters, counts: [] });
  house.agreed.give("insights", ana.id);
  for (let n = 0; n < 12; n++) await light(ana.at);
  await light({});
  expect(stored().map(([, { what, count, people }]) => [what, count, people])).toEqual([
    ["light-by-hand", 12, 1],
  ]);
  expect(stored().every(([, { what }]) => insightCounters.includes(what))).toBe(true);
});

test(`what fewer than three people did is not shown, and no person's key is in what is kept ${proves("A7", "EN303645:6-7")}`, async () => {
  const people = await household(3);
  for (const { id } of people) house.agreed.give("insights", id);
  for (const { at } of people.slice(0, 2)) for (let n = 0; n < 9; n++) await light(at);
  expect((await insights()).counts).toEqual([]);
  for (const { at } of people.slice(2)) for (let n = 0; n < 9; n++) await light(at);
  const { counts } = await insights();
  expect(counts).toEqual([
    { week: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), what: "light-by-hand", count: 20 },
  ]);
  const text = JSON.stringify(stored());
  for (const { id } of people) expect(text).not.toContain(id);
  expect(stored().map(([, each]) => Object.keys(each).sort())).toEqual([["count", "people", "week", "what"]]);
});

test("once nobody agrees any more, the numbers go with the next sweep", async () => {
  const [ana] = await household(1);
  if (ana === undefined) return;
  house.agreed.give("insights", ana.id);
  await light(ana.at);
  house.agreed.withdraw("insights", ana.id);
  await light(ana.at);
  expect(stored().map(([, { count }]) => count)).toEqual([1]);
  await house.clock.advance(Hours(1));
  expect(stored()).toEqual([]);
});

test(`of developers only their number is told ${proves("D9")}`, async () => {
  for (const name of ["canary-a", "canary-b"])
    await house.ask("POST", "/tokens", {
      body: { name, role: "developer", scopes: ["lights:read"] },
      status: 201,
    });
  const shown = await insights();
  expect(shown.developers).toBe(2);
  expect(JSON.stringify(shown)).not.toContain("canary");
});

/** What somebody who knows each person's part, but not who is who, would look for: a cell that only one person fits. */
const uniquelyLinked = (
  parts: ReadonlyMap<string, ReadonlyMap<string, number>>,
  file: readonly { readonly week: string; readonly what: string; readonly count: number }[],
  step: number,
): readonly string[] =>
  file.flatMap(({ week, what, count }) => {
    const cell = parts.get(`${week}/${what}`) ?? new Map<string, number>();
    // Somebody is found if leaving out one person, and no other, changes what is shown, or if they are all there is.
    const total = [...cell.values()].reduce((sum, each) => sum + each, 0);
    const alone = [...cell].filter(([, own]) => own === total).map(([person]) => person);
    const exact = step === 1 && cell.size === 2 ? [...cell.keys()] : [];
    return [...alone, ...exact].map((person) => `${person} in ${week} ${what} ${count}`);
  });

test(`a link attack on the numbers finds nobody, and finds somebody where groups may be small ${proves("Z11", "EN303645:6-8", "H37")}`, async () => {
  const people = await household(6);
  const random = new SeededRandom(11);
  const parts = new Map<string, Map<string, number>>();
  for (const { id } of people) house.agreed.give("insights", id);
  for (let week = 0; week < 5; week++) {
    for (const { id, at } of people) {
      if (random.next() < 0.5) continue;
      const acts = 1 + Math.floor(random.next() * 12);
      for (let n = 0; n < acts; n++)
        await house.send("PUT", `/lights/${house.lamp}/state`, { ...at, body: { on: true } });
      const [key = ""] = stored().at(-1) ?? [];
      const cell = parts.get(key) ?? new Map<string, number>();
      parts.set(key, cell.set(id, acts));
    }
    await house.clock.advance(Days(7));
    for (const person of people.keys())
      people[person] = { id: people[person]?.id as PersonId, at: await house.terminal(`person-${person}`) };
  }
  const file: readonly InsightView[] = (await insights()).counts;
  expect(file.length).toBeGreaterThan(0);
  expect(uniquelyLinked(parts, file, coarseStep)).toEqual([]);
  expect(file.every(({ count }) => count % coarseStep === 0)).toBe(true);
  for (const { week, what } of file)
    expect(parts.get(`${week}/${what}`)?.size).toBeGreaterThanOrEqual(smallestGroup);
  // The same attack on what a hub without a smallest group would show.
  const careless = [...parts].map(
    ([key]) => house.store.collection("insight-counts").get(key) as StoredCount,
  );
  const [week, what] = ["2026-01-05", "scene"];
  parts.set(`${week}/${what}`, new Map([["p-aaaaaaaaaaaa", 4]]));
  expect(uniquelyLinked(parts, [...careless, { week, what, count: 4 }], 1).length).toBeGreaterThan(0);
  await house.clock.advance(Minutes(1));
}, 60_000);
