import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Days, Instant } from "../../../hub/domain/units.ts";
import { NoticeArchive, noticeHash, noticeSteps } from "../../../hub/privacy/notice-archive.ts";
import draft from "../../../hub/privacy/notices/draft.json" with { type: "json" };
import published from "../../../hub/privacy/notices/published.json" with { type: "json" };
import steps from "../../../hub/privacy/notices/steps.json" with { type: "json" };
import { noticeArchive } from "../../../hub/privacy/notices/versions.ts";
import { publishedNotice, thisPromise, withItem } from "../../support/privacy-map.ts";
import { proves } from "../../support/proves.ts";

const more = withItem("data.people.name", ({ purposes }) => ({ purposes: [...purposes, "insights"] }));
const reworded = withItem("data.people.name", () => ({ whatFor: "tell people apart" }));
const first = publishedNotice(1, "2027-01-01", thisPromise);
const second = publishedNotice(2, "2027-03-01", reworded);
const third = publishedNotice(3, "2027-06-01", more);
const archive = new NoticeArchive([first, second, third]);
const on = (day: string) => Instant(Date.parse(day));

test(`a version counts from its date and not a moment before ${proves("A55", "Z31")}`, () => {
  const start = on("2027-03-01T00:00:00Z");
  expect(archive.current(Instant(start - 1)).version).toBe(1);
  expect(archive.current(start).version).toBe(2);
  expect(archive.current(Instant(on("2027-06-01") - Days(1))).version).toBe(2);
  expect(archive.current(on("2030-01-01")).version).toBe(3);
  expect(archive.upcoming(start)?.version).toBe(3);
  expect(archive.upcoming(on("2030-01-01"))).toBeUndefined();
});

test("before the first date the first is what there is to read", () => {
  expect(archive.current(on("2020-01-01")).version).toBe(1);
});

test(`every version can be read, and its hash is that of what it says ${proves("H57", "A57")}`, () => {
  for (const version of [first, second, third]) {
    expect(archive.get(version.version)).toEqual(version);
    expect(noticeHash(archive.get(version.version))).toBe(version.hash);
  }
  expect(() => archive.get(4)).toThrow(expect.objectContaining({ code: "not_found" }));
});

test(`a published version that was touched, moved or taken out is noticed ${proves("H57")}`, () => {
  const touched = { ...second, notice: { ...second.notice, en: { ...second.notice.en, mapHash: "x" } } };
  const broken = (versions: readonly (typeof first)[]) => () => new NoticeArchive(versions);
  expect(broken([first, touched, third])).toThrow(/version 2 .* not as it was published/);
  expect(broken([first, { ...second, effective: "2027-02-01" }, third])).toThrow(/not as it was published/);
  expect(broken([first, third])).toThrow(/stands in place 2/);
  expect(broken([second, first])).toThrow(/stands in place 1/);
  expect(broken([])).toThrow(/no notice/);
});

test(`no version counts before the day it was written, or before the one it follows ${proves("A55")}`, () => {
  const rest = { ...second, updated: "2027-04-01" };
  const early = { ...rest, hash: noticeHash(rest) };
  expect(() => new NoticeArchive([first, early])).toThrow(/before it was published/);
  const backwards = publishedNotice(2, "2026-01-01", reworded);
  expect(() => new NoticeArchive([first, backwards])).toThrow(/before the one it follows/);
});

test(`what changed for you is exactly what is another between the maps ${proves("H58")}`, () => {
  expect(archive.changes(1, 2).every(({ axis }) => axis === "wording")).toBe(true);
  expect(archive.changes(1, 3).map(({ axis }) => axis)).toEqual(expect.arrayContaining(["purposes"]));
  expect(archive.changes(2, 2)).toEqual([]);
});

test(`a part of the notice knows since which version it says what it says ${proves("Z1")}`, () => {
  expect(archive.layerSince("summary", 3)).toBe(1);
  expect(archive.layerSince("hub", 3)).toBe(3);
  expect(archive.layerSince("nothing", 3)).toBeUndefined();
});

test("only a version that adds or takes away asks people", () => {
  expect(noticeSteps([first, second, third]).map(({ asks }) => asks)).toEqual([false, false, true]);
});

test(`what ships is whole: each published version has the hash that was recorded for it ${proves("H57", "A57")}`, () => {
  const recorded: Readonly<Record<string, string>> = published;
  for (const [version, hash] of Object.entries(recorded))
    expect(noticeArchive.get(Number(version)).hash).toBe(hash);
  expect(noticeSteps(noticeArchive.versions)).toEqual(steps);
});

test("the newest that ships is the draft, and a draft is none that was published", () => {
  const recorded: Readonly<Record<string, string>> = published;
  expect(noticeArchive.versions.at(-1)?.version).toBe(draft.version);
  expect(recorded[draft.version]).toBeUndefined();
  expect(readFileSync("hub/privacy/notices/versions.ts", "utf8")).toContain(`./${draft.version}.json`);
});
