import type { PersonId } from "../domain/ids.ts";
import type { BackupService } from "../rights/backup-service.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { Corrections } from "../rights/corrections.ts";
import type { DataExports } from "../rights/data-export.ts";
import type { Erasure } from "../rights/erasure.ts";
import type { ImportService } from "../rights/import-service.ts";
import type { MoveService } from "../rights/move-service.ts";
import type { PersonRights } from "../rights/person-rights.ts";
import type { RightToKnow } from "../rights/right-to-know.ts";

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

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  /** What people can do about what is held of them. */
  readonly personal: PersonalServices;
  readonly books: Pick<ChainBooks, "verify">;
}
