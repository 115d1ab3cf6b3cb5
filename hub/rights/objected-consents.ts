import type { Consents } from "../domain/consent.ts";
import type { PersonId } from "../domain/ids.ts";
import type { OptionalPurpose, Purpose } from "../domain/purpose.ts";

/** Whether somebody has objected. */
export interface Objections {
  objects(purpose: Purpose, person: PersonId): boolean;
}

/**
 * Consents under objections: whoever has objected has not consented, whatever they said before or after (GDPR Art. 21(3)). To
 * advertising there is no weighing against it.
 */
export class ObjectedConsents implements Consents {
  readonly #consents: Consents;
  readonly #objections: Objections;

  constructor(consents: Consents, objections: Objections) {
    this.#consents = consents;
    this.#objections = objections;
  }

  allows(purpose: OptionalPurpose, person?: PersonId): boolean {
    if (person !== undefined && this.#objections.objects(purpose, person)) return false;
    return this.#consents.allows(purpose, person);
  }

  onChange(call: Parameters<Consents["onChange"]>[0]): () => void {
    return this.#consents.onChange(call);
  }
}
