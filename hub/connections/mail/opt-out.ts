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
  /** What tells it from others: the same one again, as a mail service may hand it in, is the same request. */
  readonly message: string;
}

/** The book of requests. */
export interface OptOutIntake {
  record(optOut: OptOut): void;
}

/** Turns off everything that shares data of a person. */
export interface SharingStop {
  stopSharing(person: PersonId): void;
}
