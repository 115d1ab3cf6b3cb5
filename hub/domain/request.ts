import type { CivilDate } from "./civil.ts";
import { CallerError } from "./errors.ts";
import type { PersonId, RequestId } from "./ids.ts";
import type { DeadlineLaw, Jurisdiction } from "./jurisdiction.ts";
import type { Purpose } from "./purpose.ts";
import type { Instant } from "./units.ts";

/** What somebody may ask of the home, in the words of the laws that give them the right, and of people who need help. */
export const requestKinds = [
  "access",
  "copy",
  "rectify",
  "restrict",
  "object",
  "portability",
  "erase",
  "withdraw",
  "opt-out",
  "appeal",
  "support",
  "feedback",
] as const;
export type RequestKind = (typeof requestKinds)[number];

/** Where a request stands. `investigating` stops no clock: no law that is known here lets it. */
export const requestStates = [
  "received",
  "identity-check",
  "investigating",
  "extended",
  "granted",
  "partly-granted",
  "declined",
  "appealed",
  "closed",
] as const;
export type RequestState = (typeof requestStates)[number];

/** How a request ended; what stays when everything else of it is gone. */
export type RequestOutcome = Extract<RequestState, "granted" | "partly-granted" | "declined">;

/** Which states may follow which. */
const mayFollow: Readonly<Record<RequestState, readonly RequestState[]>> = {
  received: ["identity-check", "investigating", "granted", "partly-granted", "declined", "extended"],
  "identity-check": ["investigating", "granted", "partly-granted", "declined", "extended"],
  investigating: ["extended", "granted", "partly-granted", "declined"],
  extended: ["investigating", "granted", "partly-granted", "declined"],
  granted: ["closed"],
  "partly-granted": ["appealed", "closed"],
  declined: ["appealed", "closed"],
  appealed: ["granted", "partly-granted", "declined"],
  closed: [],
};

/** Why less than all that was asked for is done. No other reason is accepted, and none is not one. */
export const declineCodes = ["identity", "not-found", "not-eligible", "excessive"] as const;
export type DeclineCode = (typeof declineCodes)[number];

/** What a person whose request is declined is told: why, and the way on. */
export const declineTexts: Readonly<Record<DeclineCode, string>> = {
  identity: "It could not be established that you are whom the data is about.",
  "not-found": "Nothing about you is kept here under what you gave.",
  "not-eligible": "The law or the rights of another person do not allow this.",
  excessive: "The same was asked for again and again without anything having changed.",
};

/** Stands below every reason. */
export const appealText =
  "You may appeal: reply to this decision, and somebody else will decide. You may also complain to the supervisory authority of your country. Neither costs anything.";

/** How sure it is who asks, weakest first. */
export const identityLevels = ["session", "second-factor", "button"] as const;
export type IdentityLevel = (typeof identityLevels)[number];

/** What a request of each kind takes at least. What gives data away takes more than an open browser, what destroys it takes standing at the hub. */
export const neededIdentity: Readonly<Record<RequestKind, IdentityLevel>> = {
  access: "second-factor",
  copy: "second-factor",
  portability: "second-factor",
  rectify: "second-factor",
  restrict: "session",
  object: "session",
  withdraw: "session",
  "opt-out": "session",
  appeal: "session",
  support: "session",
  feedback: "session",
  erase: "button",
};

/** Who asks, to the person whose data it is about. */
export const relationships = [
  "self",
  "guardian",
  "agent",
  "former-resident",
  "visitor",
  "developer",
] as const;
export type Relationship = (typeof relationships)[number];

/** What a request is about and nothing else: these fields, kept until some time after it is closed. */
export interface RequestForm {
  readonly name: string;
  /** Only where an answer is to go somewhere else than to the app. */
  readonly contact?: string;
  readonly relationship: Relationship;
  readonly request: string;
}

export const isEnough = (shown: IdentityLevel, kind: RequestKind): boolean =>
  identityLevels.indexOf(shown) >= identityLevels.indexOf(neededIdentity[kind]);

/** @throws WrongState */
export const assertMayFollow = (from: RequestState, to: RequestState): void => {
  if (!mayFollow[from].includes(to))
    throw new WrongState(`a request that is ${from} cannot become ${to}`, { kind: from });
};

/** Still waiting for an answer. */
export const isOpen = (state: RequestState): boolean =>
  ["received", "identity-check", "investigating", "extended", "appealed"].includes(state);

/** `context.kind`: the state it is in. */
export class WrongState extends CallerError {
  override readonly code = "wrong_request_state";
  override readonly status = 409;
}

/** `context.kind`: the level that is needed. */
export class IdentityNeeded extends CallerError {
  override readonly code = "identity_needed";
  override readonly status = 403;
}

/** A refusal has a reason, and one of those that are known. */
export class ReasonNeeded extends CallerError {
  override readonly code = "reason_needed";
}

/** Whoever has decided does not judge that decision, and neither does who appeals against it. */
export class SameDecider extends CallerError {
  override readonly code = "same_decider";
  override readonly status = 409;
}

/** Somebody asks for another person, who has not said yes. `context.kind`: `evidence` or `confirmation`. */
export class AgentUnproven extends CallerError {
  override readonly code = "agent_unproven";
  override readonly status = 403;
}

/** The same request once more: it was taken already. */
export class RequestReplayed extends CallerError {
  override readonly code = "request_replayed";
  override readonly status = 409;
}

/** What was typed has a secret in it. `context.kind`: which; `context.path`: where. Nothing was kept. */
export class SecretInText extends CallerError {
  override readonly code = "secret_in_text";
}

/** Neither the law nor the house's own word allows more time. */
export class NoExtension extends CallerError {
  override readonly code = "no_extension";
  override readonly status = 409;
}

/** Why an answer takes longer; GDPR Art. 12(3) knows these two. */
export const extensionReasons = ["complexity", "number-of-requests"] as const;
export type ExtensionReason = (typeof extensionReasons)[number];

/** By what an agent shows that they may ask. */
export const evidenceKinds = ["power-of-attorney", "signed-letter"] as const;

/** A document that somebody else holds: what is kept of it is its digest. */
export interface AgentEvidence {
  readonly kind: (typeof evidenceKinds)[number];
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** Days before a deadline on which somebody is warned. */
export const alarmDays = [7, 1, 0] as const;

/** A request as it stands. What was written in it lies elsewhere and goes sooner. */
export interface StoredRequest {
  readonly id: RequestId;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly received: Instant;
  /** Whom it is about; absent: nobody of this home is named. */
  readonly person?: PersonId;
  /** Of an objection: to what. */
  readonly purpose?: Purpose;
  readonly law: DeadlineLaw;
  readonly due: Instant;
  readonly lastDay: CivilDate;
  readonly jurisdiction: Jurisdiction;
  readonly isOfDeveloper: boolean;
  readonly extended?: ExtensionReason;
  readonly identity?: IdentityLevel;
  /** Who asks for another; they are told the answer once that person has agreed. */
  readonly agent?: PersonId;
  readonly evidence?: AgentEvidence;
  readonly isConfirmed?: boolean;
  /** How many of the alarms have been raised. */
  readonly alarms: number;
  readonly outcome?: RequestOutcome;
  readonly declined?: DeclineCode;
  /** Who decided. */
  readonly decider?: string;
  readonly decided?: Instant;
  readonly closed?: Instant;
  /** Of an appeal: against which decision. */
  readonly against?: RequestId;
  /** Of a message that came from outside: SHA-256 of what tells it from others. */
  readonly message?: string;
}

/** What happened to a request. */
export interface RequestEntry {
  readonly request: RequestId;
  readonly step: RequestState | "identified" | "confirmed" | "alarm" | "copied" | "form-erased" | "deleted";
  readonly identity?: IdentityLevel;
  readonly reason?: ExtensionReason | DeclineCode;
  /** Of an alarm. */
  readonly daysLeft?: number;
  /** Of the credential or person by whom. */
  readonly by?: string;
}
