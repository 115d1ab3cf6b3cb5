import type { Caller } from "../domain/access.ts";
import type { PersonId, TokenId } from "../domain/ids.ts";
import type { Incident } from "../domain/incident.ts";
import type { Jurisdiction } from "../domain/jurisdiction.ts";
import type { IssuedToken } from "../people/token-service.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { CheckUpFinding } from "../rights/check-up.ts";
import type { IncidentService } from "../rights/incident-service.ts";
import type { NoticeBoard } from "../rights/notice-board.ts";
import type { RequestBook } from "../rights/request-book.ts";
import type { RequestService } from "../rights/request-service.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
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
  /** What is kept here was looked through. */
  reviewed(): void;
  /** @throws PasswordTooShort, PasswordTooLong, PasswordTooCommon: nothing has changed */
  notMe(caller: Caller, person: PersonId, password: Uint8Array): Incident;
  /** @throws NotFound, NotAuthorised */
  leaked(id: TokenId, by: Caller): IssuedToken;
}
