import type { ConsentChange, Consents } from "../../hub/domain/consent.ts";
import type { PersonId } from "../../hub/domain/ids.ts";
import type { OptionalPurpose } from "../../hub/domain/purpose.ts";

/** Consents that a test gives and takes back, without notices and receipts. */
export class PlainConsents implements Consents {
  readonly #given = new Set<string>();
  readonly #calls = new Set<(change: ConsentChange) => void>();

  allows(purpose: OptionalPurpose, person?: PersonId): boolean {
    return this.#given.has(`${purpose} ${person ?? ""}`);
  }

  onChange(call: (change: ConsentChange) => void): () => void {
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  give(purpose: OptionalPurpose, person?: PersonId): void {
    this.#given.add(`${purpose} ${person ?? ""}`);
    this.#tell({ purpose, ...(person && { person }), allowed: true });
  }

  withdraw(purpose: OptionalPurpose, person?: PersonId): void {
    this.#given.delete(`${purpose} ${person ?? ""}`);
    this.#tell({ purpose, ...(person && { person }), allowed: false });
  }

  #tell(change: ConsentChange): void {
    for (const call of this.#calls) call(change);
  }
}
