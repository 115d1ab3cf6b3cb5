import { expect, test } from "vitest";
import { SyncEventBus } from "../../hub/bus/event-bus.ts";
import { addDays, type CivilDate } from "../../hub/domain/civil.ts";
import { type Position, positionAt } from "../../hub/domain/place.ts";
import { Sun } from "../../hub/domain/sun.ts";
import { TimeZone } from "../../hub/domain/time-zone.ts";
import { Instant, Seconds } from "../../hub/domain/units.ts";
import { type VeilLevel, veiledPosition } from "../../hub/domain/veil.ts";
import { PlaceService } from "../../hub/inventory/place-service.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { ObservedHome } from "../../scripts/bench/veil/observed-home.ts";
import { randomHomes, strays, study, type Watched, zoneAt } from "../../scripts/bench/veil/study.ts";
import { kmBetween, locate, type Sighting } from "../../scripts/bench/veil/sun-attack.ts";
import { MemoryGuardedStore } from "../support/memory-guarded-store.ts";
import { size } from "../support/size.ts";

/**
 * The attack of `npm run bench -- veil`: from times alone, where is the home? Of `fromHub` homes the times are what a
 * whole hub said in a year; of a hundred they are its sun's.
 */
const fromHub = size(3, 100);
const limit = { timeout: size(300_000, 3_600_000) };
const seed = 20_261_123;
const from = Instant(Date.UTC(2026, 2, 1));
const homes = randomHomes(100, new SeededRandom(seed));

const days = Array.from({ length: 365 }, (_, day) => addDays("2026-03-01" as CivilDate, day));
const yearOf = (sun: Sun | undefined): Sighting[] =>
  days.flatMap((day) =>
    (["sunrise", "sunset"] as const).map((kind) => ({
      kind,
      at: sun?.eventOn(kind, day)?.at ?? Number.NaN,
    })),
  );

const noPhones = { phone: () => undefined };

/** A year of the sun that everything observable of a home follows. */
const watchedSun = (home: Position, index: number, level: VeilLevel, tolerance = Seconds(60)): Watched => {
  const store = new MemoryGuardedStore();
  const key = { derive: () => new SeededEntropy(new SeededRandom(seed + index)).bytes(32) };
  const zone = zoneAt(home.longitude);
  const places = new PlaceService(new VirtualClock(from), new SyncEventBus(), store, key, noPhones, zone);
  places.start();
  places.setLevel(level);
  const { position } = places.set({ position: home, zone, tolerance });
  const secret = store.collection("veil").get("home");
  return {
    seen: new Map([["sun", yearOf(places.sun())]]),
    truth: new Map([["sun", yearOf(new Sun(home, TimeZone.of(zone))).map(({ at }) => at)]]),
    home,
    decoy: secret === undefined ? position : veiledPosition(position, secret, level),
  };
};

const open = (index: number, more: Partial<Parameters<typeof ObservedHome.open>[0]> = {}) =>
  ObservedHome.open({
    position: homes[index] ?? positionAt(50, 10),
    from,
    seed: seed + index,
    level: "coarse",
    ...more,
  });

test(
  `a year of what ${fromHub} hubs say on MQTT, on the event stream and over the API tells the decoy and not the home`,
  limit,
  async () => {
    const watched: Watched[] = [];
    for (let index = 0; index < fromHub; index++) {
      const home = await open(index);
      await home.live(365);
      watched.push(home.watched());
      await home.close();
    }
    const result = study(watched);
    for (const { seen } of watched)
      for (const sightings of seen.values()) expect(sightings.length).toBeGreaterThan(725);
    expect(result.found).toHaveLength(3 * fromHub);
    expect(strays(result)).toEqual([]);
    for (const { home, decoy } of watched) expect(kmBetween(home, decoy)).toBeGreaterThan(5);
    if (fromHub < homes.length) return;
    expect(result.medianFromHomeKm).toBeGreaterThanOrEqual(80);
    expect(result.meanMinutes).toBeLessThanOrEqual(4);
  },
);

test("of a hundred homes the median is found 80 km off or more, and lamps are off by 4 minutes or less", () => {
  const result = study(homes.map((home, index) => watchedSun(home, index, "coarse")));
  expect(strays(result)).toEqual([]);
  expect(result.medianFromHomeKm).toBeGreaterThanOrEqual(80);
  expect(result.meanMinutes).toBeLessThanOrEqual(4);
});

test("without the veil every one of them is found within a kilometre: the attack is a good one", () => {
  const result = study(homes.map((home, index) => watchedSun(home, index, "off", Seconds(1))));
  expect(Math.max(...result.found.map(({ fromHomeKm }) => fromHomeKm))).toBeLessThan(1);
});

test("without the veil a hub gives its home away within a kilometre in a month", limit, async () => {
  const home = await open(1, { level: "off", tolerance: Seconds(1) });
  await home.live(30);
  for (const { fromHomeKm } of study([home.watched()]).found) expect(fromHomeKm).toBeLessThan(1);
  await home.close();
});

test(
  "a restart leaves the decoy where it is, and a home that moves by a kilometre moves it by one",
  limit,
  async () => {
    const fine = { tolerance: Seconds(1) };
    const before = await open(2, fine);
    await before.live(30);
    expect(strays(study([before.watched()]))).toEqual([]);
    const decoy = before.decoy();
    await before.close();
    const after = await open(2, { ...fine, disk: before.disk, from: Instant(from + 31 * 86_400_000) });
    await after.live(30);
    expect(after.decoy()).toEqual(decoy);
    expect(strays(study([after.watched()]))).toEqual([]);
    const { latitude, longitude } = homes[2] ?? positionAt(0, 0);
    after.moveTo(positionAt(latitude + 0.009, longitude));
    expect(kmBetween(after.decoy(), decoy)).toBeCloseTo(1, 0);
    await after.close();
  },
);

test(
  "one lamp that follows the true sun is found among those that follow the veiled one",
  limit,
  async () => {
    const home = await open(0, { tolerance: Seconds(1) });
    const planted = home.plantTrueSun();
    await home.live(30);
    const result = study([home.watched()]);
    expect(strays(result)).toEqual(["mqtt", "events", "api"].map((way) => `${planted} ${way}`));
    for (const { who, fromHomeKm } of result.found) expect(fromHomeKm < 1).toBe(who.startsWith(planted));
    await home.close();
  },
);

test("nothing is found where nothing was seen", () => {
  expect(locate([])).toBeUndefined();
});
