import { createSecretKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { packBeaconIdentity } from "../../../hub/codec/beacon-identity.ts";
import { addressHash } from "../../../hub/crypto/private-address.ts";
import type { BeaconKind } from "../../../hub/domain/beacon.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { Person } from "../../../hub/domain/person.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { BeaconService } from "../../../hub/people/beacon-service.ts";
import { PersonService } from "../../../hub/people/person-service.ts";
import { PresenceService } from "../../../hub/people/presence-service.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { Advertisement } from "../../../hub/ports/ble.ts";
import { Agreement } from "../../support/agreement.ts";
import { holds } from "../../support/encodings.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { MemorySecretShelf } from "../../support/memory-secret-shelf.ts";
import { hex, libreBeacon, multiBeacon, privateAddress } from "../codec/ble/vectors.ts";

const ibeacon = hex("e2c56db5dffb48d2b060d0f5a71096e000000000");
const irk = hex(privateAddress.key);
const eddystone = hex("00112233445566778899aabbccddeeff");

/** An address that a phone with this key may call itself by. */
const privateAddressOf = (key: Buffer, number: number): string => {
  const prand = Buffer.from([0x40 | ((number >> 16) & 0x3f), (number >> 8) & 0xff, number & 0xff]);
  const whole = Buffer.concat([prand, addressHash(createSecretKey(key), prand)]);
  return [...whole].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
};

class Home {
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 5, 21, 16)));
  readonly store: MemoryGuardedStore;
  readonly identities: MemorySecretShelf;
  readonly bus = new SyncEventBus();
  readonly events: DomainEvent[] = [];
  readonly people: PersonService;
  readonly presence: PresenceService;
  readonly beacons: BeaconService;
  #sink: ((advertisement: Advertisement) => void) | undefined;

  constructor(store = new MemoryGuardedStore(), identities = new MemorySecretShelf()) {
    this.store = store;
    this.identities = identities;
    const entropy = new SeededEntropy(new SeededRandom(1));
    this.people = new PersonService(this.clock, entropy, this.bus, store);
    this.presence = new PresenceService(
      this.clock,
      this.bus,
      store,
      this.people,
      { present: () => new Set() },
      new Agreement(),
    );
    this.beacons = new BeaconService(this.clock, entropy, this.bus, identities, this.people, this.presence, {
      scan: (sink) => {
        this.#sink = sink;
        return {
          cancel: () => {
            this.#sink = undefined;
          },
        };
      },
    });
    this.bus.subscribeAll((event) => this.events.push(event));
    this.people.start();
    this.presence.start();
    this.beacons.start();
  }

  get isListening(): boolean {
    return this.#sink !== undefined;
  }

  get changes(): readonly boolean[] {
    return this.events.flatMap((event) => (event.kind === "presence.changed" ? [event.home] : []));
  }

  add(person: Person, kind: BeaconKind, identity: Buffer) {
    return this.beacons.add(person.id, packBeaconIdentity({ kind, identity }));
  }

  hear(advertisement: Partial<Advertisement>): void {
    this.#sink?.({
      address: "4c:00:00:00:00:01",
      addressType: "random",
      at: this.clock.monotonic(),
      rssi: -60,
      connectable: false,
      isScanResponse: false,
      data: Buffer.alloc(0),
      cached: false,
      ...advertisement,
    });
  }

  /** Once a second. */
  async hearFor(seconds: number, advertisement: Partial<Advertisement>): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.hear(advertisement);
      await this.clock.advance(Seconds(1));
    }
  }

  close(): void {
    this.beacons.close();
    this.presence.close();
    this.people.close();
  }
}

let home: Home;
let ana: Person;
beforeEach(() => {
  home = new Home();
  ana = home.people.add({ name: "Ana" });
});
afterEach(() => home.close());

const heardAs: readonly (readonly [BeaconKind, Buffer, Partial<Advertisement>])[] = [
  ["ibeacon", ibeacon, { data: hex(libreBeacon), addressType: "public" }],
  ["eddystone", eddystone, { data: Buffer.concat([hex("1716aafe00ee"), eddystone, hex("0000")]) }],
  ["phone", irk, { address: privateAddress.address }],
  ["phone", Buffer.from(irk).reverse(), { address: privateAddress.address }],
];

describe.each(heardAs)("what is registered as %s", (kind, identity, advertisement) => {
  test("brings its person home once it has been heard for a while, and not by one packet", async () => {
    home.add(ana, kind, identity);
    await home.hearFor(1, advertisement);
    expect(home.presence.isHome(ana.id)).toBeUndefined();
    await home.hearFor(8, advertisement);
    expect(home.presence.of(ana.id)).toMatchObject({ home: true, source: "beacon" });
    expect(home.changes).toEqual([true]);
  });

  test("is away when it has not been heard for long enough, by the hub's clock", async () => {
    home.add(ana, kind, identity);
    await home.hearFor(30, advertisement);
    await home.clock.advance(Minutes(9));
    expect(home.presence.isHome(ana.id)).toBe(true);
    await home.clock.advance(Minutes(2));
    expect(home.presence.of(ana.id)).toMatchObject({ home: false, source: "silence" });
    expect(home.changes).toEqual([true, false]);
  });

  test("is known after a restart, and only then listened for", async () => {
    expect(home.isListening).toBe(false);
    home.add(ana, kind, identity);
    const again = new Home(home.store, home.identities);
    expect([again.isListening, again.beacons.of(ana.id)]).toEqual([true, home.beacons.of(ana.id)]);
    await again.hearFor(8, advertisement);
    expect(again.presence.isHome(ana.id)).toBe(true);
    again.close();
  });
});

describe("a beacon", () => {
  test("that is weak, or remembered by the radio's software, is no sign", async () => {
    home.add(ana, "ibeacon", ibeacon);
    await home.hearFor(60, { data: hex(libreBeacon), rssi: -99 });
    await home.hearFor(60, { data: hex(libreBeacon), cached: true });
    expect(home.presence.isHome(ana.id)).toBeUndefined();
  });

  test("that grows weak gives its person up late, and one that comes and goes at the edge does not flicker", async () => {
    home.add(ana, "ibeacon", ibeacon);
    await home.hearFor(20, { data: hex(libreBeacon) });
    for (let times = 0; times < 3; times++) {
      await home.hearFor(60, { data: hex(libreBeacon), rssi: -82 });
      await home.hearFor(900, { data: hex(libreBeacon), rssi: -92 });
    }
    expect(home.changes).toEqual([true]);
    for (let minute = 0; minute < 12; minute++)
      await home.hearFor(60, { data: hex(libreBeacon), rssi: -104 });
    expect(home.changes).toEqual([true, false]);
  });

  test("follows a phone through its changing addresses", async () => {
    home.add(ana, "phone", irk);
    for (let quarter = 0; quarter < 8; quarter++) {
      const address = privateAddressOf(irk, 0x10_0000 + quarter);
      for (let second = 0; second < 900; second += 5) {
        home.hear({ address });
        await home.clock.advance(Seconds(5));
      }
    }
    expect(home.changes).toEqual([true]);
  });

  test("of somebody else, or of a public address, is nobody's", async () => {
    home.add(ana, "ibeacon", ibeacon);
    home.add(ana, "phone", irk);
    await home.hearFor(10, { data: hex(multiBeacon) });
    await home.hearFor(10, { address: privateAddress.address, addressType: "public" });
    await home.hearFor(10, { address: privateAddressOf(Buffer.alloc(16, 3), 5) });
    expect(home.presence.isHome(ana.id)).toBeUndefined();
  });

  test("counts for nothing while its person is paused", async () => {
    home.add(ana, "ibeacon", ibeacon);
    home.presence.pause(ana.id);
    await home.hearFor(30, { data: hex(libreBeacon) });
    expect([home.changes, [...home.store.collection("presence").entries()]]).toEqual([[], []]);
    home.presence.resume(ana.id);
    await home.hearFor(30, { data: hex(libreBeacon) });
    expect(home.changes).toEqual([true]);
  });

  test("that is removed counts for nothing, and with the last one the radio is left alone", async () => {
    const { id } = home.add(ana, "ibeacon", ibeacon);
    home.beacons.remove(id);
    await home.hearFor(30, { data: hex(libreBeacon) });
    expect([home.changes, home.isListening, home.identities.keys()]).toEqual([[], false, []]);
    expect(() => home.beacons.remove(id)).toThrow(coded("not_found"));
  });

  test("goes with its person", () => {
    home.add(ana, "ibeacon", ibeacon);
    home.add(ana, "phone", irk);
    home.people.remove(ana.id);
    expect([home.beacons.of(ana.id), home.isListening]).toEqual([[], false]);
    const ben = home.people.add({ name: "Ben" });
    expect(home.add(ben, "phone", irk).person).toBe(ben.id);
  });
});

const coded = (code: string) => expect.objectContaining({ code });

describe("what cannot be registered", () => {
  test.each(["", "00", "04", "01e2c5", "0200", `03${"11".repeat(15)}`, `03${"11".repeat(17)}`])(
    "%s",
    (bytes) => {
      expect(() => home.beacons.add(ana.id, hex(bytes))).toThrow(coded("beacon_invalid"));
      expect([home.isListening, home.identities.keys()]).toEqual([false, []]);
    },
  );

  test("the same twice, too many, of nobody; or the disk refuses: nothing has changed then", () => {
    home.add(ana, "phone", irk);
    expect(() => home.add(ana, "phone", irk)).toThrow(coded("beacon_invalid"));
    for (let number = 1; number < 8; number++) home.add(ana, "phone", Buffer.alloc(16, number));
    expect(() => home.add(ana, "phone", Buffer.alloc(16, 99))).toThrow(coded("limit_exceeded"));
    const ben = home.people.add({ name: "Ben" });
    home.identities.refuse = new StoreFailed("disk full");
    expect(() => home.add(ben, "ibeacon", ibeacon)).toThrow(coded("store_failed"));
    expect(home.beacons.of(ben.id)).toEqual([]);
    home.people.remove(ben.id);
    expect(() => home.add(ben, "ibeacon", ibeacon)).toThrow(coded("not_found"));
  });
});

describe("strangers", () => {
  test("5,000 of them leave nothing behind: no record, event or unbounded memory", async () => {
    home.add(ana, "phone", irk);
    home.add(ana, "ibeacon", ibeacon);
    const before = home.events.length;
    const random = new SeededRandom(20_261_127);
    const canaries: Buffer[] = [];
    for (let number = 0; number < 5_000; number++) {
      const address = privateAddressOf(Buffer.alloc(16, 1 + (number % 200)), random.below(2 ** 22));
      const name = Buffer.from(`canary-name-${number}`);
      const beacon = Buffer.from(Array.from({ length: 20 }, () => random.below(256)));
      canaries.push(Buffer.from(address), Buffer.from(address.replaceAll(":", ""), "hex"), name, beacon);
      const data = Buffer.concat([
        Buffer.of(name.length + 1, 9),
        name,
        hex("1aff4c000215"),
        beacon,
        hex("c5"),
      ]);
      for (let times = 0; times < 2; times++) home.hear({ address, data });
      await home.clock.advance(Seconds(1));
    }
    expect(home.beacons.remembered).toBeLessThanOrEqual(512);
    expect(home.events).toHaveLength(before);
    const shelf = [...home.identities.held].map(([key, secret]) => [key, secret.toString("hex")]);
    const records = [...home.store.records].map(([name, all]) => [name, [...all]]);
    const kept = Buffer.from(JSON.stringify([shelf, records, home.events]));
    expect(
      canaries.filter((canary) => kept.includes(canary) || holds(kept, canary.toString("latin1"))),
    ).toEqual([]);
    expect(kept.includes(irk.toString("hex"))).toBe(true);
  });

  test("and of those who are known it is told that they are home, and nothing by which", async () => {
    home.add(ana, "phone", irk);
    await home.hearFor(30, { address: privateAddress.address });
    const records = [...home.store.records].map(([name, all]) => [name, [...all]]);
    const told = JSON.stringify([records, home.events, home.beacons.of(ana.id)]);
    for (const form of [privateAddress.address, irk.toString("hex"), irk.toString("base64")])
      expect(told).not.toContain(form);
  });
});
