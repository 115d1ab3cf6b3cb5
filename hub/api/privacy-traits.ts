import type { AssistantDoor } from "../connections/assistant/assistant-door.ts";
import type { Catalogue } from "../connections/connectors/catalogue.ts";
import type { Connections } from "../connections/connectors/connections.ts";
import type { ServiceNotices } from "../connections/connectors/service-notices.ts";
import type { ServicesOfOthers } from "../connections/connectors/services-of-others.ts";
import type { ProviderSignIn } from "../connections/identity/provider-sign-in.ts";
import type { Announcements } from "../connections/mail/announcements.ts";
import type { MailRoom } from "../connections/mail/mail-room.ts";
import type { RemoteView } from "../connections/relay/remote-view.ts";
import type { Caller } from "../domain/access.ts";
import type { PersonId, TokenId } from "../domain/ids.ts";
import type { Incident } from "../domain/incident.ts";
import type { Jurisdiction } from "../domain/jurisdiction.ts";
import type { DeveloperLog } from "../people/developer-log.ts";
import type { DeveloperService } from "../people/developer-service.ts";
import type { Guardianship } from "../people/guardianship.ts";
import type { GuestPasses } from "../people/guest-passes.ts";
import type { RoleAcknowledgements } from "../people/role-acknowledgements.ts";
import type { SignInNotices } from "../people/sign-in-notices.ts";
import type { IssuedToken } from "../people/token-service.ts";
import type { PrivacyLibrary } from "../privacy/documents/library.ts";
import type { Chain } from "../privacy/sealed-chain.ts";
import type { Acting } from "../rights/acting.ts";
import type { BackupService } from "../rights/backup-service.ts";
import type { BelievedTime } from "../rights/believed-time.ts";
import type { BrowserPreferences } from "../rights/browser-preferences.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { ChangeLog } from "../rights/change-log.ts";
import type { CheckUpFinding } from "../rights/check-up.ts";
import type { ConsentService } from "../rights/consent-service.ts";
import type { Corrections } from "../rights/corrections.ts";
import type { DataExports } from "../rights/data-export.ts";
import type { DeviceScopeService } from "../rights/device-scope-service.ts";
import type { DisclosureLedger } from "../rights/disclosure-ledger.ts";
import type { Erasure } from "../rights/erasure.ts";
import type { ImportService } from "../rights/import-service.ts";
import type { IncidentService } from "../rights/incident-service.ts";
import type { Insights } from "../rights/insights.ts";
import type { Invitations } from "../rights/invitations.ts";
import type { LegalHolds } from "../rights/legal-holds.ts";
import type { MapReview } from "../rights/map-review.ts";
import type { Months } from "../rights/months.ts";
import type { MoveService } from "../rights/move-service.ts";
import type { NoticeBoard } from "../rights/notice-board.ts";
import type { NoticeService } from "../rights/notice-service.ts";
import type { PersonRights } from "../rights/person-rights.ts";
import type { Purge } from "../rights/purge.ts";
import type { RecordingSwitches } from "../rights/recording-switches.ts";
import type { RequestBook } from "../rights/request-book.ts";
import type { RequestService } from "../rights/request-service.ts";
import type { RetentionService } from "../rights/retention-service.ts";
import type { RightToKnow } from "../rights/right-to-know.ts";
import type { Sharing } from "../rights/sharing.ts";
import type { SignedTime } from "../rights/signed-time.ts";
import type { SupportBundles } from "../rights/support-bundle.ts";
import type { Tastes } from "../rights/tastes.ts";

/** Who may be in this home, as what, and who answers for them. */
export interface MemberServices {
  readonly signIns: Pick<SignInNotices, "note" | "of" | "see">;
  readonly guardianship: Pick<
    Guardianship,
    "country" | "rule" | "setCountry" | "declare" | "isUnderAge" | "offer" | "confirm" | "withdraw"
  >;
  readonly roles: Pick<RoleAcknowledgements, "of" | "give">;
  readonly passes: Pick<GuestPasses, "list" | "issue" | "revoke" | "look" | "enter">;
  readonly developers: Pick<
    DeveloperService,
    "list" | "need" | "apply" | "challenge" | "enter" | "ask" | "decide" | "remove" | "assertMay"
  >;
  readonly purge: Pick<Purge, "purge">;
  readonly developerLog: Pick<DeveloperLog, "note" | "of">;
}

/** What is kept and until when, what is written down about it, and what is learned from it. */
export interface Retained {
  readonly acting: Pick<Acting, "by">;
  readonly recording: Pick<RecordingSwitches, "view" | "set">;
  readonly time: Pick<BelievedTime, "view" | "confirm" | "isOver">;
  readonly signedTime: Pick<SignedTime, "key" | "setKey" | "ask" | "accept">;
  readonly holds: Pick<LegalHolds, "list" | "open" | "close">;
  readonly months: Pick<Months, "list" | "isWanted" | "choose">;
  readonly retention: Pick<RetentionService, "view" | "withhold">;
  readonly disposals: Pick<Chain<"disposals">, "entries">;
  readonly changes: Pick<ChangeLog, "list">;
  readonly insights: Pick<Insights, "view" | "counters">;
  readonly tastes: Pick<Tastes, "of" | "suggestion" | "forget">;
  readonly developers: () => number;
  readonly support: Pick<SupportBundles, "make">;
}

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly retained: Retained;
  /** What people can do about what is held of them. */
  readonly personal: PersonalServices;
  readonly books: Pick<ChainBooks, "verify">;
  /** Every privacy document, read when somebody asks. */
  readonly library: () => Promise<PrivacyLibrary>;
  readonly notices: Pick<NoticeService, "current" | "inForce" | "pending" | "accept">;
  readonly review: Pick<MapReview, "status" | "sign">;
  readonly sharing: Pick<Sharing, "list" | "previewOf" | "switchOn" | "switchOff">;
  readonly disclosures: Pick<DisclosureLedger, "lines" | "report" | "legalRequest" | "besideKernel">;
  readonly members: MemberServices;
  readonly requests: Omit<RequestService, "intake">;
  readonly requestBook: Pick<RequestBook, "formOf" | "historyOf" | "need">;
  readonly board: Pick<NoticeBoard, "list" | "read">;
  readonly incidents: Pick<
    IncidentService,
    "list" | "need" | "register" | "draft" | "notify" | "banners" | "reported" | "end"
  >;
  jurisdiction(): Jurisdiction;
  setJurisdiction(to: Jurisdiction): void;
  checkUp(): readonly CheckUpFinding[];
  /** @throws PasswordTooShort, PasswordTooLong, PasswordTooCommon: nothing has changed */
  notMe(caller: Caller, person: PersonId, password: Uint8Array): Incident;
  /** @throws NotFound, NotAuthorised */
  leaked(id: TokenId, by: Caller): IssuedToken;
  readonly connections: ConnectionServices;
  readonly consents: Pick<
    ConsentService,
    | "allows"
    | "list"
    | "view"
    | "informs"
    | "give"
    | "withdraw"
    | "entries"
    | "intervals"
    | "limit"
    | "isLimited"
  >;
  readonly browsers: Pick<
    BrowserPreferences,
    "heard" | "signalOf" | "assertMayAgree" | "themeOf" | "setTheme"
  >;
  readonly scopes: Pick<DeviceScopeService, "allows" | "view" | "set" | "answer" | "termsOf">;
  readonly invitations: Pick<Invitations, "invite" | "read" | "answer">;
}

/** What people can do about what is held of them; and a home that leaves, comes back or moves. */
export interface PersonalServices {
  readonly exports: Pick<DataExports, "ofPerson" | "ofHome">;
  readonly rights: Pick<
    PersonRights,
    "of" | "confirm" | "restrict" | "announceLift" | "noticeSeen" | "lift" | "setObjection"
  >;
  readonly erasure: Pick<Erasure, "erase">;
  readonly corrections: Pick<Corrections, "correct" | "unlink">;
  readonly backups: Pick<BackupService, "newest" | "isWaiting" | "create" | "verify" | "restore">;
  readonly moves: Pick<MoveService, "offer" | "pack" | "take">;
  readonly imports: Pick<ImportService, "take">;
  /** The schedules, as iCalendar. */
  readonly calendar: () => string;
  /** @throws NotFound */
  readonly rightToKnow: (person: PersonId) => RightToKnow;
}

/** Services of others, as far as they were let in. */
export interface ConnectionServices {
  readonly catalogue: Pick<Catalogue, "list" | "refused">;
  readonly connections: Pick<Connections, "list" | "stateOf" | "enable" | "accept" | "revoke">;
  readonly assistants: Pick<AssistantDoor, "linkingCode">;
  readonly notices: Pick<ServiceNotices, "list" | "retry" | "sent">;
  readonly services: Pick<ServicesOfOthers, "eraseEverywhere" | "rectify">;
  readonly provider: Pick<ProviderSignIn, "of" | "begin" | "link" | "signIn" | "unlink">;
  readonly mail: Pick<
    MailRoom,
    "of" | "setAddress" | "removeAddress" | "subscribe" | "unsubscribe" | "optOut" | "send"
  >;
  readonly announcements: Pick<Announcements, "banners" | "announce" | "dismiss" | "news">;
  readonly view: Pick<RemoteView, "list" | "invite" | "remove">;
}
