import type { CivilDate } from "../domain/civil.ts";
import { InvalidInput } from "../domain/errors.ts";
import type { NotRunReason, PresenceHold } from "../domain/event.ts";
import type { RuleId } from "../domain/ids.ts";
import { byTime, type Calendar, occurrencesOf } from "../domain/plan.ts";
import type { Condition, Moment, Occurrence, Rule, Trigger } from "../domain/rule.ts";
import { momentsOf } from "../domain/rule-moments.ts";
import { Days, type Duration, type Instant, later } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { JournalEntry } from "../privacy/data-map.ts";
import type { Conditions, Truth } from "./conditions.ts";
import type { Journal } from "./journal.ts";
import type { LastTime, RuleRunner } from "./rule-runner.ts";
import type { NewRule, RuleStore } from "./rule-store.ts";
import type { Presence, SunSource } from "./traits.ts";
import { cursorOf, type TriggerCursor } from "./trigger-cursor.ts";

/** A run of a rule by clock or sun. */
export interface Run {
  readonly occurrence: Occurrence;
  readonly rule: Rule;
  /** Of one that is to come: what would keep it from being done as things are. */
  readonly held?: NotRunReason;
  /** Of one that is past: what became of it. */
  readonly result?: "fired" | NotRunReason;
}

/** Why a rule will act, or acted, or did not. */
export interface Explanation {
  readonly rule: Rule;
  readonly next?: Occurrence;
  readonly last?: LastTime;
  readonly conditions: readonly { readonly condition: Condition; readonly holds: Truth }[];
  readonly held?: NotRunReason;
  /** It follows the sun of another place than the home's, so that nobody reads from it where that is. */
  readonly movedOnPurpose: boolean;
}

/** What a change of rules would move. Absent: it would not be there. */
export interface Difference {
  readonly rule: RuleId | "new";
  readonly date: CivilDate;
  readonly before?: Instant;
  readonly after?: Instant;
}

type Changed = NewRule & { readonly id?: RuleId };

const farthest = Days(400);

/** Answers what comes, why, and what a change would change. */
export class Explainer {
  readonly #clock: Clock;
  readonly #rules: RuleStore;
  readonly #journal: Journal;
  readonly #runner: RuleRunner;
  readonly #conditions: Conditions;
  readonly #place: SunSource;
  readonly #presence: Presence;
  readonly #calendar: () => Calendar;
  readonly #isSilent: (trigger: Trigger) => boolean;

  constructor(
    clock: Clock,
    rules: RuleStore,
    journal: Journal,
    runner: RuleRunner,
    conditions: Conditions,
    place: SunSource,
    presence: Presence,
    calendar: () => Calendar,
    isSilent: (trigger: Trigger) => boolean,
  ) {
    this.#clock = clock;
    this.#rules = rules;
    this.#journal = journal;
    this.#runner = runner;
    this.#conditions = conditions;
    this.#place = place;
    this.#presence = presence;
    this.#calendar = calendar;
    this.#isSilent = isSilent;
  }

  /**
   * What comes by clock and sun in that time, and of what is past, what became of it; in order.
   * @throws InvalidInput beyond 400 days
   */
  runs(from: Instant, until: Instant): readonly Run[] {
    if (until > later(this.#clock.now(), farthest)) throw tooFar();
    return this.#rules
      .list()
      .flatMap((rule) => [...this.#pastOf(rule, from, until), ...this.#comingOf(rule, from, until)])
      .sort((a, b) => byTime(a.occurrence, b.occurrence));
  }

  /** @param at asks conditions of clock and sun for then; absent: for when it falls due next, or now @throws NotFound */
  explain(id: RuleId, at?: Instant): Explanation {
    const rule = this.#rules.need(id);
    const next = this.#nextOf(rule);
    const last = this.#runner.last(id) ?? this.#lastOf(id);
    const held = this.#heldOf(rule, next?.at ?? this.#clock.now());
    const when = at ?? next?.at ?? this.#clock.now();
    return {
      rule,
      conditions: rule.conditions.map((condition) => ({
        condition,
        holds: this.#conditions.holds(condition, when),
      })),
      movedOnPurpose: this.#place.isMoved() && followsSun(rule),
      ...(next === undefined ? {} : { next }),
      ...(last === undefined ? {} : { last }),
      ...(held === undefined ? {} : { held }),
    };
  }

  /** What holds a rule back as things are. */
  held(rule: Rule): NotRunReason | undefined {
    return this.#heldOf(rule, this.#clock.now());
  }

  /** What would fall due at another time. A rule without an id is new. @throws InvalidInput beyond 400 days */
  compare(changed: readonly Changed[], within: Duration): readonly Difference[] {
    const until = this.#until(within);
    return changed
      .flatMap(({ id = "new" as const, ...rule }) => {
        const before = id === "new" ? undefined : this.#rules.get(id);
        // Draws of a random window hang on the rule's name; a new one's are not drawn yet.
        const after = { ...rule, id: id as RuleId };
        return differencesOf(id, this.#planned(before, until), this.#planned(after, until));
      })
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }

  #until(within: Duration): Instant {
    if (within > farthest) throw tooFar();
    return later(this.#clock.now(), within);
  }

  #planned(rule: Rule | undefined, until: Instant): ReadonlyMap<string, Occurrence> {
    if (rule?.enabled !== true) return new Map();
    const coming = occurrencesOf(rule, this.#calendar(), this.#clock.now(), until);
    return new Map(coming.map((each) => [`${each.trigger}/${each.date}/${each.edge}`, each]));
  }

  /** What stands in the journal: what was due before the rule was made is none of its business. */
  #pastOf(rule: Rule, from: Instant, until: Instant): readonly Run[] {
    const end = Math.min(until, this.#clock.now()) as Instant;
    return occurrencesOf(rule, this.#calendar(), from, end).flatMap((occurrence) => {
      const entry = this.#journal.get(occurrence);
      return entry === undefined ? [] : [{ occurrence, rule, result: resultOf(entry) }];
    });
  }

  #comingOf(rule: Rule, from: Instant, until: Instant): readonly Run[] {
    if (!rule.enabled) return [];
    const start = Math.max(from, this.#clock.now()) as Instant;
    return occurrencesOf(rule, this.#calendar(), start, until)
      .filter((occurrence) => !this.#journal.has(occurrence))
      .map((occurrence) => {
        const held = this.#heldOf(rule, occurrence.at, occurrence.trigger);
        return { occurrence, rule, ...(held === undefined ? {} : { held }) };
      });
  }

  #nextOf(rule: Rule): Occurrence | undefined {
    const calendar = this.#calendar();
    const from = this.#clock.now();
    const firsts = rule.triggers.flatMap(
      (_, index) => this.#firstOf(cursorOf(rule, index, calendar, from)) ?? [],
    );
    return firsts.sort(byTime)[0];
  }

  /** After a step back some of what comes was done already. */
  #firstOf(cursor: TriggerCursor): Occurrence | undefined {
    while (cursor.due < Number.POSITIVE_INFINITY) {
      const next = cursor.take();
      if (!this.#journal.has(next)) return next;
    }
    return undefined;
  }

  /** Of an earlier run. */
  #lastOf(id: RuleId): LastTime | undefined {
    const entry = this.#journal.of(id).at(-1);
    if (entry === undefined) return undefined;
    const { at, condition } = entry;
    return {
      occurrence: entry.id,
      at,
      result: resultOf(entry),
      ...(condition === undefined ? {} : { condition }),
    };
  }

  #triggerHold(trigger: Trigger): NotRunReason | undefined {
    return this.#isSilent(trigger) ? "out-of-scope" : this.#presenceHold(trigger);
  }

  /** While somebody's presence rests, nobody is known to be the first or the last; somebody else may still come near. */
  #presenceHold(trigger: Trigger): PresenceHold | undefined {
    if (trigger.kind !== "presence") return undefined;
    const person = "person" in trigger ? trigger.person : undefined;
    return trigger.event === "approaches" && person === undefined ? undefined : this.#presence.held(person);
  }

  #heldOf(rule: Rule, at: Instant, trigger?: number): NotRunReason | undefined {
    if (!rule.enabled) return "disabled";
    if (rule.pausedUntil !== undefined && at < rule.pausedUntil) return "paused";
    const triggers = trigger === undefined ? rule.triggers : [rule.triggers[trigger] as Trigger];
    const resting = triggers.flatMap((each) => this.#triggerHold(each) ?? []);
    if (resting.length === triggers.length) return resting[0];
    if (!triggers.some(isByClock)) return undefined;
    if (this.#clock.trust().level !== "trusted") return "clock-untrusted";
    const needsSun = triggers.every((each) => momentsOf(each).some(isBySun));
    return needsSun ? this.#place.held() : undefined;
  }
}

const tooFar = () => new InvalidInput("at most 400 days ahead", { limit: 400 });

const resultOf = ({ result }: JournalEntry): "fired" | NotRunReason =>
  result === "begun" ? "fired" : result;

const isByClock = ({ kind }: Trigger): boolean => kind === "daily" || kind === "range" || kind === "once";

const isBySun = (moment: Moment): boolean => moment.kind === "sun";

const asksSun = (condition: Condition): boolean =>
  condition.kind === "not"
    ? asksSun(condition.condition)
    : condition.kind === "any"
      ? condition.of.some(asksSun)
      : condition.kind === "sun" || condition.kind === "elevation" || momentsOf(condition).some(isBySun);

const followsSun = ({ triggers, conditions }: Rule): boolean =>
  triggers.some((trigger) => momentsOf(trigger).some(isBySun)) || conditions.some(asksSun);

const differencesOf = (
  rule: RuleId | "new",
  before: ReadonlyMap<string, Occurrence>,
  after: ReadonlyMap<string, Occurrence>,
): readonly Difference[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((mark) => {
    const [was, is] = [before.get(mark), after.get(mark)];
    const date = (was ?? is)?.date;
    if (date === undefined || was?.at === is?.at) return [];
    return [{ rule, date, ...(was ? { before: was.at } : {}), ...(is ? { after: is.at } : {}) }];
  });
