import { CallerError } from "./errors.ts";
import type { PersonId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

/** Something that leaves this hub for somebody else. */
export interface Disclosure {
  /** Whoever gets it, as the table of recipients names them. */
  readonly recipient: string;
  readonly purpose: Purpose;
  /** Which of the fields declared for that recipient are in it. */
  readonly fields: readonly string[];
  /** Whom it is about; none: the home. */
  readonly people?: readonly PersonId[];
  readonly bytes: number;
}

/** The book of what has left. */
export interface Disclosures {
  /**
   * Comes just before the bytes go: what is not written down is not sent.
   * @throws DisclosureRefused not declared, not switched on, or not agreed to
   */
  record(disclosure: Disclosure): void;
}

/** `context.reason`: `undeclared`, `off`, `no-consent`, `field`, `safeguard`. */
export class DisclosureRefused extends CallerError {
  override readonly code = "disclosure_refused";
  override readonly status = 403;
}
