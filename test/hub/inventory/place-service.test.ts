import { beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { CivilDate, ZoneName } from "../../../hub/domain/civil.ts";
import { NotFound, RangeViolation } from "../../../hub/domain/errors.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import { type Degrees, positionAt } from "../../../hub/domain/place.ts";
import type { SunEventKind } from "../../../hub/domain/sun-event.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { LocationNotPermitted, PlaceService, UnknownCity } from "../../../hub/inventory/place-service.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

const berlin = { position: positionAt(52.5234, 13.4114), zone: "Europe/Berlin" as ZoneName };
const clock = new VirtualClock(Instant(Date.UTC(2026, 10, 23)));
const midsummer = "2026-06-21" as CivilDate;

const ana = "p-aaaaaaaaaaaa" as PersonId;
const phone = "ph-aaaaaaaaaaaa" as PhoneId;

let store: MemoryGuardedStore;
let events: DomainEvent[];
let bus: SyncEventBus;
/** Of the home's people. */
let phones: Map<PhoneId, { readonly person: PersonId; readonly locationRefused?: true }>;

/** @param seed of the vault's key: another one is another installation */
const startService = (on = store, seed = 1, eventsInUse?: () => readonly SunEventKind[]): PlaceService => {
  bus = new SyncEventBus();
  bus.subscribeAll((event) => events.push(event));
  const known = { phone: (id: PhoneId) => phones.get(id) };
  const key = { derive: () => new SeededEntropy(new SeededRandom(seed)).bytes(32) };
  const service = new PlaceService(clock, bus, on, key, known, "Etc/UTC" as ZoneName, eventsInUse);
  service.start();
  return service;
};
const sunsetOf = (service: PlaceService) => service.sun()?.eventOn("sunset", midsummer)?.at;
/** As a backup brings them back. */
const copied = (...collections: readonly ("place" | "veil")[]): MemoryGuardedStore => {
  const copy = new MemoryGuardedStore();
  for (const name of collections) {
    for (const [key, value] of store.collection(name).entries())
      copy.collection(name).put(key, value as never);
  }
  return copy;
};

beforeEach(() => {
  phones = new Map([[phone, { person: ana }]]);
  store = new MemoryGuardedStore();
  events = [];
});

describe("a place", () => {
  test("is none until it is said, and then kept over a restart", () => {
    const service = startService();
    expect([service.stated(), service.sun(), service.statedSun()]).toEqual([undefined, undefined, undefined]);
    expect(service.zone().name).toBe("Etc/UTC");
    const stated = service.set(berlin);
    expect(startService().stated()).toEqual(stated);
    expect(startService().zone().name).toBe("Europe/Berlin");
  });

  test("is kept rounded; the precise one is written nowhere", () => {
    const { position, step } = startService().set(berlin);
    expect(step).toBeGreaterThanOrEqual(0.1);
    expect(position).not.toEqual(berlin.position);
    const written = JSON.stringify([...store.records].map(([name, held]) => [name, [...held]]));
    expect(written).not.toContain("52.52");
    expect(written).not.toContain("13.41");
  });

  test("is rounded less where less may be lost, and remembers the tolerance", () => {
    const service = startService();
    const rough = service.set({ ...berlin, tolerance: Minutes(5) });
    const fine = service.set({ ...berlin, tolerance: Seconds(2) });
    expect(fine.step).toBeLessThan(rough.step);
    expect(service.set(berlin).tolerance).toBe(Seconds(2));
  });

  test("is rounded for what the rules follow, too", () => {
    const steep: SunEventKind = { elevation: 60 as Degrees, direction: "rising" };
    const { step } = startService().set(berlin);
    // The sun hardly comes to 60 degrees in Berlin, for some days: a coarse rounding takes or gives some.
    expect(startService(new MemoryGuardedStore(), 1, () => [steep]).set(berlin).step).toBeLessThan(step);
  });

  test("that is changed, removed or veiled is told, without where it is", () => {
    const service = startService();
    service.set(berlin);
    service.set(berlin);
    service.setLevel("coarse");
    service.forget();
    service.forget();
    const told = events.map((event) => event.kind === "home.changed" && [event.what, event.id, event.change]);
    expect(told).toEqual([
      ["place", "place", "added"],
      ["place", "place", "changed"],
      ["place", "place", "changed"],
      ["place", "place", "removed"],
    ]);
  });

  test.each([
    [90.001, 0],
    [-91, 0],
    [0, 180.5],
    [Number.NaN, 0],
    [0, Number.POSITIVE_INFINITY],
  ])("of %d, %d is refused", (latitude, longitude) => {
    const position = { latitude: latitude as Degrees, longitude: longitude as Degrees };
    expect(() => startService().set({ ...berlin, position })).toThrow(RangeViolation);
  });

  test("in a zone that is none is refused, and the place stays as it was", () => {
    const service = startService();
    const before = service.set(berlin);
    expect(() => service.set({ ...berlin, zone: "Europe/Berlni" as ZoneName })).toThrow(
      expect.objectContaining({ code: "unknown_zone" }),
    );
    expect(service.stated()).toEqual(before);
  });

  test("can be a town of the list", async () => {
    const service = startService();
    expect(await service.city("koln-de")).toMatchObject({ name: "Köln", zone: "Europe/Berlin" });
    await expect(service.city("atlantis")).rejects.toThrow(UnknownCity);
    expect((await service.findCities("spring")).length).toBeGreaterThan(3);
  });
});

describe("a place that a phone gave", () => {
  const tell = (state: "refused" | "permitted" | "gone"): void => {
    if (state === "gone") phones.delete(phone);
    else phones.set(phone, { person: ana, ...(state === "refused" ? { locationRefused: true } : {}) });
    bus.publish({ kind: "home.changed", what: "person", id: ana, change: "changed", at: clock.now() });
  };
  const changes = () =>
    events.flatMap((event) => (event.kind === "home.changed" ? `${event.what} ${event.change}` : []));
  const positionsIn = (name: "place" | "phone-places") =>
    [...store.collection(name).entries()]
      .filter(([, each]) => each.latitude !== undefined)
      .map(([key]) => key);

  test("lies under its person's key and nowhere else, and is kept over a restart", () => {
    const stated = startService().set({ ...berlin, phone });
    expect(stated).toMatchObject({ phone, zone: "Europe/Berlin" });
    expect(positionsIn("place")).toEqual([]);
    expect(positionsIn("phone-places")).toEqual([`${ana}/${phone}`]);
    expect(startService().stated()).toEqual(stated);
    expect(sunsetOf(startService())).toBeDefined();
  });

  test("rests while the phone may not know where it is, over a restart too, and comes back as it was", () => {
    let service = startService();
    const stated = service.set({ ...berlin, phone });
    const sunset = sunsetOf(service);
    events = [];
    tell("refused");
    tell("refused");
    expect(service.sun()).toBeUndefined();
    service.close();
    service = startService();
    expect([service.held(), service.stated(), service.sun(), service.statedSun()]).toEqual([
      "location-not-permitted",
      undefined,
      undefined,
      undefined,
    ]);
    expect([service.zone().name, service.phone()]).toEqual(["Europe/Berlin", phone]);
    tell("permitted");
    expect([service.held(), service.stated(), sunsetOf(service)]).toEqual([undefined, stated, sunset]);
    expect(changes().filter((each) => each.startsWith("place"))).toHaveLength(2);
  });

  test("goes with its phone, and leaves the clocks of the home", () => {
    const service = startService();
    service.set({ ...berlin, phone });
    tell("gone");
    expect([service.held(), service.stated(), service.phone()]).toEqual(["no-place", undefined, undefined]);
    expect([...positionsIn("place"), ...positionsIn("phone-places")]).toEqual([]);
    expect(startService().zone().name).toBe("Europe/Berlin");
    expect(changes().at(-1)).toBe("place removed");
  });

  test("whose phone went while the hub was off is gone when it starts", () => {
    startService().set({ ...berlin, phone });
    phones.clear();
    expect(startService().held()).toBe("no-place");
    expect(positionsIn("phone-places")).toEqual([]);
  });

  test("gives way to one that is said by hand, which no phone can take back; and the other way round", () => {
    const service = startService();
    service.set({ ...berlin, phone });
    tell("refused");
    service.set(berlin);
    expect([service.held(), service.phone(), positionsIn("phone-places")]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    tell("gone");
    expect(service.stated()).toBeDefined();
    tell("permitted");
    service.set({ ...berlin, phone });
    expect([service.phone(), positionsIn("place")]).toEqual([phone, []]);
    service.forget();
    expect([service.held(), positionsIn("phone-places")]).toEqual(["no-place", []]);
  });

  test("of no known phone, or of one that may not know where it is, is refused, and all stays as it was", () => {
    const service = startService();
    const before = service.set(berlin);
    const stranger = "ph-bbbbbbbbbbbb" as PhoneId;
    expect(() => service.set({ ...berlin, phone: stranger })).toThrow(NotFound);
    tell("refused");
    expect(() => service.set({ ...berlin, phone })).toThrow(LocationNotPermitted);
    expect([service.stated(), startService().stated()]).toEqual([before, before]);
  });

  test("that the disk refuses is not taken", () => {
    const service = startService();
    const before = service.set(berlin);
    store.refuse = new Error("full");
    expect(() => service.set({ ...berlin, phone })).toThrow("full");
    expect([service.stated(), service.phone()]).toEqual([before, undefined]);
  });

  test("gets other clocks without becoming one that is said by hand", () => {
    const service = startService();
    service.set({ ...berlin, phone });
    service.setZone("Europe/Paris" as ZoneName);
    expect([service.zone().name, service.phone()]).toEqual(["Europe/Paris", phone]);
    tell("refused");
    expect([startService().zone().name, startService().held()]).toEqual([
      "Europe/Paris",
      "location-not-permitted",
    ]);
  });
});

describe("the veil", () => {
  test("is off at home and coarse before anything is shown outside, for good", () => {
    const service = startService();
    expect(service.level()).toBe("off");
    service.veilBeforePublishing();
    expect(service.level()).toBe("coarse");
    expect(startService().level()).toBe("coarse");
  });

  test("stays as somebody chose", () => {
    const service = startService();
    service.setLevel("strong");
    service.veilBeforePublishing();
    expect(service.level()).toBe("strong");
    service.setLevel("off");
    service.veilBeforePublishing();
    expect(startService().level()).toBe("off");
  });

  test("moves what can be observed and leaves the stated sun alone", () => {
    const service = startService();
    service.set(berlin);
    const exact = sunsetOf(service);
    service.setLevel("coarse");
    expect(sunsetOf(service)).not.toBe(exact);
    expect(service.statedSun()?.eventOn("sunset", midsummer)?.at).toBe(exact);
    service.setLevel("off");
    expect(sunsetOf(service)).toBe(exact);
  });

  test("is the same after a restart, after levels that come and go, and after the place was forgotten and said again", () => {
    const service = startService();
    service.set(berlin);
    service.setLevel("coarse");
    const veiled = sunsetOf(service);
    service.setLevel("strong");
    service.setLevel("off");
    service.setLevel("coarse");
    expect(sunsetOf(service)).toBe(veiled);
    service.forget();
    service.set(berlin);
    expect(sunsetOf(service)).toBe(veiled);
    expect(sunsetOf(startService())).toBe(veiled);
  });

  test("is the same when its records are restored, on another installation too", () => {
    const service = startService();
    service.set(berlin);
    service.setLevel("coarse");
    expect(sunsetOf(startService(copied("place", "veil"), 2))).toBe(sunsetOf(service));
  });

  test("that was lost from the disk is drawn as it was: a new one would give the home away", () => {
    const service = startService();
    service.set(berlin);
    service.setLevel("coarse");
    const again = startService(copied("place"));
    again.setLevel("coarse");
    expect(sunsetOf(again)).toBe(sunsetOf(service));
  });

  test("is another one in another home", () => {
    const [one, other] = [1, 2].map((seed) => {
      const service = startService(new MemoryGuardedStore(), seed);
      service.set(berlin);
      service.setLevel("coarse");
      return sunsetOf(service);
    });
    expect(one).not.toBe(other);
  });
});
