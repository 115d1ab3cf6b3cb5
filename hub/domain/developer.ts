import type { DeveloperAction } from "./access.ts";
import { CallerError } from "./errors.ts";
import type { DeveloperId, DeviceId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** What becomes of a wish. A wish that was refused or an access that was taken back may be asked for again. */
export const resourceStates = ["pending", "approved", "refused", "revoked"] as const;
export type ResourceState = (typeof resourceStates)[number];

/** Every device of the home, now and later. */
export const everyDevice = "all";

/** One thing a program asked to do with one device. */
export interface DeveloperResource {
  readonly device: DeviceId | typeof everyDevice;
  readonly action: DeveloperAction;
  readonly state: ResourceState;
  /** Why it was refused or taken back, in the owner's words. */
  readonly reason?: string;
  /** When it came into this state. */
  readonly since: Instant;
}

/** A program of somebody who may be a stranger: known by its key and a word that it calls itself by, and by nothing else. */
export interface Developer {
  readonly id: DeveloperId;
  readonly label: string;
  /** Ed25519, 32 bytes, base64url. */
  readonly publicKey: string;
  /** Of the words that were agreed to. */
  readonly terms: number;
  readonly created: Instant;
  readonly resources: readonly DeveloperResource[];
}

/** One call of a program. No query, no body, no address that could be turned back. */
export interface DeveloperCall {
  readonly developer: DeveloperId;
  readonly at: Instant;
  /** As the contract writes it, with `{id}` for any id. */
  readonly route: string;
  /** HTTP status. */
  readonly outcome: number;
  /** Of whoever called; another one every day. */
  readonly address: string;
}

export type Decision = "approve" | "refuse" | "revoke";

const moves: Readonly<
  Record<Decision, { readonly from: readonly ResourceState[]; readonly to: ResourceState }>
> = {
  approve: { from: ["pending", "refused", "revoked"], to: "approved" },
  refuse: { from: ["pending"], to: "refused" },
  revoke: { from: ["approved"], to: "revoked" },
};

/** The state a decision leads to. @throws WrongState */
export const decided = (state: ResourceState, decision: Decision): ResourceState => {
  const { from, to } = moves[decision];
  if (!from.includes(state))
    throw new WrongState(`what is ${state} cannot be decided that way`, { state, decision });
  return to;
};

/** The decision does not fit the state that the wish is in. */
export class WrongState extends CallerError {
  override readonly code = "wrong_state";
  override readonly status = 409;
}

/** The owner has not allowed this, or not any more. */
export class ResourceNotApproved extends CallerError {
  override readonly code = "resource_not_approved";
  override readonly status = 403;
}

/** The signature is none of this key over this challenge, or there is no such program or challenge. */
export class ProofRefused extends CallerError {
  override readonly code = "proof_refused";
  override readonly status = 401;
}
