import { Conflict } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import { type Person, roleOf } from "../domain/person.ts";
import {
  isAcknowledged,
  isTermed,
  type RoleTerms,
  roleTerms,
  type TermedRole,
} from "../domain/role-terms.ts";
import type { Clock } from "../ports/clock.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { PersonService } from "./person-service.ts";

/** The words of somebody's role, and whether they have agreed. */
export interface TermsView extends RoleTerms {
  readonly role: TermedRole;
  readonly acknowledged: boolean;
}

/** Who works in a home that is not theirs agrees to keep silent about it, before their role means anything. */
export class RoleAcknowledgements {
  readonly #clock: Clock;
  readonly #book: Chain<"access">;
  readonly #people: PersonService;

  constructor(clock: Clock, book: Chain<"access">, people: PersonService) {
    this.#clock = clock;
    this.#book = book;
    this.#people = people;
  }

  /** Undefined: this role asks for nothing. @throws NotFound */
  of(id: PersonId): TermsView | undefined {
    const person = this.#people.need(id);
    const role = roleOf(person);
    return isTermed(role)
      ? { role, ...roleTerms[role], acknowledged: isAcknowledged(role, person.acknowledged) }
      : undefined;
  }

  /**
   * They agree to exactly these words; whatever they had opened before ends, and from the next sign-in their role counts.
   * @param version that they have read
   * @throws NotFound; Conflict: no words to agree to, or other ones by now
   */
  give(id: PersonId, version: number): Person {
    const terms = this.of(id);
    if (terms === undefined) throw new Conflict("this role asks for no agreement");
    if (terms.version !== version)
      throw new Conflict("these are not the words of this role any more; read them again", {
        version: terms.version,
      });
    const { role } = terms;
    const at = this.#clock.now();
    this.#book.append({ at, about: id, content: { what: "acknowledgement", role, version } });
    return this.#people.setStanding(id, { acknowledged: { role, version, at } });
  }
}
