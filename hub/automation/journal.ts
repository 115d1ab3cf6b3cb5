import type { CivilDate } from "../domain/civil.ts";
import type { RuleId } from "../domain/ids.ts";
import type { Lapse } from "../domain/lapse.ts";
import { isOneShot } from "../domain/plan.ts";
import type { Edge, Occurrence, Rule } from "../domain/rule.ts";
import { Days, type Instant, Seconds } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import { type JournalEntry, journalDays } from "../privacy/data-map.ts";
import type { Collection, PurposeStore } from "../privacy/guarded-store.ts";

type Result = JournalEntry["result"];
type Entries = Map<string, JournalEntry>;

/** What is decided about one occurrence. */
export interface Decision {
  readonly occurrence: Occurrence;
  readonly result: Result;
  readonly condition?: number;
}

/** An occurrence from its name: rule, trigger, date, edge. */
const namedOccurrence = (rule: RuleId, id: string, at: Instant): Occurrence => {
  const [, trigger, date, edge] = id.split("/");
  return { id, rule, trigger: Number(trigger), date: date as CivilDate, edge: edge as Edge, at };
};

const keptFromBeginning: ReadonlySet<Result> = new Set([
  "condition-false",
  "clock-untrusted",
  "no-place",
  "location-not-permitted",
  "paused",
]);
const isStart = (id: string): boolean => id.endsWith("/start");

const kept = Days(journalDays);
/** What a rule did to a lamp is on the disk by then: the lamp's state may be lost with the power for 5 s. */
const settledAfter = Seconds(10);

/**
 * What became of every occurrence, one record a rule: on the disk before anything is done about it. An occurrence that
 * stands here is never done again, whatever the clock says afterwards.
 */
export class Journal {
  readonly #clock: Clock;
  readonly #records: Collection<{
    readonly rule: RuleId;
    readonly at: Instant;
    readonly entries: readonly JournalEntry[];
  }>;
  readonly #rules = new Map<RuleId, Entries>();
  /** Entries that may still stand as `begun`, and when they did. */
  readonly #begun = new Map<string, { readonly rule: RuleId; readonly at: number }>();
  /** What is far away in the past or in the future is over, where nobody knows better. */
  #lapse: Lapse = { isOver: (at, far) => Math.abs(this.#clock.now() - at) > far };

  constructor(clock: Clock, store: PurposeStore<"automation">) {
    this.#clock = clock;
    this.#records = store.collection("rule-journal");
  }

  /** By whose time it forgets. */
  goBy(lapse: Lapse): void {
    this.#lapse = lapse;
  }

  start(): void {
    for (const [, { rule, entries }] of this.#records.entries()) {
      this.#rules.set(rule, new Map(entries.map((entry) => [entry.id, entry])));
    }
  }

  has({ rule, id }: Occurrence): boolean {
    return this.#rules.get(rule)?.has(id) === true;
  }

  get({ rule, id }: Occurrence): JournalEntry | undefined {
    return this.#rules.get(rule)?.get(id);
  }

  /** Begun in an earlier run, and nobody knows how far it came. */
  isInDoubt({ id, result }: JournalEntry): boolean {
    return result === "begun" && !this.#begun.has(id);
  }

  /** All of that, as occurrences. */
  inDoubt(): readonly Occurrence[] {
    return [...this.#rules].flatMap(([rule, entries]) =>
      [...entries.values()]
        .filter((entry) => this.isInDoubt(entry))
        .map(({ id, due }) => namedOccurrence(rule, id, due)),
    );
  }

  /**
   * Whether there is something that the end of a range ends. What a condition or a pause kept from beginning is not
   * ended; of a range that is older than the journal nobody knows, so it is.
   */
  hasBegun({ rule, trigger }: Occurrence): boolean {
    const edges = this.of(rule).filter(({ id }) => id.startsWith(`${rule}/${trigger}/`));
    const newest = edges.findLast(({ result }) => !keptFromBeginning.has(result));
    return newest === undefined ? edges.length === 0 : isStart(newest.id);
  }

  /** Whether nothing more comes of a rule: it had triggers of once only, and each of them is decided, now or before. */
  isSpent({ id, triggers }: Rule, now: readonly Decision[]): boolean {
    const decided = [...this.of(id), ...now.map(({ occurrence }) => occurrence)].map((each) => each.id);
    return triggers.every(
      (trigger, index) => isOneShot(trigger) && decided.some((each) => each.startsWith(`${id}/${index}/`)),
    );
  }

  /** What became of a rule's occurrences, in the order in which it was decided. */
  of(rule: RuleId): readonly JournalEntry[] {
    return [...(this.#rules.get(rule)?.values() ?? [])];
  }

  /**
   * Writes decisions down, as part of a batch.
   * @returns what is to be called when the batch is on the disk: until then nothing is decided
   */
  put(decisions: readonly Decision[]): () => void {
    const at = this.#clock.now();
    const changed = new Map<RuleId, Entries>();
    for (const { occurrence, result, condition } of decisions) {
      const entries = changed.get(occurrence.rule) ?? this.#kept(occurrence.rule);
      const { id, at: due } = occurrence;
      entries.set(id, { id, due, at, result, ...(condition === undefined ? {} : { condition }) });
      changed.set(occurrence.rule, entries);
    }
    for (const [rule, entries] of changed)
      this.#records.put(rule, { rule, at, entries: [...entries.values()] });
    return () => {
      for (const [rule, entries] of changed) this.#rules.set(rule, entries);
      for (const { occurrence, result } of decisions) this.#noteBegun(occurrence, result);
    };
  }

  /** The clock has moved, or the hub ends: nothing that was begun in this run is in doubt any more. */
  settle(): void {
    const rules = new Set([...this.#begun.values()].map(({ rule }) => rule));
    this.#begun.clear();
    for (const rule of rules) {
      this.#put(rule, this.#kept(rule));
    }
  }

  forget(rule: RuleId): void {
    this.#rules.delete(rule);
    this.#records.remove(rule);
  }

  /** Forgets what is old. @returns how many entries that were */
  sweep(): number {
    let gone = 0;
    for (const [rule, entries] of this.#rules) {
      const kept = this.#kept(rule);
      if (kept.size === entries.size) continue;
      gone += entries.size - kept.size;
      if (kept.size === 0) this.forget(rule);
      else this.#put(rule, kept);
    }
    return gone;
  }

  #put(rule: RuleId, entries: Entries): void {
    this.#records.put(rule, { rule, at: this.#clock.now(), entries: [...entries.values()] });
    this.#rules.set(rule, entries);
  }

  /** A copy without what is old. What was begun long enough ago is done. */
  #kept(rule: RuleId): Entries {
    const entries: Entries = new Map();
    for (const entry of this.#rules.get(rule)?.values() ?? []) {
      if (this.#lapse.isOver(entry.due, kept)) continue;
      entries.set(entry.id, this.#isSettled(entry) ? { ...entry, result: "fired" } : entry);
    }
    return entries;
  }

  #isSettled({ id, result }: JournalEntry): boolean {
    if (result !== "begun") return false;
    const begun = this.#begun.get(id);
    if (begun !== undefined && this.#clock.monotonic() - begun.at < settledAfter) return false;
    this.#begun.delete(id);
    return true;
  }

  #noteBegun({ id, rule }: Occurrence, result: Result): void {
    if (result === "begun") this.#begun.set(id, { rule, at: this.#clock.monotonic() });
    else this.#begun.delete(id);
  }
}
