import type { PersonId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** Ways in: a browser of one's own, one that others use too, or a program at somebody's hands. */
export const signInWays = ["browser", "shared-browser", "token", "invitation"] as const;
export type SignInWay = (typeof signInWays)[number];

/** That somebody came in under a person's name. Nothing is known of the machine. */
export interface SignInNotice {
  readonly person: PersonId;
  readonly at: Instant;
  readonly by: SignInWay;
  /** The person has said that they know of it. */
  readonly seen: boolean;
}
