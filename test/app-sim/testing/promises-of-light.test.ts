import { expect, test } from "vitest";
import { startHub } from "../../../app-sim/testing/testing.ts";
import { circadianLight, usualCurve } from "../../../hub/domain/circadian.ts";
import { largestCityIn } from "../../../hub/domain/city.ts";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import type { Degrees } from "../../../hub/domain/place.ts";
import { kelvinOf } from "../../../hub/domain/units.ts";
import { Ephemeris } from "../../support/ephemeris.ts";
import { proves } from "../../support/proves.ts";

/** What the notices promise of light, seen at the lamps of a whole hub and held against an almanac of somebody else's. */

const berlin = { latitude: 52.5, longitude: 13.4 };
const toDegrees = 180 / Math.PI;
/** Radius of the sun and refraction at the horizon. */
const horizon = -50 / 60;

test(`a lamp that follows the sun shows, each quarter of an hour of a day, the light of the sun's true height ${proves("H5")}`, async () => {
  const start = Date.UTC(2026, 5, 21);
  await using hub = await startHub({
    bulbs: 6,
    seed: 7,
    place: berlin,
    zone: "Europe/Berlin",
    clock: { now: new Date(start).toISOString() },
  });
  const { data: rooms } = await hub.api.call("listRooms");
  const living = rooms.find(({ name }) => name === "Living room");
  await hub.api.call("setCircadian", { id: living?.id ?? "", body: {} });
  const lamp = hub.lamp("Living room/Ceiling");
  await lamp.set({ on: true });
  const almanac = new Ephemeris(start, start + 2 * 86_400_000);
  const shown: number[] = [];
  for (let quarter = 0; quarter < 96; quarter++) {
    await hub.clock.advance({ minutes: 15 });
    const now = hub.clock.now.getTime();
    const height = almanac.elevation(now, berlin.latitude, berlin.longitude) * toDegrees;
    const { brightness, colorTemperature } = circadianLight(height as Degrees, usualCurve);
    const { reported } = lamp;
    // A lamp has whole mireds, and the hub moves it once a minute, in which a low sun is worth five of them.
    expect(reported?.brightness).toBeGreaterThan(brightness - 2);
    expect(reported?.brightness).toBeLessThan(brightness + 2);
    const kelvin = reported?.colorTemperature ?? 0;
    expect(Math.abs(1e6 / kelvin - colorTemperature)).toBeLessThan(6);
    shown.push(kelvin);
  }
  expect(Math.min(...shown)).toBeLessThan(Math.round(kelvinOf(usualCurve.warmest)) + 50);
  expect(Math.max(...shown)).toBeGreaterThan(4_900);
}, 120_000);

test(`in twenty cities, from the arctic to the other side of the world, zone and sun are right and nothing was asked outside ${proves("H4")}`, async () => {
  const zones = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Oslo",
    "Europe/Helsinki",
    "Atlantic/Reykjavik",
    "Europe/Moscow",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Asia/Dubai",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "America/New_York",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Johannesburg",
  ];
  // A day on which the clocks of Europe go forward.
  const noon = Date.UTC(2026, 2, 29, 12);
  await using hub = await startHub({ bulbs: 1, seed: 7, clock: { now: new Date(noon).toISOString() } });
  await hub.api.call("setVeil", { body: { level: "off" } });
  const almanac = new Ephemeris(noon - 3 * 86_400_000, noon + 3 * 86_400_000);
  for (const zone of zones) {
    const city = largestCityIn(zone as ZoneName);
    const place = await hub.api.call("setPlace", { body: { city: city?.id ?? "" } });
    expect([zone, place.zone]).toEqual([zone, zone]);
    const { events } = await hub.api.call("readSun", { query: { date: "2026-03-29" } });
    const { latitude = 0, longitude = 0 } = place;
    const turns = almanac.turns(latitude, longitude, noon - 2 * 86_400_000, noon + 2 * 86_400_000);
    const almanacs = almanac.crossings(latitude, longitude, turns, horizon);
    for (const [name, direction] of [
      ["sunrise", "rising"],
      ["sunset", "setting"],
    ] as const) {
      const at = Date.parse(events.find(({ event }) => event === name)?.time ?? "");
      const nearest = almanacs
        .filter((crossing) => crossing.direction === direction)
        .map((crossing) => Math.abs(crossing.at - at));
      expect(Math.min(...nearest), `${name} in ${zone}`).toBeLessThan(60_000);
      // In the clocks of that city it is that very day.
      const local = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at);
      expect([zone, local]).toEqual([zone, "2026-03-29"]);
    }
  }
  expect(hub.egress.list()).toEqual([]);
}, 120_000);

test(`in polar day and night the hub knows that there is no sunset, and asks nobody ${proves("H4")}`, async () => {
  await using hub = await startHub({
    bulbs: 1,
    seed: 7,
    place: { latitude: 69.65, longitude: 18.95 },
    zone: "Europe/Oslo",
    clock: { now: "2026-06-21T12:00:00Z" },
  });
  for (const date of ["2026-06-21", "2026-12-21"]) {
    const { events } = await hub.api.call("readSun", { query: { date } });
    expect(events.filter(({ event }) => event === "sunset" || event === "sunrise")).toEqual([]);
  }
  expect(hub.egress.list()).toEqual([]);
});
