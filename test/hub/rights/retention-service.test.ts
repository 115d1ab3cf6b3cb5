import { afterEach, beforeEach, expect, test } from "vitest";
import type { PersonId, TokenId } from "../../../hub/domain/ids.ts";
import type { Purpose } from "../../../hub/domain/purpose.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Days, Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { chains, collections } from "../../../hub/privacy/data-map.ts";
import { limitationEnd } from "../../../hub/rights/limitation.ts";
import { Months } from "../../../hub/rights/months.ts";
import { chainItems, collectionItems, termsOf } from "../../../hub/rights/retention-items.ts";
import { furnishedRecords } from "../../support/furnished-records.ts";
import { proves } from "../../support/proves.ts";
import { RetainedDisk, startRetained } from "../../support/retained.ts";

const ana = "p-aaaaaaaaaaaa" as PersonId;
const start = Instant(Date.UTC(2026, 0, 1));
let clock: VirtualClock;
let disk: RetainedDisk;
let hub: ReturnType<typeof startRetained>;
let unwanted: Set<Purpose>;
let isAnonymised = false;

beforeEach(() => {
  clock = new VirtualClock(start);
  disk = new RetainedDisk();
  unwanted = new Set();
  isAnonymised = false;
  const months = new Months(disk.store);
  hub = startRetained(clock, disk, { unwanted, anonymiser: () => (isAnonymised ? months : undefined) });
});
afterEach(() => hub.close());

const token = (role: "developer" | "guest") => ({
  id: "t-aaaaaaaaaaaa" as TokenId,
  name: "canary-token",
  hash: "canary-hash",
  role,
  scopes: [],
  created: clock.now(),
  expires: null,
});
const happened = (key: string) =>
  disk.store.collection("occurrences").put(key, {
    ...furnishedRecords("canary").occurrences[1],
    at: clock.now(),
  });
const happenings = () => [...disk.store.collection("occurrences").entries()].length;
const viewOf = (item: string) => hub.retention.view().find((each) => each.item === item);
const recorded = () =>
  disk.books.disposals.entries().map(({ content }) => [content?.item, content?.action, content?.reason]);

test(`every collection and chain of the data map has a rule, and no other ${proves("H36", "GDPR:5", "A16")}`, () => {
  const named = (table: object) =>
    Object.entries(table).flatMap(([name, { fields }]) => (termsOf(fields) === undefined ? [] : [name]));
  expect(hub.retention.view().map(({ item }) => item)).toEqual([...named(collections), ...named(chains)]);
  expect([...collectionItems, ...chainItems].length).toBeGreaterThan(25);
  disk.store.collection("rooms").put("r-aaaaaaaaaaaa", furnishedRecords("x").rooms[1]);
  expect(viewOf("rooms")).toMatchObject({ records: 1, lapsing: 0, held: 0 });
});

test(`what is kept by the day goes by the day, and it is on record that it did ${proves("H19", "H36", "A19")}`, () => {
  happened("000001");
  clock.advanceSync(Days(6.9));
  expect(happenings()).toBe(1);
  clock.advanceSync(Hours(4));
  expect(happenings()).toBe(0);
  expect(recorded()).toEqual([["occurrences", "deleted", "age"]]);
});

test(`at its end it becomes a number of a month where that is chosen, and nothing joins it to anybody ${proves("H37", "A19", "D11", "EN303645:6-8")}`, () => {
  isAnonymised = true;
  for (let n = 0; n < 30; n++) happened(`0000${n}`.slice(-6));
  clock.advanceSync(Days(8));
  expect(happenings()).toBe(0);
  expect(recorded()).toEqual([["occurrences", "anonymised", "age"]]);
  const left = [...disk.store.collection("history-months").entries()];
  expect(left).toEqual([["2026-01", { month: "2026-01", changes: 30 }]]);
  // Nothing of the records it was made from is in it: no id, no lamp, no person, no time of a day.
  const ids = JSON.stringify(furnishedRecords("canary")).match(/\b[a-z]{1,2}-[a-z2-7]{12}\b/g) ?? [];
  expect(ids.length).toBeGreaterThan(5);
  for (const id of [...ids, "canary"]) expect(JSON.stringify(left)).not.toContain(id);
});

test(`when a feature is not wanted any more, what it needed is gone after the next sweep ${proves("A2", "H36")}`, () => {
  disk.store
    .collection("insight-counts")
    .put("2025-12-29/scene", { week: "2025-12-29", what: "scene", count: 5, people: 3 });
  happened("000001");
  clock.advanceSync(Hours(2));
  expect([[...disk.store.collection("insight-counts").entries()].length, happenings()]).toEqual([1, 1]);
  unwanted.add("insights").add("history");
  clock.advanceSync(Hours(1));
  expect([[...disk.store.collection("insight-counts").entries()].length, happenings()]).toEqual([0, 0]);
  expect(recorded()).toContainEqual(["insight-counts", "deleted", "unused"]);
});

test(`what is held survives sweeps where nothing reads it, shows as held, and goes when the hold is closed ${proves("H38")}`, () => {
  const hold = hub.holds.open({ item: "occurrences", reason: "litigation" });
  happened("000001");
  clock.advanceSync(Days(30));
  expect(happenings()).toBe(0);
  expect(viewOf("occurrences")).toMatchObject({ records: 0, held: 1 });
  expect(JSON.stringify(hub.withheld.list())).not.toContain("canary");
  hub.holds.close(hold.id);
  expect(viewOf("occurrences")).toMatchObject({ held: 1 });
  clock.advanceSync(Hours(1));
  expect(viewOf("occurrences")).toMatchObject({ held: 0 });
  expect(disk.shelf.keys()).toEqual([]);
});

test("a hold covers what is there, and what somebody removes or changes while it is open", () => {
  const rooms = disk.store.collection("rooms");
  const [key, room] = furnishedRecords("x").rooms;
  rooms.put(key, room);
  hub.holds.open({ item: "rooms", reason: "authority" });
  hub.retention.withhold("rooms");
  expect(viewOf("rooms")).toMatchObject({ records: 1, held: 1 });
  rooms.put(key, { ...room, name: "another" });
  rooms.remove(key);
  expect(viewOf("rooms")).toMatchObject({ records: 0, held: 2 });
});

test("a hold on one person keeps what is theirs, and nothing of others", () => {
  hub.holds.open({ item: "people", reason: "claim", person: ana });
  const [, person] = furnishedRecords("x").people;
  const people = disk.store.collection("people");
  for (const id of [ana, "p-bbbbbbbbbbbb" as PersonId]) people.put(id, { ...person, id });
  disk.store.erase(ana);
  disk.store.erase("p-bbbbbbbbbbbb" as PersonId);
  expect(hub.withheld.list().map((each) => each.person)).toEqual([ana]);
});

test("nothing is held that is not kept, and a hold is closed once", () => {
  expect(() => hub.holds.open({ item: "secrets", reason: "claim" })).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
  const { id } = hub.holds.open({ item: "rooms", reason: "claim" });
  hub.holds.close(id);
  expect(() => hub.holds.close(id)).toThrow(expect.objectContaining({ code: "not_found" }));
});

/** A developer's access, given and taken back. */
const ended = (): Instant => {
  const tokens = disk.store.collection("tokens");
  tokens.put("t-aaaaaaaaaaaa", token("developer"));
  expect(viewOf("tokens")).toMatchObject({ records: 1, lapsing: 0 });
  tokens.remove("t-aaaaaaaaaaaa");
  return clock.now();
};
const until = (at: number): void => clock.advanceSync(Hours(Math.max(0, (at - clock.now()) / Hours(1))));

test(`after a relationship it is read by nothing until claims have lapsed and two months, and then it is gone ${proves("A16", "A17")}`, () => {
  const end = limitationEnd(ended());
  expect(new Date(end).toISOString()).toBe("2030-03-01T00:00:00.000Z");
  expect(viewOf("tokens")).toMatchObject({ records: 0, lapsing: 1 });
  until(end - Days(1));
  expect(viewOf("tokens")).toMatchObject({ records: 0, lapsing: 1 });
  expect(Object.keys(hub.withheld.list()[0] ?? {}).sort()).toEqual(["item", "name", "since"]);
  until(end + Days(1));
  expect(viewOf("tokens")).toMatchObject({ records: 0, lapsing: 0 });
  expect(recorded()).toContainEqual(["tokens", "deleted", "lapsed"]);
}, 60_000);

test(`a claim that is open keeps it longer, and closed lets it go with the next sweep ${proves("A18")}`, () => {
  const end = limitationEnd(ended());
  const claim = hub.holds.open({ item: "tokens", reason: "claim" });
  until(end + Days(60));
  expect(viewOf("tokens")).toMatchObject({ lapsing: 1 });
  hub.holds.close(claim.id);
  clock.advanceSync(Hours(1));
  expect(viewOf("tokens")).toMatchObject({ lapsing: 0 });
}, 60_000);

test("of others nothing is kept when their access ends, and of a developer no secret", () => {
  const tokens = disk.store.collection("tokens");
  tokens.put("t-aaaaaaaaaaaa", token("guest"));
  tokens.remove("t-aaaaaaaaaaaa");
  expect(disk.shelf.keys()).toEqual([]);
  ended();
  const [name = ""] = disk.shelf.keys();
  const text = disk.shelf.read(name, (bytes) => Buffer.from(bytes).toString());
  expect(text).toContain("canary-token");
  expect(text).not.toContain("canary-hash");
});

test(`the book of what has ended covers the last twelve months ${proves("A33")}`, () => {
  happened("000001");
  clock.advanceSync(Days(8));
  expect(recorded().length).toBe(1);
  clock.advanceSync(Days(363));
  expect(recorded().length).toBe(1);
  // It goes without a line of its own, which would have to go a year later, and so on for ever.
  clock.advanceSync(Days(31));
  expect(recorded()).toEqual([]);
  expect(disk.books.disposals.verify().sound).toBe(true);
}, 60_000);

test("a disk that refuses costs a sweep and nothing more", () => {
  happened("000001");
  clock.advanceSync(Days(6.99));
  for (let minutes = 0; minutes < 60; minutes++) {
    disk.store.refuse = new StoreFailed("the disk is full");
    clock.advanceSync(Minutes(1));
  }
  expect(happenings()).toBe(1);
  disk.store.refuse = undefined;
  clock.advanceSync(Hours(1));
  expect(happenings()).toBe(0);
});
