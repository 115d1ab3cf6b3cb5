import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import type { SignInNotice, SignInWay } from "../domain/sign-in-notice.ts";
import { Days, type Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import { signInDays } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** More than anybody reads; the oldest go. */
const mostOfPerson = 50;

/** Tells people of every sign-in under their name, so that nobody is in unseen. Only they read it. */
export class SignInNotices {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: GuardedStore;

  constructor(clock: Clock, bus: EventBus, store: GuardedStore) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
  }

  /** Somebody has come in. */
  note(person: PersonId, by: SignInWay): void {
    const known = this.#of(person);
    const at = this.#clock.now();
    const [newest] = known.at(-1) ?? [];
    const order = newest === undefined ? 1 : orderOf(newest) + 1;
    this.#shelf().put(fileOf(person, order), { person, at, by, seen: false });
    const oldest = (at - Days(signInDays)) as Instant;
    const tooMany = known.length + 1 - mostOfPerson;
    for (const [index, [key, notice]] of known.entries())
      if (index < tooMany || notice.at < oldest) this.#shelf().remove(key);
    this.#bus.publish({ kind: "home.changed", what: "person", id: person, change: "changed", at });
  }

  /** Newest first. */
  of(person: PersonId): readonly SignInNotice[] {
    return this.#of(person)
      .map(([, notice]) => notice)
      .reverse();
  }

  /** The person knows of all of them. */
  see(person: PersonId): void {
    this.#store.atomically(() => {
      for (const [key, notice] of this.#of(person))
        if (!notice.seen) this.#shelf().put(key, { ...notice, seen: true });
    });
  }

  #of(person: PersonId): readonly (readonly [string, SignInNotice])[] {
    return [...this.#shelf().entries()].filter(([, notice]) => notice.person === person);
  }

  #shelf() {
    return this.#store.collection("sign-ins");
  }
}

/** Found by its person, whose key seals it; in order of coming. */
const fileOf = (person: PersonId, order: number): string => `${person}/${`${order}`.padStart(9, "0")}`;
const orderOf = (key: string): number => Number(key.slice(key.indexOf("/") + 1));
