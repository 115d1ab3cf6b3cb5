import type { PersonId } from "../../domain/ids.ts";

export const optOutLaws = ["california", "nevada"] as const;
export type OptOutLaw = (typeof optOutLaws)[number];

/** Somebody has said that nothing of theirs is sold or shared. */
export interface OptOut {
  readonly law: OptOutLaw;
  readonly by: "mail" | "app";
  /** Absent: the address is nobody's here. */
  readonly person?: PersonId;
  /** Whether the mail really came from that address. */
  readonly verified: boolean;
}

/** The book of requests. */
export interface OptOutIntake {
  record(optOut: OptOut): void;
}

/** Turns off everything that shares data of a person. */
export interface SharingStop {
  stopSharing(person: PersonId): void;
}
