import type { PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";

/** Whoever does what the law gives people a right to. Each does nothing where it is done already, or nobody is there. */
export interface RightsActs {
  /** All that is kept of a person, for them to take along. UTF-8 JSON. */
  export(person: PersonId): Uint8Array | Promise<Uint8Array>;
  erase(person: PersonId): void | Promise<void>;
  restrict(person: PersonId): void | Promise<void>;
  object(person: PersonId, purpose: Purpose): void | Promise<void>;
}
