import { CallerError } from "./errors.ts";
import { type Purpose, purposes } from "./purpose.ts";
import type { Instant } from "./units.ts";

/** Somebody has asked that what is held of them is only kept (GDPR Art. 18). */
export interface StoredRestriction {
  readonly since: Instant;
  /** It shall end: they are told before it does (Art. 18(3)). */
  readonly lift?: LiftNotice;
}

/** That a restriction is about to be lifted. */
export interface LiftNotice {
  readonly announced: Instant;
  /** When it was shown to them; absent: they have not seen it. */
  readonly delivered?: Instant;
}

/** What one can object to: whatever rests on a legitimate interest (GDPR Art. 21(1)), and advertising, always (21(2)). */
export type Objectionable = {
  [Name in Purpose]: (typeof purposes)[Name] extends
    | { readonly basis: "legitimate-interest" }
    | { readonly kind: "marketing" }
    ? Name
    : never;
}[Purpose];

/** All of them, as the registry of purposes has them. */
export const objectionables: readonly Objectionable[] = (Object.keys(purposes) as Purpose[]).filter(
  (name): name is Objectionable =>
    purposes[name].basis === "legitimate-interest" || purposes[name].kind === "marketing",
);

/** After how long somebody is asked whether what is held of them is still right. */
export const accuracyDays = 365;

/** A restriction ends only after its person has been told (GDPR Art. 18(3)). */
export class NoticeNotDelivered extends CallerError {
  override readonly code = "notice_not_delivered";
  override readonly status = 409;
}

/** What is to be taken in needs a home without devices, rooms and rules. */
export class HomeNotEmpty extends CallerError {
  override readonly code = "home_not_empty";
  override readonly status = 409;
}

/** Somebody who can sign in asks for their own data themselves. */
export class AsksThemselves extends CallerError {
  override readonly code = "asks_themselves";
  override readonly status = 409;
}

/**
 * A file that this hub does not take in. Nothing of it was. `context.reason`: `not-json`, `deep`, `schema`, `unknown`, `shape`,
 * `duplicate`, `reference`, `too-many`, `needless` (looks like the number of a payment card); `context.at`: where.
 */
export class ImportRefused extends CallerError {
  override readonly code = "import_refused";
  override readonly status = 422;
}

/** No backup or move of this hub's making, changed on its way, cut off, or opened with another passphrase: it cannot be told which. */
export class BackupUnreadable extends CallerError {
  override readonly code = "backup_unreadable";
  override readonly status = 422;
}

/** It is of a later version, or sealed more weakly than this hub accepts. `context.reason`: `version`, `cost`. */
export class BackupRefused extends CallerError {
  override readonly code = "backup_refused";
  override readonly status = 422;
}

/** The other hub's offer is not the one whose code was typed, or is over. */
export class OfferRefused extends CallerError {
  override readonly code = "offer_refused";
  override readonly status = 409;
}

/** A secret would have to travel where it does not belong. */
export class NotByThisWay extends CallerError {
  override readonly code = "not_by_this_way";
  override readonly status = 409;
}
