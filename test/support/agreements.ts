import type { OptOut, OptOutIntake } from "../../hub/connections/mail/opt-out.ts";
import type { ConsentChange, Consents } from "../../hub/domain/consent.ts";
import { type Disclosure, DisclosureRefused, type Disclosures } from "../../hub/domain/disclosure.ts";
import type { PersonId } from "../../hub/domain/ids.ts";
import type { OptionalPurpose } from "../../hub/domain/purpose.ts";

/** What somebody in a test has agreed to: nothing, until they say so. */
export class TestConsents implements Consents {
  readonly #given = new Set<string>();
  readonly #calls = new Set<(change: ConsentChange) => void>();

  allows(purpose: OptionalPurpose, person?: PersonId): boolean {
    return this.#given.has(`${purpose} ${person ?? ""}`);
  }

  onChange(call: (change: ConsentChange) => void): () => void {
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  say(purpose: OptionalPurpose, allowed: boolean, person?: PersonId): void {
    const key = `${purpose} ${person ?? ""}`;
    if (allowed) this.#given.add(key);
    else this.#given.delete(key);
    for (const call of this.#calls) call({ purpose, allowed, ...(person === undefined ? {} : { person }) });
  }
}

/** The book of what has left, in memory. `refuse` closes it. */
export class TestDisclosures implements Disclosures {
  readonly entries: Disclosure[] = [];
  refuse = false;

  record(disclosure: Disclosure): void {
    if (this.refuse) throw new DisclosureRefused("the book is closed", { reason: "off" });
    this.entries.push(disclosure);
  }
}

/** The book of requests, in memory. */
export class TestOptOuts implements OptOutIntake {
  readonly recorded: OptOut[] = [];

  record(optOut: OptOut): void {
    this.recorded.push(optOut);
  }
}
