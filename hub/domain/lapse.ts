import type { Duration, Instant } from "./units.ts";

/** Says how old things are. It believes no clock that has jumped until somebody has vouched for it. */
export interface Lapse {
  /** Whether what happened `at` lies longer back than `kept`. */
  isOver(at: Instant, kept: Duration): boolean;
}
