import { CallerError } from "./errors.ts";
import type { PersonId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** How a password is kept: by which algorithm at which cost, so that a later version can tell what it has before it. */
export interface PasswordHash {
  readonly algorithm: "scrypt";
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  /** 16 bytes, base64. */
  readonly salt: string;
  /** 32 bytes, base64. */
  readonly digest: string;
}

/** What signing in takes besides the password. The secret itself is none of this: it is kept as bytes. */
export interface SecondFactor {
  /** Of the newest code that was used: none of its step or an earlier one counts again (RFC 6238, 5.2). */
  readonly lastStep: number;
  /** SHA-256 of each recovery code that is left, hex. They have 80 random bits, so no salt and no slow hash is needed. */
  readonly recovery: readonly string[];
}

/** That somebody may sign in. Who they are and what they may do stands with the person. */
export interface Account {
  readonly person: PersonId;
  readonly password: PasswordHash;
  /** Since when it is this password. */
  readonly since: Instant;
  readonly secondFactor?: SecondFactor;
}

/** What was wrong is not told: neither whether there is such a person, nor whether they have an account. */
export class SignInRefused extends CallerError {
  override readonly code = "sign_in_refused";
  override readonly status = 401;
}

/** The password is right, and is not enough. */
export class SecondFactorNeeded extends CallerError {
  override readonly code = "second_factor_needed";
  override readonly status = 401;
}

/** The same for accounts that exist and names that are nobody's. `context.seconds`: until the next attempt. */
export class TooManyAttempts extends CallerError {
  override readonly code = "too_many_attempts";
  override readonly status = 429;
}

/** Signed in, but not just now. `context.kind`: `password` or `code`, what is asked for. */
export class StepUpNeeded extends CallerError {
  override readonly code = "step_up_needed";
  override readonly status = 403;
}

/** A home with accounts keeps one that may do everything. */
export class LastOwner extends CallerError {
  override readonly code = "last_owner";
  override readonly status = 409;
}

/** Of a person, and this credential is a program's, or theirs has no account. */
export class NoAccount extends CallerError {
  override readonly code = "no_account";
  override readonly status = 409;
}
