import { CallerError } from "./errors.ts";
import type { PersonId, PhoneId } from "./ids.ts";
import { type Duration, type Instant, Minutes } from "./units.ts";

/**
 * What a phone can say. `refused`: its owner does not let it know where it is. `agreed`: they have read what the hub wants to
 * keep of their coming and going, and let it; `disagreed`: they do not, or no longer.
 */
export const phoneWords = ["entered", "left", "approaching", "refused", "agreed", "disagreed"] as const;
export type PhoneWord = (typeof phoneWords)[number];

/**
 * What a phone decided about its owner, signed. It holds no position and nothing a position could be had from: where
 * home is, only the phone knows.
 */
export interface PresenceToken {
  readonly person: PersonId;
  readonly phone: PhoneId;
  readonly word: PhoneWord;
  /** Rises with every token of this phone; 1 or more. */
  readonly counter: number;
  /** By the phone's clock, when it was signed. */
  readonly issuedAt: Instant;
  /** Of `approaching` only: when it expects to be home; whole seconds. */
  readonly eta?: Duration;
  /** Of `agreed` only: the version of the purpose whose text its owner was shown; 1 or more. */
  readonly version?: number;
}

/** Phones set their clocks by their network; what is further ahead than this was not made now. */
export const mostSkew: Duration = Minutes(2);
/** A phone signs when it sends, so that a token is never old but on the way. */
export const longestWay: Duration = Minutes(10);

/** Why a token was not taken. Nothing has changed then. */
export const tokenRefusals = [
  "malformed",
  "unknown_phone",
  "forged",
  "replayed",
  "from_future",
  "too_old",
  "paused",
  "not_agreed",
] as const;
export type TokenRefusal = (typeof tokenRefusals)[number];

const explanations: Readonly<Record<TokenRefusal, string>> = {
  malformed: "not a presence token of a version this hub knows",
  unknown_phone: "this phone was never enrolled, or was removed: enrol it again",
  forged: "the signature is not this phone's",
  replayed: "this phone has said this, or something later, before",
  from_future: "signed ahead of the hub's clock: set the phone's clock",
  too_old: "signed too long ago: sign when sending",
  paused: "this person's presence is paused: resume it first",
  not_agreed: "this person has not agreed that the hub keeps whether they are home: ask them on their phone",
};

const statuses: Readonly<Partial<Record<TokenRefusal, number>>> = {
  malformed: 400,
  unknown_phone: 403,
  forged: 403,
};

/** A presence token that was not taken; `code` is `presence_token_` and the refusal. */
export class PresenceTokenRefused extends CallerError {
  override readonly code: `presence_token_${TokenRefusal}`;
  override readonly status: number;

  constructor(refusal: TokenRefusal) {
    super(explanations[refusal]);
    this.code = `presence_token_${refusal}`;
    this.status = statuses[refusal] ?? 409;
  }
}

/**
 * What is wrong with a token whose signature holds; undefined: nothing.
 * @param newest counter of the newest token of this phone that was taken
 * @param now undefined while the hub's clock is not to be believed: then the counter alone decides
 */
export const staleness = (
  { counter, issuedAt }: Pick<PresenceToken, "counter" | "issuedAt">,
  newest: number,
  now: Instant | undefined,
): "replayed" | "from_future" | "too_old" | undefined => {
  if (counter <= newest) return "replayed";
  if (now === undefined) return undefined;
  if (issuedAt > now + mostSkew) return "from_future";
  return issuedAt < now - longestWay ? "too_old" : undefined;
};
