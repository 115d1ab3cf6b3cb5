import { NotFound } from "../domain/errors.ts";
import type { PersonId, PhoneId } from "../domain/ids.ts";
import type { PersonRights } from "./person-rights.ts";

/** What somebody can put right by themselves; what they may do in the home is for its owner to say. */
export interface Correction {
  readonly name?: string;
  /** By which the home's network may notice them; none: it is not asked. */
  readonly addresses?: readonly string[];
}

/** Who lives here, as far as it can be put right; filled by the roof. */
export interface CorrectablePeople {
  /** @throws NotFound, InvalidInput, LimitExceeded */
  change(id: PersonId, change: Correction): unknown;
  phonesOf(id: PersonId): readonly { readonly id: PhoneId }[];
  removePhone(id: PhoneId): void;
}

/** Rectification (GDPR Art. 16): people put right what is held of them. Whatever watches for changes hears of each. */
export class Corrections {
  readonly #people: CorrectablePeople;
  readonly #rights: Pick<PersonRights, "confirm">;

  constructor(people: CorrectablePeople, rights: Pick<PersonRights, "confirm">) {
    this.#people = people;
    this.#rights = rights;
  }

  /** @throws as `CorrectablePeople.change` */
  correct(person: PersonId, correction: Correction): void {
    this.#people.change(person, correction);
    this.#rights.confirm(person);
  }

  /** Ends that a phone is this person's; it can still command lamps with whatever it was given for that. @throws NotFound */
  unlink(person: PersonId, phone: PhoneId): void {
    if (!this.#people.phonesOf(person).some(({ id }) => id === phone)) throw new NotFound("no such phone");
    this.#people.removePhone(phone);
  }
}
