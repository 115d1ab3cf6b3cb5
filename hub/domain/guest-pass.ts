import { CallerError } from "./errors.ts";
import type { LampId, PassId, SceneId } from "./ids.ts";
import type { Instant } from "./units.ts";

/**
 * `wall`: hangs in the hall for whoever comes by; they use the scenes on it, and nothing is known of them. `invitation`:
 * good for one person, who says by which name they want to be called. Neither says whom it is meant for.
 */
export const passKinds = ["wall", "invitation"] as const;
export type PassKind = (typeof passKinds)[number];

export interface GuestPass {
  readonly id: PassId;
  readonly kind: PassKind;
  /** SHA-256 of the code, hex. The code has 128 random bits, so no salt and no slow hash is needed. */
  readonly hash: string;
  /** Of the wall. */
  readonly scenes: readonly SceneId[];
  /** Of an invited guest. */
  readonly lamps: readonly LampId[];
  /** Of an invited guest: so long they stay. Milliseconds. */
  readonly staysMs?: number;
  readonly created: Instant;
  readonly expires: Instant;
}

/** The code is unknown, used, taken back or too old; which of these is not said. */
export class PassRefused extends CallerError {
  override readonly code = "pass_refused";
  override readonly status = 401;
}
