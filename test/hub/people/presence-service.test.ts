import { beforeEach, describe, expect, test } from "vitest";
import type { Said } from "../../../app-sim/phone/presence-token.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { HardwareAddress, Person } from "../../../hub/domain/person.ts";
import type { PhoneWord } from "../../../hub/domain/presence-token.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Hours, Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { PersonService } from "../../../hub/people/person-service.ts";
import { PresenceService } from "../../../hub/people/presence-service.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { Agreement } from "../../support/agreement.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { BarePhone } from "../../support/phones.ts";
import { proves } from "../../support/proves.ts";

const start = Instant(Date.UTC(2026, 5, 21, 16));
const address = "02:00:00:aa:bb:cc" as HardwareAddress;

/** The people of a home on a clock of their own. */
class Home {
  readonly clock = new VirtualClock(start);
  readonly store: MemoryGuardedStore;
  readonly bus = new SyncEventBus();
  readonly events: DomainEvent[] = [];
  readonly vouched: number[] = [];
  /** On the home's network. */
  readonly around = new Set<HardwareAddress>();
  /** What the network was asked for. */
  readonly asked = new Set<HardwareAddress>();
  readonly agreement = new Agreement();
  readonly people: PersonService;
  readonly presence: PresenceService;
  #counter = 0;

  constructor(store = new MemoryGuardedStore(), seed = 1) {
    this.store = store;
    const entropy = new SeededEntropy(new SeededRandom(seed));
    this.people = new PersonService(this.clock, entropy, this.bus, store);
    this.presence = new PresenceService(
      this.clock,
      this.bus,
      store,
      this.people,
      {
        present: (wanted) => {
          for (const each of wanted) this.asked.add(each);
          return new Set([...wanted].filter((each) => this.around.has(each)));
        },
      },
      this.agreement,
      { vouch: (_source, now) => void this.vouched.push(now) },
    );
    this.bus.subscribeAll((event) => this.events.push(event));
    this.people.start();
    this.presence.start();
  }

  said(word: PhoneWord, change: Partial<Said> = {}): Said {
    return { word, counter: ++this.#counter, issuedAt: this.clock.now(), ...change };
  }

  hears(phone: BarePhone, word: PhoneWord, change: Partial<Said> = {}): void {
    this.presence.receive(phone.says(this.said(word, change)));
  }

  /** Everything that is kept or known, to see that nothing moved. */
  get all(): string {
    const held = this.people.list().map(({ id }) => [id, this.presence.isHome(id), this.people.phonesOf(id)]);
    return JSON.stringify([
      [...this.store.records].map(([name, all]) => [name, [...all]]),
      held,
      this.events,
    ]);
  }

  get changes() {
    return this.events.flatMap((event) => (event.kind === "presence.changed" ? [event] : []));
  }
}

let home: Home;
let ana: Person;
let phone: BarePhone;
beforeEach(() => {
  home = new Home();
  ana = home.people.add({ name: "Ana" });
  phone = new BarePhone(home.people, ana);
});

const coded = (code: string) => expect.objectContaining({ code });

describe("a token that is refused changes nothing and is counted", () => {
  const expectRefused = (code: string, bytes: Uint8Array): void => {
    const before = home.all;
    expect(() => home.presence.receive(bytes)).toThrow(coded(`presence_token_${code}`));
    expect(home.all).toBe(before);
    expect([...home.presence.refused]).toEqual([[code, 1]]);
    expect(home.vouched).toEqual([]);
  };

  test("noise", () => expectRefused("malformed", Buffer.from("open the door")));

  test("said before, or before something that was said", () => {
    const first = phone.says(home.said("left"));
    const second = phone.says(home.said("entered"));
    home.presence.receive(second);
    expectRefused("replayed", first);
    expect(() => home.presence.receive(second)).toThrow(coded("presence_token_replayed"));
    expect(home.presence.isHome(ana.id)).toBe(true);
  });

  test("of another key", () => {
    const { person, id } = phone.phone;
    const other = new BarePhone(home.people, home.people.add({ name: "Ben" }), 2);
    expectRefused("forged", other.key.sign({ person, phone: id }, home.said("entered")));
  });

  test("under the name of another person", () => {
    const ben = home.people.add({ name: "Ben" });
    expectRefused(
      "unknown_phone",
      phone.key.sign({ person: ben.id, phone: phone.phone.id }, home.said("entered")),
    );
  });

  test("of a phone that was removed", () => {
    home.people.removePhone(phone.phone.id);
    expectRefused("unknown_phone", phone.says(home.said("entered")));
  });

  test("of a person who was removed", () => {
    home.people.remove(ana.id);
    expectRefused("unknown_phone", phone.says(home.said("entered")));
  });

  test("from the future", () => {
    const at = Instant(home.clock.now() + Minutes(2) + 1);
    expectRefused("from_future", phone.says(home.said("entered", { issuedAt: at })));
  });

  test("too old", () => {
    const at = Instant(home.clock.now() - Minutes(10) - 1);
    expectRefused("too_old", phone.says(home.said("entered", { issuedAt: at })));
  });

  test("of somebody whose presence is paused", () => {
    home.presence.pause(ana.id);
    expectRefused("paused", phone.says(home.said("entered")));
  });
});

test("a token on the very edge of what is allowed is taken", () => {
  home.hears(phone, "entered", { issuedAt: Instant(home.clock.now() + Minutes(2)) });
  home.hears(phone, "entered", { issuedAt: Instant(home.clock.now() - Minutes(10)) });
  expect(home.presence.isHome(ana.id)).toBe(true);
});

test("while the clock is not to be believed the counter alone decides, and the phone vouches for the time", () => {
  home.clock.setTrust({ level: "unknown" });
  const issuedAt = Instant(start + Hours(10));
  const bytes = phone.says(home.said("entered", { issuedAt }));
  home.presence.receive(bytes);
  expect(home.vouched).toEqual([issuedAt]);
  expect(() => home.presence.receive(bytes)).toThrow(coded("presence_token_replayed"));
  home.clock.setTrust({ level: "trusted", source: "ntp", since: start });
  home.hears(phone, "left");
  expect(home.vouched).toEqual([issuedAt]);
});

describe("people who come and go", () => {
  test("are told of with who is alone, first in and last out", async () => {
    const ben = home.people.add({ name: "Ben" });
    const other = new BarePhone(home.people, ben, 2);
    home.hears(phone, "left");
    home.hears(other, "left");
    home.hears(phone, "entered");
    home.hears(other, "entered");
    await home.clock.advance(Minutes(10));
    home.hears(phone, "left");
    await home.clock.advance(Minutes(10));
    home.hears(other, "left");
    await home.clock.advance(Minutes(10));
    expect(
      home.changes.map(({ person, home: isHome, wasKnown, isAlone, anybodyHome }) => [
        person === ana.id ? "Ana" : "Ben",
        isHome ? "in" : "out",
        wasKnown,
        isAlone,
        anybodyHome,
      ]),
    ).toEqual([
      ["Ana", "out", false, true, false],
      ["Ben", "out", false, true, false],
      ["Ana", "in", true, true, true],
      ["Ben", "in", true, false, true],
      ["Ana", "out", true, false, true],
      ["Ben", "out", true, true, false],
    ]);
  });

  test("are approaching only while they are not home", () => {
    home.hears(phone, "approaching", { eta: Minutes(7) });
    home.hears(phone, "entered");
    home.hears(phone, "approaching", { eta: Minutes(7) });
    const near = home.events.filter(({ kind }) => kind === "presence.approaching");
    expect(near).toEqual([{ kind: "presence.approaching", person: ana.id, eta: Minutes(7), at: start }]);
  });

  test("nobody is known to be home or not before the first sign", () => {
    expect(home.presence.anybodyHome()).toBeUndefined();
    home.hears(phone, "left");
    expect(home.presence.anybodyHome()).toBe(false);
    home.hears(phone, "entered");
    expect(home.presence.anybodyHome()).toBe(true);
  });

  test("a guest counts as anybody, and is forgotten in time", async () => {
    const guest = home.people.add({ name: "Visitor", isGuest: true, expiresIn: Hours(2) });
    home.hears(phone, "left");
    home.presence.set(guest.id, true);
    expect(home.presence.anybodyHome()).toBe(true);
    await home.clock.advance(Hours(2));
    expect(home.people.get(guest.id)).toBeUndefined();
    expect(home.presence.anybodyHome()).toBe(false);
    expect(JSON.stringify([...home.store.records])).not.toContain("Visitor");
  });

  test("a clock that is not trusted forgets nobody", async () => {
    const guest = home.people.add({ name: "Visitor", isGuest: true, expiresIn: Hours(2) });
    home.clock.setTrust({ level: "unknown" });
    home.clock.step(Hours(1_000));
    await home.clock.advance(Hours(3));
    expect(home.people.get(guest.id)).toBeDefined();
  });

  test("a resident does not expire, and nobody takes a phone of another", () => {
    expect(() => home.people.add({ name: "Ben", expiresIn: Hours(1) })).toThrow(coded("invalid_input"));
    expect(() => home.people.addPhone(ana.id, phone.key.publicKey)).toThrow(coded("invalid_input"));
    for (const key of ["", "AAAA", `${phone.key.publicKey}=`]) {
      expect(() => home.people.addPhone(ana.id, key)).toThrow(coded("invalid_input"));
    }
  });
});

describe("a pause", () => {
  test("forgets the newest, records nothing, and leaves open whether anybody is home", async () => {
    home.people.change(ana.id, { addresses: [address] });
    home.hears(phone, "entered");
    home.presence.pause(ana.id);
    home.around.add(address);
    await home.clock.advance(Minutes(5));
    expect(home.presence.of(ana.id)).toBeUndefined();
    expect(home.presence.anybodyHome()).toBeUndefined();
    expect(home.store.records.get("presence")?.size).toBe(0);
    expect(() => home.presence.set(ana.id, true)).toThrow(coded("conflict"));
    const before = home.changes.length;
    home.presence.resume(ana.id);
    home.hears(phone, "entered");
    // Nobody came: only now is it known.
    expect(home.changes.slice(before)).toMatchObject([{ home: true, wasKnown: false }]);
  });

  test("of one keeps the others from being the last to leave", async () => {
    const ben = home.people.add({ name: "Ben" });
    const other = new BarePhone(home.people, ben, 2);
    home.hears(other, "entered");
    home.presence.pause(ana.id);
    await home.clock.advance(Minutes(5));
    home.hears(other, "left");
    await home.clock.advance(Minutes(5));
    expect(home.changes.at(-1)).toMatchObject({
      person: ben.id,
      home: false,
      isAlone: false,
      anybodyHome: true,
    });
  });

  test("because the phone may not know where it is ends when it may again; one by hand does not", () => {
    home.hears(phone, "refused");
    expect(home.people.get(ana.id)?.pause).toEqual({ reason: "location-refused", since: start });
    home.hears(phone, "entered");
    expect(home.people.get(ana.id)?.pause).toBeUndefined();
    expect(home.presence.isHome(ana.id)).toBe(true);
    home.presence.pause(ana.id);
    expect(() => home.hears(phone, "refused")).toThrow(coded("presence_token_paused"));
    expect(home.people.get(ana.id)?.pause?.reason).toBe("by-hand");
  });

  test("by hand still hears whether the phone may know where it is, and nothing else of it", () => {
    const refusedOf = () => home.people.phone(phone.phone.id)?.locationRefused;
    home.presence.pause(ana.id);
    home.events.length = 0;
    for (const [word, refused, changes] of [
      ["entered", undefined, 0],
      ["refused", true, 1],
      ["refused", true, 1],
      ["left", undefined, 2],
    ] as const) {
      expect(() => home.hears(phone, word)).toThrow(coded("presence_token_paused"));
      expect([refusedOf(), home.events.length]).toEqual([refused, changes]);
      expect(home.people.get(ana.id)?.pause?.reason).toBe("by-hand");
      expect(home.presence.of(ana.id)).toBeUndefined();
    }
  });

  test("says why, of one person and of all", () => {
    expect([home.presence.held(ana.id), home.presence.held()]).toEqual([undefined, undefined]);
    home.hears(phone, "refused");
    expect([home.presence.held(ana.id), home.presence.held()]).toEqual(
      Array(2).fill("location-not-permitted"),
    );
    const ben = home.people.add({ name: "Ben" });
    expect(home.presence.held(ben.id)).toBeUndefined();
    home.presence.pause(ana.id);
    expect([home.presence.held(ana.id), home.presence.held()]).toEqual(["paused", "paused"]);
  });

  test("that the disk refuses is none, and comes when the phone says it again", () => {
    home.hears(phone, "entered");
    const before = home.all;
    home.store.refuse = new Error("full");
    expect(() => home.hears(phone, "refused")).toThrow("full");
    expect(home.all).toBe(before);
    home.hears(phone, "refused");
    const again = new Home(home.store, 2);
    expect(again.people.get(ana.id)?.pause?.reason).toBe("location-refused");
    expect(again.people.phone(phone.phone.id)?.locationRefused).toBe(true);
  });

  test("survives a restart", () => {
    home.presence.pause(ana.id);
    const again = new Home(home.store, 2);
    expect(again.people.get(ana.id)?.pause?.reason).toBe("by-hand");
    expect(again.presence.anybodyHome()).toBeUndefined();
  });
});

describe("the home's network", () => {
  test("is asked for registered addresses only, and not at all when there are none", async () => {
    home.around.add("02:99:99:99:99:99" as HardwareAddress);
    await home.clock.advance(Minutes(5));
    expect(home.asked.size).toBe(0);
    home.people.change(ana.id, { addresses: ["02-00-00-AA-BB-CC"] });
    await home.clock.advance(Minutes(5));
    expect([...home.asked]).toEqual([address]);
    home.people.change(ana.id, { addresses: [] });
    home.asked.clear();
    await home.clock.advance(Minutes(5));
    expect(home.asked.size).toBe(0);
  });

  test(`brings somebody home within half a minute, and takes them away 20 minutes after the last sighting ${proves("H7")}`, async () => {
    home.people.change(ana.id, { addresses: [address] });
    home.around.add(address);
    await home.clock.advance(Seconds(30));
    expect(home.presence.of(ana.id)).toMatchObject({ home: true, source: "lan" });
    const writes = home.store.records.get("presence")?.get(ana.id);
    await home.clock.advance(Hours(1));
    expect(home.store.records.get("presence")?.get(ana.id)).toBe(writes);
    home.around.delete(address);
    await home.clock.advance(Minutes(19));
    expect(home.presence.isHome(ana.id)).toBe(true);
    await home.clock.advance(Minutes(1));
    expect(home.presence.of(ana.id)).toMatchObject({ home: false, source: "silence" });
  });

  test.each(["aa:bb", "zz:00:00:00:00:00", "01:00:5e:00:00:01", "aa:bb:cc:dd:ee:ff:00", "aa-bb:cc-dd:ee-ff"])(
    "%s is no address of one device",
    (text) => {
      expect(() => home.people.change(ana.id, { addresses: [text] })).toThrow(coded("invalid_input"));
    },
  );
});

describe("over a restart", () => {
  test("presence, counters and phones are as they were; time without a hub is no silence", async () => {
    home.people.change(ana.id, { addresses: [address] });
    home.around.add(address);
    const token = phone.says(home.said("entered"));
    home.presence.receive(token);
    await home.clock.advance(Minutes(30));
    const again = new Home(home.store, 2);
    again.clock.step(Hours(5));
    expect(again.presence.of(ana.id)).toMatchObject({ home: true, source: "phone" });
    expect(again.events).toEqual([]);
    again.clock.setTrust({ level: "unknown" });
    expect(() => again.presence.receive(token)).toThrow(coded("presence_token_replayed"));
    await again.clock.advance(Hours(3));
    expect(again.presence.of(ana.id)).toMatchObject({ home: false, source: "silence" });
  });
});

test("a disk that refuses leaves presence as it was, and the phone's next word counts", () => {
  home.hears(phone, "left");
  home.store.refuse = new StoreFailed("full", { reason: "full" });
  expect(() => home.hears(phone, "entered")).toThrow(coded("store_failed"));
  expect(home.presence.isHome(ana.id)).toBe(false);
  home.hears(phone, "entered");
  expect(home.presence.isHome(ana.id)).toBe(true);
  expect(home.changes.map(({ home: isHome }) => isHome)).toEqual([false, true]);
});

test("who is removed leaves nothing behind, in memory or in the store", async () => {
  home.hears(phone, "entered");
  home.people.remove(ana.id);
  expect([...home.store.records].map(([, all]) => all.size)).toEqual([0, 0, 0]);
  expect(home.presence.anybodyHome()).toBeUndefined();
  expect(home.presence.isHome(ana.id)).toBeUndefined();
  await home.clock.advance(Hours(30));
  expect(home.changes).toHaveLength(1);
  expect(home.clock.armed).toBe(0);
  expect(() => home.people.remove(ana.id)).toThrow(coded("not_found"));
  expect(() => home.presence.set(ana.id, true)).toThrow(coded("not_found"));
});
