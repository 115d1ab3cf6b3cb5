import type { PersonId } from "./ids.ts";
import type { Purpose } from "./purpose.ts";

/** Something that a person is asked to accept. */
export interface PendingNotice {
  readonly version: number;
  /** Of the newest that counts for them now. */
  readonly inForce: number;
}

/** Which version of the notice counts for whom. */
export interface NoticeVersions {
  /** In effect for whoever comes new. */
  current(): number;
  /** What this person has not accepted and would have to; undefined: nothing. */
  pending(person: PersonId): PendingNotice | undefined;
  /** @throws NotFound no such version; Conflict not in effect, or not the newest */
  accept(person: PersonId, version: number): void;
  /** The newest whose changes this person has accepted, or did not have to. */
  inForce(person: PersonId): number;
  /** Whether all that is done for a purpose now is what the version in force for this person says. Else it rests for them. */
  covers(person: PersonId, purpose: Purpose): boolean;
  /** Called when somebody has accepted a version: consents to what it adds are to be asked for anew. @returns unsubscribe */
  onAccepted(call: (person: PersonId, version: number) => void): () => void;
}
