import type { ScheduleService } from "./automation/schedule-service.ts";
import type { Consents } from "./domain/consent.ts";
import type { EventBus } from "./domain/event.ts";
import { isId, type PersonId } from "./domain/ids.ts";
import type { Purpose } from "./domain/purpose.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { LightService } from "./lights/light-service.ts";
import type { AccountService } from "./people/account-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { PresenceService } from "./people/presence-service.ts";
import type { SessionService } from "./people/session-service.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { ShelfName } from "./privacy/data-map.ts";
import type { PersonalStore } from "./privacy/guarded-store.ts";
import { personKey } from "./privacy/record-codec.ts";
import type { SecretShelf } from "./privacy/secret-shelf.ts";
import type { Staging } from "./rights/backup-service.ts";
import { BackupService } from "./rights/backup-service.ts";
import { Corrections } from "./rights/corrections.ts";
import { DataExports } from "./rights/data-export.ts";
import { type DisclosedTo, Erasure } from "./rights/erasure.ts";
import { HeldData, type HeldIn } from "./rights/held-data.ts";
import { ImportService } from "./rights/import-service.ts";
import { MoveService } from "./rights/move-service.ts";
import { ObjectedConsents } from "./rights/objected-consents.ts";
import type { PackedKeys } from "./rights/packed-home.ts";
import { PersonRights } from "./rights/person-rights.ts";
import { type DisclosedOf, rightToKnow } from "./rights/right-to-know.ts";
import { scheduleCalendar } from "./rights/schedule-calendar.ts";

/** What it stands on, by the names the roof has for it. */
export interface RightsParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly log: AuditedLog;
  readonly store: PersonalStore;
  readonly chain: HeldIn["chain"];
  readonly people: PersonService;
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly tokens: TokenService;
  readonly presence: PresenceService;
  readonly schedules: Pick<ScheduleService, "list" | "change" | "remove" | "runs">;
  readonly lights: Pick<LightService, "disown">;
  readonly places: Pick<PlaceService, "zone">;
  /** Keys of the register. */
  readonly keys: PackedKeys;
  /** Where a home waits for the next start. */
  readonly staged: Staging;
  readonly shelf: (name: ShelfName) => SecretShelf;
}

const erasureOpen = "erasure-open";

/** What people can do about what is held of them, plugged together. @param disclosures the book of what has left */
export const rightsOf = (parts: RightsParts, disclosures: DisclosedTo & DisclosedOf) => {
  const { clock, entropy, bus, log, store, chain, keys, staged, shelf } = parts;
  const { people, accounts, tokens, sessions, presence, schedules, lights, places } = parts;
  const held = new HeldData({ store, chain, shelf });
  const exports = new DataExports(clock, held, people);
  const rights = new PersonRights(clock, bus, store, people, presence);
  const settings = store.collection("settings");
  const erasure = new Erasure(clock, bus, log, {
    people,
    hasKey: (person) => keys.has(personKey(person)),
    accounts,
    rules: schedules,
    ruleRecords: store.collection("rules"),
    disclosed: disclosures,
    namedAfter: (person) => held.namedAfter(people.need(person).name),
    disown: () => {
      const living = new Set(sessions.list().map(({ caller }) => caller.id));
      lights.disown((actor) => isId("token", actor) && !living.has(actor) && !tokens.knows(actor));
    },
    open: {
      get: () => settings.get(erasureOpen)?.value === true,
      set: (isOpen) => {
        if (isOpen) settings.put(erasureOpen, { name: erasureOpen, value: true });
        else settings.remove(erasureOpen);
      },
    },
  });
  const from = { entropy, store, keys, people, shelf };
  return {
    exports,
    rights,
    erasure,
    corrections: new Corrections(people, rights),
    backups: new BackupService(clock, from, staged),
    moves: new MoveService(clock, from, staged),
    imports: new ImportService(store, staged),
    calendar: () =>
      scheduleCalendar(
        {
          list: () => schedules.list(),
          runs: (since, until) => schedules.runs(since, until).map(({ occurrence }) => occurrence),
          today: (at) => places.zone().civil(at).date,
        },
        clock.now(),
      ),
    rightToKnow: (person: PersonId) => rightToKnow(clock, exports, disclosures, person),
    /** Whether somebody has objected to a use: whoever does it asks, each time. */
    objects: (purpose: Purpose, person: PersonId) => rights.objects(purpose, person),
    /** Consents, as far as nobody has objected: what features are handed. */
    under: (consents: Consents) => new ObjectedConsents(consents, rights),
    /** Whether what is held of somebody may only be kept: whoever uses it asks, each time. */
    isRestricted: (person: PersonId) => rights.isRestricted(person),
    start: () => {
      presence.restrictedBy((person) => rights.isRestricted(person));
      rights.start();
      erasure.start();
    },
    close: () => {
      rights.close();
      erasure.close();
    },
  };
};
