import { beforeEach, expect, test } from "vitest";
import { NotFound } from "../../../hub/domain/errors.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { noticeSteps } from "../../../hub/privacy/notice-archive.ts";
import { NoticeService } from "../../../hub/rights/notice-service.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { publishedNotice, thisPromise, withItem } from "../../support/privacy-map.ts";
import { proves } from "../../support/proves.ts";

const ana = "p-aaaaaaaaaaaa" as PersonId;
const ben = "p-bbbbbbbbbbbb" as PersonId;

const more = withItem("data.people.name", ({ purposes }) => ({ purposes: [...purposes, "insights"] }));
const reworded = withItem("data.people.name", () => ({ whatFor: "tell people apart" }));
const fewerRights = {
  ...more,
  rights: Object.fromEntries(Object.entries(more.rights).filter(([id]) => id !== "object")),
};
const steps = noticeSteps([
  publishedNotice(1, "2027-01-01", thisPromise),
  publishedNotice(2, "2027-03-01", reworded),
  publishedNotice(3, "2027-06-01", more),
  publishedNotice(4, "2027-09-01", fewerRights),
]);
const on = (day: string) => Instant(Date.parse(`${day}T00:00:00Z`));

let store: MemoryGuardedStore;
let clock: VirtualClock;
let service: NoticeService;

const people = {
  need: (id: PersonId) => {
    if (id !== ana && id !== ben) throw new NotFound("nobody of that id");
  },
};

const at = (day: string): void => {
  clock = new VirtualClock(on(day));
  service = new NoticeService(clock, store, people, steps);
};

beforeEach(() => {
  store = new MemoryGuardedStore();
  at("2027-01-15");
});

test(`silence accepts nothing: years of using the home leave a person at the version they had ${proves("Z30", "D21")}`, () => {
  service.accept(ana, 1);
  at("2027-07-01");
  expect(service.current()).toBe(3);
  expect(service.inForce(ana)).toBe(2);
  expect(service.pending(ana)).toEqual({ version: 3, inForce: 2 });
  at("2035-01-01");
  expect(service.inForce(ana)).toBe(2);
  expect(service.accepted(ana)).toBe(1);
});

test(`a version that says the same in other words counts by itself ${proves("A56")}`, () => {
  service.accept(ana, 1);
  at("2027-04-01");
  expect([service.current(), service.inForce(ana), service.pending(ana)]).toEqual([2, 2, undefined]);
});

test(`a new purpose rests for whoever has not accepted it, and nothing old rests with it ${proves("U43", "D21")}`, () => {
  service.accept(ana, 1);
  at("2027-07-01");
  expect(service.covers(ana, "insights")).toBe(false);
  expect(service.covers(ana, "presence")).toBe(true);
  expect(service.covers(ana, "lighting")).toBe(true);
  service.accept(ana, 3);
  expect(service.covers(ana, "insights")).toBe(true);
  expect(service.pending(ana)).toBeUndefined();
});

test(`a version that takes a right away is inert for each person until they themselves accept it ${proves("D21", "H58")}`, () => {
  at("2027-10-01");
  service.accept(ana, 4);
  expect(service.inForce(ana)).toBe(4);
  expect(service.inForce(ben)).toBe(2);
  expect(service.pending(ben)).toEqual({ version: 4, inForce: 2 });
});

test(`a version is accepted on its day and not before, and an old one not any more ${proves("A55")}`, () => {
  expect(() => service.accept(ana, 3)).toThrow(expect.objectContaining({ code: "conflict" }));
  expect(() => service.accept(ana, 9)).toThrow(expect.objectContaining({ code: "not_found" }));
  at("2027-07-01");
  expect(() => service.accept(ana, 1)).toThrow(expect.objectContaining({ code: "conflict" }));
  expect(store.records.get("notice-acceptances")?.size ?? 0).toBe(0);
});

test("nobody accepts for somebody who does not live here", () => {
  const stranger = "p-cccccccccccc" as PersonId;
  expect(() => service.accept(stranger, 1)).toThrow(expect.objectContaining({ code: "not_found" }));
  expect(store.records.get("notice-acceptances")?.size ?? 0).toBe(0);
});

test(`a purpose that means something else now is not what somebody once accepted ${proves("U43")}`, () => {
  const changed = {
    ...thisPromise,
    purposes: { ...thisPromise.purposes, presence: { basis: "consent", version: 2 } as const },
  };
  const two = noticeSteps([
    publishedNotice(1, "2027-01-01", thisPromise),
    publishedNotice(2, "2027-01-02", changed),
  ]);
  service = new NoticeService(clock, store, people, two);
  store
    .collection("notice-acceptances")
    .put(ana, { person: ana, version: 1, hash: "", at: on("2027-01-01") });
  expect(service.covers(ana, "presence")).toBe(false);
  expect(service.covers(ana, "access")).toBe(true);
  service.accept(ana, 2);
  expect(service.covers(ana, "presence")).toBe(true);
});

test("whoever asked is told of an acceptance, until they ask no more, and it is kept over a restart", () => {
  const heard: unknown[] = [];
  const stop = service.onAccepted((...what) => heard.push(what));
  service.accept(ana, 1);
  stop();
  service.accept(ben, 1);
  expect(heard).toEqual([[ana, 1]]);
  at("2027-01-16");
  expect(service.accepted(ana)).toBe(1);
  expect(store.collection("notice-acceptances").get(ana)).toMatchObject({ hash: steps[0]?.hash });
});

test("a clock that is set back shows the version of that day, and forgets no acceptance", () => {
  at("2027-07-01");
  service.accept(ana, 3);
  at("2027-02-01");
  expect(service.inForce(ana)).toBe(1);
  at("2027-07-02");
  expect(service.inForce(ana)).toBe(3);
});
