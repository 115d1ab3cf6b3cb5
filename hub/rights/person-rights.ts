import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { isId, type PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import {
  accuracyDays,
  NoticeNotDelivered,
  type Objectionable,
  objectionables,
  type StoredRestriction,
} from "../domain/rights.ts";
import { Days, type Instant, later } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredRights } from "../privacy/data-map.ts";
import type { Collection, GuardedStore } from "../privacy/guarded-store.ts";
import type { KnownPeople } from "./data-export.ts";

/** How it stands with somebody's rights, as they are shown. */
export interface RightsView {
  readonly confirmed: Instant;
  /** Whether it is time to ask if what is held is still right. */
  readonly isDue: boolean;
  readonly restriction: StoredRestriction | undefined;
  readonly objections: readonly Objectionable[];
}

/** Whoever keeps something about people at rest while they ask for that; filled by the roof. */
export interface Restrictable {
  lifted(person: PersonId): void;
}

/**
 * What people have asked for: that what is held of them is only kept, that it is not used for something, and when they last said
 * that it is right. Under each person's own key.
 */
export class PersonRights {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #people: KnownPeople;
  readonly #restrictable: Restrictable;
  readonly #records: Collection<StoredRights>;
  readonly #held = new Map<PersonId, StoredRights>();
  #unsubscribe: (() => void) | undefined;

  constructor(
    clock: Clock,
    bus: EventBus,
    store: GuardedStore,
    people: KnownPeople,
    restrictable: Restrictable,
  ) {
    this.#clock = clock;
    this.#bus = bus;
    this.#people = people;
    this.#restrictable = restrictable;
    this.#records = store.collection("rights");
  }

  start(): void {
    for (const [, rights] of this.#records.entries()) this.#held.set(rights.person, rights);
    for (const { id } of this.#people.list()) this.#meet(id);
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what !== "person" || !isId("person", id)) return;
      if (change === "added") this.#meet(id);
      if (change === "removed") this.#held.delete(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
  }

  /** @throws NotFound */
  of(person: PersonId): RightsView {
    const { confirmed, restriction, objections = [] } = this.#need(person);
    const isDue = this.#clock.now() >= later(confirmed, Days(accuracyDays));
    return { confirmed, isDue, restriction, objections };
  }

  /** They have said, or just shown by changing it, that what is held of them is right. @throws NotFound */
  confirm(person: PersonId): void {
    this.#keep({ ...this.#need(person), confirmed: this.#clock.now() });
  }

  /** Whether what is held of somebody may only be kept. */
  isRestricted(person: PersonId): boolean {
    return this.#held.get(person)?.restriction !== undefined;
  }

  /** From here on it is only kept; again is fine, and takes a lift back that was announced. @throws NotFound */
  restrict(person: PersonId): void {
    const { restriction, ...rights } = this.#need(person);
    this.#keep({ ...rights, restriction: { since: restriction?.since ?? this.#clock.now() } });
  }

  /** Tells them that it shall end. It counts once they have seen it. @throws NotFound nothing is restricted */
  announceLift(person: PersonId): void {
    const restriction = this.#restrictionOf(person);
    if (restriction.lift === undefined)
      this.#keepRestriction(person, { ...restriction, lift: { announced: this.#clock.now() } });
  }

  /** The person has seen what was announced: from here on it may be done. */
  noticeSeen(person: PersonId): void {
    const restriction = this.#held.get(person)?.restriction;
    if (restriction?.lift === undefined || restriction.lift.delivered !== undefined) return;
    const lift = { ...restriction.lift, delivered: this.#clock.now() };
    this.#keepRestriction(person, { ...restriction, lift });
  }

  /** Ends a restriction. @throws NotFound; NoticeNotDelivered: they have not been told (GDPR Art. 18(3)) */
  lift(person: PersonId): void {
    if (this.#restrictionOf(person).lift?.delivered === undefined)
      throw new NoticeNotDelivered("tell this person first: a restriction ends after they have seen that");
    const { restriction: _over, ...rights } = this.#need(person);
    this.#keep(rights);
    this.#restrictable.lifted(person);
  }

  /** Whether somebody objects to a purpose. Of no purpose that nobody can object to it is so. */
  objects(purpose: Purpose, person: PersonId): boolean {
    return this.#held.get(person)?.objections?.some((each) => each === purpose) ?? false;
  }

  /** @throws NotFound; InvalidInput a purpose that rests on something else */
  setObjection(person: PersonId, purpose: string, objects: boolean): void {
    const wanted = objectionables.find((each) => each === purpose);
    if (wanted === undefined)
      throw new InvalidInput(`one can object to ${objectionables.join(", ")}`, { path: "purpose" });
    const { objections = [], ...rights } = this.#need(person);
    const others = objections.filter((each) => each !== wanted);
    this.#keep({ ...rights, objections: objects ? [...others, wanted] : others });
  }

  #meet(person: PersonId): void {
    if (!this.#held.has(person)) this.#keep({ person, confirmed: this.#clock.now() });
  }

  #restrictionOf(person: PersonId): StoredRestriction {
    const { restriction } = this.#need(person);
    if (restriction === undefined) throw new NotFound("nothing of this person is restricted");
    return restriction;
  }

  #need(person: PersonId): StoredRights {
    const rights = this.#held.get(person);
    if (rights === undefined) throw new NotFound("no such person");
    return rights;
  }

  #keepRestriction(person: PersonId, restriction: StoredRestriction): void {
    this.#keep({ ...this.#need(person), restriction });
  }

  #keep(rights: StoredRights): void {
    const isNew = !this.#held.has(rights.person);
    this.#records.put(rights.person, rights);
    this.#held.set(rights.person, rights);
    const { person } = rights;
    if (!isNew)
      this.#bus.publish({
        kind: "home.changed",
        what: "person",
        id: person,
        change: "changed",
        at: this.#clock.now(),
      });
  }
}
