import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import { positionAt } from "../../../hub/domain/place.ts";
import { doubtAbout } from "../../../hub/domain/place-doubt.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";

/** The principal place of every zone there is, from the time zone database's own table (zone.tab, public domain). */
const places = readFileSync("test/vectors/zones.csv", "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [zone = "", latitude = "", longitude = ""] = line.split(",");
    return { zone: zone as ZoneName, position: positionAt(Number(latitude), Number(longitude)) };
  });

const now = Instant(Date.UTC(2026, 10, 23));
const offsets = (zone: ZoneName): readonly number[] =>
  ["2026-01-15T12:00Z", "2026-07-15T12:00Z"].map(
    (text) => TimeZone.of(zone).civil(Instant(Date.parse(text))).offsetMs,
  );

/**
 * Where the map that ships is too coarse: islands, and towns within a few kilometres of a border. There a right zone is
 * doubted, and taken all the same.
 */
const missed = [
  "Pacific/Pago_Pago",
  "America/Blanc-Sablon",
  "America/Atikokan",
  "America/Danmarkshavn",
  "Asia/Jayapura",
  "America/Miquelon",
  "America/Grand_Turk",
  "Asia/Dili",
  "America/North_Dakota/New_Salem",
];

test(`for the place of 409 of the world's 418 zones the hub's own map knows the clocks, offline ${proves("U8")}`, () => {
  expect(places).toHaveLength(418);
  const wrong = places.filter((place) => doubtAbout(place, now) !== undefined).map(({ zone }) => zone);
  expect(wrong.sort()).toEqual([...missed].sort());
});

test(`of a zone of the other side of the world it says which one is right ${proves("U8")}`, () => {
  for (const { zone, position } of places.filter((place) => !missed.includes(place.zone))) {
    const [winter = 0] = offsets(zone);
    const far = (winter > 0 ? "Pacific/Honolulu" : "Asia/Kolkata") as ZoneName;
    const doubt = doubtAbout({ position, zone: far }, now);
    expect([zone, offsets(doubt?.zoneThere ?? far)]).toEqual([zone, offsets(zone)]);
  }
});
