import type { City } from "../domain/city.ts";
import type { ZoneName } from "../domain/civil.ts";
import { CallerError, InvariantBroken } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { type Degrees, type Place, type PlaceDoubt, type Position, positionAt } from "../domain/place.ts";
import { coarsestWithin, type Rounding, roundingsOf } from "../domain/place-rounding.ts";
import { Sun } from "../domain/sun.ts";
import type { SunEventKind } from "../domain/sun-event.ts";
import { parseZone, TimeZone } from "../domain/time-zone.ts";
import { type Duration, Seconds } from "../domain/units.ts";
import { drawVeil, type VeilLevel, type VeilSecret, veiledPosition } from "../domain/veil.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredPlace } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** There is nothing to compute a sun for. */
export class NoPlace extends CallerError {
  override readonly code = "no_place";
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

export interface NewPlace {
  readonly position: Position;
  readonly zone: ZoneName;
  /** By how much an event of the sun may be off because the position is kept rounded. Absent: as before, or a minute. */
  readonly tolerance?: Duration;
}

/** A place as it is kept. */
export interface StatedPlace extends Place {
  /** Of the grid that it is rounded to. */
  readonly step: Degrees;
  readonly tolerance: Duration;
}

/** The only record of each of the two collections. */
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
  readonly #store: GuardedStore;
  readonly #deriver: VeilDeriver;
  readonly #usualZone: ZoneName;
  readonly #eventsInUse: () => readonly SunEventKind[];
  #place: StatedPlace | undefined;
  #secret: VeilSecret | undefined;
  #level: VeilLevel | undefined;
  #statedSun: Sun | undefined;
  #sun: Sun | undefined;

  /**
   * @param usualZone of a home that has said no place
   * @param eventsInUse events that rules follow
   */
  constructor(
    clock: Clock,
    bus: EventBus,
    store: GuardedStore,
    deriver: VeilDeriver,
    usualZone: ZoneName,
    eventsInUse: () => readonly SunEventKind[] = () => [],
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#deriver = deriver;
    this.#usualZone = usualZone;
    this.#eventsInUse = eventsInUse;
  }

  start(): void {
    const kept = this.#store.collection("place").get(home);
    this.#place = kept && statedOf(kept);
    const veil = this.#store.collection("veil").get(home);
    this.#level = veil?.level;
    this.#secret = veil ?? this.#draw();
    if (veil === undefined) this.#keepVeil();
    this.#look();
  }

  /** What the owner said, as it is kept. For the owner's eyes; nothing that can be observed may hang on it. */
  stated(): StatedPlace | undefined {
    return this.#place;
  }

  /** As `stated`. */
  statedSun(): Sun | undefined {
    return this.#statedSun;
  }

  /** The sun for everything that can be observed. Undefined: no place is set. */
  sun(): Sun | undefined {
    return this.#sun;
  }

  /** Whether that sun stands elsewhere than the home, on purpose. */
  isMoved(): boolean {
    return this.#sun !== this.#statedSun;
  }

  /** The home's own clocks: they are not veiled. */
  zone(): TimeZone {
    return TimeZone.of(this.#place?.zone ?? this.#usualZone);
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

  /** @throws RangeViolation, UnknownZone */
  set({ position, zone, tolerance = this.#place?.tolerance ?? usualTolerance }: NewPlace): StatedPlace {
    const place = { position: positionAt(position.latitude, position.longitude), zone: parseZone(zone) };
    const rounding = coarsestWithin(this.roundings(place), tolerance);
    if (rounding === undefined) throw new InvariantBroken("there is no rounding");
    const kept = { ...rounding.position, zone: place.zone, step: rounding.step, tolerance };
    const change = this.#place === undefined ? "added" : "changed";
    this.#store.collection("place").put(home, kept);
    const stated = statedOf(kept);
    this.#place = stated;
    this.#look();
    this.#changed(change);
    return stated;
  }

  /** The veil stays as it is: the next place of this home hides behind the same one. */
  forget(): void {
    if (this.#place === undefined) return;
    this.#store.collection("place").remove(home);
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

  /** Makes both suns anew. */
  #look(): void {
    const { position } = this.#place ?? {};
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

const statedOf = ({ latitude, longitude, zone, step, tolerance }: StoredPlace): StatedPlace => ({
  position: { latitude, longitude },
  zone,
  step,
  tolerance,
});
