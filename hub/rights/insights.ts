import { dateOfDay } from "../domain/civil.ts";
import type { Consents } from "../domain/consent.ts";
import type { EventBus } from "../domain/event.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import { type InsightCounter, insightCounters, type StoredCount } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";
import type { Acting } from "./acting.ts";

/** What fewer people did is not shown: two could take their own part off and know the other's. */
export const smallestGroup = 3;
/** Numbers are shown in steps of so many, so that one person more or less cannot be read from two of them. */
export const coarseStep = 10;

/** What is counted, as it is shown and as it may be taken away: nothing else ever is. */
export interface InsightView {
  readonly week: string;
  readonly what: InsightCounter;
  /** A multiple of `coarseStep`, rounded down. */
  readonly count: number;
}

const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday. */
const thursday = 3;

/** The Monday of a week, UTC: no finer time is kept. */
export const weekOf = (at: Instant): string => {
  const day = Math.floor(at / dayMs);
  return dateOfDay(day - ((day + thursday) % 7));
};

/**
 * Counts how often things are done, by people who agreed to it, in numbers that are of nobody: by the week, and only where
 * enough people did it. What a person did is not stored at any time; who has counted already is known in memory alone.
 */
export class Insights {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #bus: EventBus;
  readonly #records: Collection<StoredCount>;
  readonly #consents: Consents;
  readonly #acting: Acting;
  /** Who took part, by the counter; gone with the process. */
  readonly #seen = new Map<string, Set<PersonId>>();
  #unsubscribe: readonly (() => void)[] = [];

  constructor(
    clock: Clock,
    log: AuditedLog,
    bus: EventBus,
    store: PurposeStore<"insights">,
    consents: Consents,
    acting: Acting,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#bus = bus;
    this.#records = store.collection("insight-counts");
    this.#consents = consents;
    this.#acting = acting;
  }

  start(): void {
    let command: string | undefined;
    this.#unsubscribe = [
      this.#bus.subscribe("light.desired-changed", ({ cause }) => {
        // Many lamps that are commanded as one are one command.
        if (cause.command === command) return;
        command = cause.command;
        if (cause.kind !== "scene") this.#count("light-by-hand");
      }),
      this.#bus.subscribe("scene.recalled", () => this.#count("scene")),
      this.#bus.subscribe("home.changed", ({ what }) => {
        if (what === "rule") this.#count("schedule-change");
      }),
      this.#consents.onChange(({ purpose, person, allowed }) => {
        if (purpose === "insights" && !allowed && person !== undefined) this.#forget(person);
      }),
    ];
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** All that there is to see, and all that there is to take away. */
  view(): readonly InsightView[] {
    return [...this.#records.entries()].flatMap(([, { week, what, count, people }]) => {
      const coarse = Math.floor(count / coarseStep) * coarseStep;
      return people < smallestGroup || coarse === 0 ? [] : [{ week, what, count: coarse }];
    });
  }

  readonly counters: readonly InsightCounter[] = insightCounters;

  #count(what: InsightCounter): void {
    const person = this.#acting.current()?.person;
    if (person === undefined || !this.#consents.allows("insights", person)) return;
    const week = weekOf(this.#clock.now());
    const key = `${week}/${what}`;
    const seen = this.#seen.get(key) ?? new Set();
    this.#seen.set(key, seen);
    seen.add(person);
    const { count = 0, people = 0 } = this.#records.get(key) ?? {};
    this.#log.attempt("insight.not-counted", () =>
      // After a restart nobody knows who was there before, so nobody is counted twice.
      this.#records.put(key, { week, what, count: count + 1, people: Math.max(people, seen.size) }),
    );
  }

  /** Their part in numbers cannot be told from that of others; that they took part is forgotten. */
  #forget(person: PersonId): void {
    for (const seen of this.#seen.values()) seen.delete(person);
  }
}
