import { CallerError } from "./errors.ts";
import type { PersonId } from "./ids.ts";
import { type OptionalPurpose, type Purpose, purposes } from "./purpose.ts";
import type { Instant } from "./units.ts";

/** A consent that was given or taken back. */
export interface ConsentChange {
  readonly purpose: OptionalPurpose;
  /** Absent: of the home. */
  readonly person?: PersonId;
  readonly allowed: boolean;
}

/** Whoever wants to use data for something that has to be agreed to asks here, each time and just before. */
export interface Consents {
  /** Whether it may go on now. @param person absent: the home's */
  allows(purpose: OptionalPurpose, person?: PersonId): boolean;
  /** Called before a withdrawal is acknowledged: what is in flight ends then. @returns unsubscribe */
  onChange(call: (change: ConsentChange) => void): () => void;
}

/**
 * How a decision came about. `witness`: the owner says that the person has said so. `setting`: by an act that is for
 * nothing else, such as saying where the home is. `signal`: their browser asked for it (Global Privacy Control, Do Not Track).
 */
export const consentWays = ["account", "phone", "code", "witness", "owner", "setting", "signal"] as const;
export type ConsentWay = (typeof consentWays)[number];

/** `unasked`: nobody has said anything. `outdated`: given to what was another purpose then, so it counts for nothing. */
export const consentStates = ["unasked", "given", "withdrawn", "outdated"] as const;
export type ConsentState = (typeof consentStates)[number];

/** What was shown to whoever decides. */
export interface Informed {
  /** Of the purpose, as it was shown. */
  readonly version: number;
  /** SHA-256 of the text that was shown, hex. */
  readonly text: string;
}

/** Since when, and until when, somebody agreed. What was done in between stays as lawful as it was (GDPR Art. 7(3)). */
export interface ConsentInterval {
  readonly purpose: OptionalPurpose;
  readonly version: number;
  readonly from: Instant;
  /** Absent: it goes on. */
  readonly until?: Instant;
}

/** Purposes that somebody has to agree to. */
export const optionalPurposes: readonly OptionalPurpose[] = (Object.keys(purposes) as Purpose[]).filter(
  (name): name is OptionalPurpose => "asks" in purposes[name],
);

export const isOptionalPurpose = (name: string): name is OptionalPurpose =>
  optionalPurposes.some((known) => known === name);

/** No purpose of this hub has this name, or it needs nobody's consent. */
export class UnknownPurpose extends CallerError {
  override readonly code = "unknown_purpose";
}

/** Each purpose is agreed to by itself (GDPR Art. 7(2)): one call, one purpose. */
export class ConsentBundled extends CallerError {
  override readonly code = "consent_bundled";
}

/** The text that was shown is not the one that this is about: show it, and ask again. */
export class ConsentNotInformed extends CallerError {
  override readonly code = "consent_not_informed";
  override readonly status = 409;
}

/** Somebody else has to agree to this. */
export class ConsentNotYours extends CallerError {
  override readonly code = "consent_not_yours";
  override readonly status = 403;
}

/** This browser asks not to be tracked and not to have anything shared: it cannot at the same time agree to that. */
export class OptedOut extends CallerError {
  override readonly code = "opted_out";
  override readonly status = 409;
}

/** What needs consent, and has none. `context.purpose`. */
export class NoConsent extends CallerError {
  override readonly code = "no_consent";
  override readonly status = 409;
}
