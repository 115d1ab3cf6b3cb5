import type { ScheduleService } from "./automation/schedule-service.ts";
import type { Consents } from "./domain/consent.ts";
import type { EventBus } from "./domain/event.ts";
import { type Purpose, purposes } from "./domain/purpose.ts";
import type { StartCheck } from "./domain/start-check.ts";
import { Instant } from "./domain/units.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { PlaceService } from "./inventory/place-service.ts";
import type { LightService } from "./lights/light-service.ts";
import type { PersonService } from "./people/person-service.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { DayPart } from "./privacy/data-map.ts";
import type { PersonalPurposeStore, PersonalStore } from "./privacy/guarded-store.ts";
import type { SecretShelf } from "./privacy/secret-shelf.ts";
import { Acting } from "./rights/acting.ts";
import { BelievedTime } from "./rights/believed-time.ts";
import type { Books } from "./rights/chain-books.ts";
import { ChangeLog, loggedCollections } from "./rights/change-log.ts";
import { Insights } from "./rights/insights.ts";
import { LegalHolds } from "./rights/legal-holds.ts";
import { Months } from "./rights/months.ts";
import { RecordingSwitches } from "./rights/recording-switches.ts";
import { chainItems, collectionItems } from "./rights/retention-items.ts";
import { RetentionService } from "./rights/retention-service.ts";
import { SignedTime } from "./rights/signed-time.ts";
import { SupportBundles, type SupportFacts } from "./rights/support-bundle.ts";
import { Tastes } from "./rights/tastes.ts";
import { WithheldRecords } from "./rights/withheld-records.ts";

/** What it stands on: ports, and rooms by the names the roof calls them. */
export interface RetentionRooms {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly log: AuditedLog;
  /** Whole: retention ends what every other room keeps. A room of this is handed its part. */
  readonly store: PersonalStore & {
    for<Use extends Purpose>(...uses: readonly Use[]): PersonalPurposeStore<Use>;
  };
  readonly people: Pick<PersonService, "list">;
  readonly tokens: Pick<TokenService, "list">;
  readonly places: Pick<PlaceService, "zone">;
  readonly inventory: Pick<Inventory, "device">;
  readonly lights: Pick<LightService, "historyGovernedBy" | "forgetHistory">;
  readonly schedules: Pick<ScheduleService, "goBy" | "forgetDecisions">;
  /** For what nothing reads any more. */
  readonly withheld: SecretShelf;
  readonly version: string;
  readonly checks: () => readonly StartCheck[];
}

/** What becomes of all that is kept: when it ends, what is written down about it, and what is learned from it. */
export const retentionOf = (parts: RetentionRooms, books: Books, consents: Consents) => {
  const { clock, entropy, bus, log, store, lights, schedules, people } = parts;
  const acting = new Acting();
  const recording = new RecordingSwitches(store.for("setup"));
  log.quietWhile(() => !recording.isOn("log"));
  const time = new BelievedTime(clock, log, store.for("rights"), (off) =>
    log.write("warn", "retention.clock-doubted", { ms: Math.round(off) }),
  );
  const signedTime = new SignedTime(clock, entropy, store.for("setup"));
  const items = new Set<string>([...collectionItems, ...chainItems].map(({ name }) => name));
  const holds = new LegalHolds(clock, entropy, store.for("rights"), items);
  const months = new Months(store);
  const wants = wantsOf(parts, consents, recording);
  lights.historyGovernedBy(() => recording.isOn("history"));
  schedules.goBy(time);
  const retention = new RetentionService(clock, log, store, {
    time,
    holds,
    withheld: new WithheldRecords(parts.withheld),
    books,
    owners: {
      occurrences: { forget: (isOver) => lights.forgetHistory(isOver) },
      "rule-journal": {
        forget: () => Array.from({ length: schedules.forgetDecisions() }, () => Instant(clock.now())),
      },
    },
    wants,
    anonymiser: () => (months.isWanted() ? months : undefined),
  });
  const changes = new ChangeLog(clock, books.changes, acting, () => recording.isOn("changes"));
  store.watch({
    isFor: (name) => loggedCollections.has(name) || holds.isOn(name),
    describe: (changed) => {
      retention.noteChanges(changed);
      return changes.describe(changed);
    },
    book: books.changes,
  });
  const insights = new Insights(clock, log, bus, store.for("insights"), consents, acting);
  const tastes = new Tastes(log, bus, store.for("learned-scenes"), consents, acting, {
    roomOf: (lamp) => parts.inventory.device(lamp)?.room ?? null,
    part: () => partOfDay(parts),
  });
  let wifiSubscription = () => {};
  const rooms = [time, retention, insights, tastes];
  return {
    acting,
    recording,
    time,
    signedTime,
    holds,
    months,
    retention,
    disposals: books.disposals,
    changes,
    insights,
    tastes,
    /** How many developers have access; fewer than a group are not told apart from none. */
    developers: () =>
      parts.tokens.list().filter(({ role }) => role === "developer").length +
      people.list().filter(({ role }) => role === "developer").length,
    support: new SupportBundles(clock, store, () => factsOf(parts)),
    start: () => {
      wifiSubscription = bus.subscribe("home.changed", ({ what, change }) => {
        if (what === "wifi") changes.note("wifi", change !== "removed");
      });
      for (const room of rooms) room.start();
    },
    close: () => {
      wifiSubscription();
      for (const room of rooms.toReversed()) room.close();
    },
  };
};

/** What whoever helps needs to know first: the program and its machine, and nothing of the home. */
const factsOf = ({ version, clock, checks }: RetentionRooms): SupportFacts => ({
  version,
  clock: clock.trust().level,
  ...Object.fromEntries(checks().map(({ check, state }) => [`check ${check}`, state])),
});

/** The time of day by the clocks of the home. */
const partOfDay = ({ clock, places }: Pick<RetentionRooms, "clock" | "places">): DayPart => {
  const hour = places.zone().civil(clock.now()).time / 3_600;
  if (hour < 6) return "night";
  if (hour < 11) return "morning";
  return hour < 18 ? "day" : "evening";
};

/** A use that has to be agreed to is wanted while somebody agrees; of the others, what its owner has not switched off. */
const wantsOf =
  ({ people }: RetentionRooms, consents: Consents, recording: RecordingSwitches) =>
  (purpose: Purpose, person?: Parameters<Consents["allows"]>[1]): boolean => {
    if (purpose === "history") return recording.isOn("history");
    if (!isOptional(purpose)) return true;
    if (person !== undefined) return consents.allows(purpose, person);
    const isOfHome = purposes[purpose].asks === "home";
    return isOfHome ? consents.allows(purpose) : people.list().some(({ id }) => consents.allows(purpose, id));
  };

const isOptional = (purpose: Purpose): purpose is Parameters<Consents["allows"]>[0] =>
  "asks" in purposes[purpose];
