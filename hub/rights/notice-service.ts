import { Conflict, NotFound } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import type { NoticeVersions, PendingNotice } from "../domain/notice-version.ts";
import type { Purpose } from "../domain/purpose.ts";
import type { Clock } from "../ports/clock.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import { type NoticeStep, newestOf } from "../privacy/notice-step.ts";

/** Whoever lives here, as far as a notice is concerned. */
export interface NoticedPeople {
  /** @throws NotFound */
  need(id: PersonId): unknown;
}

/**
 * Which version of the notice counts for whom. A version that adds a purpose or takes something away counts for a person when they have
 * accepted it, and not before: silence is no consent, and neither is using the lamps.
 */
export class NoticeService implements NoticeVersions {
  readonly #clock: Clock;
  readonly #store: PurposeStore<"rights">;
  readonly #people: NoticedPeople;
  readonly #steps: readonly NoticeStep[];
  readonly #listeners = new Set<(person: PersonId, version: number) => void>();

  /** @param steps one for each version of the notice, oldest first */
  constructor(
    clock: Clock,
    store: PurposeStore<"rights">,
    people: NoticedPeople,
    steps: readonly NoticeStep[],
  ) {
    this.#clock = clock;
    this.#store = store;
    this.#people = people;
    this.#steps = steps;
  }

  current(): number {
    return newestOf(this.#steps, this.#clock.now()).version;
  }

  /** The newest that a person has accepted; undefined: none. */
  accepted(person: PersonId): number | undefined {
    return this.#store.collection("notice-acceptances").get(person)?.version;
  }

  inForce(person: PersonId): number {
    const newest = this.current();
    let version = Math.min(this.accepted(person) ?? 1, newest);
    while (version < newest && !this.#step(version + 1).asks) version++;
    return version;
  }

  pending(person: PersonId): PendingNotice | undefined {
    const [inForce, version] = [this.inForce(person), this.current()];
    return inForce === version ? undefined : { version, inForce };
  }

  accept(person: PersonId, version: number): void {
    this.#people.need(person);
    const { hash } = this.#step(version);
    if (version !== this.current())
      throw new Conflict(`version ${version} of the notice is not the one in effect; read that one first`, {
        version,
      });
    const at = this.#clock.now();
    this.#store.collection("notice-acceptances").put(person, { person, version, hash, at });
    for (const call of this.#listeners) call(person, version);
  }

  covers(person: PersonId, purpose: Purpose): boolean {
    const known = this.#step(this.inForce(person)).uses[purpose];
    const now = this.#step(this.current()).uses[purpose];
    if (known === undefined || known.version !== now?.version) return false;
    return now.places.every((place) => known.places.includes(place));
  }

  onAccepted(call: (person: PersonId, version: number) => void): () => void {
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  #step(version: number): NoticeStep {
    const found = this.#steps[version - 1];
    if (found === undefined) throw new NotFound(`there is no version ${version} of the notice`);
    return found;
  }
}
