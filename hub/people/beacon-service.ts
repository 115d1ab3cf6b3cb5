import { packBeaconIdentity, readBeaconIdentity } from "../codec/beacon-identity.ts";
import { type Beacon, type BeaconId, InvalidBeacon } from "../domain/beacon.ts";
import { LimitExceeded, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { idEntropyBytes, idFrom, isId, type PersonId } from "../domain/ids.ts";
import { heard, type Nearness } from "../domain/nearness.ts";
import { type Instant, type Monotonic, Seconds } from "../domain/units.ts";
import type { Advertisement, BleCentral, BleSubscription } from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";
import { BeaconMatcher } from "./beacon-matcher.ts";
import type { PersonService } from "./person-service.ts";
import type { PresenceService } from "./presence-service.ts";

const mostBeacons = 8;
/** While somebody is near, their presence is told so often. */
const tellEvery = Seconds(20);
const addedBytes = 6;

/** How a beacon is heard, and when that was last told. */
interface Heard {
  readonly nearness: Nearness;
  readonly toldAt?: Monotonic;
}

/**
 * Notices people by what they carry: beacons, and phones that gave the key of their addresses. The radio is listened to only while
 * there is one to notice. What is heard of anybody else is forgotten at once: it is in no record, log, event or answer.
 */
export class BeaconService {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #identities: SecretShelf;
  readonly #people: PersonService;
  readonly #presence: Pick<PresenceService, "sighted" | "follows">;
  readonly #radio: Pick<BleCentral, "scan">;
  readonly #beacons = new Map<BeaconId, Beacon>();
  readonly #heard = new Map<BeaconId, Heard>();
  readonly #matcher = new BeaconMatcher();
  #scan: BleSubscription | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    identities: SecretShelf,
    people: PersonService,
    presence: Pick<PresenceService, "sighted" | "follows">,
    radio: Pick<BleCentral, "scan">,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
    this.#identities = identities;
    this.#people = people;
    this.#presence = presence;
    this.#radio = radio;
  }

  start(): void {
    for (const key of this.#identities.keys()) this.#load(key);
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "person" && change === "removed" && isId("person", id)) this.#forgetPerson(id);
    });
    this.#listen();
  }

  close(): void {
    this.#unsubscribe?.();
    this.#scan?.cancel();
    this.#scan = undefined;
  }

  of(person: PersonId): readonly Beacon[] {
    return [...this.#beacons.values()].filter((beacon) => beacon.person === person);
  }

  /** Addresses of strangers in memory: never more than a few hundred. */
  get remembered(): number {
    return this.#matcher.remembered;
  }

  /**
   * From here on a beacon counts as a sign that its person is home.
   * @param bytes `kind (1) | identity`; stay the caller's, who wipes them
   * @throws NotFound; InvalidBeacon: none, or one that is known already; LimitExceeded; StoreFailed
   */
  add(person: PersonId, bytes: Uint8Array): Beacon {
    this.#people.need(person);
    const { kind, identity } = readBeaconIdentity(bytes);
    if (this.of(person).length >= mostBeacons)
      throw new LimitExceeded(`a person has at most ${mostBeacons} beacons`, { limit: mostBeacons });
    if (this.#matcher.has(kind, identity)) throw new InvalidBeacon("this beacon is registered already");
    const id = idFrom("beacon", this.#entropy.bytes(idEntropyBytes));
    const beacon: Beacon = { id, person, kind, added: this.#clock.now() };
    const record = recordOf(beacon, identity);
    try {
      this.#identities.put(fileOf(beacon), record);
    } finally {
      record.fill(0);
    }
    this.#beacons.set(id, beacon);
    this.#matcher.add(id, kind, identity);
    this.#changed(person);
    return beacon;
  }

  /** @throws NotFound; StoreFailed */
  remove(id: BeaconId): void {
    const beacon = this.#beacons.get(id);
    if (beacon === undefined) throw new NotFound("no such beacon");
    this.#identities.remove(fileOf(beacon));
    this.#forget(beacon);
    this.#changed(beacon.person);
  }

  #hear(advertisement: Advertisement): void {
    if (advertisement.cached) return;
    const id = this.#matcher.match(advertisement);
    const beacon = id && this.#beacons.get(id);
    if (beacon !== undefined) this.#notice(beacon, advertisement.rssi);
  }

  /** How near somebody is, is not even remembered of who has not agreed, or is paused. */
  #notice({ id, person }: Beacon, rssi: number | undefined): void {
    if (!this.#presence.follows(person)) {
      this.#heard.delete(id);
      return;
    }
    const now = this.#clock.monotonic();
    const before = this.#heard.get(id);
    const nearness = heard(before?.nearness, rssi, now);
    const isDue = nearness.isNear && (before?.toldAt === undefined || now - before.toldAt >= tellEvery);
    const toldAt = isDue ? now : before?.toldAt;
    this.#heard.set(id, { nearness, ...(toldAt === undefined ? {} : { toldAt }) });
    if (isDue) this.#presence.sighted(person, "beacon");
  }

  #listen(): void {
    if (this.#matcher.isEmpty) {
      this.#scan?.cancel();
      this.#scan = undefined;
    } else {
      this.#scan ??= this.#radio.scan((advertisement) => this.#hear(advertisement), { active: false });
    }
  }

  #load(key: string): void {
    const [person = "", id = ""] = key.split("/");
    if (!isId("person", person) || !isId("beacon", id)) return;
    this.#identities.read(key, (record) => {
      const { kind, identity } = readBeaconIdentity(record.subarray(addedBytes));
      this.#beacons.set(id, { id, person, kind, added: addedIn(record) });
      this.#matcher.add(id, kind, identity);
    });
  }

  #forgetPerson(person: PersonId): void {
    for (const beacon of this.of(person)) this.#forget(beacon);
  }

  #forget({ id }: Beacon): void {
    this.#beacons.delete(id);
    this.#heard.delete(id);
    this.#matcher.remove(id);
    this.#listen();
  }

  #changed(person: PersonId): void {
    this.#listen();
    const at = this.#clock.now();
    this.#bus.publish({ kind: "home.changed", what: "person", id: person, change: "changed", at });
  }
}

/** Found by its person, whose key seals it. */
const fileOf = ({ person, id }: Beacon): string => `${person}/${id}`;

/** `added, ms (6) | kind (1) | identity`, in a buffer that the caller wipes. */
const recordOf = ({ kind, added }: Beacon, identity: Uint8Array): Buffer => {
  const packed = packBeaconIdentity({ kind, identity });
  const record = Buffer.from(new ArrayBuffer(addedBytes + packed.length));
  record.writeUIntBE(added, 0, addedBytes);
  record.set(packed, addedBytes);
  packed.fill(0);
  return record;
};

const addedIn = (record: Uint8Array): Instant =>
  Buffer.from(record.subarray(0, addedBytes)).readUIntBE(0, addedBytes) as Instant;
