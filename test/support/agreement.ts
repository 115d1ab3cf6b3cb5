import type { PersonId, PhoneId } from "../../hub/domain/ids.ts";
import type { PresenceAgreement } from "../../hub/people/presence-service.ts";

/** Everybody agrees, but those of whom a test says otherwise. */
export class Agreement implements PresenceAgreement {
  readonly refusing = new Set<PersonId>();
  readonly heard: (readonly [PersonId, PhoneId, number | undefined])[] = [];
  readonly #calls = new Set<(person: PersonId) => void>();

  isGiven(person: PersonId): boolean {
    return !this.refusing.has(person);
  }

  hear(person: PersonId, phone: PhoneId, version: number | undefined): void {
    this.heard.push([person, phone, version]);
    if (version === undefined) this.withdraw(person);
    else this.refusing.delete(person);
  }

  onEnd(call: (person: PersonId) => void): () => void {
    this.#calls.add(call);
    return () => void this.#calls.delete(call);
  }

  withdraw(person: PersonId): void {
    this.refusing.add(person);
    for (const call of this.#calls) call(person);
  }
}
