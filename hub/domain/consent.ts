import type { PersonId } from "./ids.ts";
import type { OptionalPurpose } from "./purpose.ts";

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
