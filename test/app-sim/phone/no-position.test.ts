import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { Minutes } from "../../../hub/domain/units.ts";
import { PeopledHub } from "../../support/peopled-hub.ts";
import { proves } from "../../support/proves.ts";

const gpx = readFileSync("test/vectors/evening-walk.gpx", "utf8");

let home: PeopledHub;
afterEach(() => home.close());

/** From five decimals to one: a whole degree is a number like any other. */
const spellings = (text: string): readonly string[] =>
  [5, 4, 3, 2, 1].map((digits) => Number(text).toFixed(digits));

/** Of a word as short as "52.4" only one that stands alone is a finding. */
const foundIn = (text: string, words: readonly string[]): readonly string[] =>
  words.filter((word) => new RegExp(`(?<![\\d.])${word.replace(".", "\\.")}(?!\\d)`).test(text));

const bytesOf = (number: number): readonly Buffer[] => {
  const [single, double] = [Buffer.alloc(4), Buffer.alloc(8)];
  single.writeFloatBE(number);
  double.writeDoubleBE(number);
  return [double, Buffer.from(double).reverse(), single, Buffer.from(single).reverse()];
};

test(`where a phone is, or home, lies in nothing that the hub writes, logs, tells or says over MQTT ${proves("H8")}`, async () => {
  home = await PeopledHub.open("2026-06-21T20:00:00Z", 2);
  const ana = home.person("Ana");
  home.household.put(ana, { gpx });
  const answers: string[] = [];
  for (let minute = 0; minute < 60; minute += 2) {
    await home.clock.advance(Minutes(2));
    answers.push(JSON.stringify(await home.client.call("listPeople")));
  }
  home.household.change(ana, { location: false });
  await home.clock.advance(Minutes(2));

  // What is looked through is what happened: she left, came near and was home again.
  const kinds = home.events.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "presence.changed").length).toBeGreaterThanOrEqual(2);
  expect(kinds.filter((kind) => kind === "presence.approaching").length).toBeGreaterThan(5);
  expect(home.sent.filter((body) => body.length === 104).length).toBeGreaterThan(7);
  expect(home.published.length).toBeGreaterThan(0);
  const image = home.disk.image();
  const sent = home.sent.join("\n");
  const told = [home.events, answers, home.log.lines, home.published].map((all) => JSON.stringify(all));
  const coordinates = [...gpx.matchAll(/l(?:at|on)=["']([\d.]+)["']/g)].map(([, text = ""]) => text);
  const words = coordinates.flatMap(spellings);
  expect(foundIn(gpx, words).length).toBeGreaterThan(10);
  for (const text of [image.toString("latin1"), sent, ...told]) expect(foundIn(text, words)).toEqual([]);
  for (const bytes of coordinates.flatMap((text) => bytesOf(Number(text)))) {
    expect(image.includes(bytes)).toBe(false);
    expect(sent.includes(bytes.toString("latin1"))).toBe(false);
  }
});

test("who is forgotten is noise on the disk, before and after", async () => {
  home = await PeopledHub.open("2026-06-21T20:00:00Z", 0);
  const { people, presence, store, privacy } = home.hub;
  const ana = people.add({ name: "Kanarienvogel" });
  privacy.consents.give("presence", ana.id, privacy.consents.informs("presence"), { way: "witness" });
  presence.set(ana.id, true);
  const before = home.disk.image();
  people.remove(ana.id);
  expect(people.list()).toEqual([]);
  for (const bytes of [before, home.disk.image()]) expect(bytes.includes("Kanarienvogel")).toBe(false);
  expect(JSON.stringify([home.log.lines, home.events, home.published])).not.toContain("Kanarienvogel");
  expect([...store.collection("people").entries()]).toEqual([]);
  expect([...store.collection("presence").entries()]).toEqual([]);
});
