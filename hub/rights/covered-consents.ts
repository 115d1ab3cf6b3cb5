import type { Consents } from "../domain/consent.ts";
import type { PersonId } from "../domain/ids.ts";
import type { NoticeVersions } from "../domain/notice-version.ts";
import type { OptionalPurpose } from "../domain/purpose.ts";

/**
 * Consents under notices: who agreed to a use as one version of the notice describes it has not agreed to what a later one makes
 * of it. Until they accept that version the use rests for them; silence is not consent.
 */
export class CoveredConsents implements Consents {
  readonly #consents: Consents;
  readonly #notices: Pick<NoticeVersions, "covers">;

  constructor(consents: Consents, notices: Pick<NoticeVersions, "covers">) {
    this.#consents = consents;
    this.#notices = notices;
  }

  allows(purpose: OptionalPurpose, person?: PersonId): boolean {
    if (person !== undefined && !this.#notices.covers(person, purpose)) return false;
    return this.#consents.allows(purpose, person);
  }

  onChange(call: Parameters<Consents["onChange"]>[0]): () => void {
    return this.#consents.onChange(call);
  }
}
