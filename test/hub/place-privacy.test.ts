import { expect, test } from "vitest";
import { positionAt } from "../../hub/domain/place.ts";
import { Instant, Seconds } from "../../hub/domain/units.ts";
import { ObservedHome } from "../../scripts/bench/veil/observed-home.ts";
import { proves } from "../support/proves.ts";

/** Digits and signs that no time, id or level of a lamp has. */
const position = positionAt(-58.381_57, -171.603_68);
const from = Instant(Date.UTC(2026, 2, 1));

/** A coordinate as anybody might write it, from five decimals to none. */
const spellings = (degrees: number): readonly string[] =>
  [5, 4, 3, 2, 1, 0].map((decimals) => degrees.toFixed(decimals));

const coordinates = ({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }) =>
  [latitude, longitude].flatMap(spellings);

/** A number of its own in a text, not the middle of another one. */
const stands = (word: string, text: string): boolean =>
  new RegExp(`(?<![\\w.])${word.replaceAll(".", "\\.")}(?![\\d])`).test(text);

const found = (words: readonly string[], text: string): readonly string[] =>
  words.filter((word) => stands(word, text));

test(`neither the place nor the decoy stands anywhere that leaves the hub, whoever listens but the owner ${proves("H8", "M8")}`, async () => {
  const home = await ObservedHome.open({ position, from, seed: 4, level: "coarse", tolerance: Seconds(1) });
  await home.ask(
    "PUT",
    "/place",
    { latitude: -95.123_45, longitude: -171.603_68, zone: "Etc/GMT+11" },
    "stranger",
  );
  await home.ask(
    "PUT",
    "/place",
    { latitude: -58.381_57, longitude: -171.603_68, zone: "Etc/None" },
    "stranger",
  );
  await home.ask("GET", "/place/roundings", undefined, "stranger");
  await home.ask("GET", "/schedules", undefined, "stranger");
  await home.live(20);
  const kept = JSON.parse(await home.ask("GET", "/place"));
  const words = [...new Set([position, kept, home.decoy()].flatMap(coordinates))];
  const { mqtt, events, api } = home.outlets;
  const said = {
    mqtt: JSON.stringify(mqtt),
    events: events.join(""),
    api: api.join("\n"),
    log: JSON.stringify(home.log.lines),
  };
  for (const [where, text] of Object.entries(said)) {
    expect([where, ...found(words, text)]).toEqual([where]);
    if (where !== "api") expect(text).not.toMatch(/elevation|azimuth|latitude|Etc\/GMT/i);
  }
  expect(said.mqtt.length).toBeGreaterThan(1_000);
  expect(said.events).toContain("light.desired-changed");
  // What is sealed is noise: the longer spellings would not come up in it by chance.
  const image = home.disk.image().toString("latin1");
  expect(words.filter((word) => word.length > 6 && image.includes(word))).toEqual([]);
  expect(image).not.toContain("Etc/GMT");
  // The detector sees them where they do stand.
  expect(found(coordinates(kept), JSON.stringify(kept)).length).toBeGreaterThan(1);
  await home.close();
});
