import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cityOf, findCities, largestCityIn } from "../../../hub/domain/city.ts";
import list from "../../../hub/domain/city-list.json" with { type: "json" };
import type { ZoneName } from "../../../hub/domain/civil.ts";
import { positionAt } from "../../../hub/domain/place.ts";
import { doubtAbout } from "../../../hub/domain/place-doubt.ts";
import { parseZone } from "../../../hub/domain/time-zone.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { cityListFile, cityListText } from "../../../scripts/cities.ts";

const names = (text: string): readonly string[] => findCities(text).map(({ id }) => id);

test("the list that ships is the one its script makes", () => {
  expect(cityListText()).toBe(readFileSync(cityListFile, "utf8"));
});

test("every town has an id of its own, a zone that this Node knows, and a place", () => {
  const ids = list.cities.map((line) => line.split(";")[0] ?? "");
  expect(ids.length).toBeGreaterThan(5_000);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    const { position, zone, country } = cityOf(id) ?? {};
    expect(parseZone(zone ?? "")).toBe(zone);
    expect(positionAt(position?.latitude ?? Number.NaN, position?.longitude ?? Number.NaN)).toEqual(position);
    expect(country).toMatch(/^[A-Z]{2}$/);
  }
});

test.each([
  ["Berlin", "berlin-de"],
  ["sao paulo", "sao-paulo-br"],
  ["SÃO PAULO", "sao-paulo-br"],
  ["zurich", "zurich-ch"],
  ["Köln", "koln-de"],
  ["koln", "koln-de"],
  ["St. John’s", "st-johns-ca"],
  ["New York", "new-york-city-us"],
])("%s is found", (text, id) => {
  expect(names(text)).toContain(id);
});

test("a name that several towns have lists them all, the largest first, each with its country", () => {
  expect(findCities("springfield").map(({ id, country }) => [id, country])).toEqual([
    ["springfield-us-mo", "US"],
    ["springfield-us-ma", "US"],
    ["springfield-us-il", "US"],
  ]);
  expect(names("springfield us il")).toEqual(["springfield-us-il"]);
});

test("the very name comes before longer ones, and before words inside a name", () => {
  expect(names("york").slice(0, 2)).toEqual(["york-gb", "new-york-city-us"]);
});

test("nothing is found for nothing, and for signs alone", () => {
  expect([...names(""), ...names("  - "), ...names("qqqq")]).toEqual([]);
});

test("a zone's largest town is known; UTC has none", () => {
  expect(largestCityIn("Europe/Berlin" as ZoneName)?.id).toBe("berlin-de");
  expect(largestCityIn("Etc/UTC" as ZoneName)).toBeUndefined();
});

const now = Instant(Date.UTC(2026, 10, 23));
test.each([
  ["a longitude of the wrong sign", 52.5, -13.4, "Europe/Berlin", "longitude_sign"],
  ["the same across the ocean", 40.7, 74, "America/New_York", "longitude_sign"],
  ["a latitude of the wrong sign", -52.5, 13.4, "Europe/Berlin", "latitude_sign"],
  ["latitude and longitude swapped", 13.4, 52.5, "Europe/Berlin", "swapped"],
  ["a zone of another continent", 52.5, 13.4, "Asia/Tokyo", "zone_differs"],
  ["a zone of the same clocks", 52.5, 13.4, "Europe/Paris", undefined],
  ["the right zone", -33.9, 151.2, "Australia/Sydney", undefined],
  ["the pole", 90, 0, "Etc/UTC", undefined],
])("of %s it is said what is wrong", (_what, latitude, longitude, zone, code) => {
  const place = { position: positionAt(latitude, longitude), zone: zone as ZoneName };
  expect(doubtAbout(place, now)?.code).toBe(code);
});
