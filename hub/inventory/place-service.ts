import type { City } from "../domain/city.ts";
import type { ZoneName } from "../domain/civil.ts";
import { CallerError, InvariantBroken, NotFound } from "../domain/errors.ts";
import type { EventBus, PlaceHold } from "../domain/event.ts";
import type { PersonId, PhoneId } from "../domain/ids.ts";
import { type Degrees, type Place, type PlaceDoubt, type Position, positionAt } from "../domain/place.ts";
import { coarsestWithin, type Rounding, roundingsOf } from "../domain/place-rounding.ts";
import { Sun } from "../domain/sun.ts";
import type { SunEventKind } from "../domain/sun-event.ts";
import { parseZone, TimeZone } from "../domain/time-zone.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import { drawVeil, type VeilLevel, type VeilSecret, veiledPosition } from "../domain/veil.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredPhonePlace, StoredPosition } from "../privacy/data-map.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";

/** There is nothing to compute a sun for. */
export class NoPlace extends CallerError {
  override readonly code = "no_place";
  override readonly status = 409;
}

/** The place came from a phone, or is to, that may not know where it is. */
export class LocationNotPermitted extends CallerError {
  override readonly code = "location_not_permitted";
  override readonly status = 409;
}

/** No town of the list has this id. */
export class UnknownCity extends CallerError {
  override readonly code = "unknown_city";
}

/** Secrets that live as long as the veil's key does; filled by the vault. */
export interface VeilDeriver {
  derive(label: string): Buffer;
}

/** Phones of the home's people, one of which may give the place; filled by the roof. */
export interface Phones {
  /** Undefined: there is no such phone. */
  phone(
    id: PhoneId,
  ): { readonly person: PersonId; readonly locationRefused?: true; readonly locationOff?: true } | undefined;
}

export interface NewPlace {
  readonly position: Position;
  readonly zone: ZoneName;
  /** By how much an event of the sun may be off because the position is kept rounded. Absent: as before, or a minute. */
  readonly tolerance?: Duration;
  /** The phone that gives it: it is used as long as that phone may know where it is. Absent: said by hand. */
  readonly phone?: PhoneId;
}

/** A place as it is kept. */
export interface StatedPlace extends Place {
  /** Of the grid that it is rounded to. */
  readonly step: Degrees;
  readonly tolerance: Duration;
  /** As in `NewPlace`. */
  readonly phone?: PhoneId;
}

/** What stays when the position goes. */
type Clocks = Pick<StatedPlace, "zone" | "tolerance">;

/** The only record of `place` and of `veil`. */
const home = "home";
const usualTolerance = Seconds(60);
/** For a zone that no town keeps, such as UTC. */
const greenwich = positionAt(51.5, 0);
/** Cared for also before a rule follows them. */
const usualEvents: readonly SunEventKind[] = ["sunrise", "sunset"];

/**
 * Where the home is, and how much of that anybody may see. The precise position is rounded before it is kept and is
 * written nowhere. What can be observed is computed for another position, a secret way off: the veil.
 */
export class PlaceService {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"location" | "security">;
  readonly #deriver: VeilDeriver;
  readonly #phones: Phones;
  readonly #usualZone: ZoneName;
  readonly #eventsInUse: () => readonly SunEventKind[];
  #clocks: Clocks | undefined;
  #place: StatedPlace | undefined;
  #secret: VeilSecret | undefined;
  #level: VeilLevel | undefined;
  #statedSun: Sun | undefined;
  #sun: Sun | undefined;
  /** As it was when the suns were made. */
  #held: PlaceHold | undefined;
  #unsubscribe: (() => void) | undefined;

  /**
   * @param usualZone of a home that has said no place
   * @param eventsInUse events that rules follow
   */
  constructor(
    clock: Clock,
    bus: EventBus,
    store: PurposeStore<"location" | "security">,
    deriver: VeilDeriver,
    phones: Phones,
    usualZone: ZoneName,
    eventsInUse: () => readonly SunEventKind[] = () => [],
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#deriver = deriver;
    this.#phones = phones;
    this.#usualZone = usualZone;
    this.#eventsInUse = eventsInUse;
  }

  /** Once the people are known: a place that a phone gave hangs on it. */
  start(): void {
    const kept = this.#store.collection("place").get(home);
    const [given] = [...this.#store.collection("phone-places").entries()].map(([, each]) => each);
    this.#clocks = kept && { zone: kept.zone, tolerance: kept.tolerance };
    const position = given ?? positionIn(kept);
    this.#place = this.#clocks && position && placeOf(this.#clocks, position, given?.phone);
    const veil = this.#store.collection("veil").get(home);
    this.#level = veil?.level;
    this.#secret = veil ?? this.#draw();
    if (veil === undefined) this.#keepVeil();
    this.#look();
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what }) => {
      if (what === "person") this.#phonesChanged();
    });
    this.#phonesChanged();
  }

  close(): void {
    this.#unsubscribe?.();
  }

  /** Why there is no place to use. One that a phone gave rests while the phone may not know where it is. */
  held(): PlaceHold | undefined {
    return this.#held;
  }

  /**
   * What the owner said, as it is kept. For the owner's eyes; nothing that can be observed may hang on it. Undefined: `held`
   * says why.
   */
  stated(): StatedPlace | undefined {
    return this.#held === undefined ? this.#place : undefined;
  }

  /** The phone that gave the place, also while it rests. */
  phone(): PhoneId | undefined {
    return this.#place?.phone;
  }

  /** Whose phone gave the place, also while it rests; undefined: it was said by hand, or there is none. */
  giver(): PersonId | undefined {
    const phone = this.phone();
    return phone && this.#phones.phone(phone)?.person;
  }

  /** As `stated`. */
  statedSun(): Sun | undefined {
    return this.#statedSun;
  }

  /** The sun for everything that can be observed. Undefined: `held` says why. */
  sun(): Sun | undefined {
    return this.#sun;
  }

  /** Whether that sun stands elsewhere than the home, on purpose. */
  isMoved(): boolean {
    return this.#sun !== this.#statedSun;
  }

  /** The home's own clocks: they are not veiled. */
  zone(): TimeZone {
    return TimeZone.of(this.#clocks?.zone ?? this.#usualZone);
  }

  level(): VeilLevel {
    return this.#level ?? "off";
  }

  /** Draws nothing: coming back to a level comes back to the same position. */
  setLevel(level: VeilLevel): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#keepVeil();
    this.#look();
    if (this.#place !== undefined) this.#changed("changed");
  }

  /**
   * To be called before anything of the home is first shown outside this machine. Where nobody has chosen a level it
   * becomes `coarse`, for good, and is on the disk when this returns.
   */
  veilBeforePublishing(): void {
    if (this.#level === undefined) this.setLevel("coarse");
  }

  /**
   * Takes the place of whatever was said before, by hand or by a phone.
   * @throws RangeViolation, UnknownZone, NotFound, LocationNotPermitted
   */
  set({
    position,
    zone,
    tolerance = this.#clocks?.tolerance ?? usualTolerance,
    phone,
  }: NewPlace): StatedPlace {
    const place = { position: positionAt(position.latitude, position.longitude), zone: parseZone(zone) };
    const rounding = coarsestWithin(this.roundings(place), tolerance);
    if (rounding === undefined) throw new InvariantBroken("there is no rounding");
    const rounded = { ...rounding.position, step: rounding.step };
    const given = phone === undefined ? undefined : { ...rounded, phone, person: this.#giver(phone) };
    const clocks = { zone: place.zone, tolerance };
    const change = this.#place === undefined ? "added" : "changed";
    this.#store.atomically(() => {
      this.#takeGivenAway();
      this.#store.collection("place").put(home, given === undefined ? { ...clocks, ...rounded } : clocks);
      if (given !== undefined) this.#store.collection("phone-places").put(fileOf(given), given);
    });
    const stated = placeOf(clocks, rounded, phone);
    this.#clocks = clocks;
    this.#place = stated;
    this.#look();
    this.#changed(change);
    return stated;
  }

  /** Other clocks for a home that has said its own. @throws UnknownZone */
  setZone(wanted: ZoneName): void {
    const zone = parseZone(wanted);
    const kept = this.#store.collection("place").get(home);
    if (kept === undefined || kept.zone === zone) return;
    this.#store.collection("place").put(home, { ...kept, zone });
    this.#clocks = { zone, tolerance: kept.tolerance };
    this.#place = this.#place && { ...this.#place, zone };
    this.#look();
    this.#changed("changed");
  }

  /** The veil stays as it is: the next place of this home hides behind the same one. */
  forget(): void {
    if (this.#clocks === undefined) return;
    this.#store.atomically(() => {
      this.#takeGivenAway();
      this.#store.collection("place").remove(home);
    });
    this.#clocks = undefined;
    this.#place = undefined;
    this.#look();
    this.#changed("removed");
  }

  /** What each rounding of a place would cost the events in use, the coarsest first. */
  roundings(place: Place): Iterable<Rounding> {
    const kinds = new Map(
      [...usualEvents, ...this.#eventsInUse()].map((kind) => [JSON.stringify(kind), kind]),
    );
    return roundingsOf(place, [...kinds.values()], TimeZone.of(place.zone).civil(this.#clock.now()).date);
  }

  /** What looks wrong with a place. The map of zones is loaded for this alone. */
  async doubtAbout(place: Place): Promise<PlaceDoubt | undefined> {
    const { doubtAbout } = await import("../domain/place-doubt.ts");
    return doubtAbout(place, this.#clock.now());
  }

  /** Towns of the list that ships; it is loaded when first asked. */
  async findCities(text: string): Promise<readonly City[]> {
    return (await import("../domain/city.ts")).findCities(text);
  }

  /** The largest town that keeps the home's hours: where a simulated home is, unless it was told. */
  async usualPlace(): Promise<Place> {
    const { largestCityIn } = await import("../domain/city.ts");
    const zone = this.zone().name;
    return { position: largestCityIn(zone)?.position ?? greenwich, zone };
  }

  /** @throws UnknownCity */
  async city(id: string): Promise<City> {
    const city = (await import("../domain/city.ts")).cityOf(id);
    if (city === undefined) throw new UnknownCity("no such town; look for its id, or give coordinates");
    return city;
  }

  /** Hangs on the key alone: a record that is lost or damaged is drawn as it was. */
  #draw(): VeilSecret {
    const random = this.#deriver.derive("location veil");
    const secret = drawVeil(random);
    random.fill(0);
    return secret;
  }

  #keepVeil(): void {
    const { coarse, strong } = this.#living();
    const level = this.#level === undefined ? {} : { level: this.#level };
    this.#store.collection("veil").put(home, { coarse, strong, ...level });
  }

  #living(): VeilSecret {
    if (this.#secret === undefined) throw new InvariantBroken("a place is asked for before the start");
    return this.#secret;
  }

  /** @returns whose it is @throws NotFound, LocationNotPermitted */
  #giver(phone: PhoneId): PersonId {
    const known = this.#phones.phone(phone);
    if (known === undefined) throw new NotFound("no such phone");
    if (known.locationRefused || known.locationOff) throw new LocationNotPermitted(notPermitted);
    return known.person;
  }

  #takeGivenAway(): void {
    const given = this.#store.collection("phone-places");
    for (const [key] of given.entries()) given.remove(key);
  }

  /** What a phone gave goes with it, and rests while it may not know where it is. */
  #phonesChanged(): void {
    const phone = this.phone();
    if (phone === undefined) return;
    if (this.#phones.phone(phone) === undefined) {
      this.#place = undefined;
      this.#look();
      this.#takeGivenAway();
      this.#changed("removed");
    } else if (this.#holdNow() !== this.#held) {
      this.#look();
      this.#changed("changed");
    }
  }

  #holdNow(): PlaceHold | undefined {
    if (this.#place === undefined) return "no-place";
    const { phone } = this.#place;
    const isRefused = phone !== undefined && this.#phones.phone(phone)?.locationRefused === true;
    return isRefused ? "location-not-permitted" : undefined;
  }

  /** Makes both suns anew. */
  #look(): void {
    this.#held = this.#holdNow();
    const position = this.stated()?.position;
    const zone = this.zone();
    this.#statedSun = position && new Sun(position, zone);
    this.#sun =
      position && this.level() !== "off"
        ? new Sun(veiledPosition(position, this.#living(), this.level()), zone)
        : this.#statedSun;
  }

  #changed(change: "added" | "changed" | "removed"): void {
    this.#bus.publish({ kind: "home.changed", what: "place", id: "place", change, at: this.#clock.now() });
  }
}

const notPermitted = "the phone is not permitted to know where it is";

/** Found by its person, whose key seals it. */
const fileOf = ({ person, phone }: StoredPhonePlace): string => `${person}/${phone}`;

const positionIn = ({
  latitude,
  longitude,
  step,
}: Partial<StoredPosition> = {}): StoredPosition | undefined =>
  latitude === undefined || longitude === undefined || step === undefined
    ? undefined
    : { latitude, longitude, step };

const placeOf = (
  { zone, tolerance }: Clocks,
  { latitude, longitude, step }: StoredPosition,
  phone?: PhoneId,
): StatedPlace => ({
  position: { latitude, longitude },
  zone,
  step,
  tolerance,
  ...(phone === undefined ? {} : { phone }),
});
